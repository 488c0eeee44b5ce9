"""Text from files is made harmless once, where it is read."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitui.text import (
    HOSTILE_CHARACTERS,
    REPLACEMENT_CHARACTER,
    clean_lines,
    clean_text,
    count_hostile_characters,
    find_nearest_name,
    fold_heading,
    normalise_area_name,
)


@pytest.mark.parametrize(
    "bad",
    [
        "\0", "\t", "\n", "\r", "\x1b", "\x7f", "\x85", "\x9b", "\u00ad", "\u061c", "\u180e",
        "\u200b", "\u200f", "\u2028", "\u202e", "\u2060", "\u2066", "\u206f", "\ufeff", "\ufff9",
        "\ufffb", "\U000e0000", "\U000e007f", "\ue000", "\U0010fffd", "\ud800", "\uffff", "\U0001fffe",
    ],
)  # fmt: skip
def test_a_hostile_character_is_replaced_and_counted(bad: str) -> None:
    assert clean_text(f"St {bad}John's") == f"St {REPLACEMENT_CHARACTER}John's"
    assert count_hostile_characters(f"{bad}St John's{bad}") == 2


@pytest.mark.parametrize("text", ["", "St John's [CofE] School", "Ysgol Gŵyr", "naïve £5", "学校"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert clean_text(text) == text
    assert count_hostile_characters(text) == 0


@given(st.text())
def test_what_is_cleaned_is_harmless_and_as_long_as_it_was(text: str) -> None:
    assert len(clean_text(text)) == len(text)
    assert {unicodedata.category(character)[0] for character in clean_text(text) if character != " "} <= set("LMNPS")
    assert clean_text(clean_text(text)) == clean_text(text)


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S"])))
def test_letters_marks_numbers_punctuation_and_symbols_pass(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u202f", "\u3000"])
def test_any_space_becomes_a_plain_one(space: str) -> None:
    assert clean_text(f"12{space}000") == "12 000"
    assert count_hostile_characters(space) == 0


def test_several_lines_stay_several_lines() -> None:
    assert clean_lines("one\r\ntwo\x85\n\tthree") == "one\ntwo\ufffd\n\ufffdthree"


def test_tables_are_cleaned_by_the_same_rule() -> None:
    # Not the unassigned ones: what is assigned depends on the Unicode of Python and of polars.
    characters = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in ("Cn", "Cs")]
    is_hostile = pl.Series(characters).str.contains(HOSTILE_CHARACTERS).to_list()
    assert is_hostile == [count_hostile_characters(character) == 1 for character in characters]


@pytest.mark.parametrize(
    ("typed_name", "nearest_name"),
    [
        ("tolerence", "tolerance"),
        ("TARGETS", "target"),
        ("stats", "status"),
        ("targeted", "target"),  # 12 of 14 letters
        ("outturn", None),  # "return" has 9 of 13 of its letters
        ("zzz", None),
        ("duk", "duc"),  # one letter of three
        ("dud", "duc"),
        ("dnk", None),
    ],
)
def test_the_nearest_name_is_one_that_was_mistyped(typed_name: str, nearest_name: str | None) -> None:
    names = ["tolerance", "target", "status", "return", "duc"]
    assert find_nearest_name(typed_name, names) == nearest_name


@pytest.mark.parametrize(
    ("first_name", "second_name"),
    [
        ("Bristol, City of", "Bristol"),
        ("Herefordshire, County of", "Herefordshire"),
        ("Kingston upon Hull, City of", "Kingston Upon Hull"),
        ("Bedford", "Bedford Borough"),
        ("County Durham", "Durham"),
        ("St. Helens", "St Helens"),
        ("Bournemouth, Christchurch & Poole", "Bournemouth, Christchurch and Poole"),
        ("Stoke-on-Trent", "Stoke on Trent"),
        ("SOUTH EAST", "South East"),
    ],
)
def test_names_of_areas_that_are_one(first_name: str, second_name: str) -> None:
    assert normalise_area_name(first_name) == normalise_area_name(second_name)


@pytest.mark.parametrize(
    ("first_name", "second_name"),
    [
        ("North Northamptonshire", "West Northamptonshire"),
        ("Bedford", "Central Bedfordshire"),
        ("Derby", "Derbyshire"),
        ("South East", "South West"),
        ("E06000041", "E06000036"),
    ],
)
def test_names_of_areas_that_are_two(first_name: str, second_name: str) -> None:
    assert normalise_area_name(first_name) != normalise_area_name(second_name)


@pytest.mark.parametrize(
    "heading",
    ["Date of Birth (dd/mm/yyyy)*", "date_of_birth", "DATE OF BIRTH [note 2]", "Date of birth\u00b9", "date of birth?"],
)
def test_a_heading_is_one_whatever_stands_around_it(heading: str) -> None:
    assert fold_heading(heading) == "dateofbirth"
