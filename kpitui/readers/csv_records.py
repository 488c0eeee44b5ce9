"""Read the records of a CSV file, block by block.

polars reads a regular block: one where every quote opens or closes a whole cell, and every line
has as many cells as the header. The csv module of Python reads any other block, record by record.
Both ways give the same rows, lines and notes; tests/tables/test_pieces.py holds them to that.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import itemgetter

import polars as pl

from kpitui.model.issues import CodedMessage, create_message
from kpitui.readers.raw_table import LINE_COLUMN, RawTable, ReaderNote, UnreadableTable, build_text_frame
from kpitui.readers.text_blocks import is_printable_ascii

MAX_CELL_CHARACTERS = 1_000_000  # characters of a cell
# A row whose cells have nothing but these is blank. polars and Python must agree on it, so the
# characters are listed, rather than left to what each takes for white space.
BLANK_CHARACTERS = " \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0"
RUNAWAY_QUOTE_LINES = 5  # line ends in one record: more look like a quote that was never closed
# What database tools write below the rows: a line, their number, and the time.
_TOOL_FOOTER = re.compile(r"[-+| ]{3,}|\([\d,]+ rows?( affected)?\)|Completion time: .*", re.IGNORECASE)
MOST_COMMAS_OF_TEXT = 3  # commas in a line of free text: with more it may be a row
_FIRST_TWO_BYTES, _LAST_BYTE = itemgetter(slice(2)), itemgetter(slice(-1, None))
MAX_LOOKBACK_LINES = 1_000  # lines, from the end of a block, to find where its last record begins


def read_records(
    blocks: Iterator[bytes], separator: str, column_names: Sequence[str], first_line: int
) -> Iterator[RawTable]:
    """Yield the records of blocks of whole lines as text, each with its line number.

    `first_line` is the number of the first line. There is a piece for each block, and one without
    rows where there is no block. Raise UnreadableTable where a record is too long to be one.
    """
    line_number, pending_bytes, piece_count = first_line, b"", 0
    while (block := next(blocks, b"")) or pending_bytes:
        complete_block, pending_bytes = _split_at_record_end(pending_bytes + block) if block else (pending_bytes, b"")
        later_blocks = chain((pending_bytes,) if pending_bytes else (), blocks)
        raw_piece, line_count, ran_on = _read_block(complete_block, later_blocks, separator, column_names, line_number)
        # A record may have run on past its block: the reader has then used the pending bytes.
        pending_bytes = b"" if ran_on else pending_bytes
        line_number += line_count
        piece_count += 1
        yield raw_piece
    if not piece_count:
        # A header alone is a table without rows: its columns must be known all the same.
        yield RawTable(build_text_frame([[] for _ in column_names], column_names, []), ascii_only=True)


def _read_block(
    block: bytes, later_blocks: Iterator[bytes], separator: str, column_names: Sequence[str], first_line: int
) -> tuple[RawTable, int, bool]:
    """Read a block: return its records, how many lines they take, and whether the last ran on past it."""
    raw_piece = _read_regular_block(block, separator, column_names, first_line)
    if raw_piece is not None:
        return raw_piece, block.count(b"\n"), False
    line_reader = _LineReader(chain((block,), later_blocks))
    raw_piece = _read_irregular_block(line_reader, separator, column_names, first_line)
    return raw_piece, line_reader.line_count, line_reader.block_count > 1


def _split_at_record_end(block: bytes) -> tuple[bytes, bytes]:
    """Split a block at the end of its last whole record, judged by its quotes.

    Return the whole records, and the bytes of the one that goes on in the next block.
    """
    if block.count(b'"') % 2 == 0:
        return block, b""
    search_end, has_odd_quotes = len(block), False
    for _ in range(MAX_LOOKBACK_LINES):
        line_start = block.rfind(b"\n", 0, search_end - 1) + 1
        # An odd number of quotes from here to the end: a record that is still open begins here.
        has_odd_quotes ^= block.count(b'"', line_start, search_end) % 2 == 1
        if has_odd_quotes and line_start:
            return block[:line_start], block[line_start:]
        if not line_start:
            break
        search_end = line_start
    return block, b""


def _read_regular_block(block: bytes, separator: str, column_names: Sequence[str], first_line: int) -> RawTable | None:
    """Read a regular block with polars, or return None where the block is not regular."""
    # Without a separator in each line there is nothing to count the cells by.
    if len(column_names) < 2 or not _has_plain_bytes(block):
        return None
    terminated_block = block if block.endswith(b"\n") else block + b"\n"
    unquoted_bytes = _strip_quoted_text(terminated_block, separator.encode()) if b'"' in block else terminated_block
    row_count = unquoted_bytes.count(b"\n")
    if not row_count or unquoted_bytes.count(separator.encode()) != row_count * (len(column_names) - 1):
        return None
    block_rows = _parse_block(terminated_block, separator, column_names)
    if block_rows is None or block_rows.height != row_count:
        return None
    is_printable = _is_printable_block(terminated_block, unquoted_bytes, separator)
    raw_piece = RawTable(block_rows.with_row_index(LINE_COLUMN, offset=first_line), is_printable)
    if unquoted_bytes is not terminated_block and row_count != terminated_block.count(b"\n"):
        _number_multiline_rows(raw_piece, separator, first_line)
    raw_piece.raw_rows = _drop_blank_rows(raw_piece.raw_rows)
    return raw_piece


def _has_plain_bytes(block: bytes) -> bool:
    """Say whether a block has no NUL, and no carriage return but before a line end."""
    # A carriage return alone ends a line for the csv module, and not for polars.
    return b"\0" not in block and (b"\r" not in block or block.count(b"\r") == block.count(b"\r\n"))


def _parse_block(block: bytes, separator: str, column_names: Sequence[str]) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            block,
            separator=separator,
            has_header=False,
            new_columns=list(column_names),
            infer_schema=False,
            quote_char='"' if b'"' in block else None,
        )
    except pl.exceptions.PolarsError:
        return None


def _strip_quoted_text(block: bytes, separator: bytes) -> bytes:
    """Return the bytes outside quotes, or none where a quote is in the middle of a cell."""
    # After a split at quotes, every other part is outside: between doubled quotes it is empty.
    quote_parts = block.split(b'"')
    parts = quote_parts[::2]
    part_starts = {*map(_FIRST_TWO_BYTES, parts[1:])} - {b""}
    part_ends = {*map(_LAST_BYTE, parts[:-1])} - {b""}
    has_valid_starts = all(part_start.startswith((separator, b"\n", b"\r\n")) for part_start in part_starts)
    if len(quote_parts) % 2 == 0 or not has_valid_starts or not part_ends <= {separator, b"\n"}:
        return b""
    return b"".join(parts)


def _is_printable_block(block: bytes, unquoted_bytes: bytes, separator: str) -> bool:
    """Say whether every cell is printable ASCII. A tab or a line end inside a cell is not."""
    if unquoted_bytes is not block and block.count(b"\n") != unquoted_bytes.count(b"\n"):
        return False
    tabs = unquoted_bytes.count(b"\t") if separator == "\t" else 0
    return block.count(b"\t") == tabs and is_printable_ascii(block)


def _number_multiline_rows(raw_piece: RawTable, separator: str, first_line: int) -> None:
    """Number rows by the line that each begins on, where cells have line ends inside quotes."""
    inner_line_ends = pl.sum_horizontal(
        pl.exclude(LINE_COLUMN).str.count_matches("\n", literal=True).fill_null(0)
    ).cast(pl.UInt32)
    rows = raw_piece.raw_rows.with_columns(_inner=inner_line_ends)
    line_expr = (pl.col(LINE_COLUMN) + pl.col("_inner")).alias("_last")
    line_ends = pl.col("_inner").cum_sum() - pl.col("_inner")
    rows = rows.with_columns((pl.col(LINE_COLUMN) + line_ends).cast(pl.UInt32).alias(LINE_COLUMN))
    long_rows = rows.filter(pl.col("_inner") >= RUNAWAY_QUOTE_LINES).select(LINE_COLUMN, line_expr)
    raw_piece.reader_notes += [_describe_runaway_quote(number, line) for number, line in long_rows.iter_rows()]
    raw_piece.rejected_count += sum(
        _count_swallowed_rows(cells, separator, len(cells))
        for cells in rows.filter(pl.col("_inner") > 0).drop(LINE_COLUMN, "_inner").iter_rows()
    )
    raw_piece.raw_rows = rows.drop("_inner")


def _describe_runaway_quote(line_number: int, last_line: int) -> ReaderNote:
    return ReaderNote(line_number, create_message("quote-runs-on", last_line=str(last_line)))


def _count_swallowed_rows(cells: Sequence[str | None], separator: str, column_count: int) -> int:
    """Count the lines inside quoted cells that look like rows: a stray quote may have swallowed them."""
    lines = [line for cell in cells if cell and "\n" in cell for line in cell.split("\n")[1:-1]]
    # In a text of several lines a comma or two is nothing strange.
    is_telling = column_count > MOST_COMMAS_OF_TEXT or len(lines) >= RUNAWAY_QUOTE_LINES
    return sum(line.count(separator) >= column_count - 1 for line in lines) if is_telling else 0


def _drop_blank_rows(block_rows: pl.DataFrame) -> pl.DataFrame:
    """Drop the rows in which every cell is blank, as at the end of some Ofsted childcare files."""
    is_blank = pl.exclude(LINE_COLUMN).str.strip_chars(BLANK_CHARACTERS).fill_null("") == ""
    # Most rows have something in their first cell: all cells are looked at only in the others.
    suspect_rows = block_rows.filter(pl.nth(1).str.strip_chars(BLANK_CHARACTERS).fill_null("") == "")
    blank_rows = suspect_rows.filter(pl.all_horizontal(is_blank)) if suspect_rows.height else suspect_rows
    return (
        block_rows.join(blank_rows.select(LINE_COLUMN), on=LINE_COLUMN, how="anti") if blank_rows.height else block_rows
    )


class _LineReader:
    """The lines of a block, and of the blocks after it while a record is not at its end."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.block_count = self.line_count = 0  # blocks that were begun, lines that were given
        self.ends_with_newline = True  # of the block that was begun last
        self._remaining_blocks = blocks
        self._block_lines: list[str] = []
        self._is_file_done = False
        self._next_index = 0
        self._load_next_block()

    @property
    def is_block_done(self) -> bool:
        """Say whether every line of the current block has been given."""
        return self._next_index == len(self._block_lines)

    def is_quote_open(self, cells: Sequence[str]) -> bool:
        """Say whether a record ends with the file inside a quote, which then closes nowhere."""
        last_line = self._block_lines[-1]
        if not self.ends_with_newline:
            return self._is_file_done and last_line.count('"') % 2 == 1
        is_open_cell = self._is_file_done and cells[-1].endswith(("\n", "\r"))
        return is_open_cell and not last_line.rstrip("\r\n").endswith('"')

    def __iter__(self) -> _LineReader:
        return self

    def __next__(self) -> str:
        if self.is_block_done:
            self._load_next_block()
        line = self._block_lines[self._next_index]
        self._next_index += 1
        self.line_count += 1
        return line

    def _load_next_block(self) -> None:
        # The csv module refuses NUL in some releases: it is hostile anyway.
        block_bytes = next(self._remaining_blocks, None)
        if block_bytes is None:
            self._is_file_done = True
            raise StopIteration
        block_text = block_bytes.decode(errors="replace").replace("\0", "\ufffd")
        self._block_lines, self._next_index = io.StringIO(block_text, newline="").readlines(), 0
        self.block_count += 1
        self.ends_with_newline = block_text.endswith(("\n", "\r"))


def _read_irregular_block(
    line_reader: _LineReader, separator: str, column_names: Sequence[str], first_line: int
) -> RawTable:
    """Read a block with odd quotes, blank lines or rows of another length than the header.

    A row may run over several lines: its number is that of the first. A row of the wrong length is
    refused, and noted.
    """
    rows: list[list[str | None]] = []
    line_numbers: list[int] = []
    raw_piece = RawTable(pl.DataFrame(), ascii_only=False)
    for line_number, last_line, cells in _iter_records(line_reader, separator, first_line):
        if line_reader.is_quote_open(cells):
            raw_piece.truncated = True
            raw_piece.reader_notes.append(ReaderNote(line_number, create_message("quote-never-closed")))
            continue
        if last_line - line_number >= RUNAWAY_QUOTE_LINES:
            raw_piece.reader_notes.append(_describe_runaway_quote(line_number, last_line))
        if last_line > line_number:
            raw_piece.rejected_count += _count_swallowed_rows(cells, separator, len(column_names))
        if not any(cell.strip(BLANK_CHARACTERS) for cell in cells):
            continue
        cells = _trim_blank_cells(cells, len(column_names))
        if len(cells) == len(column_names):
            rows.append([cell or None for cell in cells])
            line_numbers.append(line_number)
        elif len(cells) > 1 or not _TOOL_FOOTER.fullmatch(cells[0].strip()):
            _reject_row(raw_piece, line_number, len(cells), len(column_names), line_reader)
    cell_columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in column_names]
    raw_piece.raw_rows = build_text_frame(cell_columns, column_names, line_numbers)
    return raw_piece


def _trim_blank_cells(cells: list[str], cell_count: int) -> list[str]:
    """Return the cells without those beyond a number, where these are all blank."""
    # Commas after the last cell, with nothing between them, take nothing from a row.
    return cells if any(cell.strip(BLANK_CHARACTERS) for cell in cells[cell_count:]) else cells[:cell_count]


def _reject_row(
    raw_piece: RawTable, line_number: int, cell_count: int, expected_count: int, line_reader: _LineReader
) -> None:
    """Refuse a row that has another number of cells than the header, and note it."""
    raw_piece.rejected_count += 1
    # The last line of a file that is still being written ends too soon, and has no end.
    is_last_line = line_reader.is_block_done and not line_reader.ends_with_newline
    raw_piece.truncated = cell_count < expected_count and is_last_line
    message = _describe_ragged_row(cell_count, expected_count, raw_piece.truncated)
    raw_piece.reader_notes.append(ReaderNote(line_number, message))


def _describe_ragged_row(cell_count: int, expected_count: int, is_truncated: bool) -> CodedMessage:
    if is_truncated:
        return create_message("row-broken-off", cell_count=cell_count, expected=expected_count)
    return create_message("row-of-other-length", expected=expected_count)


def _iter_records(line_reader: _LineReader, separator: str, first_line: int) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the first line, last line and cells of each record, up to one that ends a block.

    Raise UnreadableTable where a cell is longer than `MAX_CELL_CHARACTERS`.
    """
    # The limit is one for the whole process, and 131,072 characters where nobody has set it.
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    csv_reader = csv.reader(line_reader, delimiter=separator)
    while not (csv_reader.line_num and line_reader.is_block_done):
        line_number = first_line + csv_reader.line_num
        try:
            cells = next(csv_reader)
        except StopIteration:
            return
        except csv.Error as csv_error:
            raise UnreadableTable(
                create_message("file-broken-off", reason=str(csv_error)), line_number, truncated=True
            ) from None
        yield line_number, first_line + csv_reader.line_num - 1, cells
