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

from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.widgets.input_line import InputLine

LINE_END_KEYS: Final = ("enter", "escape")
INPUT_WAIT_SECONDS: Final = 1.0
"""Seconds that the line may take over one key before the next is looked at all the same."""


class OrderedKeys(App[int]):
    """An app that answers its keys in the order in which they were typed."""

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key) and not event.is_forwarded and self.app_focus:
            screen = self.screen
            # A key that opens a screen returns before the screen is mounted.
            await screen._mounted_event.wait()
            if isinstance(screen, BaseScreen):
                screen.clear_message()
                if self.focused is None:
                    if not self.defer_key(event.key):
                        await self.run_key_bindings(event.key)
                    return
                if isinstance(self.focused, InputLine) and not event.is_printable:
                    await self._run_key_after_input(self.focused, event.key)
                    return
        await super().on_event(event)

    async def _run_key_after_input(self, input_line: InputLine, key_name: str) -> None:
        """Run the binding of a key that is no letter, once earlier letters are in the line.

        Textual would let the key bubble up behind the letters that follow it. For Enter and Escape,
        wait until the line has lost the focus: letters typed after those are not for the line.
        """
        input_caught_up = asyncio.Event()
        # The line handles its messages in order, so this event is set after the letters.
        if input_line.call_later(input_caught_up.set):
            with suppress(TimeoutError):
                await asyncio.wait_for(input_caught_up.wait(), INPUT_WAIT_SECONDS)
        await self.run_key_bindings(key_name)
        deadline = time.monotonic() + INPUT_WAIT_SECONDS
        while key_name in LINE_END_KEYS and self.focused is input_line and time.monotonic() < deadline:
            await asyncio.sleep(0.001)

    def defer_key(self, key_name: str) -> bool:
        """Return whether the key is kept for later; here no key is."""
        return False

    async def run_key_bindings(self, key_name: str) -> None:
        """Run the bindings of a key, those with priority first."""
        if not await self._check_bindings(key_name, priority=True):
            await self._check_bindings(key_name)
