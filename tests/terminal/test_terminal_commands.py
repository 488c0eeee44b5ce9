"""One table of commands: keys, footer, help and manual cannot drift apart."""

from __future__ import annotations

from pathlib import Path
from pkgutil import resolve_name

import pytest
from boards import FakeDesk
from driving import opened, press, settled

from kpitui.tui import commands
from kpitui.tui.app import KpituiApp
from kpitui.tui.commands import COMMANDS, Command
from kpitui.tui.screens.areas import AreasScreen
from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.screens.board import BoardScreen
from kpitui.tui.screens.briefing import BriefingScreen
from kpitui.tui.screens.case import CaseScreen
from kpitui.tui.screens.cases import CasesScreen
from kpitui.tui.screens.changes import ChangesScreen
from kpitui.tui.screens.data import DataScreen
from kpitui.tui.screens.due import DueCasesScreen
from kpitui.tui.screens.flow import FlowScreen
from kpitui.tui.screens.goto import GotoScreen
from kpitui.tui.screens.indicator import IndicatorScreen
from kpitui.tui.screens.restated import RestatedScreen
from kpitui.tui.screens.split import SplitScreen

KEYS_PAGE = Path(__file__).parents[2] / "docs" / "keys.md"
OPENED_BY_KEY = [command for command in COMMANDS if command.opens]
SCREENS: dict[str, type[BaseScreen]] = {
    screen.screen_name: screen
    for screen in (
        BoardScreen, IndicatorScreen, CasesScreen, CaseScreen, RestatedScreen, ChangesScreen,
        DataScreen, DueCasesScreen, FlowScreen, SplitScreen, BriefingScreen, GotoScreen,
        AreasScreen,
        *(resolve_name(f"kpitui.tui.screens.{command.opens}") for command in OPENED_BY_KEY),
    )
}  # fmt: skip
ABOUT = {
    "indicator": ("permanence",), "cases": ("permanence",), "restated": ("permanence",),
    "case": ("permanence", "MU0001"), "due": ("L1",), "split": ("permanence", "sex"),
}  # fmt: skip
WAY = {
    "board": ("board", ()),
    "indicator": ("VP7", ()),
    "cases": ("VP7/cases", ()),
    "case": ("VP7/cases/MU0001", ()),
    "restated": ("VP7/restated", ()),
    "areas": ("areas", ()),
    "changes": ("changes", ()),
    "data": ("data", ()),
    "due": ("due/L1", ()),
    "flow": ("flow", ()),
    "split": ("VP7/by/sex", ()),
    "briefing": ("board", ("B",)),
    **{command.opens.partition(":")[0]: ("board", command.keys[:1]) for command in OPENED_BY_KEY},
    "goto": ("board", ("colon",)),
}
TAKEN = {f"ctrl+{letter}" for letter in "abhijmqs"} | {"ctrl+enter"}


def test_every_command_is_answered_where_it_works() -> None:
    for command in COMMANDS:
        for place in command.screen_names:
            if command.is_for_program:
                assert command.id in KpituiApp(FakeDesk()).command_handlers
            else:
                assert command.id in SCREENS[place](*ABOUT.get(place, ())).command_handlers, (command.id, place)


def test_no_key_does_two_things_on_one_screen() -> None:
    for place in SCREENS:
        keys = [key for command in commands.list_screen_commands(place) for key in command.keys]
        assert len(keys) == len(set(keys)), place


def test_no_key_is_one_that_the_terminal_takes() -> None:
    assert not TAKEN & {key for command in COMMANDS for key in command.keys}


def test_bindings_hold_every_key_of_a_screen() -> None:
    for place in SCREENS:
        bound = {getattr(binding, "key", None) for binding in commands.build_bindings(place)}
        assert bound == {key for command in commands.list_screen_commands(place) for key in command.keys}


@pytest.mark.parametrize("cells", [58, 78, 118, 198])
@pytest.mark.parametrize("place", SCREENS)
def test_the_footer_fits(place: str, cells: int) -> None:
    told = commands.fit_footer(place, cells)
    assert sum(len(key) + len(word) + 3 for key, word in told) - 2 <= cells
    if place != "goto" and cells >= 78:
        assert ("?", "help") in told or place == "help"
        assert ("q", "quit") in told


def test_the_page_of_keys_is_made_from_the_table() -> None:
    assert KEYS_PAGE.read_text(encoding="utf-8") == commands.render_keys_page()


@pytest.mark.parametrize("place", SCREENS)
async def test_every_command_can_be_given_on_every_screen_it_is_for(place: str) -> None:
    """Each command in turn on a screen opened anew; nothing may fail, and quitting quits."""
    address, keys = WAY[place]
    async with opened(address) as (app, pilot):
        await press(pilot, *keys)
        for command in commands.list_screen_commands(place):
            await _give(app, pilot, command)
            if command.id in ("quit", "interrupt"):
                continue
            await _return(app, pilot, place)


async def _give(app: KpituiApp, pilot: object, command: Command) -> None:
    exits: list[object] = []
    app.exit = lambda *values, **options: exits.append(values)  # type: ignore[method-assign]
    before = app.screen
    if command.id == "open" and isinstance(before, GotoScreen):
        before.open_current()
    else:
        await press(pilot, command.keys[0])  # type: ignore[arg-type]
    assert app.unexpected_error is None
    assert bool(exits) == (command.id in ("quit", "interrupt")), command.id
    del app.exit


async def _return(app: KpituiApp, pilot: object, place: str) -> None:
    """Go back to the screen under test, whatever a command did."""
    address, keys = WAY[place]
    assert isinstance(app.screen, BaseScreen)
    if place != "goto":
        app.screen.prompt.close_line()
    if app.screen.screen_name == place:
        return
    app.navigator.open_address_text(address)
    await settled(pilot)  # type: ignore[arg-type]
    await press(pilot, *keys)  # type: ignore[arg-type]
