"""MISS, SW3, CSR and CER: what children had in the twelve months before, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.examples import Tables, table
from tests.quick_counts import quick_count

YEAR = "2018-19", date(2019, 7, 1)


def episodes(*lines: str) -> str:
    return table("child decom rne ls place dec rec", *lines)


@pytest.mark.parametrize(
    ("starts", "first", "each"),
    [
        (["2018-04-01"], 1, 1),
        (["2018-03-31"], 0, 0),
        (["2018-04-01", "2019-03-31"], 1, 2),
        (["2018-03-31", "2018-04-01"], 1, 1),
    ],
)
def test_a_child_counts_with_its_first_start_of_the_year(starts: list[str], first: int, each: int) -> None:
    """DfE counts only the first start of a child in the year."""
    tables = {"care_episodes": episodes(*(f"A {day} S C2 U4 {day} E4A" for day in starts))}
    assert quick_count("care-starts-rate", tables, "number", *YEAR)[0] == first
    assert quick_count("care-starts-rate", tables, "each-start", *YEAR)[0] == each
    assert quick_count("care-ends-rate", tables, "number", *YEAR)[0] == first
    assert quick_count("care-ends-rate", tables, "each-end", *YEAR)[0] == each


def test_a_short_break_is_no_start() -> None:
    tables = {"care_episodes": episodes("A 2018-05-01 S V4 U4 2018-05-03 E4A", "A 2018-06-01 S C2 U4 . .")}
    assert quick_count("care-starts-rate", tables, "number", *YEAR)[0] == 1


def missing(*lines: str, care: str = "A 2018-01-01 S C2 U4 . .") -> Tables:
    return {
        "care_episodes": episodes(care, "B 2018-01-01 S C2 U4 2018-04-01 E4A", "C 2018-01-01 S C2 U4 2018-04-02 E4A"),
        "missing": table("child start end kind interview_offered interview_date", *lines),
    }


@pytest.mark.parametrize(
    ("episode", "counted"),
    [
        ("2018-03-30 2018-04-01 M . .", 1),  # carried over into the year
        ("2018-03-30 2018-03-31 M . .", 0),
        ("2019-03-31 . M . .", 1),
        ("2019-04-01 . M . .", 0),
        ("2018-06-01 2018-06-02 A . .", 0),
        ("2018-06-01 2018-06-02 . . .", 1),
    ],
)
def test_missing_in_the_year_of_all_in_care_at_any_time_in_it(episode: str, counted: int) -> None:
    """B left care on 1 April, before a day of the year in care; C a day later."""
    assert quick_count("missing-from-care", missing(f"A {episode}"), None, *YEAR) == (counted, 2, {})


def test_incidents_and_interviews() -> None:
    tables = missing(
        "A 2018-06-01 2018-06-02 M Y 2018-06-05",
        "A 2018-07-01 2018-07-02 M N 2018-07-06",
        "A 2018-08-01 2018-08-02 A Y .",
    )
    assert quick_count("missing-from-care", tables, "incidents-per-child", *YEAR)[:2] == (2, 2)
    assert quick_count("missing-from-care", tables, "away", *YEAR)[:2] == (1, 2)
    assert quick_count("missing-from-care", tables, "interviews-offered", *YEAR)[:2] == (1, 2)
    assert quick_count("missing-from-care", tables, "in-72-hours", *YEAR)[:2] == (1, 2)


@pytest.mark.parametrize(
    ("workers", "counted"),
    [
        (["A 2018-01-01 2018-04-01", "B 2018-04-01 2018-09-01", "C 2018-09-01 ."], 1),
        (["A 2018-01-01 2018-03-31", "B 2018-04-01 2018-09-01", "C 2018-09-01 ."], 0),  # A before the year
        (["A 2018-04-01 2018-06-01", "B 2018-06-01 2018-09-01", "A 2018-09-01 ."], 0),  # A, B, A is two
        (["A 2018-04-01 2018-06-01", "B 2018-06-01 2018-09-01", "C 2019-04-01 ."], 0),
    ],
)
def test_distinct_social_workers_of_the_year(workers: list[str], counted: int) -> None:
    """The child entered care in July: what was before counts too."""
    tables = {
        "care_episodes": episodes("X 2018-07-01 S C2 U4 . ."),
        "worker_episodes": table("child worker start end", *(f"X {line}" for line in workers)),
    }
    assert quick_count("three-or-more-social-workers", tables, None, *YEAR) == (counted, 1, {})
    assert quick_count("three-or-more-social-workers", tables, "more-than-one", *YEAR) == (1, 1, {})


@pytest.mark.parametrize("as_at", [date(2019, 1, 2), date(2019, 3, 25)])
def test_short_breaks_left_out_do_not_depend_on_what_came_later(as_at: date) -> None:
    """A child on short breaks in December enters care in March: that says nothing of December."""
    tables = {"care_episodes": episodes("A 2018-06-01 S V4 U4 2019-03-01 E4A", "A 2019-03-01 S C2 U4 . .")}
    assert quick_count("three-or-more-placements", tables, as_at=as_at) == (0, 0, {"short break": 1})
