"""A screen that is first painted when its layout is found, and once for each change."""

from __future__ import annotations

from typing import Final

from textual.screen import Screen

from kpitui.tui.textual_overrides.guard import remove_unsupported

LAYOUT_SECONDS: Final = 0.01
"""Seconds a new screen gets to find its layout before it is first painted."""


class QuietScreen(Screen[None]):
    """A screen that is painted only as often as something of it is seen."""

    def __init__(self) -> None:
        super().__init__()
        self._is_painting_allowed = False

    def on_mount(self) -> None:
        self.set_timer(LAYOUT_SECONDS, self._allow_painting)

    def _allow_painting(self) -> None:
        """Let the screen be painted, and paint it for the first time."""
        self._is_painting_allowed = True
        self._on_timer_update()  # at once, not at the next of 60 ticks a second

    def _compositor_refresh(self) -> None:
        # A new screen is laid out three times before its widgets know their sizes, and Textual
        # paints each, and again after a layout that a repaint follows: 38 KB over a slow line
        # where the last 12 KB are all that is seen.
        if self._is_painting_allowed and not (self._layout_required and self._repaint_required):
            super()._compositor_refresh()


remove_unsupported(QuietScreen, "first paint", "on_mount", "_compositor_refresh")
