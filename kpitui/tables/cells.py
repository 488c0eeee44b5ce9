"""Cells by the type of their column: what is read as what, and what is said about it.

Every reader takes the text of a column and returns the values and what it found on the way.
Nothing is guessed silently: what is not written as a clean table writes it is named once for the
column, what cannot be read is named cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from kpitui.tables.findings import Finder
from kpitui.tables.schema import Column, ColumnType
from kpitui.text import HOSTILE, REPLACEMENT, clean

# Dates that can be: before is a slip of the hand, after is more than a date can say.
EARLIEST, LATEST = date(1800, 1, 1), date(9999, 12, 31)
MISSING_MARKS = ("null", "n/a", "nan", "none", "#n/a")
_MARKED = tuple({len(mark) for mark in MISSING_MARKS})
_YES_NO = {"y": "Y", "n": "N", "yes": "Y", "no": "N", "1": "Y", "0": "N", "true": "Y", "false": "N"}
_ISO = r"^\d{4}-\d{2}-\d{2}$"
_ISO_MIDNIGHT = r"^\d{4}-\d{2}-\d{2}[T ]00:00(:00(\.0+)?)?Z?$"
_DAY_FIRST = r"^\d{1,2}/\d{1,2}/\d{4}$"


Tell = Callable[[str, int], str]


@dataclass(frozen=True, slots=True)
class _Place:
    """A column, where among the others it stands, and who is told what is found in it."""

    column: Column
    number: int
    finder: Finder

    def whole(self, step: int, message: str) -> None:
        self.finder.whole((self.number, step), message)

    def counted(
        self,
        step: int,
        which: pl.Series,
        cells: pl.Series,
        told: Tell,
        amounts: pl.Series | None = None,
    ) -> None:
        self.finder.counted((self.number, step), which, told, cells, amounts)

    def each(self, step: int, which: pl.Series, text: pl.Series, told: str) -> None:
        name = self.column.name
        self.finder.each(
            (self.number, step),
            which.fill_null(False),
            text,
            lambda cell: f"{name} {clean(str(cell))[:60]} {told}",
        )


def read_cells(
    series: pl.Series, column: Column, number: int, finder: Finder, plain: bool
) -> pl.Series:
    """The cells of a column, the `number`-th of its table, read by its type.

    Cells that cannot be read are missing in the result; `finder` is told what was found.
    """
    place = _Place(column, number, finder)
    if series.dtype == column.dtype and series.dtype != pl.String:
        return _possible(_finite(series), place)
    text = _as_text(series, place)
    if not plain:
        text = _cleaned(text, place)
    return _READERS[column.type](_stripped(text, place, plain), place)


def _as_text(series: pl.Series, place: _Place) -> pl.Series:
    """Any column as text; what Parquet holds as a number or a time is told."""
    if series.dtype == pl.String:
        return series
    if series.dtype in (pl.Date, pl.Datetime):
        return series.cast(pl.Date, strict=False).cast(pl.String)
    if series.dtype in (pl.Boolean, pl.Categorical, pl.Enum, pl.Null):
        return series.cast(pl.String)
    if not series.dtype.is_numeric():
        told = f"{place.column.name} is held as {series.dtype}: read as it is written out"
        place.whole(0, told)
        texts = [None if value is None else str(value) for value in series.to_list()]
        return pl.Series(series.name, texts, dtype=pl.String)
    if place.column.type not in (ColumnType.NUMBER, ColumnType.CODE, ColumnType.YES_NO):
        place.whole(0, f"{place.column.name} is held as numbers: read as text")
    return series.cast(pl.String, strict=False)


def _cleaned(text: pl.Series, place: _Place) -> pl.Series:
    bad = text.str.contains(HOSTILE).fill_null(False)
    if not bad.any():
        return text

    def told(_: str, number: int) -> str:
        what = f"{number:,} control or invisible characters in {place.column.name}"
        return f"{what}, each replaced by {REPLACEMENT} (first here)"

    place.counted(1, bad, text, told, text.str.count_matches(HOSTILE).fill_null(0))
    return text.str.replace_all(HOSTILE, REPLACEMENT)


def _stripped(text: pl.Series, place: _Place, plain: bool) -> pl.Series:
    """Without outer spaces; empty is missing, and so are the marks for it, which are named."""
    spaces = " \u00a0" if place.column.type is ColumnType.TEXT else " \u00a0\ufffd"
    # To look is cheaper than to make another text of every cell.
    if not plain or (text.str.starts_with(" ") | text.str.ends_with(" ")).any():
        text = text.str.strip_chars(spaces)
    lengths = text.str.len_bytes()
    nothing = (lengths == 0).fill_null(False)
    if lengths.is_in(_MARKED).any():
        marked = text.str.to_lowercase().is_in(MISSING_MARKS).fill_null(False)
        place.counted(
            2,
            marked,
            text,
            lambda mark, n: (
                f"{n:,} cells of {place.column.name} say {clean(mark)}: "
                "read as missing (first here)"
            ),
        )
        nothing |= marked
    return text.set(nothing, None) if nothing.any() else text


def _text(text: pl.Series, place: _Place) -> pl.Series:
    return text


def _ids(text: pl.Series, place: _Place) -> pl.Series:
    if not text.str.ends_with(".0").any():
        return text
    floats = text.str.contains(r"^\d+\.0$").fill_null(False)
    name = place.column.name
    place.counted(
        3,
        floats,
        text,
        lambda _, n: f"{n:,} cells of {name} are numbers with .0: read without it (first here)",
    )
    return text.str.replace(r"^(\d+)\.0$", "$1")


def _postcodes(text: pl.Series, place: _Place) -> pl.Series:
    return text.str.replace_all(" ", "", literal=True).str.to_uppercase()


def _codes(text: pl.Series, place: _Place) -> pl.Series:
    """Codes in the form that the table knows; an unknown one stays as it stands and is named."""
    if text.is_in(place.column.codes).all():
        return text
    known = {code.lower(): code for code in place.column.codes}
    lower = text.str.to_lowercase()
    if place.column.name == "overall":
        lower = lower.str.replace(r"^(\d)\.0$", "$1")
    strange = ~lower.is_in(list(known)) & text.is_not_null()
    place.each(4, strange, text, "is not a known code: kept")
    return lower.replace_strict(known, default=text, return_dtype=pl.String)


def _yes_no(text: pl.Series, place: _Place) -> pl.Series:
    values = text.str.to_lowercase().replace_strict(_YES_NO, default=None, return_dtype=pl.String)
    place.each(4, text.is_not_null() & values.is_null(), text, "is not Y or N: read as missing")
    return values


def _numbers(text: pl.Series, place: _Place) -> pl.Series:
    values = _finite(text.cast(pl.Float64, strict=False))
    place.each(4, text.is_not_null() & values.is_null(), text, "is not a number: read as missing")
    return values


def _dates(text: pl.Series, place: _Place) -> pl.Series:
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
    name = place.column.name
    place.counted(
        3,
        day_first & values.is_not_null(),
        text,
        lambda _, n: f"{n:,} dates of {name} are written day/month/year, and read so (first here)",
    )
    values = values.set((values < EARLIEST).fill_null(False), None)
    place.each(4, text.is_not_null() & values.is_null(), text, "is not a date: read as missing")
    return values


def _possible(series: pl.Series, place: _Place) -> pl.Series:
    """Dates that Parquet holds, without those that no calendar of ours has."""
    if series.dtype != pl.Date:
        return series
    strange = ~series.is_between(EARLIEST, LATEST).fill_null(True)
    name = place.column.name
    place.counted(
        3,
        strange,
        series.cast(pl.String, strict=False),
        lambda _, n: f"{n:,} dates of {name} cannot be: read as missing (first here)",
    )
    return series.set(strange, None)


def _finite(series: pl.Series) -> pl.Series:
    """Numbers without those that are none: in polars NaN > 2 is true."""
    if not series.dtype.is_float():
        return series
    return series.set((~series.is_finite()).fill_null(False), None)


_READERS: dict[ColumnType, Callable[[pl.Series, _Place], pl.Series]] = {
    ColumnType.TEXT: _text,
    ColumnType.ID: _ids,
    ColumnType.CODE: _codes,
    ColumnType.DATE: _dates,
    ColumnType.NUMBER: _numbers,
    ColumnType.YES_NO: _yes_no,
    ColumnType.POSTCODE: _postcodes,
}
