"""Text from files is made harmless once, where it is read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitui.text import (
    HOSTILE_CHARACTERS,
    REPLACEMENT_CHARACTER,
    clean_text,
    count_hostile_characters,
    find_nearest_name,
    normalise_area_name,
)


@pytest.mark.parametrize(
    "bad",
    [
        "\0", "\t", "\n", "\r", "\x1b", "\x7f", "\x85", "\x9b", "\u00ad", "\u061c", "\u180e",
        "\u200b", "\u200f", "\u2028", "\u202e", "\u2060", "\u2066", "\u206f", "\ufeff", "\ufff9",
        "\ufffb", "\U000e0000", "\U000e007f",
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
    assert not re.search(HOSTILE_CHARACTERS, clean_text(text))
    assert clean_text(clean_text(text)) == clean_text(text)


def test_nearest_name() -> None:
    assert find_nearest_name("tolerence", ["tolerance", "target"]) == "tolerance"
    assert find_nearest_name("zzz", ["tolerance", "target"]) is None


@pytest.mark.parametrize(
    ("one", "other"),
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
def test_names_of_areas_that_are_one(one: str, other: str) -> None:
    assert normalise_area_name(one) == normalise_area_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("North Northamptonshire", "West Northamptonshire"),
        ("Bedford", "Central Bedfordshire"),
        ("Derby", "Derbyshire"),
        ("South East", "South West"),
        ("E06000041", "E06000036"),
    ],
)
def test_names_of_areas_that_are_two(one: str, other: str) -> None:
    assert normalise_area_name(one) != normalise_area_name(other)
