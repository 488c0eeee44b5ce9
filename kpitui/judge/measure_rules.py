"""What is judged of each kind of measure: its interval, its test, its chart and its funnel.

One entry for each kind, so that no judgement asks which kind it has. Counts have Byar's interval, which
the Office for Health Improvement and Disparities uses for rates (N. E. Breslow and N. E. Day 1987,
"Statistical Methods in Cancer Research" II, 69). A median has the interval of the order statistics
(W. J. Conover 1999, "Practical Nonparametric Statistics", 3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import erfc, sqrt

from kpitui.judge.control_limits import ChartBaseline, measure_proportions, measure_values
from kpitui.judge.count_limits import measure_counts
from kpitui.judge.exact_tests import compare_proportions, compare_rates, compute_upper_tail
from kpitui.judge.interval import Z_95, compute_funnel_limits, compute_one_case_points, compute_wilson_interval
from kpitui.judge.rag import compute_exact_value
from kpitui.model.board import Count
from kpitui.model.measures import MeasureKind, ValueSpread

Interval = tuple[float, float]
FEWEST_VALUES = 10
"""A mean of fewer values has no interval and no test."""


@dataclass(frozen=True, slots=True)
class MeasureRules:
    """What is judged of a kind of measure; each function returns None where it does not apply.

    `find_interval` gives the range that chance alone explains, `compute_chance` the probability that
    two figures differ as much, `find_funnel_limits` those around England's value, and `find_z_score`
    how many standard deviations a council is from it. `one_case_points` are told of few cases.
    """

    find_interval: Callable[[Count], Interval | None]
    compute_chance: Callable[[Count, Count], float | None]
    measure_baseline: Callable[[Sequence[Count]], ChartBaseline]
    find_funnel_limits: Callable[[Count, float, float], Interval] | None = None
    find_z_score: Callable[[Count, float], float | None] | None = None
    find_one_case_points: Callable[[Count], float | None] = lambda count: None


def compute_byar_interval(cases: float) -> Interval | None:
    """Return the limits of a number of cases that chance alone explains, by Byar's approximation."""
    if cases < 0:
        return None
    lower = cases * (1 - 1 / (9 * cases) - Z_95 / (3 * sqrt(cases))) ** 3 if cases else 0.0
    more = cases + 1
    return max(0.0, lower), more * (1 - 1 / (9 * more) + Z_95 / (3 * sqrt(more))) ** 3


def _scale_byar_interval(count: Count) -> Interval | None:
    """Return Byar's interval in the unit of the count's value."""
    limits = compute_byar_interval(count.numerator)
    if limits is None or not count.denominator:
        return None
    low, high = (count.measure.compute_value(limit, count.denominator) for limit in limits)
    return low, high


def compute_standard_error(count: Count) -> float | None:
    """Return the standard error of a mean; None of fewer than 10 values."""
    if count.spread is None or count.spread.case_count < FEWEST_VALUES:
        return None
    values, number = count.spread.value_counts, count.spread.case_count
    mean = sum(value * repeats for value, repeats in values) / number
    squares = sum((value - mean) ** 2 * repeats for value, repeats in values)
    return sqrt(squares / (number - 1) / number)


def _find_mean_interval(count: Count) -> Interval | None:
    standard_error = compute_standard_error(count)
    if standard_error is None or count.value is None:
        return None
    return count.value - Z_95 * standard_error, count.value + Z_95 * standard_error


def find_median_interval(spread: ValueSpread) -> Interval | None:
    """Return the values between which the median lies in 95 of 100; None where none are far enough apart."""
    number = spread.case_count
    # The largest rank from below that the median reaches with a chance of 97.5 in 100.
    ranks = [rank for rank in range(1, number // 2 + 1) if 1 - compute_upper_tail(rank, number, 0.5) <= 0.025]
    if not ranks:
        return None
    return spread.find_quantile_value(ranks[-1]), spread.find_quantile_value(number + 1 - ranks[-1])


def _compare_means(current: Count, earlier: Count) -> float | None:
    """Return the chance of two means differing as much, by the normal test."""
    errors = (compute_standard_error(current), compute_standard_error(earlier))
    if errors[0] is None or errors[1] is None or current.value is None or earlier.value is None:
        return None
    variance = errors[0] ** 2 + errors[1] ** 2
    if not variance:
        return 1.0 if current.value == earlier.value else 0.0
    return erfc(abs(current.value - earlier.value) / sqrt(2 * variance))


def _compare_shares(current: Count, earlier: Count) -> float | None:
    figures = (current.numerator, current.denominator, earlier.numerator, earlier.denominator)
    return compare_proportions(*map(int, figures))


def compare_counts(current: Count, earlier: Count) -> float | None:
    """Return the chance of two rates or numbers differing as much, by the binomial test of two counts."""
    return compare_rates(int(current.numerator), current.denominator, int(earlier.numerator), earlier.denominator)


def measure_plain_values(counts: Sequence[Count]) -> ChartBaseline:
    """Measure a baseline of values, of which chance does not tell how they vary."""
    return measure_values([compute_exact_value(count) for count in counts])


def _find_share_limits(count: Count, england_value: float, z_score: float) -> Interval:
    return compute_funnel_limits(england_value, count.denominator, z_score)


def _find_share_z_score(count: Count, england_value: float) -> float | None:
    share = england_value / 100
    if not 0 < share < 1:
        return None
    return (count.numerator / count.denominator - share) / sqrt(share * (1 - share) / count.denominator)


def _find_rate_limits(count: Count, england_value: float, z_score: float) -> Interval:
    """Return limits around a rate for a population, as a number of cases varies by chance."""
    half_width = z_score * sqrt(england_value * count.measure.factor / count.denominator)
    return max(0.0, england_value - half_width), england_value + half_width


def _find_rate_z_score(count: Count, england_value: float) -> float | None:
    expected_cases = england_value * count.denominator / count.measure.factor
    return (count.numerator - expected_cases) / sqrt(expected_cases) if expected_cases > 0 else None


def _know_no_chance(current: Count, earlier: Count) -> float | None:
    return None


MEASURE_RULES: Mapping[MeasureKind, MeasureRules] = {
    "proportion": MeasureRules(
        lambda count: compute_wilson_interval(count.numerator, count.denominator),
        _compare_shares,
        measure_proportions,
        _find_share_limits,
        _find_share_z_score,
        lambda count: compute_one_case_points(count.denominator),
    ),
    "rate": MeasureRules(_scale_byar_interval, compare_counts, measure_counts, _find_rate_limits, _find_rate_z_score),
    "number": MeasureRules(_scale_byar_interval, compare_counts, measure_counts),
    "mean": MeasureRules(_find_mean_interval, _compare_means, measure_plain_values),
    "median": MeasureRules(
        lambda count: None if count.spread is None else find_median_interval(count.spread),
        _know_no_chance,
        measure_plain_values,
    ),
    "ratio": MeasureRules(lambda count: None, _know_no_chance, measure_plain_values),
}
