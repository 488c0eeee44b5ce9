"""CRV, CRP, CVIS, CPRV: when reviews and visits are due, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.examples import Tables, table
from tests.quick_counts import quick_count

NEXT_QUARTER = "2018-19 Q4"
LATER = date(2019, 4, 25)


def care(*reviews: str, episode: str = "2018-11-30 S C2 U4 . .") -> Tables:
    return {
        "care_episodes": table("child decom rne ls place dec rec", f"A {episode}"),
        "care_reviews": table(
            "child review_date participation due_date cancelled", *(f"A {review}" for review in reviews)
        ),
        "children": table("child dob", "A 2010-01-01"),
    }


@pytest.mark.parametrize(("held", "counted"), [("2019-01-02", 1), ("2019-01-03", 0)])
def test_in_care_on_30_november_the_first_review_is_due_on_2_january(held: str, counted: int) -> None:
    """20 working days after Friday 30 November 2018, over Christmas, are Wednesday 2 January 2019."""
    found = quick_count("care-reviews-on-time", care(f"{held} PN1 . N"), None, NEXT_QUARTER, LATER)
    assert found == (counted, 1, {})


def test_the_second_review_is_due_after_three_months_and_the_third_after_six() -> None:
    """From 20 September: 18 October; from 1 October 1 January; from 20 December 20 June."""
    tables = care("2018-10-01 PN1 . N", "2018-12-20 PN1 . N", episode="2018-09-20 S C2 U4 . .")
    counts = {
        period: quick_count("care-reviews-on-time", tables, None, period, date(2019, 8, 1))
        for period in ("2018-19 Q3", "2018-19 Q4", "2019-20 Q1")
    }
    assert counts == {"2018-19 Q3": (1, 1, {}), "2018-19 Q4": (1, 1, {}), "2019-20 Q1": (0, 1, {})}


def test_a_review_that_was_cancelled_is_none_and_an_own_due_day_decides() -> None:
    episode = "2018-10-01 S C2 U4 . ."
    assert quick_count("care-reviews-on-time", care("2018-10-20 PN1 . Y", episode=episode)) == (0, 1, {})
    own_day = care("2018-11-05 PN1 2018-11-05 N", episode=episode)
    assert quick_count("care-reviews-on-time", own_day) == (1, 1, {})


def test_who_left_care_before_the_review_was_due_is_left_out() -> None:
    tables = care(episode="2018-10-01 S C2 U4 2018-10-20 E4A")
    assert quick_count("care-reviews-on-time", tables) == (0, 0, {"left care before due": 1})
    short_break = care(episode="2018-10-01 S V4 U4 . .")
    assert quick_count("care-reviews-on-time", short_break) == (0, 0, {})


def test_taking_part_is_asked_of_children_of_four_and_over() -> None:
    tables = dict(care("2018-10-02 PN1 . .", "2018-11-02 PN7 . .", "2018-12-02 PN6 . Y"))
    assert quick_count("care-review-participation", tables) == (1, 2, {})
    tables["children"] = table("child dob", "A 2014-11-01")  # 4 on 1 November 2018
    assert quick_count("care-review-participation", tables) == (0, 1, {})


def test_visits_are_due_after_a_week_and_then_every_six_weeks() -> None:
    """From 1 October: 8 October, on time; then 19 November, a day late; then 1 January."""
    tables = {
        "care_episodes": table("child decom rne ls place dec rec", "A 2018-10-01 S C2 U4 . ."),
        "care_visits": table(
            "child visit_date seen", "A 2018-10-08 Y", "A 2018-11-19 N", "A 2018-11-20 Y", "A 2018-11-20 Y"
        ),
    }
    assert quick_count("care-visits-on-time", tables) == (1, 2, {})


def test_a_move_starts_the_clock_of_visits_anew() -> None:
    episodes = table(
        "child decom rne ls place dec rec", "A 2018-10-01 S C2 U4 2018-10-05 X1", "A 2018-10-05 P C2 K2 . ."
    )
    visits = table("child visit_date seen", "A 2018-10-12 Y")
    tables = {"care_episodes": episodes, "care_visits": visits}
    # The placement of four days ended before its visit was due; then 12 October, and 23 November.
    assert quick_count("care-visits-on-time", tables) == (1, 2, {"placement ended before due": 1})


def plan(*reviews: str, start: str = "2018-07-01") -> Tables:
    return {
        "protection_plans": table("child start_date end_date other_authority", f"A {start} . N"),
        "protection_reviews": table("child review_date", *(f"A {day}" for day in reviews)),
    }


@pytest.mark.parametrize(
    ("reviews", "counted"),
    [
        (("2018-09-28", "2019-03-27"), 1),
        (("2018-10-01", "2019-03-31"), 1),  # both on the last day
        (("2018-10-02", "2019-03-27"), 0),  # the first too late, for good
        (("2018-09-28", "2019-03-29"), 0),  # the second too late
        (("2018-09-28",), 0),  # the second overdue since 28 March
        (("2018-10-01",), 1),  # the second not due before 1 April
    ],
)
def test_every_review_of_a_plan_must_be_in_time(reviews: tuple[str, ...], counted: int) -> None:
    found = quick_count("protection-reviews-on-time", plan(*reviews), None, NEXT_QUARTER, LATER)
    assert found == (counted, 1, {})


@pytest.mark.parametrize(("start", "left_out"), [("2018-12-31", 0), ("2019-01-01", 1)])
def test_a_plan_of_under_three_months_is_left_out(start: str, left_out: int) -> None:
    found = quick_count("protection-reviews-on-time", plan(start=start), None, NEXT_QUARTER, LATER)
    assert found == (1 - left_out, 1 - left_out, {"on a plan under 3 months": 1} if left_out else {})


def test_91_days_and_the_reviews_due_in_a_period() -> None:
    """From 1 July 91 days are 30 September: a review on 1 October is in three months and not in 91 days."""
    tables = plan("2018-10-01", start="2018-07-01")
    period, meeting = "2018-19 Q3", date(2019, 3, 25)
    assert quick_count("protection-reviews-on-time", tables, None, period, meeting) == (1, 1, {})
    assert quick_count("protection-reviews-on-time", tables, "in-days", period, meeting) == (0, 1, {})
    # Due in the quarter: the first, on 1 October; the second is due on 1 April.
    assert quick_count("protection-reviews-on-time", tables, "reviews-due-in-period", period, meeting) == (1, 1, {})


@pytest.mark.parametrize(("reviewed", "counted"), [("2018-10-29", 1), ("2018-10-30", 1), (None, 0)])
def test_children_whose_next_review_is_not_overdue(reviewed: str | None, counted: int) -> None:
    """From 1 October the first is due on 29 October; held then or late, the next is due three months later."""
    reviews = [f"{reviewed} PN1 . N"] if reviewed else []
    tables = care(*reviews, episode="2018-10-01 S C2 U4 . .")
    assert quick_count("care-reviews-on-time", tables, "up-to-date-at-end") == (counted, 1, {})


@pytest.mark.parametrize(("visited", "counted"), [("2018-11-19", 1), ("2018-11-18", 0)])
def test_children_whose_next_visit_is_not_overdue(visited: str, counted: int) -> None:
    """Six weeks after 19 November are 31 December."""
    tables = {
        "care_episodes": table("child decom rne ls place dec rec", "A 2018-10-01 S C2 U4 . ."),
        "care_visits": table("child visit_date seen", f"A {visited} Y"),
    }
    assert quick_count("care-visits-on-time", tables, "up-to-date-at-end") == (counted, 1, {})
