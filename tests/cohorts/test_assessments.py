"""ASM45, S47R, ICPC15, ICPCR: working days to an assessment's end and to a conference."""

from __future__ import annotations

from datetime import date

import pytest

from tests.examples import Example, Tables, table


def assessments(*lines: str) -> Tables:
    return {"assessments": table("child start_date end_date referral_date", *lines)}


def enquiries(*lines: str) -> Tables:
    return {"enquiries": table("child start_date conference_date transfer_in", *lines)}


@pytest.mark.parametrize(("ended", "counted"), [("2018-12-03", 1), ("2018-12-04", 0)])
def test_45_working_days_after_1_october_is_3_december(example: Example, ended: str, counted: int) -> None:
    tables = assessments(f"A 2018-10-01 {ended} .")
    assert example.count("assessments-in-45-days", tables) == (counted, 1, {})


def test_an_assessment_that_ends_before_it_starts_is_left_out(example: Example) -> None:
    tables = assessments("A 2018-11-02 2018-11-01 .", "B 2018-11-02 2018-11-02 .", "C 2018-11-02 . .")
    assert example.count("assessments-in-45-days", tables) == (1, 1, {"ends before it starts": 1})


def test_from_the_referral_where_that_is_recorded(example: Example) -> None:
    tables = assessments("A 2018-10-02 2018-12-04 2018-10-01", "B 2018-10-02 2018-12-04 .")
    assert example.count("assessments-in-45-days", tables)[:2] == (2, 2)
    count = example.count("assessments-in-45-days", tables, "from-referral")
    assert count == (0, 1, {"no day of referral": 1})


def test_the_length_is_the_middle_one_in_working_days(example: Example) -> None:
    """One, two and ten working days."""
    tables = assessments("A 2018-11-05 2018-11-06 .", "B 2018-11-05 2018-11-07 .", "C 2018-11-05 2018-11-19 .")
    assert example.count("assessments-in-45-days", tables, "length") == (2, 3, {})


@pytest.mark.parametrize(("conference_day", "counted"), [("2019-01-03", 1), ("2019-01-04", 0)])
def test_15_working_days_after_10_december_is_3_january(example: Example, conference_day: str, counted: int) -> None:
    tables = enquiries(f"A 2018-12-10 {conference_day} N")
    meeting = date(2019, 4, 25)
    assert example.count("conferences-in-15-days", tables, None, "2018-19 Q4", meeting) == (counted, 1, {})


def test_conferences_without_a_clock_are_left_out_but_held(example: Example) -> None:
    tables = enquiries(
        "A 2018-11-05 2018-11-12 N", "B 2018-11-05 2018-11-12 Y", "C . 2018-11-12 N", "D 2018-11-05 2018-11-01 N",
        "E 2018-11-05 . N",
    )  # fmt: skip
    left_out = {"transferred in": 1, "no enquiry to start the clock": 1, "held before its enquiry": 1}
    assert example.count("conferences-in-15-days", tables) == (1, 1, left_out)
    assert example.count("conferences-rate", tables, "number")[0] == 4
    assert example.count("section-47-rate", tables, "number")[0] == 4


def test_the_conferences_of_wokingham_in_2024_25(example: Example) -> None:
    """Published: 41 in 10 working days, 162 in 11 to 15, 18 in 16 to 20, 6 later: 203 of 227, 89.4%."""
    conferences = {"2024-10-21": 41, "2024-10-28": 162, "2024-11-04": 18, "2024-11-05": 6}
    days = [day for day, number in conferences.items() for _ in range(number)]
    tables = enquiries(*(f"C{n} 2024-10-07 {day} N" for n, day in enumerate(days)))
    numerator, denominator, _ = example.count("conferences-in-15-days", tables, None, "2024-25", date(2025, 7, 2))
    assert (numerator, denominator, round(100 * numerator / denominator, 1)) == (203, 227, 89.4)
    rate = example.entry("conferences-rate", tables, period="2024-25", as_at=date(2025, 7, 2)).point.count
    assert (rate.denominator, round(rate.value or 0, 1)) == (44_412, 51.1)
