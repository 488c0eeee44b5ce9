"""VP7: where children went who left care in the quarter."""

from __future__ import annotations

from datetime import date

import pytest

from tests.examples import QUARTER, Counted, Example, Tables, table

INDICATOR = "permanence"
COUNTED = "E11 E12 E4A E4B E43 E44 E45 E46 E47 E48".split()
NOT_COUNTED = "E17 E5 E6 E7 E41 E13 E3 E2 E9 E14 E15 E16 E8".split()


def left_care(*lines: str, born: str = "2010-01-01") -> Tables:
    """Episodes of children who were all born on one day."""
    children = sorted({line.split()[0] for line in lines})
    return {
        "care_episodes": table("child decom rne ls place dec rec", *lines),
        "children": table("child dob", *(f"{child} {born}" for child in children)),
    }


def one_leaving(rec: str, day: str = "2018-11-05", born: str = "2010-01-01") -> Tables:
    return left_care(f"A 2018-01-01 S C2 U4 {day} {rec}", born=born)


@pytest.mark.parametrize("rec", COUNTED)
def test_adopted_home_or_special_guardianship_is_counted(example: Example, rec: str) -> None:
    assert example.count(INDICATOR, one_leaving(rec)) == (1, 1, {})


@pytest.mark.parametrize("rec", NOT_COUNTED)
def test_everything_else_is_in_the_denominator_and_told_apart(example: Example, rec: str) -> None:
    entry = example.entry(INDICATOR, one_leaving(rec))
    assert (entry.point.count.numerator, entry.point.count.denominator) == (0, 1)
    assert dict(entry.not_counted) == {rec: 1}
    assert rec in entry.indicator.outcome_names


def test_episodes_may_have_a_date_of_birth_of_their_own(example: Example) -> None:
    """Age is that of the table of children, which has the child at 8, not the 28 of the episodes."""
    episodes = table("child decom rne ls place dec rec dob", "A 2018-01-01 S C2 U4 2018-11-05 E4A 1990-01-01")
    tables = {**one_leaving("E4A"), "care_episodes": episodes}
    assert example.count(INDICATOR, tables, "excluding-18-plus") == (1, 1, {})


@pytest.mark.parametrize("rec", ["X1", "."])
def test_a_change_of_placement_or_an_end_without_a_reason_is_no_leaving(example: Example, rec: str) -> None:
    assert example.count(INDICATOR, one_leaving(rec)) == (0, 0, {})


@pytest.mark.parametrize(("day", "is_in"), [("2018-09-30", 0), ("2018-10-01", 1), ("2018-12-31", 1), ("2019-01-01", 0)])
def test_leavings_of_the_quarter_its_first_and_last_day_included(example: Example, day: str, is_in: int) -> None:
    assert example.count(INDICATOR, one_leaving("E4A", day)) == (is_in, is_in, {})


@pytest.mark.parametrize("status", ["V3", "V4"])
def test_short_breaks_are_left_out(example: Example, status: str) -> None:
    tables = left_care(f"A 2018-01-01 S {status} U4 2018-11-05 E4A")
    assert example.count(INDICATOR, tables) == (0, 0, {"short break": 1})


def test_a_child_who_leaves_twice_is_two_cases(example: Example) -> None:
    tables = left_care("A 2018-01-01 S C2 U4 2018-10-05 E4A", "A 2018-11-01 S C2 U4 2018-12-05 E5")
    assert example.count(INDICATOR, tables) == (1, 2, {})


def test_two_episodes_that_end_on_one_day_are_one_leaving_by_the_later(example: Example) -> None:
    tables = left_care("A 2018-02-01 P C2 U4 2018-11-05 E13", "A 2018-01-01 S C2 U4 2018-11-05 E11")
    assert example.count(INDICATOR, tables) == (0, 1, {})


def test_a_leaving_after_the_meeting_is_not_known(example: Example) -> None:
    tables = one_leaving("E4A", "2018-12-20")
    assert example.count(INDICATOR, tables, as_at=date(2018, 12, 20)) == (1, 1, {})
    assert example.count(INDICATOR, tables, as_at=date(2018, 12, 19)) == (0, 0, {})


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        (None, (4, 9, {})),
        ("planned-return-only", (3, 9, {})),  # without C
        ("with-arrangements-orders", (5, 9, {})),  # and D
        ("with-staying-put", (5, 9, {})),  # and E
        ("excluding-transfers-and-deaths", (4, 6, {"transfer or death": 3})),  # without F, G, H
        ("excluding-18-plus", (4, 9, {})),  # all are eight years old
    ],
)
def test_the_variants_stand_side_by_side(example: Example, variant: str | None, expected: Counted) -> None:
    """A adopted, B and C home (C unplanned), I special guardianship: 4 of 9."""
    outcomes = {
        "A": "E11",
        "B": "E4A",
        "C": "E4B",
        "D": "E41",
        "E": "E17",
        "F": "E3",
        "G": "E2",
        "H": "E15",
        "I": "E45",
    }
    tables = left_care(*(f"{child} 2018-01-01 S C2 U4 2018-11-05 {rec}" for child, rec in outcomes.items()))
    assert example.count(INDICATOR, tables, variant) == expected


@pytest.mark.parametrize(
    ("born", "leaving_day", "is_18"),
    [
        ("2000-11-05", "2018-11-05", True),  # on the birthday
        ("2000-11-06", "2018-11-05", False),  # the day before it
        ("2000-02-29", "2018-02-28", True),  # born on 29 February: the 28th in other years
        ("2000-02-29", "2018-02-27", False),
    ],
)
def test_turned_18_is_told_by_the_date_of_birth(example: Example, born: str, leaving_day: str, is_18: bool) -> None:
    period = QUARTER if leaving_day > "2018-10-01" else "2017-18 Q4"
    tables = one_leaving("E17", leaving_day, born)
    without = example.count(INDICATOR, tables, "excluding-18-plus", period)
    assert without == ((0, 0, {"18 or over": 1}) if is_18 else (0, 1, {}))
    assert example.count(INDICATOR, tables, period=period) == (0, 1, {})


def test_without_a_date_of_birth_a_child_is_not_known_to_be_18(example: Example) -> None:
    tables = {"care_episodes": one_leaving("E17")["care_episodes"]}
    assert example.count(INDICATOR, tables, "excluding-18-plus") == (0, 1, {})
