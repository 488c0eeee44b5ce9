"""Limits of process charts: published figures, figures worked by hand, and exact chances."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kpitui.judge.control_limits import ProportionBaseline, measure_proportions, measure_values
from kpitui.judge.exact_tests import compute_upper_tail
from kpitui.model.board import Count

# Department for Education, "Children in need", Wokingham, years ending March 2013 to 2025.
RE_REFERRALS = "23.0 26.9 26.2 17.2 18.7 16.6 21.1 24.6 19.2 16.3 18.1 18.7 16.8"
SECOND_PLANS = "30.4 21.1 16.4 14.9 32.6 24.0 14.8 20.2 18.4 20.5 21.0 21.6 20.6"


def xmr(values: str) -> tuple[float, float, float]:
    baseline = measure_values([Fraction(value) for value in values.split()])
    lower, upper = baseline.find_limits(Count(1, 2))
    return round(baseline.mean, 2), round(lower, 2), round(upper, 2)


def test_xmr_limits_are_the_mean_and_2_66_average_moving_ranges() -> None:
    assert xmr(RE_REFERRALS) == (20.26, 11.88, 28.64)


def test_a_moving_range_beyond_its_own_limit_is_dropped_once() -> None:
    """Second plans: from 14.9 to 32.6 is a range of 17.7, the average 5.41, 3.267 times that 17.68.

    The other eleven average 4.06; 2.66 times that is 10.81.
    """
    assert xmr(SECOND_PLANS) == (21.27, 10.46, 32.08)


@pytest.mark.parametrize(("jump", "average_range"), [("29.403", "9.000"), ("29.404", "6.733")])
def test_a_moving_range_of_exactly_3_267_averages_is_kept(jump: str, average_range: str) -> None:
    """Nine ranges of 6.733 and one of 29.403: their average is 9, and 3.267 times 9 is 29.403."""
    values = [Fraction(50), Fraction("56.733")] * 5
    values.append(values[-1] - Fraction(jump))
    assert measure_values(values).distance == Fraction("2.66") * Fraction(average_range)


def test_the_only_moving_range_there_is_is_not_dropped() -> None:
    """Ten times 90 and then 57: the ranges are nine times 0 and 33, their average 3.3.

    Without the 33 the limits would be the mean itself, 87.0, and all of the series outside them.
    """
    assert xmr("90 90 90 90 90 90 90 90 90 90 57") == (87.0, 78.22, 95.78)
    assert xmr("40 40 40 40 40 40") == (40.0, 40.0, 40.0)


def test_xmr_limits_stay_within_what_is_possible() -> None:
    """95 and 100 in turn: 97.5 ± 13.3; 5 and 0 in turn: 2.5 ± 13.3."""
    assert xmr("95 100 95 100 95 100") == (97.5, 84.2, 100.0)
    assert xmr("5 0 5 0 5 0") == (2.5, 0.0, 15.8)


# Montgomery, "Introduction to Statistical Quality Control", the cardboard cans of orange juice.
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11]
CANS += [20, 18, 24, 15, 9, 12, 7, 13, 9, 6]


def test_a_p_chart_has_the_published_limits() -> None:
    """347 of 1,500 in samples of 50: 5.24 to 41.02, mean 23.13.

    21 of 50, 42%, has a chance of 0.19% by itself, more than the 0.135% of three deviations: the
    upper limit moves out to it.
    """
    assert sum(CANS) == 347
    baseline = ProportionBaseline(347, 1500, 1.0)
    lower, upper = baseline.find_limits(Count(0, 50))
    assert (round(baseline.mean, 2), round(lower, 2), upper) == (23.13, 5.24, 42.0)
    assert pytest.approx(41.02, abs=0.01) == 23.13 + 3 * (23.13 * 76.87 / 50) ** 0.5
    assert not baseline.is_beyond(Count(21, 50), 1, 3)
    assert baseline.is_beyond(Count(22, 50), 1, 3)


def test_limits_are_wider_where_there_are_fewer_cases() -> None:
    """A fifth, by hand: 20 ± 3√(20 * 80 / n), so 8 to 32 of 100, and 14 to 26 of 400."""
    baseline = ProportionBaseline(200, 1000, 1.0)
    assert baseline.find_limits(Count(0, 400)) == pytest.approx((14.0, 26.0), abs=0.3)
    assert baseline.find_limits(Count(0, 10_000)) == pytest.approx((18.8, 21.2), abs=0.02)
    narrow, wide = baseline.find_limits(Count(0, 100)), baseline.find_limits(Count(0, 25))
    assert wide[0] < narrow[0] < 20 < narrow[1] < wide[1]


def test_laneys_chart_widens_limits_by_what_the_series_varies_beyond_chance() -> None:
    """4,900 and 5,100 of 10,000 in turn: one deviation is 0.5 points, so the steps are 4 deviations.

    4 / 1.128 is 3.546; 50 ± 3 * 0.5 * 3.546 is 44.68 to 55.32.
    """
    baseline = measure_proportions([Count(4900, 10_000), Count(5100, 10_000)] * 6)
    lower, upper = baseline.find_limits(Count(0, 10_000))
    assert baseline.method == "Laney's p′ chart"  # noqa: RUF001
    assert (round(lower, 2), round(upper, 2)) == (44.68, 55.32)


def test_the_spread_is_the_mean_step_over_1_128() -> None:
    """Of 10,000 a half, in turn one deviation of 50 cases above and below: the steps are 2, and 2 / 1.128 is 1.773."""
    assert measure_proportions([Count(4950, 10_000), Count(5050, 10_000)] * 6).spread == pytest.approx(
        1.77305, abs=1e-5
    )


@pytest.mark.parametrize(
    ("cases", "trials", "deviations", "is_beyond"),
    [
        # Of mean 1/10, all of 3 cases have a chance of 0.1%, all of 2 cases of 1%; of 1/20, of 0.25%.
        (3, 3, 3, True),  # 0.00100 is less than 0.00135
        (2, 2, 3, False),  # 0.01
        (2, 2, 2, True),  # 0.01 is less than 0.02275
        (1, 1, 2, False),  # 0.1
    ],
)
def test_few_cases_are_beyond_only_where_so_many_are_rare(
    cases: int, trials: int, deviations: int, is_beyond: bool
) -> None:
    assert ProportionBaseline(100, 1000, 1.0).is_beyond(Count(cases, trials), 1, deviations) == is_beyond


@pytest.mark.parametrize(
    ("share_in_100_000", "deviations", "is_beyond"),
    [
        (134, 3, True),  # one case of one: its chance is the mean itself
        (135, 3, True),
        (136, 3, False),
        (2274, 2, True),
        (2275, 2, True),
        (2276, 2, False),
    ],
)
def test_chances_of_two_and_three_deviations(share_in_100_000: int, deviations: int, is_beyond: bool) -> None:
    baseline = ProportionBaseline(share_in_100_000, 100_000, 1.0)
    assert baseline.is_beyond(Count(1, 1), 1, deviations) == is_beyond


def test_a_quiet_series_keeps_the_limits_of_chance() -> None:
    baseline = measure_proportions([Count(50, 100), Count(51, 100)] * 6)
    assert (baseline.method, baseline.spread) == ("p-chart", 1.0)


@pytest.mark.parametrize("cases", [0, 30])
def test_nothing_can_be_told_of_chance_where_no_case_ever_differs(cases: int) -> None:
    baseline = measure_proportions([Count(cases, 30)] * 12)
    assert not baseline.has_width
    assert baseline.find_limits(Count(1, 30)) == (cases * 100 / 30, cases * 100 / 30)


def test_a_mean_that_is_no_binary_number_is_met_exactly() -> None:
    """One of nine, again and again: on neither side, whatever the last bit of 1/9 is."""
    baseline = measure_proportions([Count(1, 9), Count(2, 18), Count(3, 27)] * 4)
    assert not any(baseline.is_beyond(Count(7, 63), side, 0) for side in (1, -1))
    assert measure_values([Fraction(100, 9)] * 12).distance == 0


@given(st.integers(1, 900), st.integers(1, 99))
def test_limits_hold_nearly_everything_that_chance_does(trials: int, percent: int) -> None:
    """By the exact binomial distribution, at most 0.135% lies beyond each limit."""
    baseline = ProportionBaseline(percent * 10, 1000, 1.0)
    lower, upper = baseline.find_limits(Count(0, trials))
    chance = stats.binom(trials, percent / 100)
    assert 0 <= lower < percent < upper <= 100
    assert chance.sf(upper / 100 * trials + 1e-9) <= 0.00135 + 1e-9
    assert chance.cdf(lower / 100 * trials - 1e-9) <= 0.00135 + 1e-9


@given(st.integers(1, 900), st.integers(0, 900), st.integers(1, 99))
def test_a_case_beyond_a_limit_is_a_point_outside(trials: int, cases: int, percent: int) -> None:
    cases = min(cases, trials)
    baseline = ProportionBaseline(percent * 10, 1000, 1.0)
    lower, upper = baseline.find_limits(Count(cases, trials))
    value = 100 * cases / trials
    assert baseline.is_beyond(Count(cases, trials), 1, 3) == (value > upper + 1e-9)
    assert baseline.is_beyond(Count(cases, trials), -1, 3) == (value < lower - 1e-9)


@given(st.integers(1, 2000), st.integers(0, 2001), st.floats(0.001, 0.999))
def test_a_tail_is_that_of_the_binomial_distribution(trials: int, successes: int, probability: float) -> None:
    expected = stats.binom.sf(successes - 1, trials, probability)
    assert compute_upper_tail(successes, trials, probability) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(("probability", "tail"), [(0.0, 0.0), (1.0, 1.0)])
def test_a_tail_without_chance(probability: float, tail: float) -> None:
    assert compute_upper_tail(1, 3, probability) == tail
    assert compute_upper_tail(4, 3, probability) == 0
    assert compute_upper_tail(0, 3, probability) == 1
