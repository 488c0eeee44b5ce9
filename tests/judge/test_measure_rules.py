"""The interval, the test and the funnel of each kind of measure, by published formulas."""

from __future__ import annotations

import pytest

from kpitui.judge.measure_rules import MEASURE_RULES, compute_byar_interval, find_median_interval
from kpitui.model.board import Count
from kpitui.model.measures import Measure, ValueSpread

RATE = Measure("rate", 10_000, ("per 10,000", "per 10,000"), population="0-17")


@pytest.mark.parametrize(("cases", "low", "high"), [(0, 0.0, 3.67), (10, 4.79, 18.39), (149, 126.04, 174.94)])
def test_byars_interval(cases: int, low: float, high: float) -> None:
    """Near the exact Poisson limits: of 10 cases these are 4.80 and 18.39."""
    assert compute_byar_interval(cases) == pytest.approx((low, high), abs=0.06)


def test_the_interval_of_a_rate_is_in_its_unit() -> None:
    interval = MEASURE_RULES["rate"].find_interval(Count(149, 44_412, measure=RATE))
    assert interval == pytest.approx((28.38, 39.39), abs=0.02)


def test_a_mean_of_fewer_than_ten_values_has_no_interval() -> None:
    measure = Measure("mean", 1, ("day", "days"))
    few = Count(45, 9, measure=measure, spread=ValueSpread(((5, 9),)))
    assert MEASURE_RULES["mean"].find_interval(few) is None
    # Five of 4 and five of 6: the variance is 10/9, the standard error a third.
    ten = Count(50, 10, measure=measure, spread=ValueSpread(((4, 5), (6, 5))))
    assert MEASURE_RULES["mean"].find_interval(ten) == pytest.approx((5 - 0.6533, 5 + 0.6533), abs=1e-3)


def test_the_interval_of_a_median_is_of_its_ranks() -> None:
    """Of 10 values the second and the ninth: 1 - 2 x 11/1024 is 97.9%."""
    assert find_median_interval(ValueSpread(tuple((rank, 1) for rank in range(1, 11)))) == (2, 9)
    assert find_median_interval(ValueSpread(((1, 1), (2, 1)))) is None


def test_two_rates_are_compared_as_counts() -> None:
    chance = MEASURE_RULES["rate"].compute_chance
    now, then = Count(149, 44_412, measure=RATE), Count(100, 44_412, measure=RATE)
    assert chance(now, then) == pytest.approx(0.0019, abs=5e-4)
    assert chance(now, now) == pytest.approx(1.0, abs=0.05)


def test_the_funnel_of_a_rate_has_limits_of_a_count() -> None:
    """England's 67.0 on 44,412 children is 297.6 cases; 1.96 of its roots are 33.8."""
    find_limits = MEASURE_RULES["rate"].find_funnel_limits
    assert find_limits is not None
    assert find_limits(Count(149, 44_412, measure=RATE), 67.0, 1.96) == pytest.approx((59.39, 74.61), abs=0.02)
