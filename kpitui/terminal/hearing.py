"""Keys one after another: each is answered before the next is looked at.

Textual hands a key to the screen, which hands it back to the program, while the keys behind it are
already on their way to where the first one found itself.  What is typed fast behind a key that
opens a line would give commands, and a screen that is not there yet would be asked to do something.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Final

from textual.app import App
from textual.events import Event, Key

from kpitui.terminal.screens.base import View
from kpitui.terminal.widgets.prompt import Prompt

ENDS_LINE: Final = ("enter", "escape")
PATIENCE: Final = 1.0
"""Seconds that a line has to take a key in, before the next is looked at all the same."""


class Hearing(App[int]):
    """A program that answers its keys in order."""

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key) and not event.is_forwarded and self.app_focus:
            screen = self.screen
            await screen._mounted_event.wait()
            if isinstance(screen, View):
                screen.heard()
                if self.focused is None:
                    if not self.holds(event.key):
                        await self.answer(event.key)
                    return
                if isinstance(self.focused, Prompt) and not event.is_printable:
                    await self._answer_in(self.focused, event.key)
                    return
        await super().on_event(event)

    async def _answer_in(self, line: Prompt, key: str) -> None:
        """Answer a key that is no letter when those before it are in the line.

        Textual would have it bubble up behind the letters that follow it.  What is typed behind
        the end of a line is not in the line.
        """
        written = asyncio.Event()
        if line.call_later(written.set):
            with suppress(TimeoutError):
                await asyncio.wait_for(written.wait(), PATIENCE)
        await self.answer(key)
        end = time.monotonic() + PATIENCE
        while key in ENDS_LINE and self.focused is line and time.monotonic() < end:
            await asyncio.sleep(0.001)

    def holds(self, key: str) -> bool:
        """Whether a key is for later."""
        return False

    async def answer(self, key: str) -> None:
        if not await self._check_bindings(key, priority=True):
            await self._check_bindings(key)
