"""PL3 and PS2: how many placements a child had, and how long the present one has lasted."""

from __future__ import annotations

from datetime import date

import pytest

from tests.examples import Example, Tables, table

YEAR_END = "2018-19 Q4"  # 31 March 2019
MEETING_AFTER = date(2019, 4, 25)


def in_care(*lines: str, born: str = "2010-01-01") -> Tables:
    """Episodes of children who were all born on one day."""
    children = sorted({line.split()[0] for line in lines})
    return {
        "care_episodes": table("child decom rne ls place dec rec", *lines),
        "children": table("child dob", *(f"{child} {born}" for child in children)),
    }


def placements(example: Example, *lines: str, variant: str | None = None) -> tuple[float, float]:
    numerator, denominator, _ = example.count(
        "three-or-more-placements", in_care(*lines), variant, YEAR_END, MEETING_AFTER
    )
    return numerator, denominator


def stable(example: Example, *lines: str, born: str = "2010-01-01") -> tuple[float, float]:
    tables = in_care(*lines, born=born)
    numerator, denominator, _ = example.count("placement-stability-2-years", tables, None, YEAR_END, MEETING_AFTER)
    return numerator, denominator


# U6 from February 2018; to a home in May; the same carers in June by another order; a foster home
# in September.
MOVES = (
    "A 2018-02-01 S C2 U6 2018-05-10 X1",
    "A 2018-05-10 {rne} C2 K2 2018-06-01 X1",
    "A 2018-06-01 T C1 K2 2018-09-03 X1",
    "A 2018-09-03 B C1 U4 . .",
)


def test_a_placement_begins_with_s_p_or_b(example: Example) -> None:
    assert placements(example, *(line.format(rne="P") for line in MOVES)) == (1, 1)


def test_a_new_legal_status_alone_is_no_new_placement(example: Example) -> None:
    assert placements(example, *(line.format(rne="L") for line in MOVES)) == (0, 1)


@pytest.mark.parametrize(("moved_on", "counted"), [("2018-04-01", 0), ("2018-04-02", 1)])
def test_the_placement_of_the_first_day_counts(example: Example, moved_on: str, counted: int) -> None:
    """The twelve months to 31 March 2019 begin on 1 April 2018: who moves on that day spends it elsewhere."""
    lines = (f"A 2018-01-01 S C2 U4 {moved_on} X1", f"A {moved_on} P C2 U4 2018-10-01 X1", "A 2018-10-01 P C2 U4 . .")
    assert placements(example, *lines) == (counted, 1)


def test_placements_of_an_earlier_period_of_care_count(example: Example) -> None:
    lines = ("A 2018-04-01 S C2 U4 2018-05-01 X1", "A 2018-05-01 P C2 U4 2018-06-01 E4A", "A 2018-12-01 S C2 U4 . .")
    assert placements(example, *lines) == (1, 1)


def test_those_who_left_and_short_breaks_are_not_in(example: Example) -> None:
    lines = ("A 2018-04-01 S C2 U4 2019-03-31 E4A", "B 2018-04-01 S V4 U4 . .", "C 2019-03-31 S C2 U4 . .")
    assert placements(example, *lines) == (0, 1)


def test_a_temporary_placement_is_left_away_by_its_variant(example: Example) -> None:
    lines = ("A 2018-02-01 S C2 U4 2018-07-01 X1", "A 2018-07-01 P C2 T3 2018-07-20 X1", "A 2018-07-20 P C2 U4 . .")
    assert placements(example, *lines) == (1, 1)
    assert placements(example, *lines, variant="without-temporary") == (0, 1)


@pytest.mark.parametrize(("entered", "denominator"), [("2017-04-01", 1), ("2017-04-02", 0)])
def test_two_years_are_of_those_in_care_for_all_of_them(example: Example, entered: str, denominator: int) -> None:
    """In care from 1 April 2017 to 31 March 2019 is 24 months."""
    lines = (f"A {entered} S C2 U4 2017-08-01 X1", "A 2017-08-01 P C2 U4 2018-03-01 X1", "A 2018-03-01 B C2 U4 . .")
    assert placements(example, *lines, variant="2-years") == (denominator, denominator)


@pytest.mark.parametrize(("placed", "counted"), [("2017-04-01", 1), ("2017-04-02", 0)])
def test_two_years_in_one_placement(example: Example, placed: str, counted: int) -> None:
    lines = (f"A 2016-01-01 S C2 U4 {placed} X1", f"A {placed} P C2 U4 . .")
    assert stable(example, *lines) == (counted, 1)


@pytest.mark.parametrize(("entered", "denominator"), [("2016-10-01", 1), ("2016-10-02", 0)])
def test_thirty_months_in_care(example: Example, entered: str, denominator: int) -> None:
    assert stable(example, f"A {entered} S C2 U4 . .") == (denominator, denominator)


@pytest.mark.parametrize(("born", "denominator"), [("2003-04-01", 1), ("2003-03-31", 0)])
def test_under_sixteen_on_the_last_day(example: Example, born: str, denominator: int) -> None:
    assert stable(example, "A 2010-01-01 S C2 U4 . .", born=born) == (denominator, denominator)


def test_a_placement_for_adoption_goes_on_from_the_one_before(example: Example) -> None:
    lines = ("A 2016-01-01 S C2 U4 2018-06-01 X1", "A 2018-06-01 P E1 A6 . .")
    assert stable(example, *lines) == (1, 1)
    # The one before that is another placement.
    moves = ("A 2016-01-01 S C2 U4 2018-01-01 X1", "A 2018-01-01 P C2 U4 2018-06-01 X1", "A 2018-06-01 P E1 A6 . .")
    assert stable(example, *moves) == (0, 1)


def test_a_period_of_care_that_ended_breaks_the_thirty_months(example: Example) -> None:
    lines = ("A 2016-01-01 S C2 U4 2017-01-10 E4A", "A 2017-01-12 S C2 U4 . .")
    assert stable(example, *lines) == (0, 0)


def test_an_earlier_period_reads_as_it_was_then(example: Example) -> None:
    """On 31 December 2018 the third placement had not begun."""
    lines = ("A 2018-02-01 S C2 U4 2018-05-10 X1", "A 2018-05-10 P C2 U4 2019-01-02 X1", "A 2019-01-02 P C2 U4 . .")
    tables = in_care(*lines)
    assert example.count("three-or-more-placements", tables)[:2] == (0, 1)
    assert example.count("three-or-more-placements", tables, None, YEAR_END, MEETING_AFTER)[:2] == (1, 1)


def test_an_unknown_reason_for_an_episode_is_a_doubt(example: Example) -> None:
    lines = ("A 2018-02-01 S C2 U4 2018-05-10 X1", "A 2018-05-10 Q C2 U4 . .")
    count = example.entry("three-or-more-placements", in_care(*lines), period="2018-19 Q3").point.count
    assert (count.low, count.value, count.high) == (0, 0, 100)


@pytest.mark.parametrize(("first_day", "high"), [("2018-01-02", 100), ("2018-01-01", 0)])
def test_care_that_began_before_the_table_does_is_a_doubt_for_twelve_months(
    example: Example, first_day: str, high: float
) -> None:
    """Of a child that is there with a second episode it is not known how many came before."""
    count = example.entry("three-or-more-placements", in_care(f"A {first_day} P C2 U4 . ."), period="2018-19 Q3")
    assert (count.point.count.value, count.point.count.high) == (0, high)
