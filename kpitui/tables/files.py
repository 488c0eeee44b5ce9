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

from kpitui.tables.blocks import Source, Text, content_of, open_text
from kpitui.tables.csv_rows import LONGEST, rows_of
from kpitui.tables.raw import LINE, PART, Note, Raw, Unreadable
from kpitui.text import clean, hint, nearest

__all__ = ["LINE", "Header", "Note", "Raw", "Unreadable", "column_names", "headers", "hint",
           "open_text", "read_csv", "read_parquet", "read_table"]  # fmt: skip

HEADER_WITHIN = 20  # lines
BATCH = 50_000  # rows that are fetched at once from a database
CELLS = 2_000_000  # cells of a Parquet file that are read at once
# A header with more columns is not compared for near spellings: a hostile one may have 200,000.
MOST_COLUMNS = 500
KEPT = 20_000  # characters: a longer header is parsed again, and not kept in the cache
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True, slots=True)
class Header:
    """A line that may be a header: its number from 1, its separator, and its column names."""

    place: int
    separator: str
    names: tuple[str, ...]


def read_csv(source: Source, wanted: Sequence[str]) -> Iterator[Raw]:
    """Yield the rows of a CSV file in pieces, below the header that fits `expected_columns` best.

    Raise UnreadableTable where no line is such a header, or the file cannot be read.
    """
    text = open_text(source)
    yield from read_table(text, *_header(text.head, wanted))


def headers(text: Text) -> Iterator[Header]:
    """Yield every way to read one of the first lines as a header of two columns or more."""
    for place in range(1, HEADER_WITHIN + 1):
        line = _line(text.head, place)
        for separator in _SEPARATORS:
            if separator in line:
                yield Header(place, separator, _names(line, separator))


def read_table(text: Text, place: int, separator: str) -> Iterator[Raw]:
    """Yield the rows below the header in line `header_line` in pieces, every cell as text.

    The first piece has the notes on the encoding, the header and the separator. Raise
    UnreadableTable where the file cannot be read.
    """
    notes: list[Note] = [*text.notes]
    if place > 1:
        told = f"the header stands here: the {place - 1} lines before it are not read"
        notes.append((place, told))
    if separator != ",":
        notes.append((place, f"columns are set apart by {_SEPARATORS[separator]}, not commas"))
    names = column_names(_cells(_line(text.head, place), separator), notes, place)
    for raw in rows_of(_after(text.blocks(), place), separator, names, place + 1):
        raw.header = place
        # What is noted of the whole file goes with its first piece, and is not repeated.
        raw.notes, notes = [*notes, *raw.notes], []
        yield raw


def read_parquet(source: Source) -> tuple[list[str], Iterator[Raw]]:
    """Return the columns of a Parquet file, and an iterator of its rows in pieces.

    Rows are numbered from 1. Raise UnreadableTable where the file is damaged; the iterator may
    raise it too.
    """
    # polars scans a path in pieces. What is inside an archive has none, and is read whole.
    whole = source if isinstance(source, Path) else content_of(source)
    with _parquet_said():
        found = list(pl.read_parquet_schema(_opened(whole)))
    return column_names(found, [], None), _parquet_pieces(whole, found)


def _parquet_pieces(whole: Path | bytes, found: Sequence[str]) -> Iterator[Raw]:
    notes: list[Note] = []
    names = column_names(found, notes, None)
    with _parquet_said():
        rows = pl.scan_parquet(_opened(whole)).select(pl.len()).collect().item()
    step = max(CELLS // max(len(found), 1), 1)
    # A file without rows gives one empty piece, so that its columns are known.
    for start in range(0, max(rows, 1), step):
        with _parquet_said():
            frame = pl.scan_parquet(_opened(whole)).slice(start, step).collect()
        frame.columns = names
        yield Raw(frame.with_row_index(LINE, offset=start + 1), plain=False, notes=notes)
        notes = []


def _opened(whole: Path | bytes) -> Path | io.BytesIO:
    return whole if isinstance(whole, Path) else io.BytesIO(whole)


@contextmanager
def _parquet_said() -> Iterator[None]:
    """Raise UnreadableTable, in plain words, for any error of polars in reading a Parquet file."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # polars raises several kinds; its panics are no Exceptions
        told = f"is not a Parquet file that can be read: {_short(error)}"
        raise Unreadable(told, broken=True) from None


def _header(text: str, wanted: Sequence[str]) -> tuple[int, str]:
    """Find the header in the first lines of a file: return its line number and its separator.

    Where no line has the expected columns by name, a line that nearly has them all is the header:
    the table is then refused for the misspelt column, which helps more than "no header". Raise
    UnreadableTable where there is none.
    """
    # The line number is negated, so that of two lines that fit equally the earlier one wins.
    lines = [_line(text, number) for number in range(1, HEADER_WITHIN + 1)]
    scores = [(_fit(line, separator, wanted), -number, separator)
              for number, line in enumerate(lines, 1) for separator in _SEPARATORS]  # fmt: skip
    fit, place, separator = max(scores)
    if not fit:
        # Only now, because looking for near spellings is slow.
        fit, place, separator = max(
            (_near_fit(line, separator, wanted), -number, separator)
            for number, line in enumerate(lines, 1)
            for separator in _SEPARATORS
        )
    if not fit:
        first = ", ".join(clean(word) for word in re.split(r"[,;\t]", lines[0])[:6])
        raise Unreadable(
            f"has no header with {', '.join(wanted)} in its first {HEADER_WITHIN} lines; "
            f"it begins: {first[:120]}"
        )
    return -place, separator


def _fit(line: str, separator: str, wanted: Sequence[str]) -> int:
    """Count the expected columns that a line names, or all its names where none is expected."""
    found = _loosely(line, separator)
    if not wanted:
        return len(found) if any(found) else 0
    exact = sum(name in found for name in wanted)
    # A title or a row of data may have one expected name in it by chance: two are asked for.
    return exact if exact >= min(2, len(wanted)) or exact == len(wanted) else 0


def _near_fit(line: str, separator: str, wanted: Sequence[str]) -> int:
    """Count the expected columns that a line names, if it nearly names all the others; else 0."""
    found = _loosely(line, separator)
    exact = sum(name in found for name in wanted)
    near = all(name in found or nearest(name, found) for name in wanted)
    return exact if near and len(found) <= MOST_COLUMNS else 0


def _loosely(line: str, separator: str) -> set[str]:
    """Split a line at its separators, without parsing quotes, and return the names in it."""
    return {cell.strip().strip('"').strip().lower() for cell in line.split(separator)}


def _names(line: str, separator: str) -> tuple[str, ...]:
    """Return the column names of a possible header, from the cache unless it is very long."""
    return _known_names(line, separator) if len(line) < KEPT else _read_names(line, separator)


def _read_names(line: str, separator: str) -> tuple[str, ...]:
    return tuple(column_names(_cells(line, separator), [], None))


# A folder may have thousands of files, and few different headers among them.
_known_names = lru_cache(maxsize=200)(_read_names)


def _cells(line: str, separator: str) -> list[str]:
    """Parse a header line as CSV. Raise UnreadableTable where it is not."""
    csv.field_size_limit(LONGEST)
    try:
        return next(csv.reader([line.replace("\r", " ")], delimiter=separator))
    except csv.Error as error:
        raise Unreadable(f"has a header that cannot be read: {error}") from None


def column_names(header: Sequence[str], notes: list[Note], line: int | None) -> list[str]:
    """Return the names of a header in lower case, single-spaced and unique.

    An empty or repeated name gets the number of its column. A name that this program or polars
    uses itself gets `_in_file` at its end. What is changed is added to `column_notes`; a repeated
    name is noted at `header_line`.
    """
    names: list[str] = []
    for number, cell in enumerate(header, 1):
        name = clean(re.sub(r"\s+", " ", cell.strip())).lower() or f"column_{number}"
        # What looks like a pattern is one to polars, wherever it asks for a column by its name.
        if name in (LINE, PART, "*") or (name.startswith("^") and name.endswith("$")):
            notes.append((None, f"the column {name} is kept as {name}_in_file"))
            name = f"{name}_in_file"
        if name in names:
            notes.append((line, f"the column {name} stands there twice: the first is used"))
            name = f"{name}_{number}"
        names.append(name)
    return names


def _line(text: str, number: int) -> str:
    """Return a line by its number from 1, without its line end; empty after the last line."""
    start = 0
    for _ in range(number - 1):
        end = text.find("\n", start)
        if end < 0:
            return ""
        start = end + 1
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)].rstrip("\r")


def _after(blocks: Iterator[bytes], number: int) -> Iterator[bytes]:
    """Yield blocks of whole lines without the first lines of the file."""
    for block in blocks:
        start = 0
        while number and start < len(block):
            start = block.find(b"\n", start) + 1 or len(block)
            number -= 1
        if start < len(block):
            yield block[start:] if start else block


def _short(error: BaseException) -> str:
    if isinstance(error, pl.exceptions.PanicException):
        return "it is damaged"  # the text of a panic is for the authors of polars
    return clean(str(error).splitlines()[0] if str(error) else type(error).__name__)[:120]
