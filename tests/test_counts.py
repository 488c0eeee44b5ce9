"""Counts: running totals by month, and what a window takes of them."""

from __future__ import annotations

from datetime import date
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitui.model.board import Count
from kpitui.model.periods import get_month_end, get_month_start, parse_period
from kpitui.model.windows import SINCE_ALWAYS, CountingWindow, get_window_months
from kpitui.running_totals import RunningTotal
from tests.examples import Example, table

FEW = st.dictionaries(st.integers(0, 40), st.integers(-3, 9), max_size=12)


@given(FEW, st.integers(-2, 45), st.integers(0, 20))
def test_steps_add_up_what_changed_in_the_months(changes: dict[int, int], first: int, length: int) -> None:
    months = sorted(changes)
    steps = RunningTotal(months, list(accumulate(changes[month] for month in months)))
    last = first + length
    assert steps.total_between(first, last) == sum(changes[month] for month in months if first <= month <= last)


@pytest.mark.parametrize(
    ("window", "period", "first_day"),
    [
        ("period", "2018-19 Q3", "2018-10-01"),
        ("period", "2018-19", "2018-04-01"),
        ("year-to-date", "2018-19 Q3", "2018-04-01"),
        ("year-to-date", "2018-19 Q1", "2018-04-01"),
        ("year-to-date", "2018-19 M12", "2018-04-01"),
        ("rolling-12-months", "2018-19 Q3", "2018-01-01"),
        ("rolling-12-months", "2019-20 M11", "2019-03-01"),  # to 29 February 2020
    ],
)
def test_a_window_is_whole_months_to_the_periods_end(window: CountingWindow, period: str, first_day: str) -> None:
    first, last = get_window_months(window, parse_period(period))
    assert get_month_start(first) == date.fromisoformat(first_day)
    assert get_month_end(last) == parse_period(period).last_day


def test_a_state_on_the_last_day_is_all_that_began_since_always() -> None:
    assert get_window_months("period-end", parse_period("2018-19 Q3"))[0] == SINCE_ALWAYS


def test_without_a_denominator_there_is_no_value() -> None:
    assert Count(0, 0).value is None
    assert Count(5, 16).value == 31.25


def test_a_year_to_date_is_the_sum_of_its_quarters(example: Example) -> None:
    days = ("2018-04-01", "2018-06-30", "2018-07-01", "2018-12-31", "2019-01-01")
    tables = {"referrals": table("child referral_date", *(f"{n} {d}" for n, d in enumerate(days)))}
    quarters = [
        example.count("repeat-referrals", tables, "in-quarter", f"2018-19 Q{number}")[1] for number in (1, 2, 3, 4)
    ]
    assert quarters == [2, 1, 1, 1]
    assert [example.count("repeat-referrals", tables, period=f"2018-19 Q{number}")[1] for number in (1, 2, 3, 4)] == [
        2,
        3,
        4,
        5,
    ]


def test_months_and_years_are_counted_as_quarters_are(example: Example) -> None:
    tables = {
        "care_episodes": table(
            "child decom rne ls place dec rec",
            "A 2018-01-01 S C2 U4 2018-10-31 E4A",
            "B 2018-01-01 S C2 U4 2018-11-01 E5",
            "C 2018-01-01 S C2 U4 2018-12-31 E5",
        )
    }
    counts_by_period = {
        period: example.count("permanence", tables, period=period)[:2]
        for period in ("2018-19 M07", "2018-19 M08", "2018-19 M09", "2018-19 Q3", "2018-19")
    }
    assert counts_by_period == {
        "2018-19 M07": (1, 1),
        "2018-19 M08": (0, 1),
        "2018-19 M09": (0, 1),
        "2018-19 Q3": (1, 3),
        "2018-19": (1, 3),
    }


def test_children_of_a_month_a_quarter_and_a_year_are_told_apart_anew(example: Example) -> None:
    """A enters in October and in December: two children of months, one of the quarter."""
    tables = {
        "care_episodes": table(
            "child decom rne ls place dec rec distance_miles",
            "A 2018-10-05 S C2 U4 2018-10-20 E4A 25",
            "A 2018-12-05 S C2 U4 . . 5",
        )
    }
    counts_by_period = {
        period: example.count("care-entrants-over-20-miles", tables, "children", period)[:2]
        for period in ("2018-19 M07", "2018-19 M09", "2018-19 Q3", "2018-19")
    }
    assert counts_by_period == {"2018-19 M07": (1, 1), "2018-19 M09": (0, 1), "2018-19 Q3": (0, 1), "2018-19": (0, 1)}
