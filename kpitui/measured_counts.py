"""How a count of cases becomes the count of a measure: a rate has a population, a median its values.

There is one entry for each kind of measure. A count of cases has the sum of what is counted and the
sum of what is eligible, as a proportion has.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from kpitui.model.board import Count, CountBounds
from kpitui.model.measures import Measure, MeasureKind, ValueSpread

NO_LIMITS = (0.0, 0.0)
"""The bound of a value of which no limit can be given: it has no denominator."""


@dataclass(frozen=True, slots=True)
class ValueTotals:
    """The values of a rule's cases, in order of month; those of a state that ends are taken away again."""

    months: Sequence[int]
    changes: Sequence[tuple[float, float]]  # a value, and by how many its cases changed

    def collect_between(self, first_month: int, last_month: int) -> ValueSpread:
        """Collect the values of some months, both included."""
        first, last = bisect_left(self.months, first_month), bisect_right(self.months, last_month)
        numbers: Counter[float] = Counter()
        for value, number in self.changes[first:last]:
            numbers[value] += int(number)
        return ValueSpread(tuple(sorted((value, number) for value, number in numbers.items() if number)))


@dataclass(frozen=True, slots=True)
class MeasuredCases:
    """What a measure is made of in a window: the population of the area, and the values of the cases."""

    population: float | None = None
    spread: ValueSpread | None = None


def measure_count(case_count: Count, measure: Measure, cases: MeasuredCases) -> Count:
    """Return the count of a measure over the cases that were counted."""
    return _MEASURERS[measure.kind](replace(case_count, measure=measure), cases)


def _measure_part(case_count: Count, cases: MeasuredCases) -> Count:
    """Measure a share or a ratio: the count has all of it."""
    return case_count


def _measure_rate(case_count: Count, cases: MeasuredCases) -> Count:
    """Measure the cases counted against a population; without one there is no value."""
    return _replace_denominator(case_count, cases.population or 0)


def _measure_number(case_count: Count, cases: MeasuredCases) -> Count:
    """Measure the cases counted alone."""
    return _replace_denominator(case_count, 1)


def _replace_denominator(case_count: Count, denominator: float) -> Count:
    bounds = case_count.bounds
    if bounds is not None:
        bounds = replace(
            bounds,
            lowest=(bounds.lowest[0], denominator),
            highest=(bounds.highest[0], denominator),
            least_denominator=denominator,
        )
    return replace(case_count, denominator=denominator, bounds=bounds)


def _measure_mean(case_count: Count, cases: MeasuredCases) -> Count:
    """Measure a sum of values over its cases; of values that are not known there is no limit."""
    return replace(case_count, spread=cases.spread, bounds=_remove_limits(case_count.bounds))


def _measure_median(case_count: Count, cases: MeasuredCases) -> Count:
    """Measure the middle of the values."""
    spread = cases.spread or ValueSpread()
    median = spread.compute_median() if spread.case_count else 0
    measured = replace(case_count, numerator=median, denominator=spread.case_count, spread=spread)
    return replace(measured, bounds=_remove_limits(case_count.bounds))


def _remove_limits(bounds: CountBounds | None) -> CountBounds | None:
    return None if bounds is None else replace(bounds, lowest=NO_LIMITS, highest=NO_LIMITS)


_MEASURERS: Mapping[MeasureKind, Callable[[Count, MeasuredCases], Count]] = {
    "proportion": _measure_part,
    "rate": _measure_rate,
    "number": _measure_number,
    "mean": _measure_mean,
    "median": _measure_median,
    "ratio": _measure_part,
}
