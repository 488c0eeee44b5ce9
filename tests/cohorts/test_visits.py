"""VP8: visits to children on protection plans, each due ten working days after the last.

1 October 2018 is a Monday: the tenth working day after it is Monday 15 October.
"""

from __future__ import annotations

from datetime import date

import pytest

from kpitui.board import build_board
from kpitui.drilldown.cases import iterate_case_rows, list_cases
from kpitui.model.periods import parse_period
from tests.examples import MEETING, QUARTER, Counted, Example, Tables, table

INDICATOR = "protection-visits-on-time"
Told = list[tuple[str, str | None]]


def on_a_plan(plan: str, *visits: str) -> Tables:
    """Child A's plan (start, end, own interval), and visits: a date, or date, seen and setting."""
    visit_rows = (visit if " " in visit else f"{visit} Y Home" for visit in visits)
    return {
        "protection_plans": table("child start_date end_date visit_interval", f"A {plan}"),
        "protection_visits": table("child visit_date seen setting", *(f"A {visit}" for visit in visit_rows)),
    }


def clocks(
    example: Example, plan: str, *visits: str, variant: str | None = None, period: str = QUARTER, as_at: date = MEETING
) -> Told:
    """The due dates of a quarter, each with its outcome."""
    council = example.council(on_a_plan(plan, *visits), f'[board]\nshow = ["{INDICATOR}"]\n')
    board = build_board(council, as_at, parse_period(period))
    clock_rows = iterate_case_rows(list_cases(council, board, board.entries[0], variant))
    rows = sorted(clock_rows, key=lambda row: (str(row["visit_due"]), str(row["clock_start"])))
    return [(str(row["visit_due"])[5:], str(row["outcome"])) for row in rows]


ENDED = "plan ended before due"


def test_each_visit_starts_the_next_clock_a_late_one_too(example: Example) -> None:
    """On time on the tenth working day, 15 October; then late on the eleventh, 30 October."""
    clock_rows = clocks(example, "2018-10-01 2018-11-02 .", "2018-10-15", "2018-10-30")
    assert clock_rows == [("10-15", "on time"), ("10-29", "late"), ("11-13", ENDED)]


def test_on_time_over_all_that_were_due(example: Example) -> None:
    tables = on_a_plan("2018-10-01 2018-11-02 .", "2018-10-15", "2018-10-30")
    assert example.count(INDICATOR, tables) == (1, 2, {ENDED: 1})


def test_a_visit_on_the_start_day_stops_the_first_clock_and_starts_the_second(example: Example) -> None:
    clock_rows = clocks(example, "2018-10-01 2018-10-12 .", "2018-10-01")
    assert clock_rows == [("10-15", "on time"), ("10-15", ENDED)]


@pytest.mark.parametrize(("ends", "outcome"), [("2018-10-15", "late"), ("2018-10-14", ENDED)])
def test_a_plan_that_ends_on_the_due_day_needed_its_visit(example: Example, ends: str, outcome: str) -> None:
    assert clocks(example, f"2018-10-01 {ends} .") == [("10-15", outcome)]


def test_a_visit_after_the_end_of_the_plan_is_none_of_its_visits(example: Example) -> None:
    assert clocks(example, "2018-10-01 2018-10-12 .", "2018-10-15") == [("10-15", ENDED)]
    assert clocks(example, "2018-10-01 2018-10-15 .", "2018-10-16") == [("10-15", "late")]


@pytest.mark.parametrize(
    ("visit", "qualifies"),
    [
        ("2018-10-10 Y Home", True),
        ("2018-10-10 Y Other", True),
        ("2018-10-10 Y .", True),
        ("2018-10-10 Y School", False),
        ("2018-10-10 N Home", False),
        ("2018-09-30 Y Home", False),  # before the plan
    ],
)
def test_a_visit_qualifies_if_the_child_was_seen_not_at_school(example: Example, visit: str, qualifies: bool) -> None:
    first, *_ = clocks(example, "2018-10-01 2018-10-20 .", visit)
    assert first == ("10-15", "on time" if qualifies else "late")


def test_two_visits_on_one_day_are_one(example: Example) -> None:
    twice = "2018-10-08 Y Home", "2018-10-08 Y Other"
    clock_rows = clocks(example, "2018-10-01 2018-10-12 .", *twice)
    assert clock_rows == [("10-15", "on time"), ("10-22", ENDED)]


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2018-19 Q2", []),
        ("2018-19 Q3", [("10-01", "on time"), ("10-15", "late")]),  # nothing due on 3 January
        ("2018-19 Q4", [("01-03", "on time"), ("01-17", "late")]),
    ],
)
def test_a_case_belongs_to_the_quarter_that_it_is_due_in(example: Example, period: str, expected: Told) -> None:
    """From 17 September to 1 October; from 17 December over Christmas to 3 January."""
    visits = "2018-10-01", "2018-12-17", "2019-01-03"
    assert clocks(example, "2018-09-17 . .", *visits, period=period) == expected


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2018-12-17", "01-03"),  # 25 and 26 December and 1 January are no working days
        ("2018-03-23", "04-10"),  # nor are Good Friday and Easter Monday
        ("2018-10-06", "10-19"),  # from a Saturday, Monday is the first
    ],
)
def test_weekends_and_bank_holidays_do_not_count(example: Example, start: str, due: str) -> None:
    period = {"01": "2018-19 Q4", "04": "2018-19 Q1", "10": "2018-19 Q3"}[due[:2]]
    assert clocks(example, f"{start} . .", period=period) == [(due, "late")]


def test_a_clock_is_no_case_until_it_is_due(example: Example) -> None:
    early, due = date(2018, 10, 14), date(2018, 10, 15)
    assert clocks(example, "2018-10-01 . .", as_at=early) == []
    assert clocks(example, "2018-10-01 . .", as_at=due) == [("10-15", "late")]


def test_a_visit_after_the_meeting_is_not_known(example: Example) -> None:
    plan, visit = "2018-10-01 . .", "2018-10-15"
    on_the_day = clocks(example, plan, visit, as_at=date(2018, 10, 15))
    assert on_the_day == [("10-15", "on time")]


@pytest.mark.parametrize(
    ("plan", "variant", "due"),
    [
        ("2018-10-01 . .", None, "10-15"),
        ("2018-10-01 . 5", None, "10-08"),  # the plan's own interval
        ("2018-10-01 . .", "calendar-days", "10-11"),
        ("2018-10-01 . 5", "calendar-days", "10-06"),
        ("2018-10-01 . .", "counting-the-visit-day", "10-12"),
        ("2018-10-01 . 5", "counting-the-visit-day", "10-05"),
    ],
)
def test_other_intervals_and_ways_of_counting(example: Example, plan: str, variant: str | None, due: str) -> None:
    assert clocks(example, plan, variant=variant) == [(due, "late")]


@pytest.mark.parametrize(
    ("plan", "visit", "expected"),
    [
        ("2018-10-01 . .", "2018-12-13", (1, 1, {})),  # due on 31 December
        ("2018-10-01 . .", "2018-12-12", (0, 1, {})),  # due on 28 December
        ("2018-10-01 . 15", "2018-12-06", (1, 1, {})),  # the plan's own interval
        ("2018-12-31 . .", "2018-12-13", (1, 1, {})),  # on a plan since that day
        ("2018-10-01 . .", "2019-01-02", (0, 1, {})),  # after the last day
        ("2018-10-01 2019-01-01 .", "2018-12-13", (1, 1, {})),
        ("2018-10-01 2018-12-31 .", "2018-12-13", (0, 0, {})),  # no longer on a plan
        ("2019-01-01 . .", "2018-12-13", (0, 0, {})),
    ],
)
def test_children_whose_last_visit_is_up_to_date_at_the_end(
    example: Example, plan: str, visit: str, expected: Counted
) -> None:
    assert example.count(INDICATOR, on_a_plan(plan, visit), "up-to-date-at-end") == expected
