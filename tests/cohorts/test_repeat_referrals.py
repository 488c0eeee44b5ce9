"""RR12: referrals since 1 April of children referred before within 12 calendar months."""

from __future__ import annotations

from datetime import date

import pytest

from kpitui.figure_wording import describe_warnings
from tests.examples import MEETING, QUARTER, Counted, Example, table

INDICATOR = "repeat-referrals"


def referred(
    example: Example, *lines: str, variant: str | None = None, period: str = QUARTER, as_at: date = MEETING
) -> Counted:
    tables = {"referrals": table("child referral_date nfa", *lines)}
    return example.count(INDICATOR, tables, variant, period, as_at)


@pytest.mark.parametrize(
    ("before", "repeats"),
    [
        ("2017-11-05", 1),  # exactly 12 months
        ("2017-11-04", 0),
        ("2017-12-31", 1),
    ],
)
def test_a_repeat_is_within_12_calendar_months(example: Example, before: str, repeats: int) -> None:
    assert referred(example, "A 2018-11-05 .", f"A {before} .") == (repeats, 1, {})


def test_another_childs_referral_is_none_of_its_own(example: Example) -> None:
    assert referred(example, "A 2018-11-05 .", "B 2018-10-05 .", "a 2018-10-05 .") == (0, 3, {})


@pytest.mark.parametrize(
    ("day", "before", "repeats"),
    [
        ("2020-02-29", "2019-02-28", 1),  # 12 months before 29 February is the 28th
        ("2020-02-29", "2019-02-27", 0),
        ("2021-02-28", "2020-02-28", 1),
        ("2021-02-28", "2020-02-27", 0),
        ("2021-03-01", "2020-02-29", 0),
    ],
)
def test_12_months_around_29_february(example: Example, day: str, before: str, repeats: int) -> None:
    year = int(day[:4]) - 1
    period = f"{year}-{(year + 1) % 100} Q4"
    rows = f"A {day} .", f"A {before} ."
    count = referred(example, *rows, variant="in-quarter", period=period, as_at=date(2022, 1, 1))
    assert count == (repeats, 1, {})


def test_the_year_to_date_runs_from_1_april_to_the_last_day(example: Example) -> None:
    """In: 1 April, 1 October and 31 December; the last follows on the first.  1 of 3."""
    rows = ("A 2018-04-01 .", "A 2018-12-31 .", "B 2018-03-31 .", "C 2019-01-01 .", "D 2018-10-01 .")
    assert referred(example, *rows) == (1, 3, {})
    assert referred(example, *rows, variant="in-quarter") == (1, 2, {})
    assert referred(example, *rows, period="2018-19 Q1") == (0, 1, {})
    assert referred(example, *rows, period="2018-19 Q4") == (1, 4, {})


def test_two_referrals_on_one_day_are_one_and_an_issue(example: Example) -> None:
    tables = {"referrals": table("child referral_date nfa", "A 2018-11-05 N", "A 2018-11-05 Y")}
    assert example.count(INDICATOR, tables) == (0, 1, {})
    issues = [issue for issue in example.council(tables).tables.issues if issue.table == "referrals"]
    assert [issue.line for issue in issues] == [3]


def test_no_further_action_stays_in_but_for_the_variant(example: Example) -> None:
    """The referral without further action is still the earlier one of the other."""
    rows = "A 2018-05-01 Y", "A 2018-11-05 N"
    assert referred(example, *rows) == (1, 2, {})
    without = referred(example, *rows, variant="excluding-no-further-action")
    assert without == (1, 1, {"no further action": 1})


def test_children_each_once_counted_if_any_referral_repeats(example: Example) -> None:
    """A has 3 referrals, 2 of them repeats; B has 1: 2 of 4 referrals, 1 of 2 children."""
    rows = "A 2018-05-01 .", "A 2018-06-01 .", "A 2018-07-01 .", "B 2018-07-01 ."
    assert referred(example, *rows) == (2, 4, {})
    assert referred(example, *rows, variant="children") == (1, 2, {})
    assert referred(example, *rows, variant="children", period="2018-19 Q1") == (1, 1, {})


@pytest.mark.parametrize(("first", "short"), [("2017-04-01", False), ("2017-04-02", True)])
def test_a_history_shorter_than_12_months_before_april_is_warned_of(example: Example, first: str, short: bool) -> None:
    tables = {"referrals": table("child referral_date", f"A {first}", "B 2018-11-05")}
    warnings = describe_warnings(example.entry(INDICATOR, tables))
    assert ("the history is too short, so the figure may be too low" in warnings) is short


@pytest.mark.parametrize(
    ("first", "second", "left_out"), [("Y", "N", 0), ("N", "Y", 0), ("Y", ".", 0), (".", "Y", 0), ("Y", "Y", 1)]
)
def test_two_referrals_on_one_day_had_no_further_action_only_if_both_had_none(
    example: Example, first: str, second: str, left_out: int
) -> None:
    rows = f"A 2018-11-05 {first}", f"A 2018-11-05 {second}"
    excluded = {"no further action": 1} if left_out else {}
    assert referred(example, *rows, variant="excluding-no-further-action") == (0, 1 - left_out, excluded)


def test_a_number_of_earlier_referrals_that_is_recorded_decides(example: Example) -> None:
    """Annex A has the referrals of six months, and of each how many came before."""
    lines = ("A 2018-10-05 N 0", "B 2018-10-06 N 2", "C 2018-10-07 N -")
    entry = example.entry(INDICATOR, {"referrals": table("child referral_date nfa earlier_referrals", *lines)})
    assert (entry.point.count.numerator, entry.point.count.denominator) == (1, 3)
    # Of the third alone it is not known: the table does not go back far enough.
    assert entry.point.count.unknown == {"history too short": 1}
