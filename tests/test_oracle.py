"""Hand-worked examples of definitions.md, each worked on paper and then asked of the oracle.

The quarter is Q3 2018/19, 1 October to 31 December 2018, and the meeting is on 25 March 2019,
unless an example says otherwise.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path

import pytest

from tests import councils, oracle
from tests.oracle import Case, Result, Row

WOKINGHAM = "872"
QUARTER = "2018-10-01", "2018-12-31"
MEETING = "2019-03-25"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def table(columns: str, *lines: str) -> list[Row]:
    """Rows from words: a line is a row, a full stop an empty cell, ~ a space inside a cell."""
    names = columns.split()
    cells = [[cell.replace("~", " ") for cell in line.split()] for line in lines]
    return [{name: None if cell == "." else cell for name, cell in zip(names, row, strict=True)} for row in cells]


def ask(
    indicator: str,
    tables: oracle.Tables,
    variant: str | None = None,
    *,
    period: tuple[str, str] = QUARTER,
    as_at: str = MEETING,
) -> Result:
    start, end = map(day, period)
    return oracle.compute(tables, indicator, start, end, day(as_at), WOKINGHAM, variant)


def counts(result: Result) -> tuple[int | float, int | float, dict[str, int]]:
    return result.numerator, result.denominator, result.excluded


def share(result: Result) -> tuple[int | float, int | float]:
    return result.numerator, result.denominator


# Dates


@pytest.mark.parametrize(
    ("date", "months", "earlier"),
    [
        ("2018-12-31", 12, "2017-12-31"),
        ("2020-02-29", 12, "2019-02-28"),
        ("2020-02-29", 24, "2018-02-28"),
        ("2021-02-28", 12, "2020-02-28"),
        ("2024-02-29", 48, "2020-02-29"),
        ("2018-01-31", 11, "2017-02-28"),
    ],
)
def test_months_back_keep_the_day_where_the_month_has_it(date: str, months: int, earlier: str) -> None:
    assert oracle.months_back(day(date), months) == day(earlier)


def test_eighteen_years_after_29_february_is_28_february() -> None:
    assert oracle.months_back(day("2000-02-29"), -216) == day("2018-02-28")


@pytest.mark.parametrize(
    ("end", "april"), [("2018-12-31", "2018-04-01"), ("2019-03-31", "2018-04-01"), ("2018-04-30", "2018-04-01")]
)
def test_the_year_to_date_starts_on_the_1_april_before_the_end(end: str, april: str) -> None:
    assert oracle.year_to_date(day(end), day(end)) == day(april)


def test_rolling_12_months_are_whole_months() -> None:
    assert oracle.rolling_12_months(day("2018-10-01"), day("2018-12-31")) == day("2018-01-01")
    assert oracle.rolling_12_months(day("2020-02-01"), day("2020-02-29")) == day("2019-03-01")


# Bank holidays and working days

BANK_HOLIDAYS = {
    1995: "01-02 04-14 04-17 05-08 05-29 08-28 12-25 12-26",
    1999: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28 12-31",
    2002: "01-01 03-29 04-01 05-06 06-03 06-04 08-26 12-25 12-26",
    2010: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2011: "01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27",
    2012: "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26",
    2018: "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26",
    2019: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
}


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_bank_holidays_of_england(year: int) -> None:
    holidays = {day(f"{year}-{date}") for date in BANK_HOLIDAYS[year].split()}
    assert oracle.bank_holidays(year) == holidays


def test_every_year_has_eight_bank_holidays_and_the_special_ones() -> None:
    years = {year: len(oracle.bank_holidays(year)) for year in range(1995, 2031)}
    nine = {1999, 2002, 2011, 2012, 2023}
    assert years == {year: 10 if year == 2022 else 9 if year in nine else 8 for year in range(1995, 2031)}


@pytest.mark.parametrize(
    ("clock", "days", "due"),
    [
        ("2018-10-01", 10, "2018-10-15"),  # Monday to Monday
        ("2018-10-06", 1, "2018-10-08"),  # from a Saturday, Monday is the first
        ("2018-10-06", 10, "2018-10-19"),
        ("2018-10-07", 10, "2018-10-19"),
        ("2018-12-17", 10, "2019-01-03"),  # 25 and 26 December and 1 January do not count
        ("2018-03-23", 10, "2018-04-10"),  # nor Good Friday and Easter Monday
        ("2018-10-01", 0, "2018-10-01"),
    ],
)
def test_working_days_later(clock: str, days: int, due: str) -> None:
    assert oracle.working_days_later(day(clock), days) == day(due)


# What is known


def test_nothing_after_the_meeting_is_known() -> None:
    tables = {
        "care_episodes": table(
            "child decom rne dec rec",
            "A 2019-03-25 S . .",
            "B 2019-03-26 S . .",
            "C 2018-01-01 S 2019-03-25 E4A",
            "D 2018-01-01 S 2019-03-26 E4A",
        )
    }
    care_episodes = oracle.known(tables, day(MEETING))["care_episodes"]
    assert [row["child"] for row in care_episodes] == ["A", "C", "D"]
    assert [row["dec"] for row in care_episodes] == [None, "2019-03-25", None]
    assert [row["rec"] for row in care_episodes] == [None, "E4A", None]


def test_an_inspection_is_known_once_it_is_published() -> None:
    inspections = table(
        "urn inspection_date publication_date",
        "A 2019-03-01 2019-03-25",
        "B 2019-03-01 2019-03-26",
        "C 2019-03-25 .",
        "D 2019-03-26 .",
    )
    known_tables = oracle.known({"school_inspections": inspections}, day(MEETING))
    assert [row["urn"] for row in known_tables["school_inspections"]] == ["A", "C"]


def test_a_later_end_of_a_spell_takes_its_reason_along() -> None:
    spells = table("worker start_date end_date leaving_reason voluntary", "W 2018-01-01 2019-03-26 Resigned Y")
    (known_row,) = oracle.known({"social_workers": spells}, day(MEETING))["social_workers"]
    assert (known_row["end_date"], known_row["leaving_reason"], known_row["voluntary"]) == (None, None, None)


def test_what_is_given_is_not_changed_by_what_is_known() -> None:
    tables = {"uasc": table("child duc", "A 2020-01-01")}
    assert oracle.known(tables, day(MEETING)) == {"uasc": [{"child": "A", "duc": None}]}
    assert tables == {"uasc": [{"child": "A", "duc": "2020-01-01"}]}


def test_empty_cells_are_missing(tmp_path: Path) -> None:
    (tmp_path / "uasc.csv").write_text("child,duc\n007,\n7,2018-01-01\n", encoding="utf-8")
    assert oracle.load(tmp_path) == {"uasc": [{"child": "007", "duc": None}, {"child": "7", "duc": "2018-01-01"}]}


# Schools


def schools(*lines: str) -> list[Row]:
    return table("urn phase la_code open_date close_date predecessor_urn pupils", *lines)


def inspections(*lines: str) -> list[Row]:
    return table("urn inspection_date kind overall publication_date outcome", *lines)


def primary(*inspected: str, period: tuple[str, str] = QUARTER, as_at: str = MEETING) -> Result:
    school = "A Primary 872 2000-01-01 . . 100"
    tables = {"schools": schools(school), "school_inspections": inspections(*inspected)}
    return ask("schools-primary-good", tables, period=period, as_at=as_at)


def test_schools_of_the_area_and_phase_that_are_open_on_the_last_day() -> None:
    tables = {
        "schools": schools(
            "opens-on-the-day Primary 872 2018-12-31 . . 1",
            "opens-after-it Primary 872 2019-01-01 . . 1",
            "opened-long-ago Primary 872 . . . 1",
            "closes-on-the-day Primary 872 2000-01-01 2018-12-31 . 1",
            "closes-after-it Primary 872 2000-01-01 2019-01-01 . 1",
            "elsewhere Primary 868 2000-01-01 . . 1",
            "secondary Secondary 872 2000-01-01 . . 1",
            "nursery Nursery 872 2000-01-01 . . 1",
            "through All-through 872 2000-01-01 . . 1",
        )
    }
    result = ask("schools-primary-good", tables)
    assert counts(result) == (0, 0, {"not yet inspected": 3, "all-through": 1})
    assert {case.subject for case in result.cases} == {
        "opens-on-the-day",
        "opened-long-ago",
        "closes-after-it",
        "through",
    }


def test_all_through_schools_as_secondary() -> None:
    tables = {
        "schools": schools("T All-through 872 2000-01-01 . . 900"),
        "school_inspections": inspections("T 2017-01-01 graded 2 . ."),
    }
    indicator = "schools-secondary-good"
    assert counts(ask(indicator, tables)) == (0, 0, {"all-through": 1})
    assert counts(ask(indicator, tables, "all-through-as-secondary")) == (1, 1, {})


def test_the_latest_inspection_by_the_last_day_gives_the_grade() -> None:
    assert share(primary("A 2017-01-01 graded 3 . .", "A 2018-12-31 graded 2 . .")) == (1, 1)
    assert share(primary("A 2017-01-01 graded 3 . .", "A 2019-01-01 graded 2 . .")) == (0, 1)
    assert share(primary("A 2018-12-31 graded 2 . .", "A 2017-01-01 graded 3 . .")) == (1, 1)


def test_an_inspection_in_the_quarter_counts_if_published_by_the_meeting() -> None:
    old, new = "A 2015-01-01 graded 4 . .", "A 2018-12-12 graded 1 2019-01-20 ."
    assert share(primary(old, new)) == (1, 1)
    assert share(primary(old, new, as_at="2019-01-20")) == (1, 1)
    assert share(primary(old, new, as_at="2019-01-19")) == (0, 1)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("School~remains~Good", (1, 1)),
        ("School~remains~Outstanding~(Concerns)~-~S5~Next", (1, 1)),
        ("Improved~significantly", (0, 1)),
        (".", (0, 1)),
    ],
)
def test_an_ungraded_inspection_grades_only_by_what_remains(outcome: str, expected: tuple[int, int]) -> None:
    graded, ungraded = "A 2013-01-01 graded 3 . .", f"A 2017-01-01 ungraded . . {outcome}"
    assert share(primary(graded, ungraded)) == expected


def test_an_ungraded_inspection_may_be_the_only_one() -> None:
    assert share(primary("A 2017-01-01 ungraded . . School~remains~Good")) == (1, 1)
    result = primary("A 2017-01-01 ungraded . . Standards~maintained")
    assert counts(result) == (0, 0, {"not yet inspected": 1})


def late(*inspected: str) -> Result:
    return primary(*inspected, period=("2026-01-01", "2026-03-31"), as_at="2026-06-01")


def test_an_old_grade_is_never_carried_past_an_inspection_without_one() -> None:
    old, none = "A 2020-01-01 graded 2 . .", "A 2024-10-01 graded . . ."
    card = "A 2025-12-01 report~card . . ."
    assert counts(late(old, none)) == (0, 0, {"no overall grade since 2024": 1})
    assert counts(late(old, none, card)) == (0, 0, {"report card": 1})


def test_a_school_without_an_overall_grade_stays_out_after_remaining_good() -> None:
    result = late("A 2024-10-01 graded . . .", "A 2025-09-01 ungraded . . School~remains~Good")
    assert counts(result) == (0, 0, {"no overall grade since 2024": 1})


CHAIN = schools(
    "A Primary 872 2018-09-01 . B 100",
    "B Primary 868 2014-09-01 2018-08-31 C 100",
    "C Primary 872 2000-09-01 2014-08-31 D 100",
)


def test_a_predecessor_gives_the_grade_over_any_number_of_steps() -> None:
    tables = {
        "schools": CHAIN,
        "school_inspections": inspections("D 1999-01-01 graded 4 . .", "C 2010-01-01 graded 2 . ."),
    }
    assert counts(ask("schools-primary-good", tables)) == (1, 1, {})
    own_result = ask("schools-primary-good", tables, "own-urn-only")
    assert counts(own_result) == (0, 0, {"not yet inspected": 1})


def test_a_predecessor_need_not_be_in_the_table_of_schools() -> None:
    tables = {"schools": CHAIN, "school_inspections": inspections("D 1999-01-01 graded 1 . .")}
    assert share(ask("schools-primary-good", tables)) == (1, 1)


def test_a_predecessors_missing_grade_is_not_passed_over() -> None:
    tables = {
        "schools": CHAIN,
        "school_inspections": inspections("B 2018-01-01 graded . . .", "C 2010-01-01 graded 2 . ."),
    }
    result = ask("schools-primary-good", tables)
    assert counts(result) == (0, 0, {"no overall grade since 2024": 1})


def test_a_loop_of_predecessors_ends() -> None:
    tables = {"schools": schools("A Primary 872 2000-01-01 . B 100", "B Primary 868 2000-01-01 . A 100")}
    result = ask("schools-primary-good", tables)
    assert counts(result) == (0, 0, {"not yet inspected": 1})


def test_pupils_weigh_the_schools_of_three_phases() -> None:
    tables = {
        "schools": schools(
            "A Primary 872 2000-01-01 . . 200",
            "B Secondary 872 2000-01-01 . . 900",
            "C Special 872 2000-01-01 . . .",
            "D Primary 872 2000-01-01 . . .",
            "E All-through 872 2000-01-01 . . 1500",
            "F Alternative~provision 872 2000-01-01 . . 30",
        ),
        "school_inspections": inspections(
            "A 2015-01-01 graded 1 . .", "B 2015-01-01 graded 3 . .", "C 2015-01-01 graded 2 . ."
        ),
    }
    excluded = {"no pupil number": 1, "not yet inspected": 1, "all-through": 1}
    assert counts(ask("pupils-in-good-schools", tables)) == (200, 1100, excluded)


# Early years

SETTINGS = table(
    "urn type early_years_register la_code registered_date closed_date",
    "EY1 Childminder Y 872 2010-01-01 .",
    "EY2 Childminder Y 872 2018-12-31 .",
    "EY3 Childcare~on~non-domestic~premises Y 872 2010-01-01 2019-01-01",
    "EY4 Childcare~on~domestic~premises Y 872 2010-01-01 .",
    "closed Childminder Y 872 2010-01-01 2018-12-31",
    "later Childminder Y 872 2019-01-01 .",
    "off-the-register Childminder N 872 2010-01-01 .",
    "elsewhere Childminder Y 868 2010-01-01 .",
)
VISITED = table(
    "urn inspection_date overall publication_date",
    "EY1 2014-01-01 2 .",
    "EY1 2018-01-01 . .",  # met: the grade before it stands
    "EY3 2014-01-01 . .",
    "EY4 2014-01-01 1 .",
    "EY4 2018-12-31 3 2019-02-01",
)


def test_early_years_settings_on_the_register() -> None:
    tables = {"early_years_settings": SETTINGS, "early_years_inspections": VISITED}
    excluded = {"not yet inspected": 1, "met or not met only": 1}
    assert counts(ask("early-years-good", tables)) == (1, 2, excluded)
    met_only = {"met or not met only": 1}
    assert counts(ask("early-years-good", tables, "without-childminders")) == (0, 1, met_only)
    assert counts(ask("early-years-good", tables, "group-settings-only")) == (0, 0, met_only)


# Distance


@pytest.mark.parametrize(
    ("metres", "miles"),
    [
        ((32186, 0), "20.0"),
        ((32250, 0), "20.0"),  # 20.04
        ((32266, 0), "20.0"),  # 20.0497
        ((32267, 0), "20.1"),  # 20.0503; a mile of 1.609344 km would say 20.0498
        ((32283, 0), "20.1"),  # 20.06
        ((-32267, 0), "20.1"),
        ((19360, 25814), "20.1"),  # 32267.2, a 3-4-5 triangle
        ((0, 0), "0.0"),
        ((80, 0), "0.0"),  # 0.0497
        ((81, 0), "0.1"),
    ],
)
def test_miles_are_rounded_to_one_decimal(metres: tuple[int, int], miles: str) -> None:
    east, north = (Fraction(metre) for metre in metres)
    assert oracle.miles_to_one_decimal(east, north) == Fraction(miles)


POSTCODES = table(
    "postcode easting northing",
    "RG401PG 481898 169430",
    "OX11EA 514164 169430",  # 32266 m
    "OX21EA 514165 169430",  # 32267 m
    "JE11AA . .",
)


@pytest.mark.parametrize(
    ("home", "placed", "stated", "over"),
    [
        ("RG40~1PG", "OX1~1EA", ".", False),
        ("rg40~1pg", "OX21EA", "3", True),  # the postcodes come first
        ("RG40~1PG", ".", "20.04", True),  # a stated distance is not rounded
        ("RG40~1PG", ".", "20.0", False),
        ("ZZ99~3CZ", "OX2~1EA", "20.1", True),
        ("JE1~1AA", "OX2~1EA", ".", None),
        ("RG40~1PG", ".", "999.9", None),
        ("RG40~1PG", "OX2~1EA", "999.9", True),
        (".", ".", ".", None),
    ],
)
def test_distance_from_postcodes_else_as_stated(home: str, placed: str, stated: str, over: bool | None) -> None:
    tables = {
        "postcodes": POSTCODES,
        "care_episodes": table(
            "child decom rne ls place dec rec home_post pl_post distance_miles",
            f"A 2018-11-01 S C2 U4 . . {home} {placed} {stated}",
        ),
    }
    unknown = {"distance unknown": 1} if over is None else {}
    expected = int(over is True), int(over is not None), unknown
    assert counts(ask("care-entrants-over-20-miles", tables)) == expected


# Children in care


def episodes(*lines: str) -> list[Row]:
    return table("child decom rne ls place dec rec distance_miles", *lines)


def test_entries_to_care_in_the_quarter() -> None:
    tables = {
        "care_episodes": episodes(
            "first-day 2018-10-01 S C2 U4 . . 25",
            "last-day 2018-12-31 S C2 U4 . . 5",
            "too-early 2018-09-30 S C2 U4 . . 25",
            "too-late 2019-01-01 S C2 U4 . . 25",
            "moved 2018-11-01 P C2 U4 . . 25",
            "on-a-break 2018-11-01 S V3 U4 . . 25",
            "on-a-break-at-home 2018-11-01 S V4 P1 . . .",
            "at-home 2018-11-01 S C2 P1 . . .",
            "nowhere 2018-11-01 S C2 U4 . . .",
        )
    }
    excluded = {"short break": 2, "placed with parents": 1, "distance unknown": 1}
    assert counts(ask("care-entrants-over-20-miles", tables)) == (1, 2, excluded)


@pytest.mark.parametrize(
    ("duc", "until", "left_out"),
    [
        (".", ".", True),
        ("2018-11-02", ".", True),
        ("2018-11-01", ".", False),
        ("2018-11-01", "2018-11-02", True),
        ("2018-11-01", "2018-11-01", False),
        ("2018-11-01", "2030-01-01", True),
        ("2030-01-01", ".", True),
    ],
)
def test_unaccompanied_while_the_status_runs(duc: str, until: str, left_out: bool) -> None:
    tables = {
        "care_episodes": episodes("A 2018-11-01 S C2 U4 . . 25"),
        "uasc": table("child duc", f"A {duc}"),
        "children": table("child dob uasc_until", f"A 2003-01-01 {until}"),
    }
    excluded = {"unaccompanied asylum seeking child": 1} if left_out else {}
    expected = int(not left_out), int(not left_out), excluded
    assert counts(ask("care-entrants-over-20-miles", tables)) == expected


def test_a_child_who_enters_twice_is_two_cases_or_one_child() -> None:
    tables = {
        "care_episodes": episodes(
            "A 2018-10-05 S C2 U4 2018-10-20 E4A 25",
            "A 2018-11-05 S C2 U4 2018-11-20 E4A 5",
            "A 2018-12-05 S C2 P1 . . .",
            "B 2018-12-05 S C2 U4 . . 25",
        )
    }
    at_home = {"placed with parents": 1}
    assert counts(ask("care-entrants-over-20-miles", tables)) == (2, 3, at_home)
    assert counts(ask("care-entrants-over-20-miles", tables, "children")) == (1, 2, at_home)


def test_children_in_care_at_the_end_of_the_last_day() -> None:
    tables = {
        "care_episodes": episodes(
            "entered-today 2018-12-31 S C2 U4 . . 25",
            "left-today 2018-01-01 S C2 U4 2018-12-31 E4A 25",
            "leaves-tomorrow 2018-01-01 S C2 U4 2019-01-01 E4A 5",
            "not-yet 2019-01-01 S C2 U4 . . 25",
            "unaccompanied 2018-01-01 S C2 U4 . . 25",
            "no-longer 2018-01-01 S C2 U4 . . 25",
            "nowhere 2018-01-01 S C2 U4 . . 999.9",
            "at-home 2018-01-01 S C2 P1 . . 25",
        ),
        "uasc": table("child duc", "unaccompanied .", "no-longer 2018-12-31"),
    }
    indicator, at_home = "children-in-care-over-20-miles", {"placed with parents": 1}
    exclusions = {"unaccompanied asylum seeking child": 1, "distance unknown": 1}
    assert counts(ask(indicator, tables)) == (2, 3, exclusions | at_home)
    assert counts(ask(indicator, tables, "dfe-basis")) == (3, 5, at_home)


@pytest.mark.parametrize(
    ("first_episode", "second_episode", "over"),
    [
        ("2018-01-01 S C2 U4 . . 25", "2018-01-02 P C2 U4 . . 5", False),
        ("2018-01-01 S C2 U4 . . 25", "2018-01-01 L C2 U4 . . 5", False),
        ("2018-01-01 P C2 U4 . . 25", "2018-01-01 L C2 U4 . . 5", True),
        ("2018-01-01 U C2 U4 . . 5", "2018-01-01 S C2 U4 . . 25", False),
    ],
)
def test_two_open_episodes_of_one_child(first_episode: str, second_episode: str, over: bool) -> None:
    for first, second in ((first_episode, second_episode), (second_episode, first_episode)):
        tables = {"care_episodes": episodes(f"A {first}", f"A {second}")}
        assert share(ask("children-in-care-over-20-miles", tables)) == (int(over), 1)


def test_the_later_open_episode_decides_even_if_it_is_left_out() -> None:
    tables = {"care_episodes": episodes("A 2018-01-01 S C2 U4 . . 25", "A 2018-02-01 S V3 U4 . . 25")}
    result = ask("children-in-care-over-20-miles", tables)
    assert counts(result) == (0, 0, {"short break": 1})


# Social worker turnover: 12 months to 31 December 2018


def turnover(*spells: str, variant: str | None = None) -> Result:
    columns = "worker start_date end_date voluntary registered agency fte"
    return ask("social-worker-turnover", {"social_workers": table(columns, *spells)}, variant)


def test_leavers_over_the_mean_of_two_headcounts() -> None:
    result = turnover(
        "A 2010-01-01 . . Y N 1",  # there on both days
        "B 2010-01-01 2018-01-01 Y Y N 1",  # the first only
        "C 2010-01-01 2017-12-31 Y Y N 1",  # left the day before the window, in post on it
        "D 2018-06-01 2018-12-31 Y . . 1",  # left on the last day, in post on it
        "E 2018-06-01 2018-12-30 N Y N 1",  # neither, and not voluntary
        "F 2010-01-01 2019-01-01 Y Y N 1",  # both; left after the window
        "G 2010-01-01 2018-05-01 Y N N 1",
        "H 2010-01-01 2018-05-01 Y Y Y 1",
    )
    # A, B, C, F on 31 December 2017; A, D, F on 31 December 2018
    assert counts(result) == (2, 3.5, {"leavers not voluntary": 1})


@pytest.mark.parametrize(("starts", "leaving_day"), [("2018-06-08", 0), ("2018-06-09", 1)])
def test_a_worker_who_starts_again_within_seven_days_has_not_left(starts: str, leaving_day: int) -> None:
    result = turnover("A 2010-01-01 2018-06-01 Y Y N 1", f"A {starts} . . Y N 1")
    assert share(result) == (leaving_day, 1)


def test_a_worker_with_another_spell_still_running_has_not_left() -> None:
    turnover_entry = turnover("A 2010-01-01 2018-06-01 Y Y N 1", "A 2012-01-01 . . Y N 1")
    assert share(turnover_entry) == (0, 1)


def test_a_worker_who_becomes_agency_staff_has_left() -> None:
    result = turnover("A 2010-01-01 2018-06-01 Y Y N 1", "A 2018-06-02 . . Y Y 1")
    assert share(result) == (1, 0.5)


def test_spells_that_end_together_are_one_leaver_voluntary_if_any_is() -> None:
    spells = "A 2010-01-01 2018-06-01 N Y N 0.6", "A 2012-01-01 2018-06-01 Y Y N 0.2"
    assert counts(turnover(*spells)) == (1, 0.5, {})
    assert counts(turnover(*spells, variant="fte")) == (0.8, 0.4, {})


def test_turnover_variants() -> None:
    spells = (
        "A 2010-01-01 . . Y N 1",
        "B 2010-01-01 2018-03-31 Y Y N 0.5",
        "C 2010-01-01 2018-04-30 N Y N .",
        "D 2018-07-01 . . Y N 0.6",
    )
    not_voluntary = {"leavers not voluntary": 1}
    assert counts(turnover(*spells)) == (1, 2.5, not_voluntary)
    assert counts(turnover(*spells, variant="all-leavers")) == (2, 2.5, {})
    # 1.5 on the day before the window, 1.6 on the last day
    assert counts(turnover(*spells, variant="fte")) == (0.5, 1.55, not_voluntary)
    # 3 for January to March, 2 in April, 1 in May and June, 2 from July: 25 over 12 months
    average = turnover(*spells, variant="average-of-months")
    assert counts(average) == (1, 25 / 12, not_voluntary)


# Repeat referrals: 1 April to 31 December 2018


def referred(
    *lines: str, variant: str | None = None, period: tuple[str, str] = QUARTER, as_at: str = MEETING
) -> Result:
    tables = {"referrals": table("child referral_date nfa", *lines)}
    return ask("repeat-referrals", tables, variant, period=period, as_at=as_at)


@pytest.mark.parametrize(
    ("before", "counted"), [("2017-11-05", 1), ("2017-11-04", 0), ("2018-11-05", 0), ("2018-11-06", 0)]
)
def test_a_referral_within_twelve_months_of_another(before: str, counted: int) -> None:
    result = referred("A 2018-11-05 N", f"A {before} N")
    assert Case("A", day("2018-11-05"), bool(counted)) in result.cases


@pytest.mark.parametrize(
    ("date", "before", "counted"),
    [
        ("2020-02-29", "2019-02-28", 1),
        ("2020-02-29", "2019-02-27", 0),
        ("2021-02-28", "2020-02-28", 1),
        ("2021-02-28", "2020-02-27", 0),
        ("2021-02-28", "2020-02-29", 1),
        ("2021-03-01", "2020-02-29", 0),
    ],
)
def test_twelve_months_around_29_february(date: str, before: str, counted: int) -> None:
    period = f"{date[:4]}-01-01", f"{date[:4]}-03-31"
    result = referred(f"A {date} .", f"A {before} .", period=period, as_at="2022-01-01")
    assert Case("A", day(date), bool(counted)) in result.cases


def test_the_year_to_date_and_the_quarter() -> None:
    rows = "A 2018-04-01 .", "A 2018-12-31 .", "B 2018-03-31 .", "C 2019-01-01 .", "D 2018-10-01 ."
    assert share(referred(*rows)) == (1, 3)
    assert share(referred(*rows, variant="in-quarter")) == (1, 2)


def test_two_referrals_on_one_day_are_one_without_further_action_only_if_both_are() -> None:
    rows = "A 2018-11-05 N", "A 2018-11-05 Y", "B 2018-11-05 Y", "B 2018-11-05 N", "C 2018-11-05 Y", "C 2018-11-05 Y"
    assert counts(referred(*rows)) == (0, 3, {})
    nfa = referred(*rows, variant="excluding-no-further-action")
    assert counts(nfa) == (0, 2, {"no further action": 1})


def test_a_referral_without_further_action_still_comes_before_another() -> None:
    rows = "A 2018-05-01 Y", "A 2018-11-05 N"
    assert counts(referred(*rows)) == (1, 2, {})
    nfa = referred(*rows, variant="excluding-no-further-action")
    assert counts(nfa) == (1, 1, {"no further action": 1})


def test_children_referred_again() -> None:
    rows = "A 2018-05-01 .", "A 2018-06-01 .", "A 2018-07-01 .", "B 2018-07-01 ."
    assert share(referred(*rows)) == (2, 4)
    assert share(referred(*rows, variant="children")) == (1, 2)


# Second or subsequent plans: 1 April to 31 December 2018


def plans(*lines: str) -> oracle.Tables:
    columns = "child start_date end_date previous_plans other_authority"
    return {"protection_plans": table(columns, *lines)}


def repeats(tables: oracle.Tables, variant: str | None = None) -> tuple[object, object]:
    within = ask("repeat-plans-24-months", tables, variant)
    ever = ask("repeat-plans-ever", tables, variant if variant == "in-quarter" else None)
    assert within.denominator == ever.denominator
    return within.numerator, ever.numerator


@pytest.mark.parametrize(
    ("earlier", "within", "ever"),
    [
        ("2015-01-01 2016-11-05", 1, 1),  # ended 24 months before
        ("2015-01-01 2016-11-04", 0, 1),
        ("2018-01-01 2018-11-05", 1, 1),  # ended on the day the next one starts
        ("2018-01-01 2018-11-06", 0, 0),  # still open then
        ("2018-01-01 .", 0, 0),
    ],
)
def test_an_earlier_plan_within_24_months_or_ever(earlier: str, within: int, ever: int) -> None:
    assert repeats(plans("A 2018-11-05 . . .", f"A {earlier} . .")) == (within, ever)


def test_24_months_from_the_start_of_the_earlier_plan() -> None:
    just = plans("A 2018-11-05 . . .", "A 2016-11-05 2017-01-01 . .")
    gone = plans("A 2018-11-05 . . .", "A 2016-11-04 2017-01-01 . .")
    assert repeats(just, "24-months-from-start") == (1, 1)
    assert repeats(gone, "24-months-from-start") == (0, 1)


def test_previous_plans_count_ever_but_not_within_24_months() -> None:
    tables = plans("A 2018-11-05 . 1 .", "B 2018-11-05 . 0 .", "C 2018-11-05 . . N")
    assert counts(ask("repeat-plans-24-months", tables)) == (0, 3, {})
    assert counts(ask("repeat-plans-ever", tables)) == (1, 3, {})


def test_another_authoritys_plan_is_left_out_but_comes_before_another() -> None:
    tables = plans("A 2018-11-05 . . N", "A 2018-05-01 2018-08-01 . Y")
    left_out = {"other authority's plan": 1}
    assert counts(ask("repeat-plans-24-months", tables)) == (1, 1, left_out)
    assert counts(ask("repeat-plans-24-months", tables, "in-quarter")) == (1, 1, {})


# Permanence


def left_care(*lines: str) -> oracle.Tables:
    return {
        "care_episodes": table("child decom rne ls place dec rec", *lines),
        "children": table("child dob", "eighteen 2000-11-05", "seventeen 2000-11-06", "leapling 2000-02-29"),
    }


LEAVERS = left_care(
    "A 2018-01-01 S C2 U4 2018-10-01 E11",
    "B 2018-01-01 S C2 U4 2018-12-31 E4A",
    "C 2018-01-01 S C2 U4 2018-11-05 E4B",
    "D 2018-01-01 S C2 U4 2018-11-05 E41",
    "E 2018-01-01 S C2 U4 2018-11-05 E17",
    "F 2018-01-01 S C2 U4 2018-11-05 E3",
    "G 2018-01-01 S C2 U4 2018-11-05 X1",
    "H 2018-01-01 S C2 U4 2018-11-05 .",
    "I 2018-01-01 S V4 U4 2018-11-05 E4A",
    "J 2018-01-01 S C2 U4 2019-01-01 E4A",
    "eighteen 2018-01-01 S C2 U4 2018-11-05 E45",
    "seventeen 2018-01-01 S C2 U4 2018-11-05 E48",
)


@pytest.mark.parametrize(
    ("variant", "numerator", "denominator", "excluded"),
    [
        (None, 5, 8, {}),
        ("excluding-18-plus", 4, 7, {"18 or over": 1}),
        ("planned-return-only", 4, 8, {}),
        ("with-arrangements-orders", 6, 8, {}),
        ("with-staying-put", 6, 8, {}),
        ("excluding-transfers-and-deaths", 5, 7, {"transfer or death": 1}),
    ],
)
def test_permanence_and_its_variants(
    variant: str | None, numerator: int, denominator: int, excluded: dict[str, int]
) -> None:
    result = ask("permanence", LEAVERS, variant)
    assert counts(result) == (numerator, denominator, {"short break": 1} | excluded)


@pytest.mark.parametrize(("leaving_day", "is_18"), [("2018-02-27", False), ("2018-02-28", True)])
def test_a_child_born_on_29_february_is_18_on_28_february(leaving_day: str, is_18: bool) -> None:
    tables = left_care(f"leapling 2017-01-01 S C2 U4 {leaving_day} E17")
    period = "2018-01-01", "2018-03-31"
    result = ask("permanence", tables, "excluding-18-plus", period=period)
    assert result.excluded == ({"18 or over": 1} if is_18 else {})


def test_one_leaving_of_a_child_that_two_episodes_record() -> None:
    tables = left_care(
        "A 2018-02-01 P C2 U4 2018-11-05 E13",
        "A 2018-01-01 S C2 U4 2018-11-05 E11",
        "A 2018-03-01 P C2 U4 2018-11-05 X1",
    )
    assert share(ask("permanence", tables)) == (0, 1)


# Protection visits


def visited(plan: str, *visits: str, variant: str | None = None, as_at: str = MEETING) -> list[tuple[str, object]]:
    """Due dates of the quarter, each with True, False or why it was left out."""
    tables = {
        "protection_plans": table("child start_date end_date visit_interval", f"A {plan}"),
        "protection_visits": [row for visit in visits for row in visit_rows(visit)],
    }
    result = ask("protection-visits-on-time", tables, variant, as_at=as_at)
    return [(f"{case.date:%m-%d}", case.left_out_because or case.counted) for case in result.cases]


def visit_rows(visit: str) -> list[Row]:
    """A visit as its date, or its date, seen and setting."""
    cells = visit if " " in visit else f"{visit} Y Home"
    return table("child visit_date seen setting", f"A {cells}")


def test_each_visit_starts_the_next_clock() -> None:
    # Monday 1 October; on time on the tenth working day; then late on the eleventh
    cases = visited("2018-10-01 2018-11-02 .", "2018-10-15", "2018-10-30")
    assert cases == [("10-15", True), ("10-29", False), ("11-13", "plan ended before due")]


def test_a_visit_on_the_start_date_stops_the_first_clock_and_starts_the_second() -> None:
    cases = visited("2018-10-01 2018-10-12 .", "2018-10-01")
    assert cases == [("10-15", True), ("10-15", "plan ended before due")]


def test_a_plan_that_ends_on_the_due_date_needed_its_visit() -> None:
    assert visited("2018-10-01 2018-10-15 .") == [("10-15", False)]
    assert visited("2018-10-01 2018-10-14 .") == [("10-15", "plan ended before due")]


def test_no_clock_follows_one_without_a_visit() -> None:
    assert visited("2018-10-01 . .") == [("10-15", False)]
    assert visited("2018-10-01 . .", "2018-12-20") == [("10-15", False)]  # then due 7 January


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
def test_which_visits_qualify(visit: str, qualifies: bool) -> None:
    assert visited("2018-10-01 2018-10-20 .", visit)[0] == ("10-15", qualifies)


def test_a_visit_after_the_end_of_the_plan_is_not_one_of_its_visits() -> None:
    cases = visited("2018-10-01 2018-10-12 .", "2018-10-15")
    assert cases == [("10-15", "plan ended before due")]


def test_two_visits_on_one_day_are_one() -> None:
    once = visited("2018-10-01 2018-10-12 .", "2018-10-08")
    twice = visited("2018-10-01 2018-10-12 .", "2018-10-08", "2018-10-08", "2018-10-08 N Home")
    assert once == twice == [("10-15", True), ("10-22", "plan ended before due")]


def test_the_due_date_puts_a_clock_in_the_quarter() -> None:
    # from Monday 17 September to 1 October; and from 17 December over Christmas to 3 January
    cases = visited("2018-09-17 . .", "2018-10-01", "2018-10-02", "2018-12-17", "2019-01-03")
    assert cases == [("10-01", True), ("10-15", True), ("10-16", False)]


def test_a_clock_is_no_case_until_it_is_due() -> None:
    assert visited("2018-10-01 . .", as_at="2018-10-14") == []
    assert visited("2018-10-01 . .", as_at="2018-10-15") == [("10-15", False)]


def test_the_plans_own_interval_and_other_ways_of_counting() -> None:
    assert visited("2018-10-01 . 5") == [("10-08", False)]
    assert visited("2018-10-01 . 5", variant="calendar-days") == [("10-06", False)]
    assert visited("2018-10-01 . .", variant="calendar-days") == [("10-11", False)]
    assert visited("2018-10-01 . .", variant="counting-the-visit-day") == [("10-12", False)]


@pytest.mark.parametrize(
    ("plan", "visit", "expected"),
    [
        ("2018-10-01 . .", "2018-12-13", [("12-31", True)]),  # due 31 December
        ("2018-10-01 . .", "2018-12-12", [("12-31", False)]),  # due 28 December
        ("2018-12-31 . .", "2018-12-13", [("12-31", True)]),  # a visit before the plan counts
        ("2018-10-01 . 15", "2018-12-06", [("12-31", True)]),
        ("2018-10-01 . .", "2019-01-02", [("12-31", False)]),
        ("2018-10-01 2019-01-01 .", "2018-12-13", [("12-31", True)]),
        ("2018-10-01 2018-12-31 .", "2018-12-13", []),
        ("2019-01-01 . .", "2018-12-13", []),
    ],
)
def test_children_whose_last_visit_is_up_to_date_at_the_end(
    plan: str, visit: str, expected: list[tuple[str, object]]
) -> None:
    assert visited(plan, visit, variant="up-to-date-at-end") == expected


# What holds for every indicator of every council


def quarters(as_at: dt.date) -> list[tuple[dt.date, dt.date]]:
    """The quarter that the meeting falls in, and the four before it."""
    first = as_at.replace(month=(as_at.month - 1) // 3 * 3 + 1, day=1)
    starts = [oracle.months_back(first, 3 * back) for back in range(-1, 5)]
    return [(start, end - oracle.ONE_DAY) for end, start in pairwise(starts)]


def every_result(folder: Path, seed: int) -> list[tuple[str, str | None, Result]]:
    """Each indicator and variant of a council, in each of five quarters."""
    council = councils.write_council(folder, seed)
    tables, meeting = oracle.load(folder), (council.as_at, council.la_code)
    questions = [
        (indicator, variant) for indicator, variants in oracle.VARIANTS.items() for variant in (None, *variants)
    ]
    return [
        (indicator, variant, oracle.compute(tables, indicator, *quarter, *meeting, variant))
        for quarter, (indicator, variant) in product(quarters(council.as_at), questions)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_the_rows_behind_a_number_add_up_to_it(tmp_path: Path, seed: int) -> None:
    for indicator, variant, result in every_result(tmp_path, seed):
        left_out = [case for case in result.cases if case.left_out_because]
        counted = sum(case.counted for case in result.cases)
        assert not any(case.counted for case in left_out)
        assert sum(result.excluded.values()) == len(left_out)
        if variant == "length":
            assert result.denominator == len(result.cases) - len(left_out)
        elif indicator not in ("pupils-in-good-schools", "social-worker-turnover"):
            assert share(result) == (counted, len(result.cases) - len(left_out)), variant
        elif variant != "fte" and indicator == "social-worker-turnover":
            assert result.numerator == counted


@pytest.mark.parametrize("seed", range(6))
def test_repeat_plans_within_24_months_are_among_those_ever(tmp_path: Path, seed: int) -> None:
    results = [each_result for each_result in every_result(tmp_path, seed) if "repeat-plans" in each_result[0]]
    within = [r.numerator for name, variant, r in results if name.endswith("months") and not variant]
    ever = [r.numerator for name, variant, r in results if name.endswith("ever") and not variant]
    assert all(some <= more for some, more in zip(within, ever, strict=True))


def test_one_seed_makes_one_council(tmp_path: Path) -> None:
    first_copy, second_copy = tmp_path / "one", tmp_path / "other"
    assert councils.write_council(first_copy, 7) == councils.write_council(second_copy, 7)
    assert oracle.load(first_copy) == oracle.load(second_copy)
    councils.write_council(second_copy, 8)
    assert oracle.load(first_copy) != oracle.load(second_copy)


def test_councils_reach_every_reason_to_be_left_out(tmp_path: Path) -> None:
    reached = {
        reason
        for seed in range(8)
        for _, _, result in every_result(tmp_path / str(seed), seed)
        for reason in result.excluded
    }
    assert reached == {
        "transferred in",
        "no target date",
        "no day of referral",
        "ends before it starts",
        "no enquiry to start the clock",
        "held before its enquiry",
        "all-through",
        "not yet inspected",
        "no overall grade since 2024",
        "report card",
        "no pupil number",
        "met or not met only",
        "short break",
        "placed with parents",
        "unaccompanied asylum seeking child",
        "distance unknown",
        "leavers not voluntary",
        "no further action",
        "other authority's plan",
        "18 or over",
        "transfer or death",
        "plan ended before due",
    }
