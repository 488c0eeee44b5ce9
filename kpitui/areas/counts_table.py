"""The table of counts: every rule of every indicator, by area and period, without a child in it.

There is one row for each figure, and one for each reason why cases are left out of it, unknown or
not counted. Whatever made the table, it is judged the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zlib import crc32

import polars as pl

from kpitui.board.board_data import BoardData
from kpitui.board.entries import tally_board
from kpitui.board.points import LONGEST_HISTORY_YEARS
from kpitui.council import Council
from kpitui.counts.rule_tally import IndicatorTally, RuleTally
from kpitui.model.board import Count, CountBounds
from kpitui.model.catalogue import Indicator, Rule
from kpitui.model.measures import Measure
from kpitui.model.periods import Period, find_latest_complete, get_month_start, list_periods, period_containing

COUNT_COLUMNS = {
    "area": pl.String,
    "indicator": pl.String,
    "rule": pl.String,
    "period": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "cases": pl.Float64,
    "kind": pl.String,
    "reason": pl.String,
    "number": pl.Float64,
    "low_numerator": pl.Float64,
    "low_denominator": pl.Float64,
    "high_numerator": pl.Float64,
    "high_denominator": pl.Float64,
    "least_denominator": pl.Float64,
    "covered_from": pl.Date,
    "covered_until": pl.Date,
    "last_event": pl.Date,
    "definition": pl.String,
    "as_at": pl.Date,
}
"""The columns of the table. `kind` is "figure", or what `number` cases of a `reason` are."""
FIGURE, LEFT_OUT, UNKNOWN, NOT_COUNTED = "figure", "left out", "unknown", "not counted"
_RECENT_MONTHS = 24
_CASES_SUFFIX = "/cases"


def count_council(council: Council, as_at: date | None = None) -> pl.DataFrame:
    """Count all rules of a council's indicators in every quarter and year, and in the last months."""
    meeting_day = as_at or council.settings.get_meeting_date()
    board_data = BoardData(council, meeting_day, find_latest_complete(meeting_day), public_view=False)
    indicators = council.settings.indicators
    tallies = tally_board(board_data, [*indicators, *map(_count_each_case, filter(_is_weighted, indicators))])
    rows = [
        row
        for indicator in indicators
        for row in _list_indicator_rows(board_data, indicator, tallies[indicator.id], tallies)
    ]
    return pl.DataFrame(rows, schema=COUNT_COLUMNS, orient="row").sort("indicator", "rule", "period", "kind", "reason")


def mark_definition(rule: Rule) -> str:
    """Return a mark that two rules share if they count alike, whatever they are called."""
    return f"{crc32(repr(replace(rule, id='', title='', note='')).encode()):08x}"


def _is_weighted(indicator: Indicator) -> bool:
    return indicator.rule.weight_column is not None and indicator.rule.base_cohort is None


def _count_each_case(indicator: Indicator) -> Indicator:
    """Return an indicator that counts each case as one: pupils are not independent of their school."""
    rule_id = indicator.id + _CASES_SUFFIX
    unweighted_rule = replace(indicator.rule, id=rule_id, weight_column=None, largest_weight=0)
    return replace(indicator, id=rule_id, rule=unweighted_rule, variants=())


@dataclass(frozen=True, slots=True)
class _CountedRule:
    """A rule's tally with what its rows have in common."""

    rule_tally: RuleTally
    case_tally: RuleTally | None  # of each case as one, where the rule weighs them
    shared_cells: Mapping[str, Any]

    def list_rows(self, period: Period) -> Iterator[dict[str, Any]]:
        """List the rows of a period: its figure, and the reasons of the cases that are not in it."""
        count = self.rule_tally.count_period(period)
        if not (count.denominator or count.numerator or count.excluded or count.unknown or count.bounds):
            return
        cells = {**self.shared_cells, "period": str(period)}
        cases = self.case_tally.count_period(period).denominator if self.case_tally else count.case_count
        yield cells | {"kind": FIGURE, "cases": cases, **_describe_count(count)}
        outcomes = self.rule_tally.count_outcomes(period)
        for kind, numbers in ((LEFT_OUT, count.excluded), (UNKNOWN, count.unknown), (NOT_COUNTED, outcomes)):
            for reason, number in numbers.items():
                yield cells | {"kind": kind, "reason": reason, "number": number}


def _list_indicator_rows(
    board_data: BoardData, indicator: Indicator, indicator_tally: IndicatorTally, tallies: Mapping[str, IndicatorTally]
) -> Iterator[dict[str, Any]]:
    case_tallies = tallies[indicator.id + _CASES_SUFFIX].rule_tallies if _is_weighted(indicator) else {}
    coverage = board_data.find_table_coverage(indicator)
    last_events = [source.last_event for source in board_data.list_used_sources(indicator) if source.last_event]
    for rule_id, rule_tally in indicator_tally.rule_tallies.items():
        is_main_rule = rule_id == indicator.rule.id
        shared_cells = {
            "area": board_data.settings.la_code,
            "indicator": indicator.id,
            "rule": "" if is_main_rule else rule_id,
            "covered_from": coverage.first_day,
            "covered_until": coverage.last_day,
            "last_event": min(last_events, default=None),
            "definition": mark_definition(rule_tally.rule),
            "as_at": board_data.as_at,
        }
        case_tally = case_tallies.get(indicator.id + _CASES_SUFFIX) if is_main_rule else None
        counted_rule = _CountedRule(rule_tally, case_tally, shared_cells)
        for period in _list_counted_periods(board_data, indicator_tally.first_month):
            yield from counted_rule.list_rows(period)


def _list_counted_periods(board_data: BoardData, first_month: int | None) -> Iterable[Period]:
    """List the quarters and years of the history, and the last months, all of them complete."""
    as_at, history_from = board_data.as_at, board_data.settings.history_from
    first_day = Period("year", board_data.period.financial_year - LONGEST_HISTORY_YEARS).first_day
    if history_from is not None:
        first_day = history_from.first_day
    elif first_month is not None:
        first_day = max(first_day, get_month_start(first_month))
    for kind in ("quarter", "year"):
        yield from list_periods(period_containing(first_day, kind), find_latest_complete(as_at, kind))
    last_month = find_latest_complete(as_at, "month")
    first_recent = max(period_containing(first_day, "month"), Period("month", last_month.index - _RECENT_MONTHS + 1))
    yield from list_periods(first_recent, last_month)


def _describe_count(count: Count) -> dict[str, float]:
    cells = {"numerator": count.numerator, "denominator": count.denominator}
    if count.bounds is None:
        return cells
    (low_numerator, low_denominator), (high_numerator, high_denominator) = count.bounds.lowest, count.bounds.highest
    return cells | {
        "low_numerator": low_numerator,
        "low_denominator": low_denominator,
        "high_numerator": high_numerator,
        "high_denominator": high_denominator,
        "least_denominator": count.bounds.least_denominator,
    }


def read_count(row: Mapping[str, Any], measure: Measure) -> Count:
    """Read the count of a row of figures; numbers of reasons stand in rows of their own."""
    bounds = None
    if row["low_denominator"] is not None:
        bounds = CountBounds(
            (row["low_numerator"], row["low_denominator"]),
            (row["high_numerator"], row["high_denominator"]),
            row["least_denominator"],
        )
    return Count(_to_whole(row["numerator"]), _to_whole(row["denominator"]), bounds=bounds, measure=measure)


def _to_whole(number: float) -> float:
    return int(number) if number.is_integer() else number
