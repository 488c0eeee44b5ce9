"""An indicator split by a column of its cases or of their subject; the groups add up to the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from kpitui.council import Council
from kpitui.drilldown.cases import REPEATED_SUBJECT_REASON, list_cases
from kpitui.drilldown.reader_columns import count_completed_years
from kpitui.measured_counts import MeasuredCases, measure_count
from kpitui.model.board import Board, Count, Entry
from kpitui.model.drilldown import IndicatorCases, IndicatorSplit, SplitGroup
from kpitui.model.measures import Measure, ValueSpread
from kpitui.running_totals import round_off_noise

AGE_COLUMN = "age"
"""The age band on the last day of the period, as DfE tells it; cases of children have it."""
NOT_RECORDED = "not recorded"
_AGE_BANDS = ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15"), (18, "16 and 17"))
USUAL_COLUMNS = (AGE_COLUMN, "sex", "ethnic", "team", "ward", "place", "category", "phase", "type")
"""The columns that people ask for first."""
MOST_GROUPS = 30
"""A column of more values is an id or a name, and no group."""
_OLDEST_BAND = "18 and over"
_MEASURE_COLUMNS = ("numerator", "denominator", "counted", "left_out_because")


class ColumnNotFound(ValueError):
    """Raised for a column that neither the cases nor their subjects have; `column_names` are those they have."""

    def __init__(self, column_name: str, column_names: Sequence[str]) -> None:
        super().__init__(f"there is no column {column_name}; there are {', '.join(column_names)}")
        self.column_names = tuple(column_names)


def split_indicator(
    council: Council, board: Board, entry: Entry, column_name: str, variant_id: str | None = None
) -> IndicatorSplit:
    """Split the number of an indicator by a column; `age` is the age band on the last day of the period.

    Cases without a cell there are a group of their own. Groups come in order of their names, that one
    last. Raises ColumnNotFound, and KeyError for a variant that the indicator does not have.
    """
    cases = list_cases(council, board, entry, variant_id)
    case_frame = _add_subject_columns(council, board, cases)
    if column_name not in case_frame.columns or column_name in _MEASURE_COLUMNS:
        raise ColumnNotFound(column_name, [name for name in case_frame.columns if name not in _MEASURE_COLUMNS])
    group_names = case_frame[column_name].cast(pl.String).fill_null(NOT_RECORDED)
    grouped_frame = case_frame.with_columns(group_names.alias("_group"))
    measure = _get_group_measure(cases.rule.measure)
    groups = [
        SplitGroup(str(name), _count_group(group_frame, measure))
        for (name,), group_frame in grouped_frame.group_by(["_group"])
    ]
    groups.sort(key=lambda group: (group.name == NOT_RECORDED, _get_age_rank(group.name), group.name))
    total_count = _count_group(case_frame, measure)
    sums = (sum(group.count.denominator for group in groups if measure.adds_up), total_count.denominator)
    assert not measure.traits.is_share or abs(sums[0] - sums[1]) < 1e-6, "the groups do not add up"
    return IndicatorSplit(entry, cases.rule, cases.period, column_name, tuple(groups), total_count)


def list_asked_splits(council: Council, board: Board, entry: Entry) -> tuple[IndicatorSplit, ...]:
    """List the splits that the config asks for by `by`; none of people in the public view.

    A column that the cases do not have is left out.
    """
    if entry.problem or not entry.indicator.split_columns or (board.is_public and entry.is_about_people):
        return ()
    case_frame = _add_subject_columns(council, board, list_cases(council, board, entry))
    names = [name for name in entry.indicator.split_columns if name in case_frame.columns]
    return tuple(split_indicator(council, board, entry, name) for name in names if name not in _MEASURE_COLUMNS)


def list_split_columns(council: Council, board: Board, entry: Entry) -> tuple[str, ...]:
    """List the columns that are worth splitting an indicator by: the usual ones, then any of few values."""
    cases = list_cases(council, board, entry)
    case_frame = _add_subject_columns(council, board, cases)
    usual_columns = [name for name in USUAL_COLUMNS if name in case_frame.columns]
    other_columns = [
        name
        for name, column_type in case_frame.schema.items()
        if name not in (*usual_columns, *_MEASURE_COLUMNS, cases.subject_column)
        and column_type == pl.String
        and 1 < case_frame[name].n_unique() <= min(MOST_GROUPS, len(case_frame) // 2)
    ]
    return tuple(dict.fromkeys((*usual_columns, *other_columns))) or tuple(case_frame.columns[:1])


def _get_group_measure(measure: Measure) -> Measure:
    """Return the measure of a group: of its population nothing is known, so a rate is told as a number."""
    return replace(measure, kind="number", decimals=0, units=measure.noun) if measure.population else measure


def _count_group(case_frame: pl.DataFrame, measure: Measure) -> Count:
    reasons = case_frame["left_out_because"].drop_nulls().to_list()
    excluded = Counter(reason for reason in reasons if reason != REPEATED_SUBJECT_REASON)
    numerator, denominator = (round_off_noise(float(case_frame[name].sum())) for name in _MEASURE_COLUMNS[:2])
    values = case_frame.filter(pl.col("denominator") > 0)["numerator"].to_list() if measure.has_spread else []
    spread = ValueSpread(tuple(sorted(Counter(map(float, values)).items()))) if values else None
    return measure_count(Count(numerator, denominator, excluded), measure, MeasuredCases(spread=spread))


def _add_subject_columns(council: Council, board: Board, cases: IndicatorCases) -> pl.DataFrame:
    """Add what is known of each case's child: the columns of `children`, and the age band."""
    case_frame: pl.DataFrame = cases.case_frame
    if cases.subject_column != "child" or "child" not in case_frame.columns:
        return case_frame
    children = council.select_frames_known_on(board.as_at)["children"].collect().to_polars()
    new_columns = [name for name in children.columns if name == "child" or name not in case_frame.columns]
    joined_frame = case_frame.join(children.select(new_columns).unique("child"), on="child", how="left")
    if AGE_COLUMN in joined_frame.columns:
        return joined_frame
    birth_date = pl.col("dob")
    years = count_completed_years(birth_date, pl.lit(cases.period.last_day))
    band: Any = pl.when(birth_date.is_null()).then(pl.lit(None, pl.String))
    for age_limit, band_name in _AGE_BANDS:
        band = band.when(years < age_limit).then(pl.lit(band_name))
    return joined_frame.with_columns(band.otherwise(pl.lit(_OLDEST_BAND)).alias(AGE_COLUMN))


def _get_age_rank(group_name: str) -> int:
    """Return the place of an age band; other names are in order of their letters."""
    names = [name for _, name in _AGE_BANDS]
    return names.index(group_name) if group_name in names else len(names)
