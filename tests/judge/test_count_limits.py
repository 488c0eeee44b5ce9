"""Process charts of rates and numbers: limits that know how large the population of each period is."""

from __future__ import annotations

import pytest

from kpitui.judge.count_limits import compute_poisson_tail, measure_counts
from kpitui.model.board import Count
from kpitui.model.measures import Measure

NUMBER = Measure("number", factor=1)
RATE = Measure("rate", factor=10_000, units=("per 10,000", "per 10,000"))


def numbers(*cases: int) -> list[Count]:
    return [Count(number, 1, measure=NUMBER) for number in cases]


@pytest.mark.parametrize(("cases", "tail"), [(0, 1.0), (1, 0.8647), (5, 0.0527), (10, 0.00005)])
def test_the_tail_of_the_poisson_distribution(cases: int, tail: float) -> None:
    """Of 2 expected cases, by published tables."""
    assert compute_poisson_tail(cases, 2) == pytest.approx(tail, abs=0.00005)


def test_sixteen_cases_a_quarter_are_between_4_and_29() -> None:
    """Three times the root of 16 is 12; 29 and more are likelier than 0.00135, 30 and more are not."""
    baseline = measure_counts(numbers(*[16, 14, 18, 15, 17] * 4))
    assert (baseline.mean, baseline.spread, baseline.method) == (16, 1.0, "u-chart")
    assert baseline.find_limits(Count(16, 1, measure=NUMBER)) == (4, 29)
    assert not baseline.is_beyond(Count(29, 1, measure=NUMBER), 1, 3)
    assert baseline.is_beyond(Count(30, 1, measure=NUMBER), 1, 3)
    assert baseline.is_beyond(Count(17, 1, measure=NUMBER), 1, 0)
    assert not baseline.is_beyond(Count(16, 1, measure=NUMBER), 1, 0)
    assert baseline.is_beyond(Count(2, 1, measure=NUMBER), -1, 3)


def test_a_larger_population_has_narrower_limits() -> None:
    counts = [Count(40, 10_000, measure=RATE), Count(160, 40_000, measure=RATE)] * 10
    baseline = measure_counts(counts)
    assert baseline.mean == pytest.approx(40)
    small, large = (baseline.find_limits(count) for count in counts[:2])
    assert small[0] == pytest.approx(40 - 3 * 40**0.5)
    assert large[0] == pytest.approx(40 - 3 * 160**0.5 / 4)
    assert small[1] - small[0] > large[1] - large[0]


def test_a_series_that_varies_more_than_chance_has_wider_limits() -> None:
    baseline = measure_counts(numbers(*[5, 30] * 10))
    assert baseline.spread > 1
    assert baseline.method == "Laney's u\u2032 chart"
    assert not baseline.is_beyond(Count(40, 1, measure=NUMBER), 1, 3)


def test_without_a_case_there_are_no_limits() -> None:
    assert not measure_counts(numbers(*[0] * 20)).has_width
