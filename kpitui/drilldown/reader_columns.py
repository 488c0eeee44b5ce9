"""The columns of cases that a reader looks at first, and their headings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from kpitui.council import Council
from kpitui.drilldown.cases import MEASURE_COLUMNS, list_cases
from kpitui.model.board import Board, Entry
from kpitui.model.cohort_signatures import AGE_COLUMN, AGE_HEADING, COHORTS
from kpitui.model.drilldown import IndicatorCases
from kpitui.model.periods import Period


def list_reader_cases(
    council: Council, board: Board, entry: Entry, variant_id: str | None = None, period: Period | None = None
) -> IndicatorCases:
    """List the rows behind a number as `list_cases` does, with the age of each child among them."""
    cases = list_cases(council, board, entry, variant_id, period)
    reader_columns = COHORTS[cases.rule.cohort.name].reader_columns
    case_frame: pl.DataFrame = cases.case_frame
    if AGE_HEADING not in reader_columns or AGE_COLUMN in case_frame.columns:
        return cases
    day_column = reader_columns[0][0]
    if not {"child", day_column} <= set(case_frame.columns):
        return cases
    children = council.select_frames_known_on(board.as_at)["children"].collect().to_polars()
    birth_dates = children.select("child", _birth="dob").unique("child")
    if "dob" in case_frame.columns:
        birth_dates = case_frame.select("child", _birth="dob").unique("child")
    age = count_completed_years(pl.col("_birth"), pl.col(day_column)).alias(AGE_COLUMN)
    with_ages = case_frame.join(birth_dates, on="child", how="left", maintain_order="left").with_columns(age)
    ordered = with_ages.select(pl.exclude("_birth", *MEASURE_COLUMNS), *MEASURE_COLUMNS)
    return replace(cases, case_frame=ordered)


def get_column_titles(cases: IndicatorCases) -> Mapping[str, str]:
    """Return the headings of the readers' columns that the cases have, in order."""
    reader_columns = COHORTS[cases.rule.cohort.name].reader_columns
    return {name: title for name, title in reader_columns if name in cases.column_names}


def count_completed_years(birth_date: pl.Expr, day: pl.Expr) -> Any:
    """Build the age in completed years on a day; missing where either date is."""
    has_had_birthday = (birth_date.dt.month() < day.dt.month()) | (
        (birth_date.dt.month() == day.dt.month()) & (birth_date.dt.day() <= day.dt.day())
    )
    year_difference = day.dt.year().cast(pl.Int64) - birth_date.dt.year().cast(pl.Int64)
    return year_difference - pl.when(has_had_birthday).then(0).otherwise(1)
