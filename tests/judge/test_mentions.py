"""Small counts of people in commentary, and what is none."""

from __future__ import annotations

import pytest

from kpitui.disclosure.free_text import find_small_counts, mentions_children


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One went to live with family, two stayed with their carers.", ("One", "two")),
        ("3 of 8 were adopted", ("3",)),
        ("12 came and 4 went", ("4",)),
        ("In March 3 children left", ("3",)),
        ("In that quarter three left", ("three",)),
        ("between 2 and 4 of them", ("2", "4")),
        ("two school-age children", ("two",)),
        ("one school child", ("one",)),
        ("16 (5 of them girls)", ("5",)),
        ("It is of note that two children moved", ("two",)),
        ("a couple of brothers", ("a couple of",)),
        ("both siblings", ("both siblings",)),
        ("two in care moved", ("two",)),
        ("four.", ("four",)),
    ],
)
def test_small_counts_of_people(text: str, found: tuple[str, ...]) -> None:
    assert find_small_counts(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Q3 was better",
        "on 1 April",
        "2018-05-01",
        "2 years",
        "in quarter 3 the figure rose",
        "within 5 working days",
        "one or two days late",
        "between 2 and 4 weeks",
        "two days before they are due",
        "3%",
        "3 per cent",
        "3.5 points",
        "1,200 referrals",
        "stage 2",
        "aged 3",
        "E5",
        "£5",
        "5pm",
        "2 miles",
        "one child in five",
        "one in five",
        "no one",
        "the main one",
        "one-off",
        "Two providers were judged Inadequate",
        "With three graded schools, one school is a third of the figure",
        "six children",
        "",
    ],
)
def test_what_is_no_small_count_of_people(text: str) -> None:
    assert find_small_counts(text) == ()


def test_what_speaks_of_children() -> None:
    assert mentions_children("Two pupils moved.")
    assert not mentions_children("Two schools have new heads.")
