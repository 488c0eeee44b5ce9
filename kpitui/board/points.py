"""The points of an indicator: its periods counted, and judged by its target."""

from __future__ import annotations

from collections.abc import Sequence

from kpitui.board.board_data import BoardData
from kpitui.board.rule_sources import list_rule_tables
from kpitui.counts.rule_tally import IndicatorTally
from kpitui.disclosure.cell_values import hide_point_cells
from kpitui.disclosure.people import is_about_children
from kpitui.drilldown.cases import list_case_weights
from kpitui.judge import direction, rag
from kpitui.judge.cases_to_target import count_cases_to_target
from kpitui.judge.measure_rules import MEASURE_RULES
from kpitui.judge.significance import is_census
from kpitui.judge.targets import find_target_in_force
from kpitui.model.board import Count, FigureStatus, HistoryPoint, Judgement, Movement
from kpitui.model.catalogue import Indicator
from kpitui.model.issues import Issue
from kpitui.model.periods import Period, find_latest_complete, get_month_start, list_periods, period_containing
from kpitui.reservations import describe_coverage, is_of_broken_file, list_reservations

LONGEST_HISTORY_YEARS = 25  # years; used where the config has no `history_from`
EMPTY_COUNT = Count(0, 0)


class PointBuilder:
    """Counts and judges the periods of one indicator; without a tally each counts 0 of 0."""

    def __init__(self, board_data: BoardData, indicator: Indicator, indicator_tally: IndicatorTally) -> None:
        self.board_data, self.indicator = board_data, indicator
        self.as_at, self.period = board_data.as_at, board_data.period
        self.rule_tally = indicator_tally.rule_tallies.get(indicator.rule.id)
        self.first_month = indicator_tally.first_month

    def build_history(self) -> tuple[HistoryPoint, ...]:
        """Build the points from the start of the history to the board's period, oldest first.

        The history starts where the config says, or else with the first dated case, but at most
        LONGEST_HISTORY_YEARS financial years back.
        """
        first_period, history_from = self.period, self.board_data.settings.history_from
        if history_from is not None:
            first_period = period_containing(history_from.first_day, self.period.kind)
        elif self.first_month is not None:
            year = Period("year", self.period.financial_year - LONGEST_HISTORY_YEARS)
            start = max(get_month_start(self.first_month), year.first_day)
            first_period = period_containing(start, self.period.kind)
        return self._build_points(min(first_period, self.period), self.period)

    def build_provisional_months(self) -> tuple[HistoryPoint, ...]:
        """Build the months completed since the period, if the period is the latest quarter."""
        if self.period != find_latest_complete(self.as_at) or self.rule_tally is None:
            return ()
        last_month = find_latest_complete(self.as_at, "month")
        return self._build_points(Period("month", self.period.last_month + 1), last_month)

    def build_whole_years(self, first_point: HistoryPoint) -> tuple[HistoryPoint, ...]:
        """Build the financial years since a point that were complete on the date."""
        if self.rule_tally is None:
            return ()
        first_year = period_containing(first_point.period.first_day, "year")
        last_year = min(period_containing(self.period.last_day, "year"), find_latest_complete(self.as_at, "year"))
        return self._build_points(first_year, last_year)

    def compare_with_earlier(self, current_point: HistoryPoint, earlier_period: Period) -> Movement:
        """Compare a point with the same indicator's value in an earlier period."""
        return direction.compare_figures(self.indicator, current_point, self.build_point(earlier_period))

    def _build_points(self, first_period: Period, last_period: Period) -> tuple[HistoryPoint, ...]:
        return tuple(map(self.build_point, list_periods(first_period, last_period)))

    def build_point(self, period: Period) -> HistoryPoint:
        """Count and judge a period."""
        period_count = self.rule_tally.count_period(period) if self.rule_tally else EMPTY_COUNT
        target = find_target_in_force(self.indicator, period)
        target_value = None if target is None else target.value
        # Monthly and incomplete figures are provisional (contract, section 3).
        is_official = period.kind != "month" and period.is_complete(self.as_at) and not is_of_broken_file(period_count)
        point_status: FigureStatus = "official" if is_official else "provisional"
        point = HistoryPoint(
            period,
            point_status,
            period_count,
            target_value,
            rag.judge_colour(self.indicator, period_count, target_value),
            self._list_reservations(period_count),
            describe_coverage(self.board_data.find_table_coverage(self.indicator), period_count),
        )
        return hide_point_cells(point) if self.board_data.public_view else point

    def _list_reservations(self, period_count: Count) -> tuple[Issue, ...]:
        if period_count.bounds is None:
            return ()
        knowledge, sources = self.board_data.loaded_tables.knowledge, self.board_data.list_used_sources(self.indicator)
        return list_reservations(period_count, list_rule_tables(self.indicator), knowledge, sources)

    def judge_point(self, point: HistoryPoint) -> Judgement:
        """Judge a point: colour, cases to the target, interval and printed value."""
        indicator, period_count, target_value = self.indicator, point.count, point.target
        rag_colour, reason = rag.judge_rag(indicator, period_count, target_value)
        # What one case is worth needs cases that count as one each, and an interval that they are no
        # headcount as well.
        has_whole_cases = indicator.rule.weight_column is None and not period_count.is_hidden
        rules = MEASURE_RULES[period_count.measure.kind]
        is_sample = has_whole_cases and indicator.rule.base_cohort is None and not is_census(indicator)
        return Judgement(
            rag=rag_colour,
            reason=reason,
            printed_value=rag.choose_printed_value(indicator, period_count, target_value),
            cases_to_target=count_cases_to_target(indicator, period_count, target_value, self._list_weights(point)),
            points_per_case=rules.find_one_case_points(period_count) if has_whole_cases else None,
            chance_interval=rules.find_interval(period_count) if is_sample else None,
            is_below_minimum=period_count.case_count < indicator.minimum,
        )

    def _list_weights(self, point: HistoryPoint) -> Sequence[float]:
        """List the weights of the cases that could change sides, where cases have weights of their own.

        Those are the cases not counted where high is good, else the counted ones.
        """
        indicator, board_data = self.indicator, self.board_data
        # With a base the denominator is a headcount, so the weights of the cases do not add up to
        # it.
        is_weighted = indicator.rule.weight_column is not None and indicator.rule.base_cohort is None
        # A weight belongs to one case: using it would tell something about each child.
        shows_weights = not board_data.public_view or not is_about_children(indicator)
        if not (is_weighted and shows_weights and rag.is_target_missed(indicator, point.count, point.target)):
            return ()
        table_frames, la_code = board_data.table_frames, board_data.settings.la_code
        is_low_better = indicator.polarity == "low"
        return list_case_weights(indicator.rule, table_frames, la_code, point.period, is_counted=is_low_better)
