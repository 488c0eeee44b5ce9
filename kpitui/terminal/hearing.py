"""Answering keys in order: each one is finished before the next is looked at.

Textual hands a key to the screen, which hands it back to the program, while later keys are already
on their way to the widget that had the focus before. Letters typed fast after a key that opens a
line would run commands, and a screen would be used before it is mounted.
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
"""Seconds that the line may take over one key before the next is looked at all the same."""


class Hearing(App[int]):
    """An app that answers its keys in the order in which they were typed."""

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key) and not event.is_forwarded and self.app_focus:
            screen = self.screen
            # A key that opens a screen returns before the screen is mounted.
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
        """Run the binding of a key that is no letter, once earlier letters are in the line.

        Textual would let the key bubble up behind the letters that follow it. For Enter and Escape,
        wait until the line has lost the focus: letters typed after those are not for the line.
        """
        written = asyncio.Event()
        # The line handles its messages in order, so this event is set after the letters.
        if line.call_later(written.set):
            with suppress(TimeoutError):
                await asyncio.wait_for(written.wait(), PATIENCE)
        await self.answer(key)
        end = time.monotonic() + PATIENCE
        while key in ENDS_LINE and self.focused is line and time.monotonic() < end:
            await asyncio.sleep(0.001)

    def holds(self, key: str) -> bool:
        """Return whether the key is kept for later; here no key is."""
        return False

    async def answer(self, key: str) -> None:
        """Run the bindings of a key, those with priority first."""
        if not await self._check_bindings(key, priority=True):
            await self._check_bindings(key)
