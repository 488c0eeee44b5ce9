"""A page longer than the screen: lines that scroll."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kpitui.terminal.messages import Moved
from kpitui.terminal.show import BLANK, DASH, Line, strip


class Paper(ScrollView, can_focus=False):
    """Lines of any number, of which only the visible ones are drawn."""

    DEFAULT_CSS = """
    Paper { height: 1fr; width: 1fr; scrollbar-size: 0 0; overflow-x: hidden; overflow-y: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: tuple[Line, ...] = ()

    def show(self, lines: tuple[Line, ...]) -> None:
        """Draw these lines from now on; the page stays scrolled where it is."""
        if lines == self._lines:
            return
        self._lines = lines
        self.virtual_size = Size(self.size.width, len(lines))
        self.refresh()

    @property
    def page_lines(self) -> int:
        """Return the number of lines that are visible, at least 1."""
        return max(self.size.height, 1)

    @property
    def position(self) -> str:
        """Return ``12-30 of 63``, or "" if all lines are visible."""
        if len(self._lines) <= self.page_lines:
            return ""
        first = self.scroll_offset.y + 1
        last = min(first + self.page_lines - 1, len(self._lines))
        return f"{first}{DASH}{last} of {len(self._lines)}"

    def step(self, lines: int) -> None:
        """Scroll by a number of lines, up if negative."""
        self.go(self.scroll_offset.y + lines)

    def page(self, pages: int) -> None:
        # One line stays in sight, so that the reader finds the place again.
        """Scroll by a number of pages, up if negative."""
        self.step(pages * max(self.page_lines - 1, 1))

    def edge(self, *, last: bool) -> None:
        """Scroll to the first line or to the last."""
        self.go(len(self._lines) if last else 0)

    def go(self, top: int) -> None:
        """Scroll so that this line is at the top."""
        # Immediately: Textual would otherwise wait for the next refresh.
        self.scroll_to(y=max(top, 0), animate=False, immediate=True, force=True)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._lines))
        self.post_message(Moved(self.scroll_offset.y))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.post_message(Moved(round(new_value)))

    def render_line(self, y: int) -> Strip:
        row = self.scroll_offset.y + y
        content = self._lines[row] if row < len(self._lines) else BLANK
        edge = strip(BLANK, 1, self.app.theme)
        return Strip.join((edge, strip(content, self.size.width - 2, self.app.theme), edge))
