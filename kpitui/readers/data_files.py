"""Read CSV and Parquet files: find the header, name the columns, and number every row.

Rows come in pieces, so that a large file is never in memory whole.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from kpitui.model.issues import create_message
from kpitui.readers.csv_records import MAX_CELL_CHARACTERS, read_records
from kpitui.readers.expansion_limits import limit_unpacked_bytes
from kpitui.readers.raw_table import LINE_COLUMN, PART_COLUMN, RawTable, ReaderNote, UnreadableTable
from kpitui.readers.text_blocks import FileInput, TextFile, open_text_file, read_all_bytes
from kpitui.regular_files import require_regular_file
from kpitui.text import clean_text, find_nearest_name, fold_heading, format_name_hint

__all__ = [
    "LINE_COLUMN",
    "HeaderLine",
    "RawTable",
    "ReaderNote",
    "UnreadableTable",
    "find_header_candidates",
    "format_name_hint",
    "normalise_column_names",
    "open_text_file",
    "read_csv_file",
    "read_parquet_file",
    "read_rows_below_header",
]  # fmt: skip

HEADER_SEARCH_LINES = 20  # lines
BATCH_ROWS = 50_000  # rows that are fetched at once from a database
PARQUET_BATCH_CELLS = 2_000_000  # cells of a Parquet file that are read at once
CALENDAR_DAYS = (-719_162, 2_932_896)  # from 1 January 1 to 31 December 9999, counted from 1 January 1970
# A header with more columns is not compared for near spellings: a hostile one may have 200,000.
MAX_SPELLCHECKED_COLUMNS = 500
MAX_COLUMNS = 20_000  # a sheet has 16,384
MAX_NAMED_COLUMNS = 20  # columns that issues of one kind name
LOST_LINES_COLUMNS = 300  # columns of a file with one line that is no header alone
MAX_CACHED_CHARACTERS = 20_000  # characters: a longer header is parsed again, and not kept in the cache
_SEPARATOR_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}
# Database tools draw a line below the header.
_RULE_LINE = re.compile(r"[-+|,;\s]*-{2}[-+|,;\s]*")


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """A line that may be a header: its number from 1, its separator, and its column names."""

    line_number: int
    separator: str
    column_names: tuple[str, ...]


def read_csv_file(file_input: FileInput, expected_columns: Sequence[str]) -> Iterator[RawTable]:
    """Yield the rows of a CSV file in pieces, below the header that fits `expected_columns` best.

    Raise UnreadableTable where no line is such a header, or the file cannot be read.
    """
    text_file = open_text_file(file_input)
    yield from read_rows_below_header(text_file, *_find_header(text_file.head_text, expected_columns))


def find_header_candidates(text_file: TextFile) -> Iterator[HeaderLine]:
    """Yield every way to read one of the first lines as a header of two columns or more."""
    for line_number in range(1, HEADER_SEARCH_LINES + 1):
        line_text, _ = _extract_record(text_file.head_text, line_number)
        for separator in _SEPARATOR_NAMES:
            if 0 < line_text.count(separator) < MAX_COLUMNS:
                yield HeaderLine(line_number, separator, _get_header_names(line_text, separator))


def read_rows_below_header(text_file: TextFile, header_line: int, separator: str) -> Iterator[RawTable]:
    """Yield the rows below the header in line `header_line` in pieces, every cell as text.

    The first piece has the notes on the encoding, the header and the separator. Raise
    UnreadableTable where the file cannot be read.
    """
    notes = [*text_file.encoding_notes, *_describe_header(header_line, separator)]
    header_text, last_header_line = _extract_record(text_file.head_text, header_line)
    _check_header_width(text_file, header_text, header_text.count(separator) + 1, header_line)
    column_names = normalise_column_names(_split_header_cells(header_text, separator), notes, header_line)
    has_rule = _RULE_LINE.fullmatch(_extract_line(text_file.head_text, last_header_line + 1)) is not None
    lines_to_skip = last_header_line + has_rule
    blocks = _skip_lines(text_file.iter_blocks(), lines_to_skip)
    for raw_piece in read_records(blocks, separator, column_names, lines_to_skip + 1):
        raw_piece.header_line = header_line
        # What is noted of the whole file goes with its first piece, and is not repeated.
        raw_piece.reader_notes, notes = [*notes, *raw_piece.reader_notes], []
        yield raw_piece


def _check_header_width(text_file: TextFile, header_text: str, column_count: int, header_line: int) -> None:
    """Raise UnreadableTable where a header has more cells than any has, or is the whole file."""
    if column_count > MAX_COLUMNS:
        raise UnreadableTable(create_message("header-too-wide", column_count=column_count), header_line)
    is_single_line = header_line == 1 and len(text_file.head_text.rstrip()) <= len(header_text)
    if is_single_line and column_count > LOST_LINES_COLUMNS:
        raise UnreadableTable(create_message("line-ends-lost", column_count=column_count), header_line)


def _describe_header(header_line: int, separator: str) -> Iterator[ReaderNote]:
    """Note a header that is not the first line, and a separator that is not a comma."""
    if header_line > 1:
        yield ReaderNote(header_line, create_message("header-below-first-line", line_count=header_line - 1))
    if separator != ",":
        message = create_message("separator-not-comma", separator=_SEPARATOR_NAMES[separator])
        yield ReaderNote(header_line, message)


def read_parquet_file(file_input: FileInput) -> tuple[list[str], Iterator[RawTable]]:
    """Return the columns of a Parquet file, and an iterator of its rows in pieces.

    Rows are numbered from 1. Raise UnreadableTable where the file is damaged; the iterator may
    raise it too.
    """
    # polars scans a path in pieces. What is inside an archive has none, and is read whole.
    path_or_bytes = _require_scannable(file_input) if isinstance(file_input, Path) else read_all_bytes(file_input)
    with _translate_parquet_errors():
        columns = list(pl.read_parquet_schema(_open_for_polars(path_or_bytes)))
    return normalise_column_names(columns, [], None), _read_parquet_pieces(path_or_bytes, columns)


def _read_parquet_pieces(path_or_bytes: Path | bytes, parquet_columns: Sequence[str]) -> Iterator[RawTable]:
    column_notes: list[ReaderNote] = []
    column_names = normalise_column_names(parquet_columns, column_notes, None)
    with _translate_parquet_errors():
        row_count = pl.scan_parquet(_open_for_polars(path_or_bytes)).select(pl.len()).collect().item()
    size_limit = _UnpackedParquet(path_or_bytes)
    # A cell takes four bytes at least, however little the file spends on rows that are equal.
    size_limit.count_bytes(row_count * len(parquet_columns) * 4)
    batch_rows = max(PARQUET_BATCH_CELLS // max(len(parquet_columns), 1), 1)
    # A file without rows gives one empty piece, so that its columns are known.
    for first_row in range(0, max(row_count, 1), batch_rows):
        with _translate_parquet_errors():
            batch_frame = pl.scan_parquet(_open_for_polars(path_or_bytes)).slice(first_row, batch_rows).collect()
            batch_frame = _write_out_wild_dates(batch_frame)
            text_columns = batch_frame.select(pl.col(pl.String)).iter_columns()
            text_bytes = sum(int(column.str.len_bytes().sum()) for column in text_columns)
        size_limit.count_bytes(text_bytes)
        batch_frame.columns = column_names
        yield RawTable(
            batch_frame.with_row_index(LINE_COLUMN, offset=first_row + 1), ascii_only=False, reader_notes=column_notes
        )
        column_notes = []


class _UnpackedParquet:
    """Counts what a Parquet file becomes. Cells that repeat share their text until something is made of them."""

    def __init__(self, path_or_bytes: Path | bytes) -> None:
        file_bytes = path_or_bytes.stat().st_size if isinstance(path_or_bytes, Path) else len(path_or_bytes)
        self._max_bytes = self._remaining_bytes = limit_unpacked_bytes(file_bytes)

    def count_bytes(self, byte_count: int) -> None:
        """Count bytes. Raise UnreadableTable past the limit for a file of this size."""
        self._remaining_bytes -= byte_count
        if self._remaining_bytes < 0:
            raise UnreadableTable(create_message("parquet-too-large", megabytes=self._max_bytes // 10**6))


def _write_out_wild_dates(batch_frame: pl.DataFrame) -> pl.DataFrame:
    """Turn columns with dates that no calendar has into text: polars would panic on such a date."""
    wild_columns = []
    for column in batch_frame.iter_columns():
        if column.dtype not in (pl.Date, pl.Datetime):
            continue
        day_numbers = column.to_physical().cast(pl.Int64) // _count_ticks_per_day(column.dtype)
        is_wild = ~day_numbers.is_between(*CALENDAR_DAYS).fill_null(True)
        if is_wild.any():
            written_days = column.set(is_wild, None).cast(pl.Date).cast(pl.String)
            wild_days = pl.format("day {}", day_numbers)
            wild_columns.append(pl.select(pl.when(is_wild).then(wild_days).otherwise(written_days)).to_series())
            wild_columns[-1] = wild_columns[-1].alias(column.name)
    return batch_frame.with_columns(wild_columns)


def _count_ticks_per_day(dtype: pl.DataType) -> int:
    """Return how many units of a column of dates or times make a day."""
    if not isinstance(dtype, pl.Datetime):
        return 1
    return {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}[dtype.time_unit]


def _require_scannable(path: Path) -> Path:
    """Return the path of a regular file. Raise UnreadableTable for any other."""
    try:
        require_regular_file(path)
    except OSError as error:
        raise UnreadableTable(create_message("file-not-readable", reason=error.strerror or "")) from None
    return path


def _open_for_polars(path_or_bytes: Path | bytes) -> Path | io.BytesIO:
    return path_or_bytes if isinstance(path_or_bytes, Path) else io.BytesIO(path_or_bytes)


@contextmanager
def _translate_parquet_errors() -> Iterator[None]:
    """Raise UnreadableTable, in plain words, for any error of polars in reading a Parquet file."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # polars raises several kinds; its panics are no Exceptions
        message = create_message("parquet-not-readable", reason=_describe_polars_error(error))
        raise UnreadableTable(message, truncated=True) from None


def _find_header(head_text: str, expected_columns: Sequence[str]) -> tuple[int, str]:
    """Find the header in the first lines of a file: return its line number and its separator.

    Where no line has the expected columns by name, a line that nearly has them all is the header:
    the table is then refused for the misspelt column, which helps more than "no header". Raise
    UnreadableTable where there is none.
    """
    head_lines = [_extract_record(head_text, number)[0] for number in range(1, HEADER_SEARCH_LINES + 1)]
    # Folding names and looking for near spellings are slow: done only where no line fits exactly.
    for score_line in (_score_exact_match, _score_folded_match, _score_near_match):
        # The line number is negated, so that of two lines that fit equally the earlier one wins.
        best_score, negated_line, separator = max(
            (score_line(line_text, separator, expected_columns), -line_number, separator)
            for line_number, line_text in enumerate(head_lines, 1)
            for separator in _SEPARATOR_NAMES
        )
        if best_score:
            return -negated_line, separator
    first_words = ", ".join(clean_text(word) for word in re.split(r"[,;\t|]", head_lines[0])[:6])
    raise UnreadableTable(
        create_message(
            "header-missing",
            columns=tuple(expected_columns),
            line_count=HEADER_SEARCH_LINES,
            first_words=first_words[:120],
        )
    )


def _score_exact_match(line_text: str, separator: str, expected_columns: Sequence[str]) -> int:
    """Count the expected columns that a line names, or all its names where none is expected."""
    line_names = _split_names_loosely(line_text, separator)
    if not expected_columns:
        return len(line_names) if any(line_names) else 0
    return _require_matches(sum(name in line_names for name in expected_columns), expected_columns)


def _score_folded_match(line_text: str, separator: str, expected_columns: Sequence[str]) -> int:
    """Count the expected columns that a line names, without capitals, blanks and notes."""
    line_names = {fold_heading(name) for name in _split_names_loosely(line_text, separator)}
    return _require_matches(sum(fold_heading(name) in line_names for name in expected_columns), expected_columns)


def _require_matches(match_count: int, expected_columns: Sequence[str]) -> int:
    # A title or a row of data may have one expected name in it by chance: two are asked for.
    return match_count if match_count >= min(2, len(expected_columns)) or match_count == len(expected_columns) else 0


def _score_near_match(line_text: str, separator: str, expected_columns: Sequence[str]) -> int:
    """Count the expected columns that a line names, if it nearly names all the others; else 0."""
    line_names = _split_names_loosely(line_text, separator)
    match_count = sum(name in line_names for name in expected_columns)
    is_near_match = all(
        column_name in line_names or find_nearest_name(column_name, line_names) for column_name in expected_columns
    )
    return match_count if is_near_match and len(line_names) <= MAX_SPELLCHECKED_COLUMNS else 0


def _split_names_loosely(line_text: str, separator: str) -> set[str]:
    """Split a line at its separators, without parsing quotes, and return the names in it."""
    return {cell.strip().strip('"').strip().lower() for cell in line_text.split(separator)}


def _get_header_names(line_text: str, separator: str) -> tuple[str, ...]:
    """Return the column names of a possible header, from the cache unless it is very long."""
    return (
        _cached_header_names(line_text, separator)
        if len(line_text) < MAX_CACHED_CHARACTERS
        else _parse_header_names(line_text, separator)
    )


def _parse_header_names(line_text: str, separator: str) -> tuple[str, ...]:
    return tuple(normalise_column_names(_split_header_cells(line_text, separator), [], None))


# A folder may have thousands of files, and few different headers among them.
_cached_header_names = lru_cache(maxsize=200)(_parse_header_names)


def _split_header_cells(line_text: str, separator: str) -> list[str]:
    """Parse a header line as CSV. Raise UnreadableTable where it is not."""
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    try:
        return next(csv.reader([line_text.replace("\r", " ")], delimiter=separator))
    except csv.Error as csv_error:
        raise UnreadableTable(create_message("header-not-readable", reason=str(csv_error))) from None


def normalise_column_names(
    header_cells: Sequence[str], column_notes: list[ReaderNote], header_line: int | None
) -> list[str]:
    """Return the names of a header in lower case, single-spaced and unique.

    An empty or repeated name gets the number of its column. A name that this program or polars
    uses itself gets `_in_file` at its end. What is changed is added to `column_notes`; a repeated
    name is noted at `header_line`.
    """
    column_names: dict[str, None] = {}
    repeated_count = 0
    for position, header_cell in enumerate(header_cells, 1):
        # Two programs may each have put a byte order mark before the first name.
        heading = re.sub(r"\s+", " ", header_cell.replace("\ufeff", "").strip())
        column_name = clean_text(heading).lower() or f"column_{position}"
        column_name = _avoid_reserved_name(column_name, column_notes)
        if column_name in column_names:
            repeated_count += 1
            if repeated_count <= MAX_NAMED_COLUMNS:
                column_notes.append(ReaderNote(header_line, create_message("column-repeated", column=column_name)))
            column_name = f"{column_name}_{position}"
        column_names[column_name] = None
    return list(column_names)


def _avoid_reserved_name(column_name: str, column_notes: list[ReaderNote]) -> str:
    """Return the name to keep a column under, and note it where it is another than its own."""
    # What looks like a pattern is one to polars, wherever it asks for a column by its name.
    is_pattern = column_name == "*" or (column_name.startswith("^") and column_name.endswith("$"))
    if not is_pattern and column_name not in (LINE_COLUMN, PART_COLUMN):
        return column_name
    new_name = f"{column_name}_in_file"
    column_notes.append(ReaderNote(None, create_message("column-renamed", column=column_name, new_name=new_name)))
    return new_name


def _extract_line(head_text: str, line_number: int) -> str:
    """Return a line by its number from 1, without its line end; empty after the last line."""
    line_start = 0
    for _ in range(line_number - 1):
        line_end = head_text.find("\n", line_start)
        if line_end < 0:
            return ""
        line_start = line_end + 1
    line_end = head_text.find("\n", line_start)
    return head_text[line_start : line_end if line_end >= 0 else len(head_text)].rstrip("\r")


def _extract_record(head_text: str, line_number: int) -> tuple[str, int]:
    """Return a line and its number, or the lines up to the end of a quote that it opens, and the last one's."""
    record_text = line_text = _extract_line(head_text, line_number)
    last_line = line_number
    while record_text.count('"') % 2 and last_line < line_number + HEADER_SEARCH_LINES:
        last_line += 1
        record_text += f" {_extract_line(head_text, last_line)}"
    return (line_text, line_number) if record_text.count('"') % 2 else (record_text, last_line)


def _skip_lines(blocks: Iterator[bytes], lines_to_skip: int) -> Iterator[bytes]:
    """Yield blocks of whole lines without the first lines of the file."""
    for block in blocks:
        line_start = 0
        while lines_to_skip and line_start < len(block):
            line_start = block.find(b"\n", line_start) + 1 or len(block)
            lines_to_skip -= 1
        if line_start < len(block):
            yield block[line_start:] if line_start else block


def _describe_polars_error(polars_error: BaseException) -> str:
    if isinstance(polars_error, pl.exceptions.PanicException):
        return "it is damaged"  # the text of a panic is for the authors of polars
    return clean_text(str(polars_error).splitlines()[0] if str(polars_error) else type(polars_error).__name__)[:120]
