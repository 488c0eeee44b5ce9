"""Columns that compare two dates of a case: the days between them, or whether one is soon enough.

Days are counted in the calendar table, since engines differ in subtracting dates.
"""

from __future__ import annotations

from collections.abc import Iterable

import narwhals as nw

from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.model.catalogue import DateComparison
from kpitui.tables.as_known_on import TableFrame

_OFFSETS = {"months": "mo", "years": "y"}
_CALENDAR_COUNTS = {"days": "number", "working_days": "worked"}


def add_date_comparisons(cases: TableFrame, comparisons: Iterable[DateComparison], calendar: TableFrame) -> TableFrame:
    """Add the column of each comparison, unless the cases lack one of its dates.

    Without a limit it is the number of days from the earlier date to the later, below 0 where they
    are the other way round; with one, Y where the later date is not before the earlier nor beyond
    the limit. It is missing where either date is.
    """
    schema = cases.collect_schema()
    for comparison in dict.fromkeys(comparisons):
        if all(schema.get(name) == nw.Date for name in (comparison.earlier, comparison.later)):
            cases = _add_comparison(cases, comparison, calendar)
    return cases


def _add_comparison(cases: TableFrame, comparison: DateComparison, calendar: TableFrame) -> TableFrame:
    """Add the column of a comparison of two dates that are there."""
    is_known = ~nw.col(comparison.earlier).is_null() & ~nw.col(comparison.later).is_null()
    if comparison.unit in _OFFSETS:
        limit_date = shift_date(comparison.earlier, f"{comparison.limit}{_OFFSETS[comparison.unit]}")
        is_soon = (nw.col(comparison.later) >= nw.col(comparison.earlier)) & (nw.col(comparison.later) <= limit_date)
        return cases.with_columns(_flag_known(is_known, is_soon).alias(comparison.name))
    count_column = _CALENDAR_COUNTS[comparison.unit]
    earlier_days = calendar.select(nw.col("day").alias(comparison.earlier), nw.col(count_column).alias("_earlier"))
    later_days = calendar.select(nw.col("day").alias(comparison.later), nw.col(count_column).alias("_later"))
    cases = cases.join(earlier_days, on=comparison.earlier, how="left")
    cases = cases.join(later_days, on=comparison.later, how="left")
    elapsed_days = nw.col("_later") - nw.col("_earlier")
    if comparison.limit is None:
        return cases.with_columns(elapsed_days.alias(comparison.name)).drop("_earlier", "_later")
    # From Saturday to Sunday no working day passes, either way: the dates decide which is first.
    is_soon = (nw.col(comparison.later) >= nw.col(comparison.earlier)) & (elapsed_days <= comparison.limit)
    return cases.with_columns(_flag_known(is_known, is_soon).alias(comparison.name)).drop("_earlier", "_later")


def _flag_known(is_known: nw.Expr, condition: nw.Expr) -> nw.Expr:
    return nw.when(is_known & condition).then(nw.lit("Y")).otherwise(nw.when(is_known).then(nw.lit("N")))


def add_last_day(cases: TableFrame, comparison: DateComparison, calendar: TableFrame) -> TableFrame:
    """Add `due`: the last day on which the later date of a comparison would be within its limit.

    Of several such days in a row without a working day it is the first, which is one.
    """
    if comparison.unit in _OFFSETS:
        limit = f"{comparison.limit}{_OFFSETS[comparison.unit]}"
        return cases.with_columns(shift_date(comparison.earlier, limit).alias("due"))
    count_column = _CALENDAR_COUNTS[comparison.unit]
    start_days = calendar.select(nw.col("day").alias(comparison.earlier), nw.col(count_column).alias("_count"))
    due_days = calendar.filter(nw.col("working") == "Y") if comparison.unit == "working_days" else calendar
    due_days = due_days.select(nw.col(count_column).alias("_count"), due="day")
    numbered_cases = cases.join(start_days, on=comparison.earlier, how="left")
    return (
        numbered_cases.with_columns(nw.col("_count") + (comparison.limit or 0))
        .join(due_days, on="_count", how="left")
        .drop("_count")
    )
