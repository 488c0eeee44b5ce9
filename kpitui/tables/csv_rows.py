"""Read the records of a CSV file, block by block.

polars reads a regular block: one where every quote opens or closes a whole cell, and every line
has as many cells as the header. The csv module of Python reads any other block, record by record.
Both ways give the same rows, lines and notes; tests/tables/test_pieces.py holds them to that.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import itemgetter

import polars as pl

from kpitui.tables.blocks import plain
from kpitui.tables.raw import LINE, Note, Raw, Unreadable, as_frame

LONGEST = 1_000_000  # characters of a cell
# A row whose cells have nothing but these is blank. polars and Python must agree on it, so the
# characters are listed, rather than left to what each takes for white space.
BLANKS = " \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0"
RUNS_ON = 5  # line ends in one record: more look like a quote that was never closed
_FIRST, _LAST = itemgetter(slice(2)), itemgetter(slice(-1, None))
LOOKED_BACK = 1_000  # lines, from the end of a block, to find where its last record begins


def rows_of(
    blocks: Iterator[bytes], separator: str, names: Sequence[str], first: int
) -> Iterator[Raw]:
    """Yield the records of blocks of whole lines as text, each with its line number.

    `first_line` is the number of the first line. There is a piece for each block, and one without
    rows where there is no block. Raise UnreadableTable where a record is too long to be one.
    """
    line, rest, pieces = first, b"", 0
    while (block := next(blocks, b"")) or rest:
        whole, rest = _at_a_record(rest + block) if block else (rest, b"")
        found = _fast(whole, separator, names, line)
        if found is None:
            stream = _Lines(chain((whole,), (rest,) if rest else (), blocks))
            found = _closely(stream, separator, names, line)
            # A record may have run on past its block: the reader has then used the pending bytes.
            rest = b"" if stream.blocks > 1 else rest
            line += stream.lines
        else:
            line += whole.count(b"\n")
        yield found
        pieces += 1
    if not pieces:
        # A header alone is a table without rows: its columns must be known all the same.
        yield Raw(as_frame([[] for _ in names], names, []), plain=True)


def _at_a_record(block: bytes) -> tuple[bytes, bytes]:
    """Split a block at the end of its last whole record, judged by its quotes.

    Return the whole records, and the bytes of the one that goes on in the next block.
    """
    if block.count(b'"') % 2 == 0:
        return block, b""
    end, odd = len(block), False
    for _ in range(LOOKED_BACK):
        start = block.rfind(b"\n", 0, end - 1) + 1
        # An odd number of quotes from here to the end: a record that is still open begins here.
        odd ^= block.count(b'"', start, end) % 2 == 1
        if odd and start:
            return block[:start], block[start:]
        if not start:
            break
        end = start
    return block, b""


def _fast(block: bytes, separator: str, names: Sequence[str], first: int) -> Raw | None:
    """Read a regular block with polars, or return None where the block is not regular."""
    # Without a separator in each line there is nothing to count the cells by.
    if b"\0" in block or len(names) < 2:
        return None
    # A carriage return alone ends a line for the csv module, and not for polars.
    if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
        return None
    whole = block if block.endswith(b"\n") else block + b"\n"
    bare = _outside_quotes(whole, separator.encode()) if b'"' in block else whole
    rows = bare.count(b"\n")
    if not rows or bare.count(separator.encode()) != rows * (len(names) - 1):
        return None
    try:
        frame = pl.read_csv(
            whole,
            separator=separator,
            has_header=False,
            new_columns=list(names),
            infer_schema=False,
            quote_char='"' if b'"' in block else None,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != rows:
        return None
    found = Raw(frame.with_row_index(LINE, offset=first), _plain(whole, bare, separator))
    if bare is not whole and rows != whole.count(b"\n"):
        _number(found, first)
    found.frame = _without_blank(found.frame)
    return found


def _outside_quotes(block: bytes, separator: bytes) -> bytes:
    """Return the bytes outside quotes, or none where a quote is in the middle of a cell."""
    # After a split at quotes, every other part is outside: between doubled quotes it is empty.
    pieces = block.split(b'"')
    outside = pieces[::2]
    begins = {*map(_FIRST, outside[1:])} - {b""}
    ends = {*map(_LAST, outside[:-1])} - {b""}
    follows = all(one.startswith((separator, b"\n", b"\r\n")) for one in begins)
    if len(pieces) % 2 == 0 or not follows or not ends <= {separator, b"\n"}:
        return b""
    return b"".join(outside)


def _plain(block: bytes, bare: bytes, separator: str) -> bool:
    """Say whether every cell is printable ASCII. A tab or a line end inside a cell is not."""
    if bare is not block and block.count(b"\n") != bare.count(b"\n"):
        return False
    tabs = bare.count(b"\t") if separator == "\t" else 0
    return block.count(b"\t") == tabs and plain(block)


def _number(found: Raw, first: int) -> None:
    """Number rows by the line that each begins on, where cells have line ends inside quotes."""
    inner = pl.sum_horizontal(
        pl.exclude(LINE).str.count_matches("\n", literal=True).fill_null(0)
    ).cast(pl.UInt32)
    frame = found.frame.with_columns(_inner=inner)
    last = (pl.col(LINE) + pl.col("_inner")).alias("_last")
    before = pl.col("_inner").cum_sum() - pl.col("_inner")
    frame = frame.with_columns((pl.col(LINE) + before).cast(pl.UInt32).alias(LINE))
    long = frame.filter(pl.col("_inner") >= RUNS_ON).select(LINE, last)
    found.notes += [_runs_on(line, last) for line, last in long.iter_rows()]
    found.frame = frame.drop("_inner")


def _runs_on(line: int, last: int) -> Note:
    return line, f"a quote runs on from here to line {last}"


def _without_blank(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop the rows in which every cell is blank, as at the end of some Ofsted childcare files."""
    empty = pl.exclude(LINE).str.strip_chars(BLANKS).fill_null("") == ""
    # Most rows have something in their first cell: all cells are looked at only in the others.
    suspects = frame.filter(pl.nth(1).str.strip_chars(BLANKS).fill_null("") == "")
    blank = suspects.filter(pl.all_horizontal(empty)) if suspects.height else suspects
    return frame.join(blank.select(LINE), on=LINE, how="anti") if blank.height else frame


class _Lines:
    """The lines of a block, and of the blocks after it while a record is not at its end."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks = self.lines = 0  # blocks that were begun, lines that were given
        self.ends = True  # of the block that was begun last
        self._more = blocks
        self._block: list[str] = []
        self._at = 0
        self._next_block()

    @property
    def over(self) -> bool:
        """Say whether every line of the current block has been given."""
        return self._at == len(self._block)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.over:
            self._next_block()
        line = self._block[self._at]
        self._at += 1
        self.lines += 1
        return line

    def _next_block(self) -> None:
        # The csv module refuses NUL in some releases: it is hostile anyway.
        text = next(self._more).decode(errors="replace").replace("\0", "\ufffd")
        self._block, self._at = io.StringIO(text, newline="").readlines(), 0
        self.blocks += 1
        self.ends = text.endswith(("\n", "\r"))


def _closely(stream: _Lines, separator: str, names: Sequence[str], first: int) -> Raw:
    """Read a block with odd quotes, blank lines or rows of another length than the header.

    A row may run over several lines: its number is that of the first. A row of the wrong length is
    refused, and noted.
    """
    rows: list[list[str | None]] = []
    lines: list[int] = []
    found = Raw(pl.DataFrame(), plain=False)
    for line, last, cells in _records(stream, separator, first):
        if last - line >= RUNS_ON:
            found.notes.append(_runs_on(line, last))
        if not any(cell.strip(BLANKS) for cell in cells):
            continue
        # Commas after the last cell, with nothing between them, take nothing from a row.
        if len(cells) > len(names) and not any(cell.strip(BLANKS) for cell in cells[len(names) :]):
            cells = cells[: len(names)]
        if len(cells) != len(names):
            found.refused += 1
            # The last line of a file that is still being written ends too soon, and has no end.
            found.broken = len(cells) < len(names) and stream.over and not stream.ends
            found.notes.append((line, _ragged(len(cells), len(names), found.broken)))
            continue
        rows.append([cell or None for cell in cells])
        lines.append(line)
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
    found.frame = as_frame(columns, names, lines)
    return found


def _ragged(cells: int, wanted: int, broken: bool) -> str:
    if broken:
        told = f"breaks off after {cells} of {wanted} cells: the file may not be whole yet"
    else:
        told = f"has {cells} cells where the header has {wanted}"
    return f"{told}: row left out"


def _records(stream: _Lines, separator: str, first: int) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the first line, last line and cells of each record, up to one that ends a block.

    Raise UnreadableTable where a cell is longer than `MAX_CELL_CHARACTERS`.
    """
    # The limit is one for the whole process, and 131,072 characters where nobody has set it.
    csv.field_size_limit(LONGEST)
    reader = csv.reader(stream, delimiter=separator)
    while not (reader.line_num and stream.over):
        line = first + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(f"breaks off at line {line}: {error}", broken=True) from None
        yield line, first + reader.line_num - 1, cells
