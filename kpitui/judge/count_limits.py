"""Limits of process charts of rates and numbers: cases that chance brings to a population or a period.

They are those of a u-chart, which know how large the population of each period is, widened by Laney's
factor where the series varies more than chance (D. B. Laney 2002, "Improved control charts for
attributes", Quality Engineering 14, 531-537). With few cases they are no narrower than the exact limits
of the Poisson distribution. A number has a population of 1: its chart is a c-chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, floor, lgamma, log, sqrt

from kpitui.judge.control_limits import RANGE_TO_DEVIATION, TAIL_PROBABILITIES, Side
from kpitui.model.board import Count

FEWEST_EXACT_CASES = 1_000
"""From so many expected cases on, the normal distribution is exact enough."""


@dataclass(frozen=True, slots=True)
class CountBaseline:
    """The cases of a baseline's periods and their populations added up, and how much they vary."""

    case_sum: int
    exposure: float
    spread: float
    factor: int

    @property
    def mean(self) -> float:
        """Return the rate of all cases of the baseline."""
        return self.factor * self.case_sum / self.exposure

    @property
    def has_width(self) -> bool:
        """Say whether the baseline has a case; else chance cannot be estimated."""
        return self.case_sum > 0

    @property
    def method(self) -> str:
        """Return which of the two charts of counts it is."""
        return "Laney's u′ chart" if self.spread > 1 else "u-chart"  # noqa: RUF001

    @property
    def least_run(self) -> int:
        """Return the length of a run by NHS England's rules."""
        return 7

    def find_limits(self, period_count: Count) -> tuple[float, float]:
        """Return the limits for a period with such a population, in the unit of the measure."""
        expected = self._expect_cases(period_count)
        half_width = 3 * self.spread * sqrt(expected)
        scale = self.factor / period_count.denominator
        return max(0.0, expected - half_width) * scale, _widen_to_poisson(expected, half_width) * scale

    def is_beyond(self, period_count: Count, side: Side, deviations: int) -> bool:
        """Compare a period with the mean and with chance."""
        expected, cases = self._expect_cases(period_count), int(period_count.numerator)
        distance = side * (cases - expected)
        if distance <= 0 or distance <= deviations * self.spread * sqrt(expected):
            return False
        # A mean and a median lie less than one case apart.
        if not deviations and distance >= 1:
            return True
        if expected >= FEWEST_EXACT_CASES:
            return True
        tail = compute_poisson_tail(cases, expected) if side > 0 else 1 - compute_poisson_tail(cases + 1, expected)
        return tail <= TAIL_PROBABILITIES[deviations]

    def _expect_cases(self, period_count: Count) -> float:
        return self.case_sum * period_count.denominator / self.exposure


def measure_counts(counts: Sequence[Count]) -> CountBaseline:
    """Measure a baseline of rates or numbers, in order of time."""
    figures = [(int(count.numerator), count.denominator) for count in counts]
    case_sum, exposure = sum(cases for cases, _ in figures), sum(population for _, population in figures)
    factor = counts[0].measure.factor
    rate = case_sum / exposure
    if not case_sum:
        return CountBaseline(case_sum, exposure, 1.0, factor)
    # Distances from the mean in standard deviations, but for one factor that all of them share.
    distances = [(cases - rate * population) / sqrt(population) for cases, population in figures]
    average_range = sum(abs(later - earlier) for earlier, later in pairwise(distances)) / (len(distances) - 1)
    # A quieter series than chance would make is luck, not a quieter process.
    return CountBaseline(case_sum, exposure, max(1.0, average_range / RANGE_TO_DEVIATION / sqrt(rate)), factor)


def compute_poisson_tail(cases: int, expected: float) -> float:
    """Return the chance of so many cases or more where so many are expected."""
    if cases <= 0:
        return 1.0
    return max(0.0, 1 - sum(exp(number * log(expected) - expected - lgamma(number + 1)) for number in range(cases)))


def _widen_to_poisson(expected: float, half_width: float) -> float:
    """Return the upper limit in cases, moved out until so many are rare by the exact test."""
    limit = expected + half_width
    if expected >= FEWEST_EXACT_CASES:
        return limit
    while compute_poisson_tail(floor(limit) + 1, expected) > TAIL_PROBABILITIES[3]:
        limit = floor(limit) + 1
    return limit
