"""Text from files is made harmless once, where it is read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitui.text import HOSTILE, REPLACEMENT, area_key, clean, hostile, nearest


@pytest.mark.parametrize(
    "bad",
    [
        "\0", "\t", "\n", "\r", "\x1b", "\x7f", "\x85", "\x9b", "\u00ad", "\u061c", "\u180e",
        "\u200b", "\u200f", "\u2028", "\u202e", "\u2060", "\u2066", "\u206f", "\ufeff", "\ufff9",
        "\ufffb", "\U000e0000", "\U000e007f",
    ],
)  # fmt: skip
def test_a_hostile_character_is_replaced_and_counted(bad: str) -> None:
    assert clean(f"St {bad}John's") == f"St {REPLACEMENT}John's"
    assert hostile(f"{bad}St John's{bad}") == 2


@pytest.mark.parametrize("text", ["", "St John's [CofE] School", "Ysgol Gŵyr", "naïve £5", "学校"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text
    assert hostile(text) == 0


@given(st.text())
def test_what_is_cleaned_is_harmless_and_as_long_as_it_was(text: str) -> None:
    assert len(clean(text)) == len(text)
    assert not re.search(HOSTILE, clean(text))
    assert clean(clean(text)) == clean(text)


def test_nearest_name() -> None:
    assert nearest("tolerence", ["tolerance", "target"]) == "tolerance"
    assert nearest("zzz", ["tolerance", "target"]) is None


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
    assert area_key(one) == area_key(other)


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
    assert area_key(one) != area_key(other)
