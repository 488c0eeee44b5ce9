"""Cells by the type of their column: what is read as what, and what is said about it.

Every reader takes the text of a column and returns the values and what it found on the way.
Nothing is guessed silently: what is not written as a clean table writes it is named once for the
column, what cannot be read is named cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from kpitui.tables.files import LINE
from kpitui.tables.schema import Column, ColumnType
from kpitui.text import HOSTILE, REPLACEMENT, clean

# Dates that can be: before is a slip of the hand, after is more than a date can say.
EARLIEST, LATEST = date(1800, 1, 1), date(9999, 12, 31)
MOST = 1_000  # issues of one kind in a column
MISSING_MARKS = ("null", "n/a", "nan", "none", "#n/a")
_YES_NO = {"y": "Y", "n": "N", "yes": "Y", "no": "N", "1": "Y", "0": "N", "true": "Y", "false": "N"}
_ISO = r"^\d{4}-\d{2}-\d{2}$"
_ISO_MIDNIGHT = r"^\d{4}-\d{2}-\d{2}[T ]00:00(:00(\.0+)?)?Z?$"
_DAY_FIRST = r"^\d{1,2}/\d{1,2}/\d{4}$"


@dataclass(frozen=True, slots=True)
class Found:
    """Something said of a column: at a line, or of the column as a whole.

    `part` is the number of the file, where several make one table.
    """

    message: str
    line: int | None = None
    part: int = 0


@dataclass(slots=True)
class Cells:
    """A column as it was read, with what was found in it."""

    values: pl.Series
    found: list[Found]


def read_cells(frame: pl.DataFrame, column: Column, plain: bool) -> Cells:
    """The cells of a column of `frame` (which has `_line`), read by its type.

    Cells that cannot be read are missing in the result.
    """
    series, lines = frame[column.name], frame[LINE]
    found: list[Found] = []
    if series.dtype == column.dtype and series.dtype != pl.String:
        return Cells(_possible(_finite(series), lines, column, found), found)
    text = _as_text(series, column, found)
    if not plain:
        text = _cleaned(text, lines, column.name, found)
    text = _stripped(text, lines, column, found)
    return Cells(_READERS[column.type](text, lines, column, found), found)


def _as_text(series: pl.Series, column: Column, found: list[Found]) -> pl.Series:
    """Any column as text; what Parquet holds as a number or a time is told."""
    if series.dtype == pl.String:
        return series
    if series.dtype in (pl.Date, pl.Datetime):
        return series.cast(pl.Date, strict=False).cast(pl.String)
    if series.dtype in (pl.Boolean, pl.Categorical, pl.Enum, pl.Null):
        return series.cast(pl.String)
    if not series.dtype.is_numeric():
        found.append(Found(f"{column.name} is held as {series.dtype}: read as it is written out"))
        texts = [None if value is None else str(value) for value in series.to_list()]
        return pl.Series(series.name, texts, dtype=pl.String)
    if column.type not in (ColumnType.NUMBER, ColumnType.CODE, ColumnType.YES_NO):
        found.append(Found(f"{column.name} is held as numbers: read as text"))
    return series.cast(pl.String, strict=False)


def _cleaned(text: pl.Series, lines: pl.Series, name: str, found: list[Found]) -> pl.Series:
    bad = text.str.contains(HOSTILE).fill_null(False)
    if not bad.any():
        return text
    number = int(text.filter(bad).str.count_matches(HOSTILE).sum())
    told = f"{number:,} control or invisible characters in {name}, each replaced by {REPLACEMENT}"
    found.append(Found(f"{told} (first here)", lines.filter(bad)[0]))
    return text.str.replace_all(HOSTILE, REPLACEMENT)


def _stripped(text: pl.Series, lines: pl.Series, column: Column, found: list[Found]) -> pl.Series:
    """Without outer spaces; empty is missing, and so are the marks for it, which are named."""
    text = text.str.strip_chars(
        " \u00a0\ufffd" if column.type is not ColumnType.TEXT else " \u00a0"
    )
    text = text.set(text == "", None)
    marked = text.str.to_lowercase().is_in(MISSING_MARKS).fill_null(False)
    if marked.any():
        mark, number = clean(text.filter(marked)[0]), int(marked.sum())
        told = f"{number:,} cells of {column.name} say {mark}: read as missing (first here)"
        found.append(Found(told, lines.filter(marked)[0]))
        text = text.set(marked, None)
    return text


def _text(text: pl.Series, lines: pl.Series, column: Column, found: list[Found]) -> pl.Series:
    return text


def _ids(text: pl.Series, lines: pl.Series, column: Column, found: list[Found]) -> pl.Series:
    floats = text.str.contains(r"^\d+\.0$").fill_null(False)
    if not floats.any():
        return text
    told = f"{int(floats.sum()):,} cells of {column.name} are numbers with .0: read without it"
    found.append(Found(f"{told} (first here)", lines.filter(floats)[0]))
    return text.str.replace(r"^(\d+)\.0$", "$1")


def _postcodes(text: pl.Series, lines: pl.Series, column: Column, found: list[Found]) -> pl.Series:
    return text.str.replace_all(" ", "", literal=True).str.to_uppercase()


def _codes(text: pl.Series, lines: pl.Series, column: Column, found: list[Found]) -> pl.Series:
    """Codes in the form that the table knows; an unknown one stays as it stands and is named."""
    known = {code.lower(): code for code in column.codes}
    lower = text.str.to_lowercase()
    if column.name == "overall":
        lower = lower.str.replace(r"^(\d)\.0$", "$1")
    values = lower.replace_strict(known, default=text, return_dtype=pl.String)
    strange = (~lower.is_in(list(known)) & text.is_not_null()).fill_null(False)
    found += _each(
        text, lines, strange, lambda cell: f"{column.name} {cell} is not a known code: kept"
    )
    return values


def _yes_no(text: pl.Series, lines: pl.Series, column: Column, found: list[Found]) -> pl.Series:
    values = text.str.to_lowercase().replace_strict(_YES_NO, default=None, return_dtype=pl.String)
    unread = text.is_not_null() & values.is_null()
    found += _each(
        text, lines, unread, lambda cell: f"{column.name} {cell} is not Y or N: read as missing"
    )
    return values


def _numbers(text: pl.Series, lines: pl.Series, column: Column, found: list[Found]) -> pl.Series:
    values = _finite(text.cast(pl.Float64, strict=False))
    unread = text.is_not_null() & values.is_null()
    found += _each(
        text, lines, unread, lambda cell: f"{column.name} {cell} is not a number: read as missing"
    )
    return values


def _dates(text: pl.Series, lines: pl.Series, column: Column, found: list[Found]) -> pl.Series:
    """Year first; day first is read and named once; nothing else is a date."""
    values = text.str.to_date("%Y-%m-%d", strict=False)
    # Some engines are lax about the width of the parts: 2018-1-2 is not a clean date.
    values = values.set((~text.str.contains(_ISO)).fill_null(False), None)
    values = values.set((values < EARLIEST).fill_null(False), None)
    left = text.is_not_null() & values.is_null()
    if not left.any():
        return values
    midnight = (left & text.str.contains(_ISO_MIDNIGHT)).fill_null(False)
    day_first = (left & text.str.contains(_DAY_FIRST)).fill_null(False)
    values = values.zip_with(~midnight, text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False))
    values = values.zip_with(~day_first, text.str.to_date("%d/%m/%Y", strict=False))
    read = day_first & values.is_not_null()
    if read.any():
        told = f"{int(read.sum()):,} dates of {column.name} are written day/month/year, and read so"
        found.append(Found(f"{told} (first here)", lines.filter(read)[0]))
    values = values.set((values < EARLIEST).fill_null(False), None)
    unread = text.is_not_null() & values.is_null()
    found += _each(
        text, lines, unread, lambda cell: f"{column.name} {cell} is not a date: read as missing"
    )
    return values


def _possible(series: pl.Series, lines: pl.Series, column: Column, found: list[Found]) -> pl.Series:
    """Dates that Parquet holds, without those that no calendar of ours has."""
    if series.dtype != pl.Date:
        return series
    strange = ~series.is_between(EARLIEST, LATEST).fill_null(True)
    if not strange.any():
        return series
    told = f"{int(strange.sum()):,} dates of {column.name} cannot be: read as missing (first here)"
    found.append(Found(told, lines.filter(strange)[0]))
    return series.set(strange, None)


def _each(
    text: pl.Series, lines: pl.Series, which: pl.Series, told: Callable[[str], str]
) -> Iterator[Found]:
    """A finding for each cell that is marked, up to a number, and then how many more there are."""
    which = which.fill_null(False)
    total = int(which.sum())
    if not total:
        return
    cells, places = text.filter(which).head(MOST), lines.filter(which).head(MOST)
    for cell, line in zip(cells, places, strict=True):
        yield Found(told(clean(str(cell))[:60]), line)
    if total > MOST:
        yield Found(f"and {total - MOST:,} more like these")


def _finite(series: pl.Series) -> pl.Series:
    """Numbers without those that are none: in polars NaN > 2 is true."""
    if not series.dtype.is_float():
        return series
    return series.set((~series.is_finite()).fill_null(False), None)


_READERS: dict[ColumnType, Callable[[pl.Series, pl.Series, Column, list[Found]], pl.Series]] = {
    ColumnType.TEXT: _text,
    ColumnType.ID: _ids,
    ColumnType.CODE: _codes,
    ColumnType.DATE: _dates,
    ColumnType.NUMBER: _numbers,
    ColumnType.YES_NO: _yes_no,
    ColumnType.POSTCODE: _postcodes,
}
