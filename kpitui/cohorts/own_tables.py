"""Cases from a table of the council's own, for the indicators that its config adds: rows, or typed-in figures."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.model.clean_tables import UNREAD_SUFFIX
from kpitui.tables.as_known_on import TableFrame, TableFrames


def build_dated_rows(table_frames: TableFrames, table: str, date: str) -> TableFrame:
    """List the rows of `table`, each an event on the day in its column `date`."""
    return _name_case_dates(table_frames[table], case_date=date)


def build_lasting_rows(table_frames: TableFrames, table: str, start: str, end: str) -> TableFrame:
    """List the rows of `table`, each a state from its `start` until the day in its `end`."""
    return spells.drop_empty_spells(_name_case_dates(table_frames[table], case_from=start, case_until=end))


def build_series_rows(table_frames: TableFrames, table: str, period: str) -> TableFrame:
    """List the figures typed into `table`, each an event on the last day of the period in a column.

    A period is written 2018-19, 2018-19 Q3 or 2018-19 M09. A row whose period is none of these is no
    case.
    """
    month_ends = _list_month_ends(table_frames["calendar"])
    period_ends = [
        month_ends.filter(nw.col("_month") % length == 0).select("case_date", name.alias(period))
        for length, name in ((12, nw.col("_year")), (3, _name_part("Q", 3, 1)), (1, _name_part("M", 1, 2)))
    ]
    written_periods = table_frames[table].with_columns(nw.col(period).str.replace_all("/", "-", literal=True))
    return written_periods.join(nw.concat(period_ends, how="vertical"), on=period)


def _list_month_ends(calendar: TableFrame) -> TableFrame:
    """List the last day of each month with its financial `_year`, as written, and its `_month` in it, from 1."""
    next_day = shift_date("day", "1d").dt
    month_ends = calendar.filter(next_day.day() == 1)
    # The day after the last of March begins the next financial year.
    months = (next_day.month().cast(nw.Int64) + 7) % 12 + 1
    start_year = next_day.year().cast(nw.Int64) - nw.when(next_day.month() <= 4).then(1).otherwise(0)
    dated_months = month_ends.select(
        nw.col("day").alias("case_date"), months.alias("_month"), start_year.alias("_start")
    )
    end_year = ((nw.col("_start") + 1) % 100).cast(nw.String).str.zfill(2)
    return dated_months.with_columns(
        nw.concat_str(nw.col("_start").cast(nw.String), nw.lit("-"), end_year).alias("_year")
    )


def _name_part(letter: str, length: int, digits: int) -> nw.Expr:
    """Build the name of a quarter or month of the financial year: 2018-19 Q3, 2018-19 M09."""
    number = (nw.col("_month") // length).cast(nw.String).str.zfill(digits)
    return nw.concat_str(nw.col("_year"), nw.lit(f" {letter}"), number)


def _name_case_dates(table_frame: TableFrame, **date_columns: str) -> TableFrame:
    """Name the dates of cases, and beside them the cells of these dates that could not be read."""
    column_names = table_frame.collect_schema().names()
    named_columns = date_columns | {
        case_column + UNREAD_SUFFIX: date_column + UNREAD_SUFFIX
        for case_column, date_column in date_columns.items()
        if date_column + UNREAD_SUFFIX in column_names
    }
    return table_frame.with_columns(nw.col(column).alias(name) for name, column in named_columns.items())
