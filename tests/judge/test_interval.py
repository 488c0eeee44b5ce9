"""The range that chance alone explains, and what one case is worth: worked figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitui.judge.interval import compute_funnel_limits, compute_one_case_points, compute_wilson_interval


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [(2, 3, "20.8", "93.9"), (5, 6, "43.6", "97.0"), (42, 204, "15.6", "26.7"), (0, 3, "0.0", "56.1")],
)
def test_wilsons_interval(numerator: int, denominator: int, low: str, high: str) -> None:
    wilson_interval = compute_wilson_interval(numerator, denominator)
    assert wilson_interval is not None
    assert [f"{limit:.1f}" for limit in wilson_interval] == [low, high]


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 0), (4, 3), (-1, 3), (1, -1)])
def test_what_is_no_proportion_has_no_interval(numerator: int, denominator: int) -> None:
    assert compute_wilson_interval(numerator, denominator) is None


@given(st.data(), st.integers(1, 5000))
def test_the_interval_holds_the_value_and_mirrors_its_complement(data: st.DataObject, denominator: int) -> None:
    numerator = data.draw(st.integers(0, denominator))
    limits, mirrored = (
        compute_wilson_interval(numerator, denominator),
        compute_wilson_interval(denominator - numerator, denominator),
    )
    assert limits is not None
    assert mirrored is not None
    low, high = limits
    assert 0 <= low <= 100 * numerator / denominator + 1e-9
    assert 100 * numerator / denominator - 1e-9 <= high <= 100
    assert low == pytest.approx(100 - mirrored[1])


Z_998 = 3.0902  # the two-sided normal deviate for limits of 99.8%


@pytest.mark.parametrize(("denominator", "points"), [(0, None), (16, 6.25), (49, 100 / 49), (50, None)])
def test_one_case_is_told_under_50(denominator: int, points: float | None) -> None:
    assert compute_one_case_points(denominator) == points


@pytest.mark.parametrize(("z", "low", "high"), [(1.96, 20.7, 24.5), (Z_998, 19.5, 25.7)])
def test_funnel_around_england(z: float, low: float, high: float) -> None:
    """England 22.6%, 1,778 referrals."""
    assert [round(limit, 1) for limit in compute_funnel_limits(22.6, 1778, z)] == [low, high]


def test_a_funnel_stays_between_0_and_100() -> None:
    assert compute_funnel_limits(1, 10, Z_998)[0] == 0
    assert compute_funnel_limits(99, 10, Z_998)[1] == 100
