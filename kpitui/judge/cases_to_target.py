"""What would meet a target: the fewest cases that would have to be different, for each kind of measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil

from kpitui.judge.rag import is_target_missed, recover_fraction, to_exact_fraction
from kpitui.model.board import Count
from kpitui.model.catalogue import Indicator
from kpitui.model.measures import MeasureKind


def count_cases_to_target(
    indicator: Indicator, period_count: Count, target_value: float | None, case_weights: Sequence[float] = ()
) -> int | None:
    """Return the fewest cases that would have to be different for the target to be met.

    0 where it is met. None without a target or a value, or where no number of cases would do.
    `case_weights` are the weights of the cases that could change, where a case counts for more than
    one. Of a mean it is the sum of the values that would have to be different, and of a median the
    cases that would have to be on the better side of the target.
    """
    if target_value is None or period_count.is_hidden or not period_count.denominator:
        return None
    if not is_target_missed(indicator, period_count, target_value):
        return 0
    shortfall = _SHORTFALLS[period_count.measure.kind](period_count, to_exact_fraction(target_value), indicator)
    if shortfall is None:
        return None
    return _count_heaviest_cases(case_weights, shortfall) if indicator.rule.weight_column else ceil(shortfall)


def _miss_share(period_count: Count, target: Fraction, indicator: Indicator) -> Fraction | None:
    """Return how many cases of a share would have to change sides."""
    asked_numerator = target * recover_fraction(period_count.denominator) / 100
    shortfall = abs(asked_numerator - recover_fraction(period_count.numerator))
    # No more cases can change sides than there are on the wrong one.
    cases = period_count.denominator - period_count.numerator
    if indicator.polarity == "low":
        cases = period_count.numerator
    return None if not 0 <= target <= 100 or shortfall > to_exact_fraction(cases) else shortfall


def _miss_sum(period_count: Count, target: Fraction, indicator: Indicator) -> Fraction | None:
    """Return by how much a numerator misses the one that the target asks for."""
    asked_numerator = target
    if period_count.measure.traits.is_divided:
        asked_numerator = target * recover_fraction(period_count.denominator) / period_count.measure.factor
    return None if asked_numerator < 0 else abs(asked_numerator - recover_fraction(period_count.numerator))


def _miss_middle(period_count: Count, target: Fraction, indicator: Indicator) -> Fraction | None:
    """Return how many cases would have to be on the better side for the middle one to be there."""
    spread = period_count.spread
    if spread is None or indicator.rule.weight_column:
        return None
    is_low_better = indicator.polarity == "low"
    better_cases = sum(
        number for value, number in spread.value_counts if (value <= target if is_low_better else value >= target)
    )
    return Fraction(spread.case_count // 2 + 1 - better_cases)


_SHORTFALLS: Mapping[MeasureKind, Callable[[Count, Fraction, Indicator], Fraction | None]] = {
    "proportion": _miss_share,
    "rate": _miss_sum,
    "number": _miss_sum,
    "mean": _miss_sum,
    "median": _miss_middle,
    "ratio": _miss_sum,
}


def _count_heaviest_cases(case_weights: Sequence[float], shortfall: Fraction) -> int | None:
    """Return how many of the heaviest cases make up the shortfall; None if all do not."""
    gained = Fraction(0)
    for case_number, case_weight in enumerate(sorted(case_weights, reverse=True), 1):
        gained += to_exact_fraction(case_weight)
        if gained >= shortfall:
            return case_number
    return None
