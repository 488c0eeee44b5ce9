"""CE20 and CC20: who entered care in the quarter, and who was in care on its last day."""

from __future__ import annotations

from datetime import date

import pytest

from kpitui.board import build_board
from kpitui.drilldown.cases import iterate_case_rows, list_cases
from kpitui.model.periods import parse_period
from tests.examples import MEETING, Example, table

ENTERED, IN_CARE = "care-entrants-over-20-miles", "children-in-care-over-20-miles"


def episodes(*lines: str) -> str:
    return table("child decom rne ls place dec rec distance_miles", *lines)


def test_entries_of_the_quarter_its_first_and_last_day_included(example: Example) -> None:
    """A and B entered in it, A further than 20 miles away; F did not enter but moved."""
    tables = {
        "care_episodes": episodes(
            "A 2018-10-01 S C2 U4 . . 25",
            "B 2018-12-31 S C2 U4 . . 5",
            "C 2018-09-30 S C2 U4 . . 25",
            "D 2019-01-01 S C2 U4 . . 25",
            "F 2018-11-01 P C2 U4 . . 25",
        )
    }
    assert example.count(ENTERED, tables) == (1, 2, {})


@pytest.mark.parametrize(
    ("episode", "reason"),
    [
        ("S V3 U4 . . 25", "short break"),
        ("S V4 P1 . . .", "short break"),  # the first reason that holds
        ("S C2 P1 . . 25", "placed with parents"),
        ("S C2 U4 . . .", "distance unknown"),
        ("S C2 U4 . . 999.9", "distance unknown"),
    ],
)
def test_who_is_left_out_and_why(example: Example, episode: str, reason: str) -> None:
    tables = {"care_episodes": episodes(f"A 2018-11-01 {episode}")}
    assert example.count(ENTERED, tables) == (0, 0, {reason: 1})
    assert example.count(IN_CARE, tables) == (0, 0, {reason: 1})


UNACCOMPANIED = {"unaccompanied asylum seeking child": 1}


@pytest.mark.parametrize(
    ("duc", "left_out"),
    [
        (".", True),  # still so
        ("2018-11-02", True),  # ended the day after the entry
        ("2018-11-01", False),  # ended on the day
        ("2030-01-01", True),  # an end after the meeting is not known, the status is
    ],
)
def test_an_entry_while_unaccompanied_is_left_out(example: Example, duc: str, left_out: bool) -> None:
    tables = {"care_episodes": episodes("A 2018-11-01 S C2 U4 . . 25"), "uasc": table("child duc", f"A {duc}")}
    assert example.count(ENTERED, tables) == ((0, 0, UNACCOMPANIED) if left_out else (1, 1, {}))


@pytest.mark.parametrize(("until", "left_out"), [("2018-11-02", True), ("2018-11-01", False)])
def test_the_status_kept_with_the_child_counts_while_it_ran(example: Example, until: str, left_out: bool) -> None:
    tables = {
        "care_episodes": episodes("A 2018-11-01 S C2 U4 . . 25"),
        "children": table("child dob uasc_until", f"A 2003-01-01 {until}"),
    }
    assert example.count(ENTERED, tables) == ((0, 0, UNACCOMPANIED) if left_out else (1, 1, {}))


def test_the_status_of_a_child_in_care_is_that_of_the_last_day(example: Example) -> None:
    """A's status ended on 31 December: unaccompanied on 30 September, no longer at the end."""
    tables = {"care_episodes": episodes("A 2018-01-01 S C2 U4 . . 25"), "uasc": table("child duc", "A 2018-12-31")}
    assert example.count(IN_CARE, tables) == (1, 1, {})
    assert example.count(IN_CARE, tables, period="2018-19 Q2") == (0, 0, UNACCOMPANIED)


def test_a_child_who_enters_twice_is_two_cases_or_one_child_by_its_last(example: Example) -> None:
    """A: far away in October, near in November; B: far away.  2 of 3 entries, 1 of 2 children."""
    tables = {
        "care_episodes": episodes(
            "A 2018-10-05 S C2 U4 2018-10-20 E4A 25",
            "A 2018-11-05 S C2 U4 2018-11-20 E4A 5",
            "B 2018-12-05 S C2 U4 . . 25",
        )
    }
    assert example.count(ENTERED, tables) == (2, 3, {})
    assert example.count(ENTERED, tables, "children") == (1, 2, {})


def test_the_last_entry_that_is_not_left_out_stands_for_the_child(example: Example) -> None:
    tables = {"care_episodes": episodes("A 2018-10-05 S C2 U4 2018-10-20 E4A 25", "A 2018-12-05 S C2 P1 . . .")}
    assert example.count(ENTERED, tables, "children") == (1, 1, {"placed with parents": 1})


LAST_SO_FAR = """
[indicators.entered]
title = "Children who entered care, by their last entry so far"
cohort = "care-entries"
window = "year-to-date"
distinct = "last"
polarity = "low"
counted = { distance = { more_than = 20 } }
"""


def test_the_last_entry_so_far_stands_for_a_child_who_comes_again_later(example: Example) -> None:
    """A: far in May, near in November; B: far in August; C: near in April, far in the next year."""
    tables = {
        "care_episodes": episodes(
            "A 2018-05-05 S C2 U4 2018-05-20 E4A 25",
            "A 2018-11-05 S C2 U4 2018-11-20 E4A 5",
            "B 2018-08-05 S C2 U4 . . 25",
            "C 2018-04-05 S C2 U4 2018-04-20 E4A 5",
            "C 2019-04-05 S C2 U4 . . 25",
        )
    }
    history = example.entry("entered", tables, LAST_SO_FAR).history
    figures = {str(point.period): (point.count.numerator, point.count.denominator) for point in history}
    assert figures == {"2018-19 Q1": (1, 2), "2018-19 Q2": (2, 3), "2018-19 Q3": (1, 3)}
    council = example.council(tables, LAST_SO_FAR)
    board = build_board(council, MEETING)
    entry = next(entry for entry in board.entries if entry.indicator.id == "entered")
    for quarter, figure in figures.items():
        rows = list(iterate_case_rows(list_cases(council, board, entry, period=parse_period(quarter))))
        counts_as = [(str(row["numerator"]), str(row["denominator"])) for row in rows]
        assert (sum(n == "1" for n, _ in counts_as), sum(d == "1" for _, d in counts_as)) == figure


def test_in_care_on_the_last_day_is_having_begun_and_not_ended(example: Example) -> None:
    tables = {
        "care_episodes": episodes(
            "A 2018-12-31 S C2 U4 . . 25",  # entered on the day
            "B 2018-01-01 S C2 U4 2018-12-31 E4A 25",  # left on the day
            "C 2018-01-01 S C2 U4 2019-01-01 E4A 5",  # left on the day after
            "D 2019-01-01 S C2 U4 . . 25",
        )
    }
    assert example.count(IN_CARE, tables) == (1, 2, {})


def test_an_end_after_the_meeting_has_not_happened(example: Example) -> None:
    tables = {"care_episodes": episodes("A 2018-11-01 S C2 U4 2018-12-20 E4A 25")}
    assert example.count(IN_CARE, tables, as_at=date(2018, 12, 20)) == (0, 0, {})
    assert example.count(IN_CARE, tables, as_at=date(2018, 12, 19)) == (1, 1, {})


@pytest.mark.parametrize(
    ("first_episode", "second_episode", "far"),
    [
        ("2018-01-01 S C2 U4 . . 25", "2018-01-02 P C2 U4 . . 5", 0),  # the later decom counts
        ("2018-01-01 S C2 U4 . . 5", "2018-01-02 P C2 U4 . . 25", 1),
        ("2018-01-01 S C2 U4 . . 5", "2018-01-01 P C2 U4 . . 25", 1),  # S came first on the day
    ],
)
def test_of_two_open_episodes_the_later_counts(
    example: Example, first_episode: str, second_episode: str, far: int
) -> None:
    for lines in ((first_episode, second_episode), (second_episode, first_episode)):
        tables = {"care_episodes": episodes(*(f"A {line}" for line in lines))}
        assert example.count(IN_CARE, tables) == (far, 1, {})


def test_two_open_episodes_of_one_child_are_an_issue(example: Example) -> None:
    lines = "A 2018-01-01 S C2 U4 . . 25", "A 2018-01-02 P C2 U4 . . 5"
    council = example.council({"care_episodes": episodes(*lines)})
    assert [issue.line for issue in council.tables.issues if issue.table == "care_episodes"] == [3]


def test_the_earlier_episode_counts_again_once_the_later_has_ended(example: Example) -> None:
    tables = {"care_episodes": episodes("A 2018-01-01 S C2 U4 . . 25", "A 2018-02-01 P C2 U4 2018-11-01 X1 5")}
    assert example.count(IN_CARE, tables, period="2018-19 Q2") == (0, 1, {})
    assert example.count(IN_CARE, tables) == (1, 1, {})


def test_the_dfe_basis_keeps_the_unaccompanied_and_the_unknown(example: Example) -> None:
    """Ours: A of A and B.  DfE's: A and C of A, B, C and D."""
    tables = {
        "care_episodes": episodes(
            "A 2018-01-01 S C2 U4 . . 25",
            "B 2018-01-01 S C2 U4 . . 5",
            "C 2018-01-01 S C2 U4 . . 25",
            "D 2018-01-01 S C2 U4 . . .",
            "E 2018-01-01 S C2 P1 . . 25",
            "F 2018-01-01 S V4 U4 . . 25",
        ),
        "uasc": table("child duc", "C ."),
    }
    home_or_break = {"placed with parents": 1, "short break": 1}
    excluded = home_or_break | UNACCOMPANIED | {"distance unknown": 1}
    assert example.count(IN_CARE, tables) == (1, 2, excluded)
    assert example.count(IN_CARE, tables, "dfe-basis") == (2, 4, home_or_break)
