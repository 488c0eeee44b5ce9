"""Who is due, the flow and an indicator by groups, in the terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from boards import FakeDesk
from driving import opened, press, rows, text

from kpitui.drilldown.case_table import RowQuery
from kpitui.model.board import Board
from kpitui.tui.address import Address, parse_address
from kpitui.tui.app import KpituiApp
from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.view_options import ViewOptions


def get_top(app: KpituiApp) -> BaseScreen:
    assert isinstance(app.screen, BaseScreen)
    return app.screen


FILTERED = ViewOptions(row_query=RowQuery("north", reverse=True))
NAMES = ("VP7", "VP8", "permanence")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("due", Address("due")),
        ("due/L1", Address("due", subject_id="L1")),
        ("due/L1?filter=north&reverse", Address("due", subject_id="L1", options=FILTERED)),
        ("flow", Address("flow")),
        ("vp7/by/sex", Address("split", "VP7", subject_id="sex")),
        ("VP7/by", Address("split", "VP7")),
    ],
)
def test_addresses_are_read_and_written(typed: str, address: Address) -> None:
    assert parse_address(typed, NAMES) == address
    assert parse_address(str(address), NAMES) == address


async def test_all_lists_lead_to_one_and_to_a_child() -> None:
    desk = FakeDesk()
    async with opened("due", desk=desk, size=(120, 40)) as (app, pilot):
        assert any(row.split()[:1] == ["L1"] and "Protection visits due" in row for row in rows(app))
        await press(pilot, "enter")
        assert "2 overdue, 2 due in the next 10 working days" in text(app)
        assert "MU0000" in text(app)
        await press(pilot, "enter")
        assert get_top(app).build_address() == Address("case", "EA1i", get_top(app).board_period, "MU0000")
    assert desk.asked.count("due L1") == 1


async def test_an_indicator_opens_its_own_list() -> None:
    async with opened("VP8", size=(80, 24)) as (app, pilot):
        await press(pilot, "a")
        assert str(get_top(app).build_address()) == "due@2018-19 Q3/L1"
        await press(pilot, "slash", *"south", "enter")
        assert "1 of 4 shown" in text(app)
        await press(pilot, "escape", "s", "s")
        assert [row.split()[0] for row in rows(app) if row.strip().startswith("MU")] == [
            "MU0000", "MU0001", "MU0002", "MU0003",
        ]  # fmt: skip
        await press(pilot, "r")
        assert next(row.split()[0] for row in rows(app) if row.strip().startswith("MU")) == "MU0003"


async def test_an_indicator_without_a_list_says_so() -> None:
    async with opened("EA1i", size=(80, 24)) as (app, pilot):
        await press(pilot, "a")
        assert "no such list: EA1i; there are L1, L2" in text(app)


async def test_the_flow_shows_who_did_not_go_on() -> None:
    async with opened("flow", size=(120, 40)) as (app, pilot):
        assert "4 of 15 starts of care came without the step before." in text(app)
        await press(pilot, "enter")
        assert "1 of 12 referrals did not go on, Q3 2018/19" in text(app)
        assert "no further action" in text(app)
        await press(pilot, "escape")
        assert "Who goes on later counts as not gone on." in text(app)


async def test_an_indicator_by_one_column_after_another() -> None:
    async with opened("VP7", size=(80, 24)) as (app, pilot):
        await press(pilot, "b")
        assert "by age, Q3 2018/19" in text(app)
        assert "Also by sex, place" in text(app)
        await press(pilot, "b")
        assert str(get_top(app).build_address()) == "VP7@2018-19 Q3/by/sex"
        await press(pilot, "B", "B")
        assert "by place" in text(app)


async def test_a_column_that_is_not_there_is_named() -> None:
    async with opened("VP7/by/colour", size=(80, 24)) as (app, _):
        assert "there is no column colour; there are age, sex, place" in text(app)


class PeopleDesk(FakeDesk):
    """A desk whose indicators are all about people."""

    def build_board(self, *values: Any, **options: Any) -> Board:
        board = super().build_board(*values, **options)
        return replace(board, entries=tuple(replace(entry, is_about_people=True) for entry in board.entries))


@pytest.mark.parametrize("address", ["due", "due/L1", "flow", "VP7/by/sex"])
async def test_children_are_not_public(address: str) -> None:
    async with opened(address, size=(80, 24), desk=PeopleDesk()) as (app, pilot):
        await press(pilot, "P")
        assert get_top(app).screen_name in ("board", "indicator")
        assert "hidden in the public view" in rows(app)[-1] or "hidden in the public view" in text(app)
        await press(pilot, *(["a"] if address != "VP7/by/sex" else ["b"]))
        assert get_top(app).screen_name in ("board", "indicator")


async def test_what_can_be_gone_to_names_the_lists_and_hides_them_in_public() -> None:
    async with opened("board", size=(80, 24)) as (app, pilot):
        await press(pilot, "colon", *"who is due")
        assert "Who is due now" in text(app)
        await press(pilot, "escape", "P", "colon", *"who is due")
        assert "Who is due now" not in text(app)
