"""Addresses: what is printed opens what was shown."""

from __future__ import annotations

import random
import re
from datetime import date

import pytest
from driving import opened, press, rows, settled

from kpitui.model.periods import parse_period as period
from kpitui.model.typed_dates import parse_typed_time
from kpitui.tui.address import Address, parse_address
from kpitui.tui.view_address import build_history_address

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
        "VP7@2018-19 Q3/cases/A?as-at=2019-03-25&definition=own&row=2&public",
        "VP7/cases?filter=turned 18&sort=age&reverse",
        "VP7/cases?group=because",
        "VP7/cases?open=because:turned 18: stayed (E17)",
        "VP7/cases?filter=a%26b%3Fc%25",
        "VP7/cases/A%3FB%25",
        "data?filter=no&sort=age&issues",
        "board?internal",
    ],
)
def test_an_address_reads_back_as_it_was_written(text: str) -> None:
    assert str(parse_address(text, CODES)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("VP77", "did you mean VP7?"),
        ("VP7?filter=x", "the address of indicator cannot have 'filter'"),
        ("VP7/cases?filters=x", "did you mean filter?"),
        ("VP7/cases?filter", "write filter=VALUE"),
        ("board?reverse=yes", "write reverse alone"),
        ("VP7/cases/A?row=0", "'0' is not the number of a row"),
        ("board?as-at=32/1/2019", "is not a date: write 25 March 2019"),
        ("VP7/cases?open=adopted", "write open=COLUMN:VALUE"),
        ("VP7@Q9", "is not a period"),
        ("VP7/rows", "VP7/cases"),
        ("data/cases", "there is nothing below data"),
        ("VP7@2018-19 Q1..2018-19 Q3", "only the changes screen"),
        ("changes@2018-19 Q3..2018-19 Q1", "put the earlier period first"),
        ("changes@2017-18..2018-19 Q1", "not the same kind of period"),
    ],
)
def test_a_wrong_address_says_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_address(text, CODES)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Q1 2018/19", "2018-19 Q1"), ("2018-19 Q1", "2018-19 Q1"), ("q1", "2018-19 Q1"), ("2018/19", "2018-19"),
        ("Oct 2018", "2018-19 M07"), ("october 2018", "2018-19 M07"), ("October", "2018-19 M07"),
        ("Jan 2019", "2018-19 M10"), ("feb", "2018-19 M11"), ("March", "2018-19 M12"), ("M01", "2018-19 M01"),
    ],
)  # fmt: skip
def test_what_is_printed_of_a_period_can_be_typed(typed: str, meant: str) -> None:
    reference = period("2018-19 Q3")
    assert parse_typed_time(typed, reference) == period(meant)
    assert parse_address(f"VP7@{typed}/cases", CODES, reference) == Address("cases", "VP7", period(meant))


@pytest.mark.parametrize(
    "typed", ["25 March 2019", "25 mar 2019", "25/03/2019", "25-3-2019", "25.3.2019", "2019-03-25"]
)
def test_what_is_printed_of_a_day_can_be_typed(typed: str) -> None:
    assert parse_typed_time(typed) == date(2019, 3, 25)


@pytest.mark.parametrize("typed", ["31 June 2019", "ma 2019", "Q5", "2018-20", "", "13/13/2019", "Oct 20189"])
def test_what_is_neither_a_day_nor_a_period_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="is neither a day nor a period: write 25 March 2019, Oct 2018 or Q1 2018/19"):
        parse_typed_time(typed, period("2018-19 Q3"))


def random_address(chance: random.Random) -> str:
    """An address with options of its screen, most of them of use there."""
    shown = chance.choice(["board", "VP7", "VP7/cases", "VP7/cases/MU0003", "VP7/restated", "data", "changes"])
    name, _, path = shown.partition("/")
    time = chance.choice(["", "@2018-19 Q1", "@2018-19 M07", "@2017-18"])
    options = {
        "board": ["filter=red", "filter=care value>10", "sort=value", "sort=code", "reverse"],
        "VP7/cases": [
            "filter=carers", "filter=age>=10", "sort=age", "sort=counted?", "reverse", "group=because", "open=rec:E17",
            "definition=excluding-18-plus",
        ],
        "VP7/cases/MU0003": ["definition=planned-only"],
        "data": ["issues", "filter=schools", "reverse"],
        "changes": ["filter=keep"],
    }.get(shown, [])  # fmt: skip
    chosen = chance.sample(options, chance.randint(0, min(2, len(options))))
    if {"group=because", "open=rec:E17"} <= set(chosen) or ("group=because" in chosen and "sort=age" in chosen):
        chosen = chosen[:1]
    chosen += chance.choice([[], [], ["public"] if not path else [], ["as-at=2019-02-01"]])
    return f"{name}{time}{'/' if path else ''}{path}{'?' if chosen else ''}{'&'.join(chosen)}"


async def test_the_address_of_any_view_shows_it_again_to_the_letter() -> None:
    chance = random.Random(20)
    async with opened() as (app, pilot):

        async def show(address_text: str) -> list[str]:
            app.navigator.open_address_text(address_text)
            await settled(pilot)
            return rows(app)

        for address_text in [random_address(chance) for _ in range(12)]:
            shown = await show(address_text)
            copied = str(build_history_address(app.stacked_screens[-1]))
            await show("board@2018-19 Q3?as-at=2019-03-25&internal")
            assert await show(copied) == shown, (address_text, copied)


async def test_views_made_by_keys_come_back_by_the_key_too() -> None:
    async with opened() as (app, pilot):
        await press(pilot, "slash", *"red", "enter", "s", "r")
        board_rows = rows(app)
        assert "FILTERED" in board_rows[0]
        await press(pilot, "enter", "c", "v", "slash", *"e17", "enter", "s", "s")
        cases_rows = rows(app)
        await press(pilot, "b", "P")
        public_rows = rows(app)
        await press(pilot, "comma", "comma")  # the board, internal, and then the cases
        assert rows(app) == cases_rows
        await press(pilot, "comma", "comma", "comma")  # the cases as reported, and the indicator
        assert rows(app)[3:] == board_rows[3:]
        await press(pilot, *["full_stop"] * 5)
        assert rows(app) == public_rows
