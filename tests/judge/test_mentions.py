"""Small counts of people in commentary, and what is none."""

from __future__ import annotations

import pytest

from kpitui.disclosure.free_text import find_small_counts, mentions_children
from kpitui.disclosure.public_context import reveals_hidden_number
from kpitui.model.board import HIDDEN_NUMBER, Count


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("One went to live with family, two stayed with their carers.", ("One", "two")),
        ("3 of 8 were adopted", ("3", "3 of 8")),
        ("12 came and 4 went", ("4",)),
        ("In March 3 children left", ("3",)),
        ("In that quarter three left", ("three",)),
        ("between 2 and 4 of them", ("2", "4")),
        ("two school-age children", ("two",)),
        ("one school child", ("one",)),
        ("16 (5 of them girls)", ("5",)),
        ("It is of note that two children moved", ("two",)),
        ("a couple of brothers", ("a couple of brothers",)),
        ("both siblings", ("both",)),
        ("two in care moved", ("two",)),
        ("four.", ("four",)),
    ],
)
def test_small_counts_of_people(text: str, mentions: tuple[str, ...]) -> None:
    assert find_small_counts(text) == mentions


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


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("5/16 children achieved permanence", ("5", "5/16")),
        ("3-4 children moved", ("3", "4")),
        ("3 \N{EN DASH} 4 children moved", ("3", "4")),
        ("between 2-5 children", ("2", "5")),
        ("\N{FULLWIDTH DIGIT FOUR} children left", ("4",)),
        ("\N{ARABIC-INDIC DIGIT THREE} children left", ("3",)),
        ("4\N{ZERO WIDTH SPACE} children", ("4",)),
        ("04 children", ("04",)),
        ("4.0 children", ("4.0",)),
        ("4.5 points", ()),
        ("the only child", ("only child",)),
        ("a single young person", ("single young person",)),
        ("a single child returned home", ("single child",)),
        ("two may return", ("two",)),
        ("2 May was a holiday", ()),
        ("two march on", ("two",)),
        ("both were placed in Kent", ("both",)),
        ("both schools", ()),
        ("neither of them stayed", ("neither of",)),
        ("a couple children", ("a couple children",)),
        ("triplets", ("triplets",)),
        ("3rd child", ("3rd",)),
        ("the third child", ("third",)),
        ("the third quarter", ()),
        ("4th", ("4th",)),
        ("4th April", ()),
        ("11 of the 16 did not achieve permanence", ("11 of the 16",)),
        ("eleven out of sixteen", ("eleven out of sixteen",)),
        ("8 of 16 were adopted", ()),
        ("14 of 16 schools", ()),
        ("all but one left", ("one",)),
        ("all but two", ("two",)),
        ("1 in 4 children", ("1", "1 in 4", "4")),
        ("one in five", ("one", "one in five", "five")),
        ("31.3% of the 16", ("31.3%",)),
        ("50% of 20", ()),
        ("on 12/04/2019", ()),
        ("in 2018/19", ()),
        ("at 10:30", ()),
    ],
)
def test_other_ways_to_say_it(text: str, mentions: tuple[str, ...]) -> None:
    assert find_small_counts(text) == mentions


COUNT = Count(5, 16, {"short break": 2})
HIDDEN = Count(HIDDEN_NUMBER, 16, {"short break": HIDDEN_NUMBER})


@pytest.mark.parametrize(
    ("text", "is_revealing"),
    [
        ("31.3% reached permanence", True),  # 5 of the 16 that are shown
        ("Most, 68.8%, did not", True),
        ("Eleven did not", True),  # 16 less 11
        ("18 left in all", True),  # with those on short breaks
        ("a third of them returned home", True),
        ("half were on short breaks", True),
        ("The third quarter of the year was quiet", False),
        ("a quarter of an hour away", True),  # in doubt it is a share
        ("16 left", False),  # shown
        ("12 panels were held", False),
        ("12 children", False),
        ("Work with 20 families goes on", False),
    ],
)
def test_a_number_beside_what_is_shown(text: str, is_revealing: bool) -> None:
    assert reveals_hidden_number(text, HIDDEN, COUNT) == is_revealing
    assert not reveals_hidden_number(text, COUNT, COUNT)


def test_a_share_of_what_is_shown_gives_a_hidden_reason_away() -> None:
    """Two on short breaks beside the sixteen: an eighth."""
    full = Count(8, 16, {"short break": 2})
    public = Count(8, 16, {"short break": HIDDEN_NUMBER})
    assert reveals_hidden_number("12.5% were on short breaks", public, full)
    assert not reveals_hidden_number("50.0% reached permanence", public, full)


def test_what_speaks_of_children() -> None:
    assert mentions_children("Two pupils moved.")
    assert not mentions_children("Two schools have new heads.")
