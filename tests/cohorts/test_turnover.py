"""EA11: social workers who left in the 12 months to 31 December 2018, over the mean headcount.

The headcounts are those of 31 December 2017 and 31 December 2018.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.examples import MEETING, Counted, Example, table

NOT_VOLUNTARY = {"leavers not voluntary": 1}


def turnover(example: Example, *spells: str, variant: str | None = None, as_at: date = MEETING) -> Counted:
    columns = "worker start_date end_date voluntary registered agency fte"
    tables = {"social_workers": table(columns, *spells)}
    return example.count("social-worker-turnover", tables, variant, as_at=as_at)


def test_leavers_over_the_mean_of_two_headcounts(example: Example) -> None:
    """5 at the first count, 4 at the last: 2 left of a mean of 4.5."""
    turnover_entry = turnover(
        example,
        "A 2010-01-01 . . Y N 1",
        "B 2010-01-01 . . Y N 1",
        "C 2010-01-01 . . Y N 1",
        "D 2010-01-01 2018-06-30 Y Y N 1",
        "E 2010-01-01 2018-09-30 Y Y N 1",
        "F 2018-02-01 . . Y N 1",
    )
    assert turnover_entry == (2, 4.5, {})


@pytest.mark.parametrize(
    ("end", "leaver_count", "staff"),
    [
        ("2017-12-30", 0, 0),  # before the window and both counts
        ("2017-12-31", 0, 0.5),  # the last day in post is a day in post
        ("2018-01-01", 1, 0.5),
        ("2018-12-30", 1, 0.5),
        ("2018-12-31", 1, 1),
        ("2019-01-01", 0, 1),
    ],
)
def test_the_last_day_in_post(example: Example, end: str, leaver_count: int, staff: float) -> None:
    assert turnover(example, f"A 2010-01-01 {end} Y Y N 1") == (leaver_count, staff, {})


@pytest.mark.parametrize(("starts", "leaver_count"), [("2018-06-08", 0), ("2018-06-09", 1)])
def test_who_moves_role_within_7_days_has_not_left(example: Example, starts: str, leaver_count: int) -> None:
    spells = "A 2010-01-01 2018-06-01 Y Y N 1", f"A {starts} . . Y N 1"
    assert turnover(example, *spells) == (leaver_count, 1, {})


def test_who_still_holds_another_post_has_not_left(example: Example) -> None:
    spells = "A 2010-01-01 2018-06-01 Y Y N 1", "A 2012-01-01 . . Y N 1"
    assert turnover(example, *spells) == (0, 1, {})


def test_two_posts_at_once_are_one_worker(example: Example) -> None:
    spells = "A 2010-01-01 . . Y N 0.5", "A 2012-01-01 . . Y N 0.5"
    assert turnover(example, *spells) == (0, 1, {})


def test_posts_that_end_together_are_one_leaver_voluntary_if_any_is(example: Example) -> None:
    spells = "A 2010-01-01 2018-06-01 N Y N 0.6", "A 2012-01-01 2018-06-01 Y Y N 0.2"
    assert turnover(example, *spells) == (1, 0.5, {})
    assert turnover(example, *spells, variant="fte") == (0.8, 0.4, {})


@pytest.mark.parametrize(
    ("registered", "agency", "is_staff"), [("Y", "N", True), (".", ".", True), ("N", "N", False), ("Y", "Y", False)]
)
def test_staff_are_registered_and_not_from_an_agency(
    example: Example, registered: str, agency: str, is_staff: bool
) -> None:
    turnover_entry = turnover(example, f"A 2010-01-01 2018-06-01 Y {registered} {agency} 1")
    assert turnover_entry == ((1, 0.5, {}) if is_staff else (0, 0, {}))


def test_who_comes_back_as_agency_staff_has_left(example: Example) -> None:
    spells = "A 2010-01-01 2018-06-01 Y Y N 1", "A 2018-06-02 . . Y Y 1"
    assert turnover(example, *spells) == (1, 0.5, {})


@pytest.mark.parametrize("voluntary", ["N", "."])
def test_other_leavers_are_left_out_and_counted(example: Example, voluntary: str) -> None:
    spell = f"A 2010-01-01 2018-06-01 {voluntary} Y N 1"
    assert turnover(example, spell) == (0, 0.5, NOT_VOLUNTARY)
    assert turnover(example, spell, variant="all-leavers") == (1, 0.5, {})


def test_the_average_of_months(example: Example) -> None:
    """2 on the last days of January to March, 1 from April on: (3 * 2 + 9 * 1) / 12 = 1.25."""
    spells = "A 2010-01-01 . . Y N 1", "B 2010-01-01 2018-04-29 Y Y N 1"
    assert turnover(example, *spells) == (1, 1.5, {})
    assert turnover(example, *spells, variant="average-of-months") == (1, 1.25, {})


def test_a_mean_headcount_is_not_rounded(example: Example) -> None:
    """One worker on the last days of two of twelve months, who left: 1 of 1/6 is 600%."""
    spell = "A 2018-01-10 2018-03-15 Y Y N 1"
    numerator, denominator, _ = turnover(example, spell, variant="average-of-months")
    assert (numerator, 12 * denominator) == (1, 2)
    assert 100 * numerator / denominator == 600


def test_full_time_equivalents(example: Example) -> None:
    """1.5 at the first count, 1.6 at the last; 0.5 left.  C has no fte and weighs nothing."""
    turnover_entry = turnover(
        example,
        "A 2010-01-01 . . Y N 1",
        "B 2010-01-01 2018-03-31 Y Y N 0.5",
        "C 2010-01-01 2018-04-30 Y Y N .",
        "D 2018-07-01 . . Y N 0.6",
        variant="fte",
    )
    assert turnover_entry == (0.5, 1.55, {})


def test_an_end_after_the_meeting_has_not_happened(example: Example) -> None:
    spell = "A 2010-01-01 2018-12-20 Y Y N 1"
    assert turnover(example, spell, as_at=date(2018, 12, 20)) == (1, 0.5, {})
    assert turnover(example, spell, as_at=date(2018, 12, 19)) == (0, 1, {})
