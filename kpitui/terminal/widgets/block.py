"""A widget of fixed lines: the screen's head and foot, panels, explanations."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from kpitui.terminal.show import BLANK, Line, strip, width
from kpitui.terminal.theme import Ground


class Block(Widget):
    """Draws lines as they are, and is as high as it has lines."""

    DEFAULT_CSS = "Block { height: auto; width: 1fr; }"

    def __init__(self, ground: Ground = "page", *, margin: int = 1, id: str | None = None) -> None:
        super().__init__(id=id)
        self._ground: Ground = ground
        self._margin = margin
        self._lines: tuple[Line, ...] = ()

    def show(self, lines: tuple[Line, ...]) -> None:
        """Draw these lines from now on; only lines that differ are refreshed."""
        if lines == self._lines:
            return
        before, self._lines = self._lines, lines
        # Another height moves the widgets below, so the screen has to be laid out again.
        if len(lines) != len(before):
            self.display = bool(lines)
            self.refresh(layout=True)
            return
        for row, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old != new:
                changed = self._margin + max(width(old), width(new))
                self.refresh(Region(0, row, min(changed, self.size.width), 1))

    def get_content_height(self, *_: object) -> int:
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        content = self._lines[y] if y < len(self._lines) else BLANK
        edge = strip(BLANK, self._margin, self.app.theme, self._ground)
        inner = strip(content, self.size.width - 2 * self._margin, self.app.theme, self._ground)
        return Strip.join((edge, inner, edge))
