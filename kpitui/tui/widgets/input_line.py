"""A line to type in: the filter, a date, an address."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input


class InputLine(Input):
    """An input without frame or blinking cursor, so that an idle screen sends nothing.

    Escape always leaves it, whatever keys the config gives to going back: some are letters.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.run_command('back')", show=False)]

    DEFAULT_CSS = """
    InputLine, InputLine:focus {
        height: 1; border: none; padding: 0 1; background: $panel; color: $foreground;
        background-tint: transparent 0%;
        dock: bottom;  /* over the last line above the foot, however high that is */
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(compact=True, select_on_focus=True, id=id)
        # A blinking cursor would be sent twice a second over SSH.
        self.cursor_blink = False
        self.display = False
