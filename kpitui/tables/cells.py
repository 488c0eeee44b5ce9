"""Parse the cells of a table by the type of their column, and record what was unusual.

The ordinary cells of all columns are parsed in one step. Only the cells that this step leaves null
are looked at again, column by column. Nothing is guessed silently. A cell in another form than
that of a clean table is read, and recorded once for the column. A cell that cannot be read is
missing, and recorded with its line. The rules are in docs/tables.md, "How a file is written".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from kpitui.tables.findings import Finder
from kpitui.tables.schema import Column, ColumnType
from kpitui.text import HOSTILE, REPLACEMENT, clean

# Before 1800 a date is a slip of the hand. After 9999 it is more than datetime.date can hold.
EARLIEST, LATEST = date(1800, 1, 1), date(9999, 12, 31)
MISSING_MARKS = ("null", "n/a", "nan", "none", "#n/a")
# A length is cheap to test: only texts of these lengths are compared with the marks.
_LENGTHS = (0, *{len(mark) for mark in MISSING_MARKS})
_YES_NO = {"y": "Y", "n": "N", "yes": "Y", "no": "N", "1": "Y", "0": "N", "true": "Y", "false": "N"}
_ISO = r"^\d{4}-\d{2}-\d{2}$"
_ISO_MIDNIGHT = r"^\d{4}-\d{2}-\d{2}[T ]00:00(:00(\.0+)?)?Z?$"
_DAY_FIRST = r"^\d{1,2}/\d{1,2}/\d{4}$"
_WITH_POINT = r"^(\d+)\.0$"
_ALL = pl.all().str


Tell = Callable[[str, int], str]


@dataclass(frozen=True, slots=True)
class _Place:
    """A column, its position in its table, and the recorder of what is found in it.

    The position and the number of a check put the issues of a table in order.
    """

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
    frame: pl.DataFrame, columns: Mapping[str, tuple[int, Column]], finder: Finder, plain: bool
) -> pl.DataFrame:
    """Parse the columns of a frame by their types.

    `numbered_columns` gives each column's position in its table and its declaration. Return a frame
    of these columns in their order; a cell that cannot be read is null, and `recorder` has what was
    found. `ascii_only` says that every text is printable ASCII, which saves a search.
    """
    places = {name: _Place(column, number, finder) for name, (number, column) in columns.items()}
    # Parquet may hold a column in its own type already: only impossible values are looked for.
    found = {
        name: _possible(_finite(frame[name]), place)
        for name, place in places.items()
        if frame.schema[name] == place.column.dtype != pl.String
    }
    texts = {name: place for name, place in places.items() if name not in found}
    if texts:
        read = _read(_texts(frame, texts, plain), texts, plain)
        found |= {name: read[name] for name in texts}
    return pl.DataFrame([found[name].alias(name) for name in columns])


def _texts(frame: pl.DataFrame, places: Mapping[str, _Place], plain: bool) -> pl.DataFrame:
    """Convert columns to text, with control and invisible characters replaced."""
    texts = pl.DataFrame([_as_text(frame[name], place) for name, place in places.items()])
    if plain:
        return texts
    bad = _where(texts, _ALL.contains(HOSTILE))
    return texts.with_columns(_cleaned(texts[name], places[name]) for name in bad)


def _read(texts: pl.DataFrame, places: Mapping[str, _Place], plain: bool) -> pl.DataFrame:
    """Parse texts by the types of their columns: ordinary cells first, then the remaining ones."""
    cells = _present(texts, places, plain)
    # One select for all columns: polars then works on them at the same time.
    values = cells.select(
        _READERS[place.column.type].ordinary(pl.col(name), place.column)
        for name, place in places.items()
    )
    return values.with_columns(
        _READERS[place.column.type].other(cells[name], values[name], place)
        for name, place in places.items()
        if values[name].null_count() > cells[name].null_count()
    )


def _present(texts: pl.DataFrame, places: Mapping[str, _Place], plain: bool) -> pl.DataFrame:
    """Strip outer spaces, and make empty cells and marks such as NULL missing.

    Looking first is cheaper than building a new text for every cell. Text that is `ascii_only` has
    no space but the ordinary one, so a look at both ends is enough.
    """
    spaced = _where(texts, _ALL.starts_with(" ") | _ALL.ends_with(" ")) if plain else places
    stripped = texts.with_columns(
        pl.col(name).str.strip_chars(_spaces(places[name].column)) for name in spaced
    )
    maybe = _where(stripped, _ALL.len_bytes().is_in(_LENGTHS))
    marked = _where(stripped.select(maybe), _ALL.to_lowercase().is_in(("", *MISSING_MARKS)))
    return stripped.with_columns(_without_marks(stripped[name], places[name]) for name in marked)


def _where(texts: pl.DataFrame, is_so: pl.Expr) -> list[str]:
    """List the columns in which at least one cell meets a condition."""
    if not texts.width:
        return []
    found = texts.select(is_so.any()).row(0, named=True)
    return [name for name, there in found.items() if there]


def _as_text(series: pl.Series, place: _Place) -> pl.Series:
    """Convert a column of any type to text, recording a type that the table does not expect."""
    if series.dtype == pl.String:
        return series
    if series.dtype in (pl.Date, pl.Datetime):
        # By way of a date: a time of day is no part of a date.
        return series.cast(pl.Date, strict=False).cast(pl.String)
    if series.dtype in (pl.Boolean, pl.Categorical, pl.Enum, pl.Null):
        return series.cast(pl.String)
    # polars refuses to cast a list to text, and bytes that are not UTF-8: Python writes out both.
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

    def told(_: str, number: int) -> str:
        what = f"{number:,} control or invisible characters in {place.column.name}"
        return f"{what}, each replaced by {REPLACEMENT} (first here)"

    place.counted(1, bad, text, told, text.str.count_matches(HOSTILE).fill_null(0))
    return text.str.replace_all(HOSTILE, REPLACEMENT)


def _spaces(column: Column) -> str:
    # Free text keeps a replacement character at its ends; elsewhere it would spoil a good cell.
    return " \u00a0" if column.type is ColumnType.TEXT else f" \u00a0{REPLACEMENT}"


def _without_marks(text: pl.Series, place: _Place) -> pl.Series:
    marked = text.str.to_lowercase().is_in(MISSING_MARKS).fill_null(False)
    place.counted(
        2,
        marked,
        text,
        lambda mark, n: (
            f"{n:,} cells of {place.column.name} say {clean(mark)}: read as missing (first here)"
        ),
    )
    return text.set(marked | (text == "").fill_null(False), None)


def _as_it_is(text: pl.Expr, column: Column) -> pl.Expr:
    return text


def _postcodes(text: pl.Expr, column: Column) -> pl.Expr:
    # Files differ in where they put the space: postcodes are compared without any.
    return text.str.replace_all(" ", "", literal=True).str.to_uppercase()


def _ids(text: pl.Expr, column: Column) -> pl.Expr:
    # "121646.0" is a URN that some program kept as a float: it is left to the second look.
    return pl.when(~text.str.ends_with(".0")).then(text)


def _ids_with_point(text: pl.Series, values: pl.Series, place: _Place) -> pl.Series:
    name = place.column.name
    place.counted(
        3,
        text.str.contains(_WITH_POINT).fill_null(False),
        text,
        lambda _, n: f"{n:,} cells of {name} are numbers with .0: read without it (first here)",
    )
    return text.str.replace(_WITH_POINT, "$1")


def _codes(text: pl.Expr, column: Column) -> pl.Expr:
    """Keep the codes that are spelt as the table declares them."""
    return pl.when(text.is_in(column.codes)).then(text)


def _other_codes(text: pl.Series, values: pl.Series, place: _Place) -> pl.Series:
    """Match codes in any capitals. An unknown code is kept as it is, and recorded."""
    known = {code.lower(): code for code in place.column.codes}
    lower = text.str.to_lowercase()
    # Some programs keep a column of grades as floats: "2.0" is grade 2.
    if place.column.name == "overall":
        lower = lower.str.replace(r"^(\d)\.0$", "$1")
    found = lower.replace_strict(known, default=None, return_dtype=pl.String)
    place.each(4, _left(text, found), text, "is not a known code: kept")
    return found.fill_null(text)


def _yes_no(text: pl.Expr, column: Column) -> pl.Expr:
    return text.str.to_lowercase().replace_strict(_YES_NO, default=None, return_dtype=pl.String)


def _neither(text: pl.Series, values: pl.Series, place: _Place) -> pl.Series:
    place.each(4, _left(text, values), text, "is not Y or N: read as missing")
    return values


def _numbers(text: pl.Expr, column: Column) -> pl.Expr:
    # polars reads "inf" and "NaN" as numbers: they are none here.
    values = text.cast(pl.Float64, strict=False)
    return pl.when(values.is_finite()).then(values)


def _no_numbers(text: pl.Series, values: pl.Series, place: _Place) -> pl.Series:
    place.each(4, _left(text, values), text, "is not a number: read as missing")
    return values


def _dates(text: pl.Expr, column: Column) -> pl.Expr:
    """Parse dates as YYYY-MM-DD. The pattern refuses 2018-1-2, which a lax parser would take."""
    values = text.str.to_date("%Y-%m-%d", strict=False)
    return pl.when(text.str.contains(_ISO) & (values >= EARLIEST)).then(values)


def _other_dates(text: pl.Series, values: pl.Series, place: _Place) -> pl.Series:
    """Parse DD/MM/YYYY, recorded once, and dates with a midnight. Anything else is no date."""
    left = _left(text, values)
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
    place.each(4, _left(text, values), text, "is not a date: read as missing")
    return values


def _left(text: pl.Series, values: pl.Series) -> pl.Series:
    """Mark the cells that have text and no parsed value."""
    return text.is_not_null() & values.is_null()


def _possible(series: pl.Series, place: _Place) -> pl.Series:
    """Make dates before 1800 or after 9999 missing, as a column of a Parquet file may have."""
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
    """Make NaN and infinity missing. In polars `NaN > 2` is true, so NaN would be counted."""
    if not series.dtype.is_float():
        return series
    return series.set((~series.is_finite()).fill_null(False), None)


@dataclass(frozen=True, slots=True)
class _Reader:
    """How a type is parsed: `parse_ordinary` leaves null what `parse_remaining` must look at."""

    ordinary: Callable[[pl.Expr, Column], pl.Expr]
    other: Callable[[pl.Series, pl.Series, _Place], pl.Series] = lambda text, values, place: values


_READERS: dict[ColumnType, _Reader] = {
    ColumnType.TEXT: _Reader(_as_it_is),
    ColumnType.ID: _Reader(_ids, _ids_with_point),
    ColumnType.CODE: _Reader(_codes, _other_codes),
    ColumnType.DATE: _Reader(_dates, _other_dates),
    ColumnType.NUMBER: _Reader(_numbers, _no_numbers),
    ColumnType.YES_NO: _Reader(_yes_no, _neither),
    ColumnType.POSTCODE: _Reader(_postcodes),
}
