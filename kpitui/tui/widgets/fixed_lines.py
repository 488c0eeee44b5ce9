"""A widget of fixed lines: the screen's head and foot, panels, explanations."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from kpitui.tui.styled_text import BLANK_LINE, StyledLine, measure_line, render_strip
from kpitui.tui.theme import Background


class FixedLines(Widget):
    """Draws lines as they are, and is as high as it has lines."""

    DEFAULT_CSS = "FixedLines { height: auto; width: 1fr; }"

    def __init__(self, background: Background = "page", *, side_margin: int = 1, id: str | None = None) -> None:
        super().__init__(id=id)
        self._line_background: Background = background
        self._side_margin = side_margin
        self._fixed_lines: tuple[StyledLine, ...] = ()

    def show_lines(self, new_lines: tuple[StyledLine, ...]) -> None:
        """Draw these lines from now on; only lines that differ are refreshed."""
        if new_lines == self._fixed_lines:
            return
        lines, self._fixed_lines = self._fixed_lines, new_lines
        # Another height moves the widgets below, so the screen has to be laid out again.
        if len(new_lines) != len(lines):
            self.display = bool(new_lines)
            self.refresh(layout=True)
            return
        for row_index, (old_line, new_line) in enumerate(zip(lines, new_lines, strict=True)):
            if old_line != new_line:
                cells = self._side_margin + max(measure_line(old_line), measure_line(new_line))
                self.refresh(Region(0, row_index, min(cells, self.size.width), 1))

    def get_content_height(self, *_: object) -> int:
        return len(self._fixed_lines)

    def render_line(self, y: int) -> Strip:
        styled_line = self._fixed_lines[y] if y < len(self._fixed_lines) else BLANK_LINE
        edge_strip = render_strip(BLANK_LINE, self._side_margin, self.app.theme, self._line_background)
        inner_strip = render_strip(
            styled_line, self.size.width - 2 * self._side_margin, self.app.theme, self._line_background
        )
        return Strip.join((edge_strip, inner_strip, edge_strip))
