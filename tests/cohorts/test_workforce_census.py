"""AGY, VAC, TOF, CASE, and EHCP and CINR: worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.examples import table
from tests.quick_counts import quick_count

CENSUS = {
    "workforce_census": table(
        "worker year fte agency vacancy leaver_date cases",
        "A 2018 1.0 N . . 12", "B 2018 0.5 N . . 0", "C 2018 1.0 Y . . 20", "D 2018 2.0 N Y . .",
        "E 2018 1.0 N . 2018-05-01 .", "F 2018 0.0 N . . 9", "A 2017 1.0 N . . 40",
    )
}  # fmt: skip


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [("agency-rate", (1, 2.5)), ("vacancy-rate", (2, 3.5)), ("turnover-fte", (1, 1.5)), ("caseload", (32, 2))],
)
def test_the_census_of_30_september(indicator: str, expected: tuple[float, float]) -> None:
    assert quick_count(indicator, CENSUS)[:2] == expected
    # In the quarter to June the latest census is the one before.
    before = {"agency-rate": (0, 1), "vacancy-rate": (0, 1), "turnover-fte": (0, 1), "caseload": (40, 1)}
    assert quick_count(indicator, CENSUS, None, "2018-19 Q1")[:2] == before[indicator]


@pytest.mark.parametrize(("issued", "counted"), [("2018-12-19", 1), ("2018-12-20", 0)])
def test_an_ehc_plan_is_in_time_for_140_days(issued: str, counted: int) -> None:
    plans = table(
        "child request_date plan_date exceptions transfer_in",
        f"A 2018-08-01 {issued} N N", f"B 2018-08-01 {issued} Y N", f"C 2018-08-01 {issued} N Y",
    )  # fmt: skip
    left_out = {"an exception applied": 1, "transferred in": 1}
    assert quick_count("ehc-plans-in-20-weeks", {"ehc_plans": plans}) == (counted, 1, left_out)
    with_exceptions = quick_count("ehc-plans-in-20-weeks", {"ehc_plans": plans}, "with-exceptions")
    assert with_exceptions == (2 * counted, 2, {"transferred in": 1})


def test_children_in_need_on_the_last_day() -> None:
    episodes = table(
        "child referral_date closure_date nfa",
        "A 2018-12-31 . N", "B 2018-01-01 2018-12-31 N", "C 2018-01-01 2019-01-01 .", "D 2018-06-01 . Y",
        "E 2017-01-01 . N", "E 2018-01-01 . N",
    )  # fmt: skip
    found = quick_count("children-in-need-rate", {"need_episodes": episodes}, "number", as_at=date(2019, 3, 25))
    assert found[0] == 3  # A, C and E


def test_referrals_that_were_assessed_and_not_in_need() -> None:
    episodes = table(
        "child referral_date closure_date closure_reason nfa",
        "A 2018-06-01 2018-07-01 RC8 N", "B 2018-06-01 2018-07-01 RC9 N", "C 2018-06-01 2018-07-01 RC1 N",
        "D 2018-06-01 . . Y",
    )  # fmt: skip
    found = quick_count("referrals-no-further-action", {"need_episodes": episodes}, "assessed-not-in-need")
    assert found == (2, 4, {})


@pytest.mark.parametrize(("start", "late"), [("2018-10-24", 1), ("2018-10-25", 0)])
def test_assessments_open_for_more_than_45_working_days(start: str, late: int) -> None:
    """45 working days after 24 October 2018 are 28 December, and after 25 October 31 December."""
    rows = table("child start_date end_date", f"A {start} .", "B 2018-01-01 2018-12-31", "C 2018-12-01 .")
    assert quick_count("assessments-in-45-days", {"assessments": rows}, "open-too-long") == (late, 2, {})


def test_conferences_by_their_own_target_date() -> None:
    rows = table(
        "child start_date conference_date conference_target transfer_in",
        "A 2018-11-01 2018-11-20 2018-11-20 N", "B 2018-11-01 2018-11-21 2018-11-20 N", "C 2018-11-01 2018-11-05 . N",
    )  # fmt: skip
    found = quick_count("conferences-in-15-days", {"enquiries": rows}, "by-target-date")
    assert found == (1, 2, {"no target date": 1})
