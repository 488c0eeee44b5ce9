"""Whether a figure moved by more than chance, by a test that fits what it counts.

Two proportions are compared by Fisher's exact mid-p test; leavers over a headcount, rates and numbers
by the binomial test of two counts (`exact_tests`); means by the normal test; all at 5%. Figures that
share cases are not tested: they are not independent. Nor are all schools or settings of an area: a
difference between them is a fact, not a sample.
"""

from __future__ import annotations

from kpitui.judge.measure_rules import MEASURE_RULES, compare_counts
from kpitui.model.board import HistoryPoint, Significance
from kpitui.model.catalogue import Indicator
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.issues import CodedMessage, create_message
from kpitui.model.periods import Period
from kpitui.model.windows import get_window_months

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
    # Leavers over a headcount are a rate, whatever it is called.
    compute_chance = MEASURE_RULES[indicator.measure.kind].compute_chance
    probability = (compare_counts if indicator.rule.base_cohort else compute_chance)(*counts)
    if probability is None:
        return "", _explain_untested_kind(indicator)
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
    first_month, _ = get_window_months(indicator.rule.window, current_period)
    return first_month <= get_window_months(indicator.rule.window, earlier_period)[1]


def _explain_untested_kind(indicator: Indicator) -> CodedMessage:
    """Say why a kind of measure has no test, or why one of these figures has none."""
    if indicator.measure.kind == "mean":
        return create_message("test-of-few-values", noun=indicator.noun[1])
    return create_message("test-of-kind", kind=indicator.measure.kind)
