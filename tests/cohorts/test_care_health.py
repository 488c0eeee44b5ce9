"""IHA, HLTH, DENT, IMM, SDQ and OFF: health and outcomes of children in care, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.examples import Tables, table
from tests.quick_counts import quick_count

LATER = date(2019, 4, 25)


def in_care(*lines: str, born: str = "2008-01-01") -> Tables:
    children = dict.fromkeys(line.split()[0] for line in lines)
    return {
        "care_episodes": table("child decom rne ls place dec rec", *lines),
        "children": table("child dob", *(f"{child} {born}" for child in children)),
    }


@pytest.mark.parametrize(
    ("check", "counted"),
    [
        ("2019-01-16 completed", 1),
        ("2019-01-17 completed", 0),
        ("2018-12-20 refused", 0),
        ("2018-12-13 completed", 0),  # before care began
        ("2018-12-14 .", 1),
    ],
)
def test_in_care_on_14_december_the_first_health_assessment_is_due_on_16_january(check: str, counted: int) -> None:
    tables = {**in_care("A 2018-12-14 S C2 U4 . ."), "health": table("child kind date status", f"A initial {check}")}
    assert quick_count("initial-health-assessment", tables, None, "2018-19 Q4", LATER) == (counted, 1, {})


def test_28_days_are_calendar_days_and_who_left_before_is_left_out() -> None:
    tables = {
        **in_care("A 2018-10-01 S C2 U4 . .", "B 2018-10-01 S C2 U4 2018-10-26 E4A"),
        "health": table("child kind date status", "A initial 2018-10-29 completed"),
    }
    left_out = {"left care before due": 1}
    assert quick_count("initial-health-assessment", tables, "28-days") == (1, 1, left_out)
    assert quick_count("initial-health-assessment", tables) == (1, 1, left_out)  # due on 29 October as well


YEAR_OF_CARE = in_care(
    "A 2018-04-01 S C2 U4 . .",  # on 1 April: the whole year
    "B 2018-04-02 S C2 U4 . .",  # a day less
    "C 2015-04-01 S C2 U4 2019-03-31 E4A",  # gone on the day
    "D 2015-04-01 S V4 U4 . .",
    "E 2015-04-01 S C2 U4 . .",
)


def outcomes(*lines: str) -> Tables:
    return {**YEAR_OF_CARE, "care_year": table("child year health_assessment sdq_score convicted", *lines)}


def test_the_return_is_asked_of_those_in_care_for_the_whole_year() -> None:
    tables = outcomes(*(f"{child} 2019 1 17 0" for child in "ABCDE"))
    period = "2018-19 Q4"
    out = {"short break": 1}
    assert quick_count("health-assessments-up-to-date", tables, None, period, LATER) == (2, 2, out)
    assert quick_count("sdq-of-concern", tables, None, period, LATER) == (2, 2, out)
    assert quick_count("offending", tables, None, period, LATER) == (0, 2, out)
    # A quarter later it is still the latest 31 March; the quarter before has no return.
    assert quick_count("offending", tables, None, "2019-20 Q1", date(2019, 8, 1)) == (0, 2, out)
    assert quick_count("offending", tables, None, "2018-19 Q3", LATER) == (0, 0, {})


@pytest.mark.parametrize(("score", "concern", "borderline", "normal"), [(17, 1, 0, 0), (16, 0, 1, 0), (13, 0, 0, 1)])
def test_the_bands_of_the_questionnaire(score: int, concern: int, borderline: int, normal: int) -> None:
    tables, asked = outcomes(f"A 2019 1 {score} 0", "E 2019 1 . 0"), ("2018-19 Q4", LATER)
    found = [quick_count("sdq-of-concern", tables, variant, *asked)[:2] for variant in (None, "borderline", "normal")]
    assert found == [(concern, 1), (borderline, 1), (normal, 1)]
    out = {"short break": 1}
    assert quick_count("sdq-returned", tables, None, *asked) == (1, 2, out)
    assert quick_count("sdq", tables, None, *asked) == (score, 1, out | {"no value recorded": 1})


@pytest.mark.parametrize(
    ("born", "counted"), [("2002-03-31", 0), ("2002-04-01", 1), ("2014-03-31", 1), ("2014-04-01", 0)]
)
def test_the_questionnaire_is_for_ages_5_to_16(born: str, counted: int) -> None:
    """17 on 31 March 2019, 16, 5 and 4."""
    tables = {**in_care("A 2015-04-01 S C2 U4 . .", born=born), "care_year": table("child year sdq_score", "A 2019 9")}
    assert quick_count("sdq-returned", tables, None, "2018-19 Q4", LATER)[:2] == (counted, counted)


@pytest.mark.parametrize(
    ("born", "checks", "counted"),
    [
        ("2008-01-01", ["2018-04-01"], 1),  # on the first of the twelve months
        ("2008-01-01", ["2018-03-31"], 0),
        ("2015-01-01", ["2018-10-01", "2018-04-01"], 1),  # 4: one in six months, two in twelve
        ("2015-01-01", ["2018-10-01"], 0),
        ("2015-01-01", ["2018-09-30", "2018-04-01"], 0),
        ("2014-03-31", ["2018-04-01"], 1),  # 5 on the day
        ("2014-04-01", ["2018-04-01"], 0),
    ],
)
def test_health_assessments_by_their_dates(born: str, checks: list[str], counted: int) -> None:
    tables = {
        **in_care("A 2015-04-02 S C2 U4 . .", born=born),
        "health": table("child kind date status", *(f"A assessment {day} completed" for day in checks)),
    }
    found = quick_count("health-assessments-up-to-date", tables, "by-dates", "2018-19 Q4", LATER)
    assert found == (counted, 1, {})


def test_a_check_that_was_declined_was_not_done() -> None:
    tables = {
        **in_care("A 2015-04-02 S C2 U4 . .", "B 2015-04-02 S C2 U4 . ."),
        "health": table("child kind date status", "A dental 2018-10-01 completed", "B dental 2018-10-01 declined"),
    }
    assert quick_count("dental-checks", tables, "by-dates", "2018-19 Q4", LATER) == (1, 2, {})
