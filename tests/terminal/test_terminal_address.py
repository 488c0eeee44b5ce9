"""Addresses: what is printed opens what was shown."""

from __future__ import annotations

import pytest

from kpitui.model.periods import parse_period as period
from kpitui.tui.address import Address, parse_address

CODES = ("VP7", "EA1i", "permanence")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VP7", Address("indicator", "VP7")),
        ("vp7@2018-19 q3", Address("indicator", "VP7", period("2018-19 Q3"))),
        ("VP7@2018-19 Q3/cases", Address("cases", "VP7", period("2018-19 Q3"))),
        ("VP7/cases", Address("cases", "VP7")),
        ("VP7@2018-19 Q3/restated", Address("restated", "VP7", period("2018-19 Q3"))),
        ("VP7/cases/MU0001", Address("case", "VP7", None, "MU0001")),
        ("permanence", Address("indicator", "permanence")),
        ("data", Address("data")),
        ("board@2018-19 M09", Address("board", period=period("2018-19 M09"))),
        ("changes", Address("changes")),
        (
            "changes@2017-18 Q3..2018-19 Q3",
            Address("changes", period=period("2018-19 Q3"), earlier_period=period("2017-18 Q3")),
        ),
    ],
)
def test_addresses_are_read(text: str, expected: Address) -> None:
    assert parse_address(text, CODES) == expected


@pytest.mark.parametrize(
    "text",
    [
        "VP7",
        "VP7@2018-19 Q3",
        "VP7@2018-19 Q3/cases",
        "VP7@2018-19 Q3/restated",
        "VP7@2018-19/cases/A/B",
        "data",
        "changes@2018-19 Q1..2018-19 Q3",
    ],
)
def test_an_address_reads_back_as_it_was_written(text: str) -> None:
    assert str(parse_address(text, CODES)) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("VP77", "did you mean VP7?"),
        ("VP7@Q9", "is not a period"),
        ("VP7/rows", "VP7/cases"),
        ("data/cases", "there is nothing below data"),
        ("VP7@2018-19 Q1..2018-19 Q3", "only the changes screen"),
        ("changes@2018-19 Q3..2018-19 Q1", "put the earlier period first"),
        ("changes@2017-18..2018-19 Q1", "not the same kind of period"),
    ],
)
def test_a_wrong_address_says_what_was_expected(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("?", r"\?")):
        parse_address(text, CODES)
