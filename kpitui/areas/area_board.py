"""The board of one council from its counts alone, judged as the board over its tables is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from kpitui.areas.area_table import AreasNotThere, open_area_counts
from kpitui.areas.counts_table import FIGURE, LEFT_OUT, NOT_COUNTED, UNKNOWN, mark_definition, read_count
from kpitui.board import build_board
from kpitui.council import Council
from kpitui.counts.rule_tally import IndicatorTally, RuleTally
from kpitui.doubts import CERTAIN
from kpitui.model.board import Board, Count
from kpitui.model.catalogue import Indicator, Rule
from kpitui.model.issues import RuleProblem, create_message
from kpitui.model.periods import Period, parse_period
from kpitui.populations import NO_ESTIMATES

_REASON_KINDS = (LEFT_OUT, UNKNOWN, NOT_COUNTED)


def has_area_counts(counts_frame: pl.DataFrame, la_code: str) -> bool:
    """Say whether there are counts of a council."""
    return la_code in counts_frame["area"]


def uses_counts(council: Council) -> bool:
    """Say whether another council is asked for, of which the config names files of counts."""
    return bool(council.settings.areas.chosen and council.settings.areas.counts_patterns)


def build_area_board(
    council: Council, as_at: date | None = None, period: Period | None = None, only_indicator: Indicator | None = None
) -> Board:
    """Build the board of a council from the counts that the config names, or else from its tables.

    Raises AreasNotThere where neither has the council, and PeriodNotStarted.
    """
    area_counts = open_area_counts(council.settings, as_at)
    if has_area_counts(area_counts.counts_frame, council.settings.la_code):
        return build_counted_board(council, area_counts.counts_frame, as_at, period, only_indicator)
    if not council.tables.usable_tables:
        raise AreasNotThere(f"no counts of {council.settings.council_name}")
    return build_board(council, as_at, period, only_indicator)


def build_counted_board(
    council: Council,
    counts_frame: pl.DataFrame,
    as_at: date | None = None,
    period: Period | None = None,
    only_indicator: Indicator | None = None,
) -> Board:
    """Build the board of a council from its counts. Cases are not in them. Raises PeriodNotStarted."""
    area_rows = counts_frame.filter(area=council.settings.la_code).to_dicts()
    rows_by_rule: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in area_rows:
        rows_by_rule[row["indicator"], row["rule"]].append(row)
    day = as_at or council.settings.get_meeting_date()
    tallies = {
        indicator.id: _read_indicator_tally(indicator, rows_by_rule, day) for indicator in council.settings.indicators
    }
    return build_board(council, as_at, period, only_indicator, tallies=tallies)


@dataclass(frozen=True, slots=True)
class CountedRuleTally(RuleTally):
    """A rule's counts as they stand in a table of counts: those of its periods, and of no others."""

    counts: Mapping[Period, Count] = field(default_factory=dict)
    outcomes: Mapping[Period, Mapping[str, float]] = field(default_factory=dict)

    def count_period(self, period: Period) -> Count:
        """Return the count of a period; one that is not in the table has no value."""
        return self.counts.get(period, Count(0, 0, measure=self.rule.measure))

    def count_year_to_date(self, period: Period) -> Count | None:
        """Return None: windows that are not in the table cannot be told from it."""
        return None

    def count_outcomes(self, period: Period) -> Mapping[str, float]:
        """Return the cases of a period that are not counted, by outcome."""
        return self.outcomes.get(period, {})


def _read_indicator_tally(
    indicator: Indicator, rows_by_rule: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]], as_at: date
) -> IndicatorTally:
    """Read the tallies of an indicator's rules; one that is not there, or counts otherwise, has none."""
    rule_tallies: dict[str, RuleTally] = {}
    problems: dict[str, RuleProblem] = {}
    for rule in (indicator.rule, *indicator.variants):
        rows = rows_by_rule.get((indicator.id, "" if rule.id == indicator.rule.id else rule.id), ())
        if not rows:
            problems[rule.id] = RuleProblem(create_message("counts-without-rule"))
        elif rows[0]["definition"] != mark_definition(rule):
            problems[rule.id] = RuleProblem(create_message("counts-of-other-definition"))
        else:
            rule_tallies[rule.id] = _read_rule_tally(rule, rows, as_at)
    first_months = [
        period.first_month
        for tally in rule_tallies.values()
        if isinstance(tally, CountedRuleTally)
        for period in tally.counts
    ]
    return IndicatorTally(rule_tallies, problems, min(first_months, default=None))


def _read_rule_tally(rule: Rule, rows: Sequence[Mapping[str, Any]], as_at: date) -> CountedRuleTally:
    numbers: dict[str, dict[Period, dict[str, float]]] = {kind: defaultdict(dict) for kind in _REASON_KINDS}
    for row in rows:
        if row["kind"] in numbers:
            numbers[row["kind"]][parse_period(row["period"])][row["reason"]] = int(row["number"])
    counts = {
        period: replace(
            read_count(row, rule.measure), excluded=numbers[LEFT_OUT][period], unknown=numbers[UNKNOWN][period]
        )
        for row in rows
        if row["kind"] == FIGURE
        for period in (parse_period(row["period"]),)
    }
    return CountedRuleTally(
        rule, {}, {}, {}, {}, None, None, CERTAIN, as_at, None, NO_ESTIMATES, counts, dict(numbers[NOT_COUNTED])
    )
