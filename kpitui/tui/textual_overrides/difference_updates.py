"""Updates of the terminal that hold only what differs from what it shows.

This module can only be imported where `guard.is_supported("differences")`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console, ConsoleOptions
from rich.segment import Segment
from textual._compositor import CompositorUpdate

from kpitui.tui.textual_overrides.terminal_contents import TerminalContents


def reduce_update(renderable: Any, terminal_contents: TerminalContents, *, shows_cursor: bool) -> Any:
    """Return an update that sends only the difference; what is no update of the screen as it is."""
    if not isinstance(renderable, CompositorUpdate):
        return renderable
    difference = DifferenceUpdate(renderable, terminal_contents)
    return difference if shows_cursor else CursorlessUpdate(difference)


class DifferenceUpdate(CompositorUpdate):
    """A Textual update that writes only the difference from what the terminal shows."""

    def __init__(self, full_update: CompositorUpdate, terminal_contents: TerminalContents) -> None:
        self._full_update, self._terminal_contents = full_update, terminal_contents

    def render_segments(self, console: Console) -> str:
        # Textual joins an update's codes here.
        segments = self._full_update.__rich_console__(console, console.options)  # type: ignore[attr-defined]
        colour_system = COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)
        return self._terminal_contents.encode_update(segments, colour_system)


class CursorlessUpdate:
    """A difference after which the cursor stays where it ends.

    Textual places the cursor after each update, but it is seen only in a line to type in.
    """

    def __init__(self, difference: DifferenceUpdate) -> None:
        self._difference = difference

    def __rich_console__(self, console: Console, _: ConsoleOptions) -> Iterator[Segment]:
        yield Segment(self._difference.render_segments(console))
