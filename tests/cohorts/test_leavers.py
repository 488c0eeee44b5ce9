"""CLEET, CLACC, CLTCH, STAY, PATH: care leavers, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.examples import Tables, table
from tests.quick_counts import quick_count

YEAR = "2018-19", date(2019, 7, 1)


def leavers(*lines: str) -> Tables:
    return {"leavers": table("child year dob in_touch activity accommodation", *lines)}


@pytest.mark.parametrize(
    ("born", "main", "young"),
    [
        ("1999-04-01", 1, 0),  # 19 on the first day of the year
        ("1999-03-31", 1, 0),  # 20 on its last
        ("2000-03-31", 1, 0),  # 19 on its last
        ("2000-04-01", 0, 1),  # 18 on its first
        ("1997-04-01", 1, 0),  # 21 on its first
        ("1997-03-31", 0, 0),  # 22 on its last
        ("2000-02-29", 1, 0),  # 19 on 28 February 2019
    ],
)
def test_the_birthday_decides_which_age_it_is(born: str, main: int, young: int) -> None:
    tables = leavers(f"A 2019 {born} YES F2 U1")
    assert quick_count("leavers-in-eet", tables, None, *YEAR) == (main, main, {})
    assert quick_count("leavers-in-eet", tables, "17-18", *YEAR) == (young, young, {})


def test_who_is_left_out_and_who_stays_in() -> None:
    born = "1999-06-01"
    tables = leavers(
        f"A 2019 {born} YES F1 U1", f"B 2019 {born} NO 0 0", f"C 2019 {born} DIED 0 0", f"D 2019 {born} RHOM F2 B1",
        f"E 2019 {born} REFU G5 U2", f"F 2019 {born} NREQ P5 G1", f"G 2019 {born} YES G4 R1",
        f"H 2019 {born} YES F4 X2",
    )  # fmt: skip
    gone = {"died": 1, "returned home": 1}
    assert quick_count("leavers-in-eet", tables, None, *YEAR) == (3, 6, gone)
    assert quick_count("leavers-in-eet", tables, "neet", *YEAR) == (2, 6, gone)
    assert quick_count("leavers-in-eet", tables, "higher-education", *YEAR) == (1, 6, gone)
    assert quick_count("leavers-in-touch", tables, None, *YEAR) == (3, 6, gone)
    away = gone | {"gone abroad": 1, "residence not known": 1}
    assert quick_count("leavers-in-suitable-homes", tables, None, *YEAR) == (1, 4, away)
    assert quick_count("leavers-in-suitable-homes", tables, "in-custody", *YEAR)[0] == 1


@pytest.mark.parametrize(
    ("episode", "home", "expected"),
    [
        ("2010-01-01 S C2 U4 2017-06-01 E17", "Z1", (1, 1)),
        ("2010-01-01 S C2 U4 2017-06-01 E17", "U1", (0, 1)),
        ("2010-01-01 S C2 K2 2017-06-01 E17", "Z1", (0, 0)),  # not in foster care
        ("2010-01-01 S C2 U4 2017-05-31 E4A", "Z1", (0, 0)),  # left before
    ],
)
def test_staying_put_is_asked_of_those_in_foster_care_at_18(episode: str, home: str, expected: tuple[int, int]) -> None:
    tables = {
        **leavers(f"A 2019 1999-06-01 YES F2 {home}"),
        "care_episodes": table("child decom rne ls place dec rec", f"A {episode}"),
    }
    assert quick_count("staying-put", tables, None, *YEAR)[:2] == expected


@pytest.mark.parametrize(("reviewed", "counted"), [("2018-10-01", 1), ("2018-09-30", 0), (".", 0)])
def test_a_pathway_plan_is_up_to_date_for_six_months(reviewed: str, counted: int) -> None:
    tables = {
        "leavers": table(
            "child year dob in_touch activity accommodation eligibility plan_review_date",
            f"A 2019 1999-06-01 YES F2 U1 Former~relevant {reviewed}",
            f"B 2019 1999-06-01 YES F2 U1 qualifying {reviewed}",
            f"C 2019 1999-06-01 NO 0 0 relevant {reviewed}",
        )
    }
    assert quick_count("pathway-plans-up-to-date", tables, None, "2018-19 Q4", date(2019, 7, 1)) == (counted, 1, {})
