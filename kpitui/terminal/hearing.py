"""Keys one after another: each is answered before the next is looked at.

Textual hands a key to the screen, which hands it back to the program, while the keys behind it are
already on their way to where the first one found itself.  What is typed fast behind a key that
opens a line would give commands, and a screen that is not there yet would be asked to do something.
"""

from __future__ import annotations

from textual.app import App
from textual.events import Event, Key

from kpitui.terminal.screens.base import View


class Hearing(App[int]):
    """A program that answers its keys in order."""

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key) and not event.is_forwarded and self.app_focus:
            screen = self.screen
            await screen._mounted_event.wait()
            if isinstance(screen, View):
                screen.heard()
                if self.focused is None:
                    await self._answer(event.key)
                    return
        await super().on_event(event)

    async def _answer(self, key: str) -> None:
        if not await self._check_bindings(key, priority=True):
            await self._check_bindings(key)
