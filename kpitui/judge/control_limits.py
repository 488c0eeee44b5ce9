"""Limits of process charts: the variation of a series in which nothing changes.

Proportions have the limits of a p-chart, which know how many cases a period has, widened by
Laney's factor where the series varies more than chance (D. B. Laney 2002, "Improved control charts
for attributes", Quality Engineering 14, 531-537). With few cases they are no narrower than the
exact limits of the binomial distribution (T. P. Ryan and N. C. Schwertman 1997, "Optimal limits for
attributes control charts", Journal of Quality Technology 29, 86-98). Weighted figures have no
number of cases that chance works on, and have the limits of an XmR chart (D. J. Wheeler 1993,
"Understanding Variation"). Means and comparisons are exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor, inf, sqrt
from typing import Literal, Protocol

from kpitui.judge.exact_tests import compute_upper_tail
from kpitui.judge.rag import compute_exact_value
from kpitui.model.board import Count

Side = Literal[1, -1]
# For ranges of two points the published constants are 3.267 (D4), 1.128 (d2) and 2.66 (3 / 1.128).
RANGE_LIMIT_FACTOR = Fraction(3267, 1000)
RANGE_TO_DEVIATION = 1.128
RANGE_TO_LIMIT = Fraction(266, 100)
# The chance of lying beyond so many standard deviations on one side, from the normal distribution.
TAIL_PROBABILITIES: Mapping[int, float] = {0: 0.5, 2: 0.02275, 3: 0.00135}


class ChartBaseline(Protocol):
    """What a series is like while nothing changes; values and limits are in the unit of the measure."""

    @property
    def mean(self) -> float:
        """Return the centre line."""

    @property
    def has_width(self) -> bool:
        """Say whether there are limits on both sides of the mean to judge by."""

    @property
    def method(self) -> str:
        """Return the name of the chart."""

    @property
    def least_run(self) -> int:
        """Return how many points on one side of the mean are a signal."""

    def find_limits(self, period_count: Count) -> tuple[float, float]:
        """Return the lower and upper limit for a period, within what is possible."""

    def is_beyond(self, period_count: Count, side: Side, deviations: int) -> bool:
        """Say whether a period lies further from the mean than 0, 2 or 3 standard deviations."""


@dataclass(frozen=True, slots=True)
class ProportionBaseline:
    """The cases of a baseline's periods added up, and how much more they vary than chance."""

    case_sum: int
    trial_sum: int
    spread: float

    @property
    def mean(self) -> float:
        """Return the share of all cases of the baseline."""
        return 100 * self.case_sum / self.trial_sum

    @property
    def has_width(self) -> bool:
        """Say whether the baseline has cases of both kinds; else chance cannot be estimated."""
        return 0 < self.case_sum < self.trial_sum

    @property
    def method(self) -> str:
        """Return which of the two charts of proportions it is."""
        return "Laney's p′ chart" if self.spread > 1 else "p-chart"  # noqa: RUF001

    @property
    def least_run(self) -> int:
        """Return the length of a run by NHS England's rules."""
        return 7

    def find_limits(self, period_count: Count) -> tuple[float, float]:
        """Return the limits for a period with so many cases, in per cent."""
        share, trials = self.case_sum / self.trial_sum, int(period_count.denominator)
        half_width = 3 * self.spread * sqrt(share * (1 - share) / trials)
        upper_share = _widen_to_exact(share, half_width, trials)
        return 100 * (1 - _widen_to_exact(1 - share, half_width, trials)), 100 * upper_share

    def is_beyond(self, period_count: Count, side: Side, deviations: int) -> bool:
        """Compare a period with the mean and with chance, in whole numbers where nothing is wider."""
        cases, trials = int(period_count.numerator), int(period_count.denominator)
        # Times both denominators: a point on the mean is 0, and no rounding makes it anything else.
        distance = side * (cases * self.trial_sum - self.case_sum * trials)
        variance = trials * self.case_sum * (self.trial_sum - self.case_sum)
        squared_width = deviations**2 if self.spread == 1 else (deviations * self.spread) ** 2
        if distance <= 0 or distance * distance <= squared_width * variance:
            return False
        # A mean and a median lie less than one case apart.
        if not deviations and distance >= self.trial_sum:
            return True
        share = self.case_sum / self.trial_sum
        tail = (cases, trials, share) if side > 0 else (trials - cases, trials, 1 - share)
        return compute_upper_tail(*tail) <= TAIL_PROBABILITIES[deviations]


@dataclass(frozen=True, slots=True)
class ValueBaseline:
    """The mean of a baseline's values, and the distance of the limits from it, both exact."""

    exact_mean: Fraction
    distance: Fraction

    @property
    def mean(self) -> float:
        """Return the mean of the values."""
        return float(self.exact_mean)

    @property
    def has_width(self) -> bool:
        """Say whether any value of the baseline differs from the one before."""
        return self.distance > 0

    @property
    def method(self) -> str:
        """Return the name of the chart."""
        return "XmR chart"

    @property
    def least_run(self) -> int:
        """Return the length of a run by Wheeler's rules."""
        return 8

    def find_limits(self, period_count: Count) -> tuple[float, float]:
        """Return the limits, the same for every period."""
        # A share is at most all of its cases; other values have no upper end.
        most = 100.0 if period_count.measure.traits.is_share else inf
        return max(0.0, float(self.exact_mean - self.distance)), min(most, float(self.exact_mean + self.distance))

    def is_beyond(self, period_count: Count, side: Side, deviations: int) -> bool:
        """Compare a period's exact percentage with a part of the distance."""
        return side * (compute_exact_value(period_count) - self.exact_mean) > self.distance * deviations / 3


def measure_proportions(counts: Sequence[Count]) -> ProportionBaseline:
    """Measure a baseline of proportions, in order of time; each has a whole number of cases."""
    figures = [(int(count.numerator), int(count.denominator)) for count in counts]
    case_sum, trial_sum = sum(cases for cases, _ in figures), sum(trials for _, trials in figures)
    # Distances from the mean in standard deviations, but for one factor that all of them share.
    distances = [(cases * trial_sum - case_sum * trials) / (sqrt(trials) * trial_sum) for cases, trials in figures]
    average_range = sum(abs(later - earlier) for earlier, later in pairwise(distances)) / (len(distances) - 1)
    share = case_sum / trial_sum
    if not 0 < case_sum < trial_sum:
        return ProportionBaseline(case_sum, trial_sum, 1.0)
    spread = average_range / RANGE_TO_DEVIATION / sqrt(share * (1 - share))
    # Cases are people: a quieter series than chance would make is luck, not a quieter process.
    return ProportionBaseline(case_sum, trial_sum, max(1.0, spread))


def measure_values(values: Sequence[Fraction]) -> ValueBaseline:
    """Measure a baseline of values, in order of time.

    Moving ranges above their own limit are dropped once, unless all the others are 0: limits equal
    to the mean would put every other value outside them.
    """
    moving_ranges = [abs(later - earlier) for earlier, later in pairwise(values)]
    average_range = sum(moving_ranges, Fraction(0)) / len(moving_ranges)
    range_limit = RANGE_LIMIT_FACTOR * average_range
    usual_ranges = [moving_range for moving_range in moving_ranges if moving_range <= range_limit]
    if any(usual_ranges):
        average_range = sum(usual_ranges, Fraction(0)) / len(usual_ranges)
    return ValueBaseline(sum(values, Fraction(0)) / len(values), RANGE_TO_LIMIT * average_range)


def _widen_to_exact(share: float, half_width: float, trials: int) -> float:
    """Return the upper limit as a share, moved out until so many cases are rare by the exact test."""
    limit = trials * (share + half_width)
    while limit < trials and compute_upper_tail(floor(limit) + 1, trials, share) > TAIL_PROBABILITIES[3]:
        limit = floor(limit) + 1
    return min(1.0, limit / trials)
