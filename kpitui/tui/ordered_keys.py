"""Answering keys in order: each one is finished before the next is looked at.

Textual hands a key to the screen, which hands it back to the program, while later keys are already
on their way to the widget that had the focus before. Letters typed fast after a key that opens a
line would run commands, and a screen would be used before it is mounted.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from textual.app import App
from textual.events import Event, Key

from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.widgets.input_line import InputLine

if TYPE_CHECKING:
    from kpitui.tui.pending_work import PendingWork

LINE_END_KEYS: Final = ("enter", "escape")
INPUT_WAIT_SECONDS: Final = 1.0
"""Seconds that the line may take over one key before the next is looked at all the same."""


class OrderedKeys:
    """Answers the keys of a program in the order in which they were typed."""

    def __init__(self, app: App[int], pending: PendingWork) -> None:
        self._app, self._pending = app, pending

    async def answer_key(self, event: Event) -> bool:
        """Answer an event that is a key, and return whether it is answered; Textual does the others."""
        if not isinstance(event, Key) or event.is_forwarded or not self._app.app_focus:
            return False
        screen = self._app.screen
        if not isinstance(screen, BaseScreen):
            return False
        # A key that opens a screen returns before the screen is mounted.
        await screen.mounted_event.wait()
        screen.show_message("")
        if self._app.focused is None:
            if not self._pending.defer_key(event.key):
                await self.run_key_binding(event.key)
            return True
        if isinstance(self._app.focused, InputLine) and not event.is_printable:
            await self._run_key_after_input(self._app.focused, event.key)
            return True
        return False

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
        answer_count = input_line.answer_count
        await self.run_key_binding(key_name)
        deadline = time.monotonic() + INPUT_WAIT_SECONDS
        while key_name in LINE_END_KEYS and self._app.focused is input_line and time.monotonic() < deadline:
            if input_line.answer_count != answer_count:
                break  # the text was refused, and stays
            await asyncio.sleep(0.001)

    async def run_key_binding(self, key_name: str) -> None:
        """Run the action that a key has on the screen, or in the line that has the focus."""
        active_binding = self._app.screen.active_bindings.get(key_name)
        if active_binding is not None and active_binding.enabled:
            await self._app.run_action(active_binding.binding.action, active_binding.node)
