"""What the board says of the indicator under the cursor: below its table, or in a pane beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from kpitui.tui.styled_text import BLANK_LINE, StyledLine
from kpitui.tui.views.explanation import draw_detail_pane, draw_explanation, has_room_for_chart
from kpitui.tui.widgets.fixed_lines import FixedLines

if TYPE_CHECKING:
    from kpitui.model.board import Entry
    from kpitui.tui.host import HostedScreen

EXPLANATION_DELAY_SECONDS = 0.15
"""Seconds without a key before the explanation of the current indicator is drawn."""
CHART_DELAY_SECONDS = 0.4
COMMENTARY_DELAY_SECONDS = 0.85
"""Further seconds before its commentary is drawn. A reader who moves on never needs it sent."""


class BoardExplanation:
    """Explains the current indicator of a screen once the cursor rests on it."""

    def __init__(self, screen: HostedScreen) -> None:
        self.lines_widget = FixedLines(id="why")
        self.pane_widget = FixedLines(id="pane")
        self._height = 1  # lines set aside for it
        self._pane_width = 0
        self._screen = screen
        self._timer: Timer | None = None
        self._explained_entry: Entry | None = None

    @property
    def is_resting(self) -> bool:
        """Say whether the current indicator is explained in full."""
        return self._timer is None

    def take_room(self, height: int, pane_width: int) -> None:
        """Take so many lines below the table, or a pane beside it if it has a width."""
        self._height, self._pane_width = height, pane_width
        self.lines_widget.display = not pane_width
        self.pane_widget.display = bool(pane_width)
        self.pane_widget.styles.width = pane_width

    @property
    def _has_chart(self) -> bool:
        """Say whether there is room for the chart of the current indicator."""
        return bool(self._pane_width) or has_room_for_chart(self._screen.line_width, self._height)

    def draw_lines(self, *, with_commentary: bool = True) -> None:
        """Draw the explanation of the current indicator, padded to the height set aside for it."""
        entry = self._explained_entry = self._screen.current_entry
        height, widget = self._height, self.pane_widget if self._pane_width else self.lines_widget
        lines: tuple[StyledLine, ...] = ()
        if entry is not None and self._pane_width:
            lines = draw_detail_pane(entry, self._pane_width - 2, height)
        elif entry is not None:
            lines = draw_explanation(entry, self._screen.line_width, height, with_commentary=with_commentary)
        # The block keeps its height: a block that changes it makes the whole screen lay out anew.
        widget.show_lines((*lines, *[BLANK_LINE] * (height - len(lines))))

    def follow_cursor(self) -> None:
        """Explain the new indicator a moment later, once no key follows."""
        # A key that is held down would send the explanation of every row it passes; docs/speed.md
        # allows 600 bytes for a step of the cursor.
        if self._screen.current_entry is self._explained_entry and self._timer is None:
            return
        if self._has_chart:
            # A chart is drawn once, with all its words: until then the one before stands, by its name.
            self._restart_timer(CHART_DELAY_SECONDS, self._draw_commentary)
        else:
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
