"""Parse the cells of a table by the type of their column, and record what was unusual.

The ordinary cells of all columns are parsed in one step. Only the cells that this step leaves null
are looked at again, column by column. Nothing is guessed silently. A cell in another form than
that of a clean table is read, and recorded once for the column. A cell that cannot be read is
missing, and recorded with its line. The rules are in docs/tables.md, "How a file is written".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from kpitui.model.clean_tables import OFSTED_GRADES, UNREAD_SUFFIX
from kpitui.model.column_readings import find_source_column
from kpitui.model.issues import create_message
from kpitui.model.table_schema import ColumnType, TableColumn
from kpitui.readers.date_forms import (
    ONLY_MONTH_FIRST,
    ONLY_SWAPPED,
    convert_to_days,
    mark_month_first,
    mark_swapped,
    read_certain_dates,
)
from kpitui.tables.issue_log import IssueRecorder
from kpitui.tables.polars_types import get_polars_type
from kpitui.text import HOSTILE_CHARACTERS, REPLACEMENT_CHARACTER

# Outside these a date is a slip of the hand: 2919 for 2019.
EARLIEST_DATE, LATEST_DATE = date(1800, 1, 1), date(2100, 12, 31)
MISSING_MARKS = ("null", "n/a", "nan", "none", "#n/a")
# What databases and spreadsheets write where there is no date or no id.
PLACEHOLDER_DATES = (
    date(1753, 1, 1), date(1899, 12, 30), date(1900, 1, 1), date(2999, 12, 31), date(9999, 12, 31),
)  # fmt: skip
PLACEHOLDER_IDS = ("-1",)
# Placeholders of the Standard Safeguarding Dataset.
PLACEHOLDER_TEXTS = ("SSD_PH", "PLACEHOLDER_DATA")
# A length is cheap to test: only texts of these lengths are compared with the marks.
_MARK_LENGTHS = (0, *{len(missing_mark) for missing_mark in MISSING_MARKS})
# Access writes -1 for yes, and a program that keeps numbers as floats 1.0.
YES_NO_CODES = {
    **dict.fromkeys(("y", "yes", "1", "true", "t", "-1", "on", "1.0", "-1.0"), "Y"),
    **dict.fromkeys(("n", "no", "0", "false", "f", "off", "0.0"), "N"),
}
_GRADE_CODES = {"outstanding": "1", "good": "2", "requires improvement": "3", "inadequate": "4"}
_THOUSANDS = r"^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$"
_LARGEST_SHARE = 2  # a column of larger numbers has percentages as such
_NUMBER_TYPES = (ColumnType.NUMBER, ColumnType.AMOUNT)
_ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"
_ISO_MIDNIGHT = r"^\d{4}-\d{2}-\d{2}([T ]00:00(:00(\.0+)?)?Z?)?$"
_DAY_FIRST_DATE = r"^\d{1,2}/\d{1,2}/\d{4}$"
_TRAILING_POINT_ZERO = r"^(\d+)\.0$"
_ALL_TEXT_COLUMNS = pl.all().str
_UNREAD_CHECK = 4
_UNREADABLE_TYPES = (ColumnType.DATE, ColumnType.NUMBER, ColumnType.YES_NO)


@dataclass(frozen=True, slots=True)
class _ColumnContext:
    """A column, its position in its table, and the recorder of what is found in it.

    The position and the number of a check put the issues of a table in order. A row without a
    cell in a mandatory column is left out.
    """

    column: TableColumn
    position: int
    recorder: IssueRecorder
    is_mandatory: bool

    def record_column(self, check_number: int, code: str, **values: str) -> None:
        if not self._is_reported_elsewhere(check_number):
            message = create_message(code, column=self.column.name, **values)
            self.recorder.record_column((self.position, check_number), message)

    def record_cells(
        self,
        check_number: int,
        code: str,
        row_mask: pl.Series,
        cell_values: pl.Series | None = None,
        row_amounts: pl.Series | None = None,
        **values: str,
    ) -> None:
        if not self._is_reported_elsewhere(check_number):
            message = create_message(code, column=find_source_column(self.column.name), **values)
            order = (self.position, check_number)
            self.recorder.record_cells(order, message, row_mask.fill_null(False), cell_values, row_amounts)

    def record_out_of_range(self, row_mask: pl.Series, cell_values: pl.Series) -> None:
        """Record numbers that are lower or higher than any of their column may be."""
        lowest, highest = (f"{limit:,.0f}" for limit in self.column.number_range)
        self.record_unread("number-out-of-range", row_mask, cell_values, lowest=lowest, highest=highest)

    def record_unread(self, code: str, row_mask: pl.Series, cell_values: pl.Series, **values: str) -> None:
        """Record cells that cannot be read, and so are missing, or leave out their rows."""
        code = f"row-{code}" if self.is_mandatory else code
        self.record_cells(_UNREAD_CHECK, code, row_mask, cell_values, None, **values)
        if self.column.required or self.is_mandatory:
            self.recorder.mark_unread(self.column.name, row_mask.fill_null(False))

    def _is_reported_elsewhere(self, check_number: int) -> bool:
        """Say whether another reading of the same cells reports the same, or nobody asked for this one."""
        if find_source_column(self.column.name) == self.column.name:
            return False
        return check_number != _UNREAD_CHECK or self.column.column_type is ColumnType.DATE


def parse_columns(
    raw_rows: pl.DataFrame,
    numbered_columns: Mapping[str, tuple[int, TableColumn]],
    recorder: IssueRecorder,
    ascii_only: bool,
    mandatory_columns: Collection[str] = (),
) -> pl.DataFrame:
    """Parse the columns of a frame by their types.

    `numbered_columns` gives each column's position in its table and its declaration. Return a frame
    of these columns in their order; a cell that cannot be read is null, and `recorder` has what was
    found. `ascii_only` says that every text is printable ASCII, which saves a search.
    """
    contexts = {
        name: _ColumnContext(column, position, recorder, name in mandatory_columns)
        for name, (position, column) in numbered_columns.items()
    }
    # Parquet may hold a column in its own type already: only impossible values are looked for.
    columns = {
        column_name: _drop_impossible_values(raw_rows[column_name], context)
        for column_name, context in contexts.items()
        if raw_rows.schema[column_name] == get_polars_type(context.column.column_type) != pl.String
    }
    text_contexts = {column_name: context for column_name, context in contexts.items() if column_name not in columns}
    if text_contexts:
        parsed_texts = _parse_texts(_convert_to_text(raw_rows, text_contexts, ascii_only), text_contexts, ascii_only)
        columns |= {column_name: parsed_texts[column_name] for column_name in parsed_texts.columns}
    for column_name, context in contexts.items():
        if context.column.column_type is ColumnType.DATE:
            columns |= _drop_placeholder_dates(columns, context)
        elif context.column.column_type is ColumnType.ID:
            columns[column_name] = _drop_placeholders(columns[column_name], PLACEHOLDER_IDS, context)
    return pl.DataFrame([column.alias(name) for name, column in _order_columns(columns, numbered_columns)])


def _drop_placeholder_dates(columns: Mapping[str, pl.Series], context: _ColumnContext) -> Mapping[str, pl.Series]:
    """Return a column of dates without placeholders, and its cells that could not be read.

    Where all rows without a date have one, they are missing. Beside empty cells, or without a single
    date, nobody can tell what they stand for: the date could as well not be known.
    """
    column_name = context.column.name
    values = columns[column_name]
    real_dates = _drop_placeholders(values, PLACEHOLDER_DATES, context)
    unread_cells = columns.get(column_name + UNREAD_SUFFIX)
    empty_count = values.null_count() - (0 if unread_cells is None else len(unread_cells) - unread_cells.null_count())
    is_missing = not empty_count and real_dates.null_count() < len(real_dates)
    if real_dates is values or context.is_mandatory or is_missing:
        return {column_name: real_dates}
    placeholders = values.set(real_dates.is_not_null(), None).cast(pl.String)
    unread_cells = placeholders if unread_cells is None else unread_cells.fill_null(placeholders)
    return {column_name: real_dates, column_name + UNREAD_SUFFIX: unread_cells}


def _drop_placeholders(
    values: pl.Series, placeholders: Collection[str] | Collection[date], context: _ColumnContext
) -> pl.Series:
    """Make the cells missing that only fill a gap, and record them; return the same series if there are none."""
    is_placeholder = values.is_in(placeholders)
    if not is_placeholder.any():
        return values
    context.record_cells(6, "cells-placeholder", is_placeholder, values.cast(pl.String))
    return values.set(is_placeholder.fill_null(False), None)


def _order_columns(columns: Mapping[str, pl.Series], column_names: Iterable[str]) -> Iterable[tuple[str, pl.Series]]:
    """Yield columns in the order of the names, each followed by its cells that could not be read."""
    for column_name in column_names:
        yield column_name, columns[column_name]
        if column_name + UNREAD_SUFFIX in columns:
            yield column_name + UNREAD_SUFFIX, columns[column_name + UNREAD_SUFFIX]


def _convert_to_text(raw_rows: pl.DataFrame, contexts: Mapping[str, _ColumnContext], ascii_only: bool) -> pl.DataFrame:
    """Convert columns to text, with control and invisible characters replaced."""
    text_columns = pl.DataFrame([_cast_to_text(raw_rows[name], context) for name, context in contexts.items()])
    if ascii_only:
        return text_columns
    columns = _find_columns_with(text_columns, _ALL_TEXT_COLUMNS.contains(HOSTILE_CHARACTERS))
    return text_columns.with_columns(
        _replace_hostile_characters(text_columns[column_name], contexts[column_name]) for column_name in columns
    )


def _parse_texts(text_columns: pl.DataFrame, contexts: Mapping[str, _ColumnContext], ascii_only: bool) -> pl.DataFrame:
    """Parse texts by the types of their columns: ordinary cells first, then the remaining ones."""
    cells = _normalise_blanks(text_columns, contexts, ascii_only)
    # One select for all columns: polars then works on them at the same time.
    values = cells.select(
        _COLUMN_PARSERS[context.column.column_type].parse_ordinary(pl.col(name), context.column)
        for name, context in contexts.items()
    )
    values = values.with_columns(
        _COLUMN_PARSERS[context.column.column_type].parse_remaining(cells[column_name], values[column_name], context)
        for column_name, context in contexts.items()
        if values[column_name].null_count() > cells[column_name].null_count()
    )
    # What could not be read stays beside the column: the row may be another than it seems.
    return values.with_columns(
        cells[column_name].set(values[column_name].is_not_null(), None).alias(column_name + UNREAD_SUFFIX)
        for column_name, context in contexts.items()
        # A row without one of the mandatory cells is left out.
        if context.column.column_type in _UNREADABLE_TYPES
        and not context.is_mandatory
        and values[column_name].null_count() > cells[column_name].null_count()
    )


def _normalise_blanks(
    text_columns: pl.DataFrame, contexts: Mapping[str, _ColumnContext], ascii_only: bool
) -> pl.DataFrame:
    """Strip outer spaces, and make empty cells and marks such as NULL missing.

    Looking first is cheaper than building a new text for every cell. Text that is `ascii_only` has
    no space but the ordinary one, so a look at both ends is enough.
    """
    has_outer_space = _ALL_TEXT_COLUMNS.starts_with(" ") | _ALL_TEXT_COLUMNS.ends_with(" ")
    padded_columns = _find_columns_with(text_columns, has_outer_space) if ascii_only else contexts
    stripped_columns = text_columns.with_columns(
        pl.col(name).str.strip_chars(_get_strip_characters(contexts[name].column)) for name in padded_columns
    )
    columns = _find_columns_with(stripped_columns, pl.all().is_in(PLACEHOLDER_TEXTS))
    stripped_columns = stripped_columns.with_columns(
        _drop_placeholders(stripped_columns[name], PLACEHOLDER_TEXTS, contexts[name]) for name in columns
    )
    columns = _find_columns_with(stripped_columns, _ALL_TEXT_COLUMNS.len_bytes().is_in(_MARK_LENGTHS))
    is_marked = _ALL_TEXT_COLUMNS.to_lowercase().is_in(("", *MISSING_MARKS))
    marked_columns = _find_columns_with(stripped_columns.select(columns), is_marked)
    return stripped_columns.with_columns(
        _blank_marked_cells(stripped_columns[column_name], contexts[column_name]) for column_name in marked_columns
    )


def _find_columns_with(text_columns: pl.DataFrame, cell_condition: pl.Expr) -> list[str]:
    """List the columns in which at least one cell meets a condition."""
    if not text_columns.width:
        return []
    results = text_columns.select(cell_condition.any()).row(0, named=True)
    return [name for name, is_met in results.items() if is_met]


def _cast_to_text(raw_column: pl.Series, context: _ColumnContext) -> pl.Series:
    """Convert a column of any type to text, recording a type that the table does not expect."""
    if raw_column.dtype == pl.String:
        return raw_column
    if raw_column.dtype in (pl.Date, pl.Datetime):
        # By way of a date: a time of day is no part of a date.
        return raw_column.to_frame().select(convert_to_days(pl.first(), raw_column.dtype).cast(pl.String)).to_series()
    if raw_column.dtype in (pl.Boolean, pl.Categorical, pl.Enum, pl.Null):
        return raw_column.cast(pl.String)
    # polars refuses to cast a list to text, and bytes that are not UTF-8: Python writes out both.
    if not raw_column.dtype.is_numeric():
        context.record_column(0, "column-of-other-type", type=str(raw_column.dtype))
        cell_texts = [None if value is None else str(value) for value in raw_column.to_list()]
        return pl.Series(raw_column.name, cell_texts, dtype=pl.String)
    if context.column.column_type not in (*_NUMBER_TYPES, ColumnType.CODE, ColumnType.YES_NO):
        context.record_column(0, "column-of-numbers")
    return raw_column.cast(pl.String, strict=False)


def _replace_hostile_characters(text_column: pl.Series, context: _ColumnContext) -> pl.Series:
    is_hostile = text_column.str.contains(HOSTILE_CHARACTERS).fill_null(False)
    character_counts = text_column.str.count_matches(HOSTILE_CHARACTERS).fill_null(0)
    context.record_cells(1, "control-characters", is_hostile, row_amounts=character_counts)
    return text_column.str.replace_all(HOSTILE_CHARACTERS, REPLACEMENT_CHARACTER)


def _get_strip_characters(column: TableColumn) -> str:
    # Free text keeps a replacement character at its ends; elsewhere it would spoil a good cell.
    return " \u00a0" if column.column_type is ColumnType.TEXT else f" \u00a0{REPLACEMENT_CHARACTER}"


def _blank_marked_cells(text_column: pl.Series, context: _ColumnContext) -> pl.Series:
    is_marked = text_column.str.to_lowercase().is_in(MISSING_MARKS).fill_null(False)
    context.record_cells(2, "missing-mark", is_marked, text_column)
    return text_column.set(is_marked | (text_column == "").fill_null(False), None)


def _keep_text(text_expr: pl.Expr, column: TableColumn) -> pl.Expr:
    return text_expr


def _normalise_postcodes(text_expr: pl.Expr, column: TableColumn) -> pl.Expr:
    # Files differ in where they put the space: postcodes are compared without any.
    return text_expr.str.replace_all(" ", "", literal=True).str.to_uppercase()


def _parse_ids(text_expr: pl.Expr, column: TableColumn) -> pl.Expr:
    # "121646.0" is a URN that some program kept as a float: it is left to the second look.
    return pl.when(~text_expr.str.ends_with(".0")).then(text_expr)


def _strip_point_zero(text_column: pl.Series, parsed_values: pl.Series, context: _ColumnContext) -> pl.Series:
    context.record_cells(3, "id-with-point-zero", text_column.str.contains(_TRAILING_POINT_ZERO), text_column)
    return text_column.str.replace(_TRAILING_POINT_ZERO, "$1")


def _match_codes(text_expr: pl.Expr, column: TableColumn) -> pl.Expr:
    """Keep the codes that are spelt as the table declares them."""
    return pl.when(text_expr.is_in(column.known_codes)).then(text_expr)


def _match_codes_in_any_case(text_column: pl.Series, parsed_values: pl.Series, context: _ColumnContext) -> pl.Series:
    """Match codes in any capitals. An unknown code is kept as it is, and recorded."""
    lower_case = {code.lower(): code for code in context.column.known_codes}
    lower_text = text_column.str.to_lowercase()
    # Some programs keep a column of grades as floats: "2.0" is grade 2.
    if context.column.known_codes == OFSTED_GRADES:
        lower_text = lower_text.str.replace(r"^(\d)\.0$", "$1")
        lower_case |= _GRADE_CODES
    codes = lower_text.replace_strict(lower_case, default=None, return_dtype=pl.String)
    context.record_cells(4, "code-not-known", _is_unparsed(text_column, codes), text_column)
    return codes.fill_null(text_column)


def _parse_yes_no(text_expr: pl.Expr, column: TableColumn) -> pl.Expr:
    return text_expr.str.to_lowercase().replace_strict(YES_NO_CODES, default=None, return_dtype=pl.String)


def _record_bad_yes_no(text_column: pl.Series, parsed_values: pl.Series, context: _ColumnContext) -> pl.Series:
    context.record_unread("yes-no-not-read", _is_unparsed(text_column, parsed_values), text_column)
    return parsed_values


def _parse_numbers(text_expr: pl.Expr, column: TableColumn) -> pl.Expr:
    # polars reads "inf" and "NaN" as numbers: neither is within a range.
    values = text_expr.cast(pl.Float64, strict=False)
    return pl.when(values.is_between(*column.number_range)).then(values)


def _read_finite_numbers(texts: pl.Series) -> pl.Series:
    values = texts.cast(pl.Float64, strict=False)
    return values.set(~values.is_finite().fill_null(False), None)


def _record_bad_numbers(text_column: pl.Series, parsed_values: pl.Series, context: _ColumnContext) -> pl.Series:
    plain_text = text_column.str.strip_suffix("%").str.strip_chars_end(" ")
    is_grouped = plain_text.str.contains(_THOUSANDS).fill_null(False)
    plain_text = plain_text.zip_with(~is_grouped, plain_text.str.replace_all(",", "", literal=True))
    values = _read_finite_numbers(plain_text)
    if context.column.number_range[1] <= _LARGEST_SHARE:
        # Of a full-time post 50% is 0.5.
        values = values.zip_with(~text_column.str.ends_with("%").fill_null(False), values / 100)
    values = parsed_values.fill_null(values)
    is_outside = _mark_out_of_range(values, context.column)
    context.record_out_of_range(is_outside, text_column)
    context.record_unread("number-not-read", _is_unparsed(text_column, values), text_column)
    return values.set(is_outside, None)


def _mark_out_of_range(values: pl.Series, column: TableColumn) -> pl.Series:
    return ~values.is_between(*column.number_range).fill_null(True)


def _parse_iso_dates(text_expr: pl.Expr, column: TableColumn) -> pl.Expr:
    """Parse dates as YYYY-MM-DD. The pattern refuses 2018-1-2, which a lax parser would take."""
    date_values = text_expr.str.to_date("%Y-%m-%d", strict=False)
    is_possible = date_values.is_between(EARLIEST_DATE, LATEST_DATE) | date_values.is_in(PLACEHOLDER_DATES)
    return pl.when(text_expr.str.contains(_ISO_DATE) & is_possible).then(date_values)


def _parse_other_dates(text_column: pl.Series, parsed_values: pl.Series, context: _ColumnContext) -> pl.Series:
    """Parse dates in other certain forms, recorded once. Anything else is no date."""
    is_unparsed = _is_unparsed(text_column, parsed_values)
    is_midnight = (is_unparsed & text_column.str.contains(_ISO_MIDNIGHT)).fill_null(False)
    is_day_first = (is_unparsed & text_column.str.contains(_DAY_FIRST_DATE)).fill_null(False)
    parsed_values = parsed_values.zip_with(
        ~is_midnight, text_column.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    )
    parsed_values = parsed_values.zip_with(~is_day_first, text_column.str.to_date("%d/%m/%Y", strict=False))
    parsed_values, is_doubted = _parse_rare_dates(text_column, parsed_values, context)
    is_unread = _is_unparsed(text_column, parsed_values) & ~is_doubted
    possible_dates = _drop_impossible_dates(parsed_values, text_column, context)
    context.record_cells(3, "date-day-first", is_day_first & possible_dates.is_not_null(), text_column)
    context.record_unread("date-not-read", is_unread, text_column)
    return possible_dates


def _parse_rare_dates(
    text_column: pl.Series, parsed_values: pl.Series, context: _ColumnContext
) -> tuple[pl.Series, pl.Series]:
    """Parse dates with a time or a month's name; return all, and whose day and month may be the other way round."""
    is_unparsed = _is_unparsed(text_column, parsed_values)
    is_doubted = pl.repeat(False, len(text_column), dtype=pl.Boolean, eager=True)
    if not is_unparsed.any():
        return parsed_values, is_doubted
    rare_texts = text_column.set(~is_unparsed, None)
    values = parsed_values.zip_with(~is_unparsed, read_certain_dates(rare_texts))
    if rare_texts.str.contains(ONLY_MONTH_FIRST).any():
        is_doubted = mark_month_first(text_column, context.recorder.part_numbers)
    context.record_unread("date-month-first", is_doubted, text_column)
    if rare_texts.str.contains(ONLY_SWAPPED).any():
        is_swapped = mark_swapped(text_column, context.recorder.part_numbers)
        context.record_unread("date-swapped", is_swapped, text_column)
        is_doubted |= is_swapped
    context.record_cells(3, "date-other-form", is_unparsed & values.is_not_null() & ~is_doubted, text_column)
    return values.set(is_doubted, None), is_doubted


def _is_unparsed(text_column: pl.Series, parsed_values: pl.Series) -> pl.Series:
    """Mark the cells that have text and no parsed value."""
    return text_column.is_not_null() & parsed_values.is_null()


def _drop_impossible_values(typed_column: pl.Series, context: _ColumnContext) -> pl.Series:
    """Make what no date or number of its column can be missing, in a column that has its type already."""
    if typed_column.dtype == pl.Date:
        return _drop_impossible_dates(typed_column, typed_column.cast(pl.String), context)
    return _drop_impossible_numbers(typed_column, context)


def _drop_impossible_dates(date_column: pl.Series, cell_texts: pl.Series, context: _ColumnContext) -> pl.Series:
    """Make dates outside the range missing, but placeholders, which are told later."""
    is_possible = date_column.is_between(EARLIEST_DATE, LATEST_DATE) | date_column.is_in(PLACEHOLDER_DATES)
    context.record_unread("date-out-of-range", ~is_possible.fill_null(True), cell_texts)
    return date_column.set(~is_possible.fill_null(True), None)


def _drop_impossible_numbers(raw_column: pl.Series, context: _ColumnContext) -> pl.Series:
    """Make NaN, infinity and numbers outside the range of their column missing."""
    # In polars `NaN > 2` is true, so NaN would be counted. It is how some programs write "missing".
    finite_values = raw_column.set((~raw_column.is_finite()).fill_null(False), None)
    is_outside = _mark_out_of_range(finite_values, context.column)
    context.record_out_of_range(is_outside, finite_values.cast(pl.String))
    return finite_values.set(is_outside, None)


@dataclass(frozen=True, slots=True)
class _ColumnParser:
    """How a type is parsed: `parse_ordinary` leaves null what `parse_remaining` must look at."""

    parse_ordinary: Callable[[pl.Expr, TableColumn], pl.Expr]
    parse_remaining: Callable[[pl.Series, pl.Series, _ColumnContext], pl.Series] = lambda _text, values, _context: (
        values
    )


_COLUMN_PARSERS: dict[ColumnType, _ColumnParser] = {
    ColumnType.TEXT: _ColumnParser(_keep_text),
    ColumnType.ID: _ColumnParser(_parse_ids, _strip_point_zero),
    ColumnType.CODE: _ColumnParser(_match_codes, _match_codes_in_any_case),
    ColumnType.DATE: _ColumnParser(_parse_iso_dates, _parse_other_dates),
    **dict.fromkeys(_NUMBER_TYPES, _ColumnParser(_parse_numbers, _record_bad_numbers)),
    ColumnType.YES_NO: _ColumnParser(_parse_yes_no, _record_bad_yes_no),
    ColumnType.POSTCODE: _ColumnParser(_normalise_postcodes),
}
