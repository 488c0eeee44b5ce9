"""Driving the program in tests: opening it on boards made by hand, and reading its screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from boards import FakeDesk
from textual.pilot import Pilot

from kpitui.tui.app import KpituiApp
from kpitui.tui.screen_parts import board_explanation
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.screens.board import BoardScreen

Driver = Pilot[int]

# Nobody reads along: the foot of the board need not wait for a reader to rest.
board_explanation.EXPLANATION_DELAY_SECONDS = board_explanation.COMMENTARY_DELAY_SECONDS = 0.01


@asynccontextmanager
async def opened(
    address: str | None = None, *, size: tuple[int, int] = (80, 24), desk: Any = None, **options: Any
) -> AsyncIterator[tuple[KpituiApp, Driver]]:
    """The program at a view, with its board and whatever the view asked for on the screen."""
    app = KpituiApp(desk or FakeDesk(), opening_address=address, **options)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield app, pilot


async def settled(pilot: Driver) -> None:
    """Wait until nothing is asked for and all is drawn."""
    app = pilot.app
    assert isinstance(app, KpituiApp)
    for _ in range(6000):
        await pilot.pause()
        waiting = not app.boards.is_settled or app.navigator.is_searching
        resting = not isinstance(app.screen, BoardScreen) or app.screen.explanation.is_resting
        if not waiting and resting and not any(map(is_waiting, app.stacked_screens)):
            break
        await pilot.pause(0.01)
    await pilot.pause()


def is_waiting(view: BaseScreen) -> bool:
    """Whether the body of a screen still waits for an answer."""
    return any(part.is_waiting for part in vars(view).values() if isinstance(part, DeskResult))


async def press(pilot: Driver, *keys: str) -> None:
    """Press keys one by one, letting the program settle after each."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


def rows(app: KpituiApp) -> list[str]:
    """The screen as lines of text, without what is blank at their ends."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def text(app: KpituiApp) -> str:
    return "\n".join(rows(app)) + "\n"


def row_with(app: KpituiApp, words: str) -> str:
    """The first line of the screen that holds some words."""
    return next(row for row in rows(app) if words in row)


async def until(pilot: Driver, true: Callable[[], bool]) -> None:
    """Wait until something is true; give up after so many rounds that it will not be."""
    for _ in range(6000):
        if true():
            return
        await pilot.pause(0.01)
    raise AssertionError("it did not come true")
