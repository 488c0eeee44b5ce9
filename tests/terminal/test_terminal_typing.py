"""What is typed fast, or pasted: every letter goes where it was meant to go."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import Driver, opened, press, settled, text, until
from terminals import Terminal
from textual import events

from kpitui.tui.app import KpituiApp
from kpitui.tui.commands import to_textual_key
from kpitui.tui.keyboard import remap_commands
from kpitui.tui.screens.cases import CasesScreen
from kpitui.tui.screens.data import DataScreen
from kpitui.tui.screens.indicator import IndicatorScreen
from kpitui.tui.widgets.input_line import InputLine

KEYS = {"\r": "enter", "\x1b": "escape", " ": "space", "\x7f": "backspace"}


async def at_once(pilot: Driver, keys: str) -> None:
    """Keys that the terminal sends in one piece, as when text without marks is pasted."""
    for key in keys:
        pilot.app.post_message(events.Key(KEYS.get(key) or to_textual_key(key), key))
    await settled(pilot)


def typed_in(app: KpituiApp) -> str:
    return app.screen.query_one(InputLine).value


@pytest.mark.parametrize(
    ("address", "keys"), [("board", "/child"), ("board", ":permanence"), ("VP7", "Wmine"), ("VP7/cases", "/short")]
)
async def test_what_is_typed_behind_a_key_that_opens_a_line_is_in_the_line(address: str, keys: str) -> None:
    async with opened(address) as (app, pilot):
        await at_once(pilot, keys)
        assert typed_in(app) == keys[1:]


async def test_what_is_proposed_is_typed_over(tmp_path: Path) -> None:
    path = tmp_path / "a file.csv"
    async with opened("VP7/cases") as (_, pilot):
        await at_once(pilot, f"w{path}\r")
        await until(pilot, path.is_file)


async def test_keys_are_answered_one_after_another_down_to_a_screen_that_is_not_there_yet() -> None:
    async with opened() as (app, pilot):
        await at_once(pilot, "jj\r3\r")
        assert isinstance(app.screen, CasesScreen)
        await at_once(pilot, "\x1b\x1bd/referrals")
        assert isinstance(app.screen, DataScreen)
        assert typed_in(app) == "referrals"


async def test_text_that_is_pasted_is_in_the_line_and_is_no_command_without_one() -> None:
    async with opened() as (app, pilot):
        app.post_message(events.Paste("q\nq"))
        await settled(pilot)
        assert "● " in text(app)
        app.post_message(events.Key("colon", ":"))
        app.post_message(events.Paste("VP7/cases\nand more"))
        await settled(pilot)
        assert typed_in(app) == "VP7/cases"
        await press(pilot, "enter")
        assert isinstance(app.screen, CasesScreen)


async def test_escape_leaves_a_line_whatever_key_goes_back() -> None:
    keys, _ = remap_commands({"back": "u"})
    async with opened("VP7/cases", command_table=keys) as (app, pilot):
        await press(pilot, "slash", "u")
        assert typed_in(app) == "u"
        await press(pilot, "escape")
        assert not app.screen.query_one(InputLine).display
        await press(pilot, "u")
        assert isinstance(app.screen, IndicatorScreen)


@pytest.mark.parametrize("keys", [":VP7/cases\r", ":\x1b[200~VP7/cases\n\x1b[201~\r"])
def test_a_terminal_may_send_a_line_in_one_piece(keys: str) -> None:
    with Terminal() as terminal:
        terminal.read(until=b"EA1iii", seconds=20)
        terminal.send(keys)
        assert b"Counted?" in terminal.read(until=b"Counted?", seconds=20)


async def test_what_is_typed_behind_the_end_of_a_line_is_not_in_the_line() -> None:
    async with opened() as (app, pilot):
        await at_once(pilot, "/permanence\rc")
        assert isinstance(app.screen, CasesScreen)
        assert str(app.screen.build_address()).startswith("VP7")
        await at_once(pilot, "b/\x1b/vp\x1b\x1b/child\r")
        assert "Filtered by “child”" in text(app)


async def test_a_letter_that_is_taken_back_is_the_one_before() -> None:
    async with opened() as (app, pilot):
        await at_once(pilot, "/vp8\x7f7")
        assert typed_in(app) == "vp7"


@pytest.mark.parametrize("goal", ["VP7", "permanence"])
async def test_what_is_typed_behind_a_goal_is_answered_there(goal: str) -> None:
    async with opened() as (app, pilot):
        await at_once(pilot, f":{goal}\rc")
        assert isinstance(app.screen, CasesScreen)
        assert str(app.screen.build_address()).startswith("VP7")


@pytest.mark.parametrize(
    ("keys", "is_accepted"), [("2018-10-15", True), ("15/10/2018", True), ("10/15/2018", False), ("15/10", False)]
)
async def test_a_day_may_be_written_day_first(keys: str, is_accepted: bool) -> None:
    async with opened() as (app, pilot):
        await at_once(pilot, f"@{keys}\r")
        day = app.state.board.as_at.isoformat() if app.state.board else ""
        assert (day == "2018-10-15") is is_accepted
        assert (f"“{keys}” is neither a day" in text(app)) is not is_accepted
