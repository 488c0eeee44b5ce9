"""CP24 and CPEV: plans since 1 April of children who had a plan before."""

from __future__ import annotations

from datetime import date

import pytest

from kpitui.figure_wording import describe_warnings
from tests.examples import QUARTER, Counted, Example, Tables, table

WITHIN, EVER = "repeat-plans-24-months", "repeat-plans-ever"


def plans(*lines: str) -> Tables:
    columns = "child start_date end_date previous_plans other_authority"
    return {"protection_plans": table(columns, *lines)}


def both(example: Example, tables: Tables, period: str = QUARTER) -> tuple[Counted, Counted]:
    return (example.count(WITHIN, tables, period=period), example.count(EVER, tables, period=period))


@pytest.mark.parametrize(
    ("earlier", "within", "ever"),
    [
        ("2015-01-01 2016-11-05", 1, 1),  # ended exactly 24 months before
        ("2015-01-01 2016-11-04", 0, 1),
        ("2018-01-01 2018-11-05", 1, 1),  # ended on the day that the next one starts
        ("2018-01-01 2018-11-06", 0, 0),  # still open on that day
        ("2018-01-01 .", 0, 0),
    ],
)
def test_the_earlier_plan_has_ended_by_the_start_within_24_months_or_ever(
    example: Example, earlier: str, within: int, ever: int
) -> None:
    tables = plans("A 2018-11-05 . . .", f"A {earlier} . .")
    assert both(example, tables) == ((within, 1, {}), (ever, 1, {}))


@pytest.mark.parametrize(("ended", "within"), [("2018-02-28", 1), ("2018-02-27", 0)])
def test_24_months_before_29_february_is_the_28th(example: Example, ended: str, within: int) -> None:
    tables = plans("A 2020-02-29 . . .", f"A 2016-01-01 {ended} . .")
    count = example.count(WITHIN, tables, "in-quarter", "2019-20 Q4", date(2020, 5, 1))
    assert count == (within, 1, {})


def test_any_earlier_plan_will_do_not_only_the_last(example: Example) -> None:
    """The plan of 2018 is still open; that of 2016 ended in 2017."""
    tables = plans("A 2018-11-05 . . .", "A 2018-01-01 . . .", "A 2016-01-01 2017-06-01 . .")
    assert both(example, tables) == ((1, 1, {}), (1, 1, {}))


def test_the_variant_measures_from_start_to_start(example: Example) -> None:
    just = plans("A 2018-11-05 . . .", "A 2016-11-05 2017-01-01 . .")
    gone = plans("A 2018-11-05 . . .", "A 2016-11-04 2017-01-01 . .")
    assert example.count(WITHIN, just, "24-months-from-start") == (1, 1, {})
    assert example.count(WITHIN, gone, "24-months-from-start") == (0, 1, {})
    assert example.count(WITHIN, gone) == (1, 1, {})


@pytest.mark.parametrize(("number", "ever"), [("0", 0), ("1", 1), ("3", 1), (".", 0)])
def test_the_number_of_previous_plans_counts_ever_but_not_within_24_months(
    example: Example, number: str, ever: int
) -> None:
    tables = plans(f"A 2018-11-05 . {number} .")
    assert both(example, tables) == ((0, 1, {}), (ever, 1, {}))


def test_another_authoritys_plan_is_left_out_but_can_be_the_earlier_one(example: Example) -> None:
    tables = plans("A 2018-11-05 . . N", "A 2018-05-01 2018-08-01 . Y")
    left_out = {"other authority's plan": 1}
    assert both(example, tables) == ((1, 1, left_out), (1, 1, left_out))


def test_the_year_to_date_and_the_quarter(example: Example) -> None:
    """A in June, B in November after a plan that ended in July: 1 of 2, or 1 of 1."""
    tables = plans("A 2018-06-01 . . .", "B 2018-11-05 . . .", "B 2018-03-31 2018-07-01 . .")
    assert both(example, tables) == ((1, 2, {}), (1, 2, {}))
    assert example.count(WITHIN, tables, "in-quarter") == (1, 1, {})
    assert example.count(EVER, tables, "in-quarter") == (1, 1, {})


def test_a_plan_that_starts_while_another_is_open_is_an_issue(example: Example) -> None:
    council = example.council(plans("A 2018-01-01 . . .", "A 2018-11-05 . . ."))
    issues = [issue for issue in council.tables.issues if issue.table == "protection_plans"]
    assert [issue.line for issue in issues if issue.line] == [3]


@pytest.mark.parametrize(("first", "short"), [("2016-04-01", False), ("2016-04-02", True)])
def test_a_history_shorter_than_24_months_before_april_is_warned_of(example: Example, first: str, short: bool) -> None:
    tables = plans(f"A {first} 2016-06-01 . .", "B 2018-11-05 . . .")
    warnings = describe_warnings(example.entry(WITHIN, tables))
    assert ("the history is too short, so the figure may be too low" in warnings) is short


def ended_plan(start: str, end: str) -> Tables:
    return {"protection_plans": table("child start_date end_date", f"A {start} {end}")}


@pytest.mark.parametrize(("end", "counted"), [("2019-03-31", 1), ("2019-03-30", 0)])
def test_two_years_are_729_days(example: Example, end: str, counted: int) -> None:
    """1 April 2017 to 31 March 2019 is 729 days; so it is with the day of the end included more than 729."""
    tables = ended_plan("2017-04-01", end)
    assert example.count("plans-ended-2-years", tables, period="2018-19 Q4", as_at=date(2019, 4, 25)) == (
        counted,
        1,
        {},
    )


@pytest.mark.parametrize(("start", "counted"), [("2017-01-01", 1), ("2017-01-02", 0)])
def test_a_plan_is_open_for_two_years(example: Example, start: str, counted: int) -> None:
    """1 January 2017 to 31 December 2018 is 729 days; who ends on the last day is not on a plan."""
    tables = {"protection_plans": table("child start_date end_date", f"A {start} .", "B 2010-01-01 2018-12-31")}
    assert example.count("plans-open-2-years", tables) == (counted, 1, {})


def test_another_authoritys_plan_is_not_open_here(example: Example) -> None:
    tables = {"protection_plans": table("child start_date other_authority", "A 2010-01-01 Y", "B 2018-01-01 N")}
    assert example.count("plans-open-2-years", tables) == (0, 1, {"other authority's plan": 1})


def test_plans_without_a_column_for_their_end_have_no_number(example: Example) -> None:
    """All would be open, and none ended."""
    rows = [f"C{n} 2018-0{n % 9 + 1}-01" for n in range(30)]
    tables = {"protection_plans": table("child start_date", *rows)}
    for indicator in ("protection-plans-rate", "protection-plan-ends-rate"):
        entry = example.entry(indicator, tables)
        assert entry.judgement.rag == "none"
        assert entry.point.count.bounds is not None
