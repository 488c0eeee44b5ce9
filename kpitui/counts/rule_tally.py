"""The totals of one rule, and the count of any period that they give.

Every window is a whole number of months, so a count is a difference of two running totals, and
240 months cost what one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from kpitui.counts.case_labels import get_measure_suffix
from kpitui.doubts import EARLIER_GRADES_BOUNDS, DoubtTally, DoubtTotals, find_bounds
from kpitui.measured_counts import MeasuredCases, ValueTotals, measure_count
from kpitui.model.board import Count
from kpitui.model.catalogue import ColumnTest, Rule, UnknownColumn
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.issues import Issue, RuleProblem
from kpitui.model.periods import Period, get_month_start
from kpitui.model.windows import get_window_months
from kpitui.populations import PopulationEstimates
from kpitui.running_totals import RunningTotal, count_between, round_off_noise

UNCERTAIN_STAFF = UnknownColumn("staff not certain", "staff_known", ((ColumnTest("staff_known", "equal", "N"),),))
"""The mark of staff in a headcount who are perhaps none."""


@dataclass(frozen=True, slots=True)
class RuleTally:
    """The running totals of one rule, those of its numerator and denominator by their suffix."""

    rule: Rule
    numerators: Mapping[str, RunningTotal]
    denominators: Mapping[str, RunningTotal]
    excluded: Mapping[str, RunningTotal]
    not_counted: Mapping[str, RunningTotal]
    base_totals: BaseTotals | None
    first_month: int | None  # the month of the first dated case
    doubts: DoubtTotals
    as_at: date
    values: ValueTotals | None  # those of a mean or a median
    populations: PopulationEstimates

    def count_period(self, period: Period) -> Count:
        """Count a period under the rule's window, and measure it as the rule does."""
        month_span = get_window_months(self.rule.window, period)
        if self.doubts.coverage.covers_nothing(*self._get_covered_days(period, month_span[0])):
            # Nothing known is not nothing there: even a number has no value.
            return Count(0, 0, measure=self.rule.measure)
        population = self.populations.find_number(self.rule.measure.population, period)
        spread = None if self.values is None else self.values.collect_between(*month_span)
        return measure_count(self._count_cases(period), self.rule.measure, MeasuredCases(population, spread))

    def _count_cases(self, period: Period) -> Count:
        """Count the cases of a period: those counted, those eligible, and those left out."""
        first_month, last_month = get_window_months(self.rule.window, period)
        window_days = self._get_covered_days(period, first_month)
        running_total = self.numerators[get_measure_suffix(self.rule, period)]
        numerator = round_off_noise(running_total.total_between(first_month, last_month))
        denominators = self._list_denominators(period, first_month, last_month)
        doubt_tally = self.doubts.tally_between(first_month, last_month)
        if gap := self.doubts.coverage.explain_gap(*window_days):
            doubt_tally += DoubtTally(open_reason=gap)
        if denominators[1] != denominators[2]:
            uncertain_staff = round_off_noise(denominators[2] - denominators[1])
            doubt_tally += DoubtTally({UNCERTAIN_STAFF.reason: uncertain_staff})
        if doubt_tally.lacks_earlier_grades(denominators[0]):
            return Count(0, 0, unknown=doubt_tally.cases, bounds=EARLIER_GRADES_BOUNDS)
        has_doubts = bool(doubt_tally.cases or doubt_tally.open_reason)
        is_share = self.base_totals is None and self.rule.measure.traits.is_share
        return Count(
            numerator,
            denominators[0],
            count_between(self.excluded, first_month, last_month),
            unknown=doubt_tally.cases,
            bounds=find_bounds(numerator, denominators, doubt_tally, is_share=is_share) if has_doubts else None,
        )

    def count_year_to_date(self, period: Period) -> Count | None:
        """Count from 1 April to the end of a period.

        Returns None for a rule that already counts more than single periods, and for one over
        distinct subjects, whose cases do not add up over periods.
        """
        if self.rule.window != "period" or self.rule.distinct:
            return None
        return replace(self, rule=replace(self.rule, window="year-to-date")).count_period(period)

    def count_outcomes(self, period: Period) -> Mapping[str, float]:
        """Count the cases in the denominator but not in the numerator, by outcome."""
        return count_between(self.not_counted, *get_window_months(self.rule.window, period))

    def _get_covered_days(self, period: Period, first_month: int) -> tuple[date, date]:
        """Return the first and the last day that a count is about; a state is that of its last day."""
        last_day = min(period.last_day, self.as_at)
        is_state = self.rule.window == "period-end"
        return last_day if is_state else min(get_month_start(first_month), last_day), last_day

    def _list_denominators(self, period: Period, first_month: int, last_month: int) -> tuple[float, float, float]:
        """Return the denominator, and the least and the most that a headcount may be."""
        if self.base_totals is None:
            running_total = self.denominators[get_measure_suffix(self.rule, period)]
            denominator = round_off_noise(running_total.total_between(first_month, last_month))
            return denominator, denominator, denominator
        totals = (self.base_totals.shown, self.base_totals.least, self.base_totals.most)
        shown, least, most = (self._average_base(total, first_month, last_month) for total in totals)
        return shown, least, most

    def _average_base(self, base_total: RunningTotal, first_month: int, last_month: int) -> float:
        """Average a headcount over the days that the rule names; events of the window are added up."""
        if self.rule.base_cohort is not None and not COHORTS[self.rule.base_cohort.name].cases_are_states:
            return round_off_noise(base_total.total_between(first_month, last_month))
        if self.rule.base_days == "month ends":
            end_totals = [base_total.total_up_to(number) for number in range(first_month, last_month + 1)]
        else:
            # The end of the month before is the day before the window (definitions.md, EA11).
            end_totals = [base_total.total_up_to(first_month - 1), base_total.total_up_to(last_month)]
        # The mean itself is not rounded: 1 of a headcount of 2/12 is 600%, not 599.9999988%.
        mean = round_off_noise(sum(end_totals)) / len(end_totals)
        return int(mean) if mean.is_integer() else mean


@dataclass(frozen=True, slots=True)
class BaseTotals:
    """The running headcount that denominators are measured on, and the least and the most it may be."""

    shown: RunningTotal
    least: RunningTotal
    most: RunningTotal


@dataclass(frozen=True, slots=True)
class IndicatorTally:
    """The totals of an indicator's rule and variants; `problems` says why a rule has none."""

    rule_tallies: Mapping[str, RuleTally]
    problems: Mapping[str, Issue | RuleProblem]
    first_month: int | None  # the month of the first dated case
