"""More than chance, or no more: exact tests of two figures, and when there is none to make."""

from __future__ import annotations

import random
from dataclasses import replace
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kpitui.figure_wording import describe_finding
from kpitui.judge.direction import compare_figures
from kpitui.judge.exact_tests import compare_proportions, compare_rates
from kpitui.judge.significance import judge_significance
from kpitui.model.board import Count, CountBounds, HistoryPoint
from kpitui.model.catalogue import CohortCall, Indicator, Rule
from kpitui.model.periods import parse_period
from kpitui.model.windows import CountingWindow

LEAVERS = Indicator(
    "permanence", "VP7", "", "", "high", Rule("r", "", CohortCall("care-leavers"), "period", ()),
    noun=("child", "children"),
)  # fmt: skip


def test_fishers_mid_p_by_hand() -> None:
    """3 of 3 against 0 of 3: the only tables as rare are it and its mirror, 1 of 20 each.

    Half of what is as rare as the table itself: 0.05.
    """
    assert compare_proportions(3, 3, 0, 3) == pytest.approx(0.05)
    # 2 of 3 against 1 of 3: 9 of 20 like it, as many mirrored, and 2 rarer: (9 + 9) / 2 + 2 of 20.
    assert compare_proportions(2, 3, 1, 3) == pytest.approx(0.55)


def test_the_tea_tasting_lady() -> None:
    """Fisher (1935): 3 of 4 against 1 of 4. Tables of 70: 1, 16, 36, 16, 1; 2 + 32 / 2 of 70."""
    assert compare_proportions(3, 4, 1, 4) == pytest.approx(18 / 70)


def test_a_count_over_a_headcount_by_hand() -> None:
    """5 leavers of 50 against none of 50: 1 of 32 on either side, and half of the two: 1/32."""
    assert compare_rates(5, 50, 0, 50) == pytest.approx(1 / 32)
    assert compare_rates(1, 50, 0, 50) == pytest.approx(0.5)
    assert compare_rates(0, 50, 0, 50) == 1


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_fishers_mid_p_is_that_of_the_hypergeometric_distribution(
    size: int, other_count: int, data: st.DataObject
) -> None:
    cases, earlier = data.draw(st.integers(0, size)), data.draw(st.integers(0, other_count))
    chance = stats.hypergeom(size + other_count, cases + earlier, size)
    mine = chance.pmf(cases)
    terms = [chance.pmf(count) for count in range(size + 1)]
    expected = (
        sum(t for t in terms if t < mine * (1 - 1e-7)) + sum(t for t in terms if abs(t - mine) <= mine * 1e-7) / 2
    )
    if 0 < cases + earlier < size + other_count:
        assert compare_proportions(cases, size, earlier, other_count) == pytest.approx(expected, abs=1e-9)


def test_large_numbers_are_compared_by_the_normal_test() -> None:
    """30% against 29% of 20,000: by hand z is 0.01 / √(0.295 * 0.705 / 10,000) = 2.193, p 0.0283."""
    assert compare_proportions(6000, 20_000, 5800, 20_000) == pytest.approx(0.0283, abs=0.0001)
    exact = compare_proportions(3000, 9_999, 2900, 9_999)
    assert compare_proportions(3001, 10_001, 2901, 10_001) == pytest.approx(exact, rel=0.02)


def test_two_samples_of_one_process_differ_by_more_than_chance_in_5_percent_at_most() -> None:
    dice = random.Random("two samples")
    for size, share in ((8, 0.3), (30, 0.1), (120, 0.5)):
        draws = [[sum(dice.random() < share for _ in range(size)) for _ in range(2)] for _ in range(400)]
        false_alarms = sum(
            compare_proportions(first_count, size, other_count, size) < 0.05 for first_count, other_count in draws
        )
        assert false_alarms <= 32, size  # 20 expected of a test at exactly 5%


def compared(
    now: Count, before: Count, indicator: Indicator = LEAVERS, periods: tuple[str, str] = ("2018-19 Q3", "2018-19 Q2")
) -> tuple[str, str]:
    points = [
        HistoryPoint(parse_period(period), "official", count, None, "none")
        for period, count in zip(periods, (now, before), strict=True)
    ]
    significance, reason = judge_significance(indicator, points[0], points[1])
    return significance, describe_finding(reason)


def test_the_quarter_of_the_meeting_is_no_more_than_chance() -> None:
    """5 of 16 after 8 of 17: 15.8 points, and nothing to explain."""
    assert compared(Count(5, 16), Count(8, 17)) == ("no more than chance", "")
    assert compared(Count(650, 829), Count(590, 829)) == ("more than chance", "")


def test_nothing_is_said_of_a_missing_or_hidden_figure() -> None:
    assert compared(Count(0, 0), Count(8, 17)) == ("", "")
    assert compared(Count(5, 16), Count(nan, 17)) == ("", "")


def test_nothing_is_tested_while_cases_are_unknown() -> None:
    doubtful = Count(5, 16, bounds=CountBounds((5, 18), (7, 18), 16))
    assert compared(doubtful, Count(8, 17)) == ("", "not all cases are known")


def windowed(window: CountingWindow) -> Indicator:
    return replace(LEAVERS, rule=replace(LEAVERS.rule, window=window))


@pytest.mark.parametrize(
    ("window", "periods", "is_tested"),
    [
        ("period", ("2018-19 Q3", "2018-19 Q2"), True),
        ("year-to-date", ("2018-19 Q3", "2018-19 Q2"), False),
        ("year-to-date", ("2018-19 Q1", "2017-18 Q4"), True),  # a new year begins
        ("year-to-date", ("2018-19 Q3", "2017-18 Q3"), True),
        ("rolling-12-months", ("2018-19 Q3", "2018-19 Q2"), False),
        ("rolling-12-months", ("2018-19 Q3", "2017-18 Q3"), True),
        ("rolling-12-months", ("2018-19 M09", "2018-19 M08"), False),
        ("period-end", ("2018-19 Q3", "2017-18 Q3"), False),
    ],
)
def test_figures_that_share_cases_are_not_tested(
    window: CountingWindow, periods: tuple[str, str], is_tested: bool
) -> None:
    verdict, reason = compared(Count(5, 100), Count(50, 100), windowed(window), periods)
    assert (verdict == "more than chance") is is_tested
    assert bool(reason) is not is_tested


def test_a_school_is_a_fact_and_a_pupil_no_case_of_its_own() -> None:
    schools = replace(
        LEAVERS, rule=replace(windowed("period-end").rule, cohort=CohortCall("schools")), noun=("", "schools")
    )
    assert compared(Count(2, 3), Count(2, 2), schools) == ("", "all schools are counted, so a change is a fact")
    weighted = replace(LEAVERS, rule=replace(LEAVERS.rule, weight_column="fte"))
    assert compared(Count(2, 3), Count(2, 2), weighted) == ("", "the cases are weighted")


def test_leavers_are_compared_over_their_headcounts() -> None:
    """25 of 90 after 10 of 90: given 35, 25 or more on one side: by the binomial test below 5%."""
    base = replace(windowed("rolling-12-months").rule, base_cohort=CohortCall("social-workers-in-post"))
    staff = replace(LEAVERS, rule=base)
    periods = ("2018-19 Q3", "2017-18 Q3")
    assert compared(Count(25, 90), Count(10, 90.5), staff, periods) == ("more than chance", "")
    assert compared(Count(22, 90), Count(19, 89.5), staff, periods) == ("no more than chance", "")


def test_a_movement_carries_what_the_test_says() -> None:
    points = [
        HistoryPoint(parse_period(period), "official", count, None, "none")
        for period, count in (("2018-19 Q3", Count(5, 16)), ("2018-19 Q2", Count(8, 17)))
    ]
    movement = compare_figures(LEAVERS, points[0], points[1])
    assert (movement.direction, movement.significance, movement.untested_because) == (
        "worse", "no more than chance", None,
    )  # fmt: skip
