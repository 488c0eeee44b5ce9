"""A10, A2, WADO: days on the way to adoption, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.examples import Tables, table
from tests.quick_counts import quick_count


def adopted(*adoptions: str, carers: str = "P", extra: str = "") -> Tables:
    """In care from 1 January 2017, under an order from 1 March, placed on 1 July, adopted on 1 November 2018."""
    return {
        "care_episodes": table(
            "child decom rne ls place dec rec",
            "A 2017-01-01 S C2 U4 2017-03-01 X1",
            "A 2017-03-01 L E1 U4 2017-07-01 X1",
            f"A 2017-07-01 {carers} E1 A5 2018-11-01 E11",
            *([extra] if extra else []),
        ),
        "adoptions": table("child decision_date matched_date foster_carer", *adoptions),
    }


def test_from_entering_care_to_the_family() -> None:
    """1 January to 1 July 2017 are 181 days; for foster carers it is the day the child came to them."""
    strangers = adopted("A 2017-02-01 2017-06-01 0")
    assert quick_count("entry-to-adoptive-family", strangers) == (181, 1, {})
    carers = adopted("A 2017-02-01 2017-06-01 1", carers="T")
    assert quick_count("entry-to-adoptive-family", carers) == (0, 1, {})
    assert quick_count("entry-to-adoptive-family", carers, "unadjusted") == (181, 1, {})


@pytest.mark.parametrize(("placed", "counted"), [("2018-03-01", 1), ("2018-03-02", 0)])
def test_within_14_months(placed: str, counted: int) -> None:
    episodes = table(
        "child decom rne ls place dec rec", f"A 2017-01-01 S C2 U4 {placed} X1", f"A {placed} P C2 A5 2018-11-01 E11"
    )
    tables = {"care_episodes": episodes}
    assert quick_count("entry-to-adoptive-family", tables, "within-14-months") == (counted, 1, {})


def test_never_placed_for_adoption_is_left_out() -> None:
    tables = {"care_episodes": table("child decom rne ls place dec rec", "A 2017-01-01 S C2 U4 2018-11-01 E12")}
    assert quick_count("entry-to-adoptive-family", tables) == (0, 0, {"never placed for adoption": 1})


@pytest.mark.parametrize(("matched", "days"), [("2017-02-20", 0), ("2017-04-30", 60)])
def test_from_the_order_to_the_match(matched: str, days: int) -> None:
    """An order on 1 March: matched on 20 February 0 days, on 30 April 60."""
    assert quick_count("placement-order-to-match", adopted(f"A 2017-02-01 {matched} 0")) == (days, 1, {})


def test_the_mean_of_0_and_60_is_30() -> None:
    tables = dict(adopted("A 2017-02-01 2017-02-20 0", "B 2017-02-01 2017-04-30 0"))
    tables["care_episodes"] += table(
        "child decom rne ls place dec rec", "B 2017-01-01 S C2 U4 2017-03-01 X1", "B 2017-03-01 B E1 A5 2018-11-01 E11"
    ).partition("\n")[2]
    assert quick_count("placement-order-to-match", tables) == (60, 2, {})


def test_without_an_order_or_a_match_there_is_no_time() -> None:
    assert quick_count("placement-order-to-match", adopted("A 2017-02-01 . 0")) == (0, 0, {"no match recorded": 1})


@pytest.mark.parametrize(
    ("adoption", "place", "waiting"),
    [
        ("2018-12-31 . .", "U4", 1),
        ("2019-01-01 . .", "U4", 0),
        ("2018-06-01 2019-01-01 .", "U4", 1),  # reversed after the day
        ("2018-06-01 2018-12-31 .", "U4", 0),
        ("2018-06-01 . 2018-12-31", "U4", 0),  # placed on it
        ("2018-06-01 . .", "A5", 0),
    ],
)
def test_who_waits_on_31_december(adoption: str, place: str, waiting: int) -> None:
    tables = {
        "care_episodes": table("child decom rne ls place dec rec", f"A 2017-01-01 S C2 {place} . ."),
        "adoptions": table("child decision_date reversed_date placed_date", f"A {adoption}"),
    }
    found = quick_count("waiting-with-plan-for-adoption", tables, as_at=date(2019, 3, 25))
    assert found == (waiting, 1, {})
