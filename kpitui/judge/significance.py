"""Whether a figure moved by more than chance, by a test that fits what it counts.

Two proportions are compared by Fisher's exact mid-p test, and leavers over a headcount by the
binomial test of two counts (`exact_tests`), both at 5%. Figures that share cases are not tested:
they are not independent. Nor are all schools or settings of an area: a difference between them is a
fact, not a sample.
"""

from __future__ import annotations

from kpitui.judge.exact_tests import compare_proportions, compare_rates
from kpitui.model.board import Count, HistoryPoint, Significance
from kpitui.model.catalogue import Indicator
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.issues import CodedMessage, create_message
from kpitui.model.periods import Period

LARGEST_CHANCE = 0.05


def judge_significance(
    indicator: Indicator, current_point: HistoryPoint, earlier_point: HistoryPoint
) -> tuple[Significance, CodedMessage | None]:
    """Return whether two figures differ by more than chance, or an empty text and why none can tell.

    Without a reason it is that either figure is missing or hidden.
    """
    counts = (current_point.count, earlier_point.count)
    if any(count.is_hidden or not count.denominator for count in counts):
        return "", None
    if any(count.bounds for count in counts):
        return "", create_message("test-of-unknown-cases")
    if reason := _explain_no_test(indicator, current_point.period, earlier_point.period):
        return "", reason
    probability = _compute_probability(indicator, *counts)
    return ("more than chance" if probability < LARGEST_CHANCE else "no more than chance"), None


def is_census(indicator: Indicator) -> bool:
    """Say whether an indicator counts every school or setting of the area."""
    return COHORTS[indicator.rule.cohort.name].needs_la_code


def _explain_no_test(indicator: Indicator, current_period: Period, earlier_period: Period) -> CodedMessage | None:
    """Say why two figures cannot be compared by a test, or return None."""
    rule, plural_noun = indicator.rule, indicator.noun[1]
    if is_census(indicator):
        return create_message("test-of-census", noun=plural_noun)
    if rule.weight_column is not None:
        return create_message("test-of-weighted-cases")
    if rule.window == "period-end":
        return create_message("test-of-same-cases", noun=plural_noun)
    shares_months = _share_months(indicator, current_period, earlier_period)
    return create_message("test-of-same-months") if shares_months else None


def _share_months(indicator: Indicator, current_period: Period, earlier_period: Period) -> bool:
    """Say whether the windows of two periods, the later one first, have a month in common."""
    if indicator.rule.window == "year-to-date":
        return current_period.financial_year == earlier_period.financial_year
    if indicator.rule.window == "rolling-12-months":
        return current_period.last_month - earlier_period.last_month < 12
    return current_period.first_month <= earlier_period.last_month


def _compute_probability(indicator: Indicator, current_count: Count, earlier_count: Count) -> float:
    figures = (current_count.numerator, current_count.denominator, earlier_count.numerator, earlier_count.denominator)
    if indicator.rule.base_cohort is not None:
        return compare_rates(int(figures[0]), figures[1], int(figures[2]), figures[3])
    return compare_proportions(*map(int, figures))
