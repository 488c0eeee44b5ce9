"""The explanation at the foot of the board: why the indicator under the cursor has its colour."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from kpitui.tui.styled_text import BLANK_LINE
from kpitui.tui.views.explanation import draw_explanation
from kpitui.tui.widgets.fixed_lines import FixedLines

if TYPE_CHECKING:
    from kpitui.model.board import Entry
    from kpitui.tui.host import HostedScreen

EXPLANATION_DELAY_SECONDS = 0.15
"""Seconds without a key before the explanation of the current indicator is drawn."""
COMMENTARY_DELAY_SECONDS = 0.85
"""Further seconds before its commentary is drawn. A reader who moves on never needs it sent."""


class BoardExplanation:
    """Explains the current indicator of a screen once the cursor rests on it."""

    def __init__(self, screen: HostedScreen) -> None:
        self.lines_widget = FixedLines("bar", id="why")
        self.height = 1  # lines set aside for it
        self._screen = screen
        self._timer: Timer | None = None
        self._explained_entry: Entry | None = None

    @property
    def is_resting(self) -> bool:
        """Say whether the current indicator is explained in full."""
        return self._timer is None

    def draw_lines(self, *, with_commentary: bool = True) -> None:
        """Draw the explanation of the current indicator, padded to the height set aside for it."""
        entry = self._explained_entry = self._screen.current_entry
        lines = (
            draw_explanation(entry, self._screen.line_width, self.height, with_commentary=with_commentary)
            if entry
            else ()
        )
        # The block keeps its height: a block that changes it makes the whole screen lay out anew.
        self.lines_widget.show_lines((*lines, *[BLANK_LINE] * (self.height - len(lines))))

    def follow_cursor(self) -> None:
        """Explain the new indicator a moment later, once no key follows."""
        # A key that is held down would send the explanation of every row it passes; docs/speed.md
        # allows 350 bytes for a step of the cursor.
        if self._screen.current_entry is not self._explained_entry or self._timer is not None:
            self._restart_timer(EXPLANATION_DELAY_SECONDS, self._draw_judgement)

    def _restart_timer(self, seconds: float, callback: Callable[[], None]) -> None:
        """Run a callback after some seconds, instead of the one that waits already."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.lines_widget.set_timer(seconds, callback)

    def _draw_judgement(self) -> None:
        """Draw the judgement now, and the commentary when the cursor has rested longer."""
        self.draw_lines(with_commentary=False)
        self._restart_timer(COMMENTARY_DELAY_SECONDS, self._draw_commentary)

    def _draw_commentary(self) -> None:
        self._timer = None
        self.draw_lines()
