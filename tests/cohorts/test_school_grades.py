"""EA1 and EA2: which schools there are on a day, and what their grade is."""

from __future__ import annotations

from datetime import date

import pytest

from tests.examples import QUARTER, Counted, Example, Tables, table

PRIMARY, SECONDARY = "schools-primary-good", "schools-secondary-good"
SPECIAL, PUPILS = "schools-special-good", "pupils-in-good-schools"


def schools(*lines: str) -> str:
    return table("urn name phase la_code open_date close_date predecessor_urn pupils", *lines)


def inspections(*lines: str) -> str:
    return table("urn inspection_date kind overall publication_date outcome", *lines)


def school_a(*inspected: str) -> Tables:
    """One primary school of the area, A, with its inspections."""
    return {
        "schools": schools("A Alder Primary 872 2000-01-01 . . 100"),
        "school_inspections": inspections(*(f"A {line}" for line in inspected)),
    }


def grade_of_a(example: Example, *inspected: str, period: str = QUARTER, as_at: date = date(2019, 3, 25)) -> Counted:
    return example.count(PRIMARY, school_a(*inspected), period=period, as_at=as_at)


GOOD: Counted = (1, 1, {})
NOT_GOOD: Counted = (0, 1, {})
NOT_YET: Counted = (0, 0, {"not yet inspected": 1})


@pytest.mark.parametrize(
    ("opens", "closes", "is_there"),
    [
        (".", ".", True),
        ("2018-12-31", ".", True),  # opens on the last day
        ("2019-01-01", ".", False),
        ("2000-01-01", "2018-12-31", False),  # closes on the last day
        ("2000-01-01", "2019-01-01", True),
    ],
)
def test_a_school_is_in_when_it_is_open_on_the_last_day(
    example: Example, opens: str, closes: str, is_there: bool
) -> None:
    tables = {"schools": schools(f"A Alder Primary 872 {opens} {closes} . 100")}
    assert example.count(PRIMARY, tables) == (NOT_YET if is_there else (0, 0, {}))


def test_only_schools_of_the_area_and_the_phase(example: Example) -> None:
    tables = {
        "schools": schools(
            "A Alder Primary 872 . . . 100",
            "B Beech Primary 868 . . . 100",  # of another area
            "C Cedar Nursery 872 . . . 100",
            "D Damson Special 872 . . . 100",
        ),
        "school_inspections": inspections(*(f"{urn} 2015-01-01 graded 2 . ." for urn in ("A", "B", "C", "D"))),
    }
    assert example.count(PRIMARY, tables) == GOOD
    assert example.count(SPECIAL, tables) == GOOD
    assert example.count(SECONDARY, tables) == (0, 0, {})


def test_all_through_schools_are_left_out_or_taken_as_secondary(example: Example) -> None:
    tables = {
        "schools": schools("A Alder All-through 872 . . . 900", "S Sorrel Secondary 872 . . . 900"),
        "school_inspections": inspections("A 2017-01-01 graded 3 . .", "S 2017-01-01 graded 1 . ."),
    }
    assert example.count(SECONDARY, tables) == (1, 1, {"all-through": 1})
    assert example.count(SECONDARY, tables, "all-through-as-secondary") == (1, 2, {})
    assert example.count(PRIMARY, tables) == (0, 0, {"all-through": 1})


@pytest.mark.parametrize("grade", ["1", "2", "3", "4"])
def test_outstanding_and_good_are_counted(example: Example, grade: str) -> None:
    expected = GOOD if grade in "12" else NOT_GOOD
    assert grade_of_a(example, f"2015-01-01 graded {grade} . .") == expected


def test_the_latest_inspection_by_the_last_day_gives_the_grade(example: Example) -> None:
    old = "2015-01-01 graded 4 . ."
    assert grade_of_a(example, old, "2018-12-31 graded 2 . .") == GOOD
    assert grade_of_a(example, old, "2019-01-01 graded 2 . .") == NOT_GOOD


@pytest.mark.parametrize(("as_at", "expected"), [("2019-01-20", GOOD), ("2019-01-19", NOT_GOOD)])
def test_an_inspection_is_known_from_its_publication(example: Example, as_at: str, expected: Counted) -> None:
    inspected = "2015-01-01 graded 4 . .", "2018-12-12 graded 1 2019-01-20 ."
    assert grade_of_a(example, *inspected, as_at=date.fromisoformat(as_at)) == expected


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("School~remains~Good", GOOD),
        ("School~remains~Good~(Concerns)~-~S5~Next", GOOD),
        ("School~remains~Outstanding", GOOD),
        ("Improved~significantly", NOT_GOOD),  # any other outcome changes nothing
        (".", NOT_GOOD),
    ],
)
def test_an_ungraded_inspection_grades_only_by_what_remains(example: Example, outcome: str, expected: Counted) -> None:
    graded, ungraded = "2013-01-01 graded 3 . .", f"2017-01-01 ungraded . . {outcome}"
    assert grade_of_a(example, graded, ungraded) == expected


def test_an_ungraded_inspection_can_be_all_there_is(example: Example) -> None:
    assert grade_of_a(example, "2017-01-01 ungraded . . School~remains~Good") == GOOD
    assert grade_of_a(example, "2017-01-01 ungraded . . Standards~maintained") == NOT_YET


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        (["2024-10-01 graded . . ."], "no overall grade since 2024"),
        (["2025-12-01 report~card . . ."], "report card"),
        (["2024-10-01 graded . . .", "2025-12-01 report~card . . ."], "report card"),
        (["2024-10-01 graded . . .", "2025-09-01 ungraded . . School~remains~Good"], "no overall grade since 2024"),
    ],
)
def test_an_old_grade_is_not_carried_past_an_inspection_without_one(
    example: Example, later: list[str], reason: str
) -> None:
    grade = grade_of_a(example, "2020-01-01 graded 2 . .", *later, period="2025-26 Q4", as_at=date(2026, 6, 1))
    assert grade == (0, 0, {reason: 1})


def test_the_old_grade_stands_on_the_days_before_such_an_inspection(example: Example) -> None:
    inspected = "2020-01-01 graded 2 . .", "2024-10-01 graded . . ."
    later = date(2026, 6, 1)
    assert grade_of_a(example, *inspected, period="2024-25 Q2", as_at=later) == GOOD
    lost = (0, 0, {"no overall grade since 2024": 1})
    assert grade_of_a(example, *inspected, period="2024-25 Q3", as_at=later) == lost


# A follows B, B follows C (closed), C follows D, which is no longer in the table.
CHAIN = schools(
    "A Alder Primary 872 2018-09-01 . B 100",
    "B Beech Primary 868 2014-09-01 2018-08-31 C 100",
    "C Cedar Primary 872 2000-09-01 2014-08-31 D 100",
)


@pytest.mark.parametrize(
    ("inspected", "expected"),
    [
        (["B 2016-01-01 graded 2 . .", "C 2010-01-01 graded 4 . ."], GOOD),  # the nearest
        (["C 2010-01-01 graded 2 . .", "D 1999-01-01 graded 4 . ."], GOOD),  # two steps
        (["D 1999-01-01 graded 2 . ."], GOOD),  # three steps
        (["A 2018-12-01 graded 4 . .", "B 2016-01-01 graded 2 . ."], NOT_GOOD),  # its own
        ([], NOT_YET),
    ],
)
def test_a_school_without_a_grade_has_its_nearest_predecessors(
    example: Example, inspected: list[str], expected: Counted
) -> None:
    tables = {"schools": CHAIN, "school_inspections": inspections(*inspected)}
    assert example.count(PRIMARY, tables) == expected


def test_the_variant_knows_no_predecessors(example: Example) -> None:
    tables = {"schools": CHAIN, "school_inspections": inspections("C 2010-01-01 graded 2 . .")}
    assert example.count(PRIMARY, tables, "own-urn-only") == NOT_YET


def test_a_predecessors_grade_is_carried_as_its_own_would_be(example: Example) -> None:
    """B lost its grade, so A has none: C's grade is not carried past that inspection."""
    tables = {
        "schools": CHAIN,
        "school_inspections": inspections("B 2018-06-01 graded . . .", "C 2010-01-01 graded 2 . ."),
    }
    assert example.count(PRIMARY, tables) == (0, 0, {"no overall grade since 2024": 1})


def test_a_loop_of_predecessors_ends(example: Example) -> None:
    loop = schools("A Alder Primary 872 . . B 100", "B Beech Primary 868 . . A 100", "C Cedar Primary 872 . . C 100")
    assert example.count(PRIMARY, {"schools": loop}) == (0, 0, {"not yet inspected": 2})
    graded = inspections("B 2016-01-01 graded 1 . .")
    tables = {"schools": loop, "school_inspections": graded}
    assert example.count(PRIMARY, tables) == (1, 1, {"not yet inspected": 1})


def test_pupils_weigh_the_schools_of_three_phases(example: Example) -> None:
    """Good: 200 in A and 80 in F; graded and not Good: 900 in B; 280 of 1,180."""
    tables = {
        "schools": schools(
            "A Alder Primary 872 . . . 200",
            "B Beech Secondary 872 . . . 900",
            "C Cedar Special 872 . . . .",  # Good, but without a number
            "D Damson Primary 872 . . . .",
            "E Elder All-through 872 . . . 1500",
            "F Fir Special 872 . . . 80",
        ),
        "school_inspections": inspections(
            "A 2015-01-01 graded 1 . .",
            "B 2015-01-01 graded 3 . .",
            "C 2015-01-01 graded 2 . .",
            "F 2015-01-01 graded 2 . .",
        ),
    }
    excluded = {"all-through": 1, "no pupil number": 1, "not yet inspected": 1}
    assert example.count(PUPILS, tables) == (280, 1180, excluded)


def test_the_variant_for_pupils_knows_no_predecessors(example: Example) -> None:
    tables = {"schools": CHAIN, "school_inspections": inspections("B 2016-01-01 graded 2 . .")}
    assert example.count(PUPILS, tables) == (100, 100, {})
    assert example.count(PUPILS, tables, "own-urn-only") == NOT_YET


def linked(*links: str, own_urn: str = ".") -> Tables:
    """A, a primary school without an inspection, with links, and graded schools Y and Z before."""
    return {
        "schools": schools(f"A Alder Primary 872 2018-04-01 . {own_urn} 100"),
        "school_links": table("urn predecessor_urn link_date", *links),
        "school_inspections": inspections(
            "Y 2012-01-01 graded 2 . .", "Z 2016-01-01 graded 4 . .", "Z 2010-01-01 graded 2 . ."
        ),
    }


@pytest.mark.parametrize(
    ("links", "own_urn", "expected"),
    [
        (["A Y 2018-04-01"], ".", GOOD),
        (["A Z ."], ".", NOT_GOOD),  # the last grade of the predecessor
        (["A B .", "B Y ."], ".", GOOD),  # by way of B, of which nothing else is known
        (["A B .", "B A ."], ".", NOT_YET),  # round in a loop
        (["A Y 2019-04-01"], ".", NOT_YET),  # a link that was made after the meeting
        (["A Y .", "A Z ."], ".", NOT_YET),  # made of two schools: neither's grade is its own
        (["A Y .", "A Z ."], "Y", GOOD),  # unless its row says whose it is
        (["A Z ."], "Y", GOOD),  # which is stronger than a link
        (["A Y .", "A Y 2018-04-01"], ".", GOOD),
        ([], ".", NOT_YET),
    ],
)
def test_links_name_predecessors(example: Example, links: list[str], own_urn: str, expected: Counted) -> None:
    assert example.count(PRIMARY, linked(*links, own_urn=own_urn)) == expected
