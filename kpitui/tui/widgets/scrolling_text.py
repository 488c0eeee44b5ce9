"""A page longer than the screen: lines that scroll."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kpitui.tui.messages import CursorMoved
from kpitui.tui.styled_text import BLANK_LINE, EN_DASH, StyledLine, render_strip


class ScrollingText(ScrollView, can_focus=False):
    """Lines of any number, of which only the visible ones are drawn."""

    DEFAULT_CSS = """
    ScrollingText { height: 1fr; width: 1fr; scrollbar-size: 0 0; overflow-x: hidden; overflow-y: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text_lines: tuple[StyledLine, ...] = ()

    def show_lines(self, new_lines: tuple[StyledLine, ...]) -> None:
        """Draw these lines from now on; the page stays scrolled where it is."""
        if new_lines == self._text_lines:
            return
        if self.is_mounted and len(new_lines) != len(self._text_lines):
            # The foot says how many lines there are, and lines may come after it was drawn.
            self.post_message(CursorMoved(self.scroll_offset.y))
        self._text_lines = new_lines
        self.virtual_size = Size(self.size.width, len(new_lines))
        self.refresh()

    @property
    def page_lines(self) -> int:
        """Return the number of lines that are visible, at least 1."""
        return max(self.size.height, 1)

    @property
    def position_text(self) -> str:
        """Return ``12-30 of 63``, or "" if all lines are visible."""
        if len(self._text_lines) <= self.page_lines:
            return ""
        first_line = self.scroll_offset.y + 1
        last_line = min(first_line + self.page_lines - 1, len(self._text_lines))
        return f"{first_line}{EN_DASH}{last_line} of {len(self._text_lines)}"

    def move_by(self, line_count: int) -> None:
        """Scroll by a number of lines, up if negative."""
        self.scroll_to_line(self.scroll_offset.y + line_count)

    def move_by_pages(self, page_count: int) -> None:
        # One line stays in sight, so that the reader finds the place again.
        """Scroll by a number of pages, up if negative."""
        self.move_by(page_count * max(self.page_lines - 1, 1))

    def move_to_edge(self, *, to_end: bool) -> None:
        """Scroll to the first line or to the last."""
        self.scroll_to_line(len(self._text_lines) if to_end else 0)

    def scroll_to_line(self, top_line: int) -> None:
        """Scroll so that this line is at the top."""
        # Immediately: Textual would otherwise wait for the next refresh.
        self.scroll_to(y=max(top_line, 0), animate=False, immediate=True, force=True)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._text_lines))
        self.post_message(CursorMoved(self.scroll_offset.y))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.post_message(CursorMoved(round(new_value)))

    def render_line(self, y: int) -> Strip:
        line_index = self.scroll_offset.y + y
        styled_line = self._text_lines[line_index] if line_index < len(self._text_lines) else BLANK_LINE
        edge_strip = render_strip(BLANK_LINE, 1, self.app.theme)
        return Strip.join((edge_strip, render_strip(styled_line, self.size.width - 2, self.app.theme), edge_strip))
