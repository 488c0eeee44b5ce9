"""Areas: the table of councils and indicators, one indicator over them, and a council's board."""

from __future__ import annotations

import pytest
from boards import PERIOD, FakeDesk, entry_codes
from driving import opened, press, row_with, rows, text

from kpitui.tui.address import Address, parse_address
from kpitui.tui.app import KpituiApp
from kpitui.tui.screens.base_screen import BaseScreen


def top(app: KpituiApp) -> BaseScreen:
    assert isinstance(app.screen, BaseScreen)
    return app.screen


CODES = ("CP24", "VP7", "repeat-plans-24-months")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("areas", Address("areas")),
        ("Areas/South East", Address("areas", place="South East")),
        ("areas/South East/cp24", Address("areas", "CP24", place="South East")),
        ("areas/VP7", Address("areas", "VP7")),
    ],
)
def test_addresses_of_areas(typed: str, address: Address) -> None:
    assert parse_address(typed, CODES) == address
    assert parse_address(str(address), CODES) == address


def test_an_unknown_indicator_of_areas() -> None:
    with pytest.raises(ValueError, match="did you mean CP24"):
        parse_address("areas/South East/CP42", CODES)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_from_areas_to_an_indicator_to_a_council(size: tuple[int, int]) -> None:
    desk = FakeDesk()
    async with opened("areas/South East", size=size, desk=desk) as (app, pilot):
        assert "areas 2019-03-25 2018-19 Q3 South East" in desk.asked
        assert "Small counts of several" in text(app)
        assert rows(app).index(row_with(app, "Windsor")) < rows(app).index(row_with(app, "Reading"))
        await press(pilot, *["right"] * entry_codes().index("CP24"))
        assert "75.0% ▼" in row_with(app, "Windsor")
        await press(pilot, "enter")
        assert "30 of 40" in row_with(app, "Windsor")
        assert top(app).build_address() == Address("areas", "CP24", PERIOD, place="South East")
        await press(pilot, "enter")
        assert any(line.startswith("area 868 ") for line in desk.asked)
        assert "Council 868" in rows(app)[0]


async def test_back_leads_from_the_indicator_to_all_areas() -> None:
    async with opened("areas/CP24") as (app, pilot):
        assert "30 of 40" in row_with(app, "Windsor")
        await press(pilot, "escape")
        assert "Worse" in text(app)
        await press(pilot, "escape")
        assert top(app).screen_name == "board"


async def test_the_public_view_shows_no_area() -> None:
    async with opened("areas") as (app, pilot):
        await press(pilot, "P")
        assert "Areas have small counts of several councils, and no public form" in text(app)
        assert "Reading" not in text(app)
