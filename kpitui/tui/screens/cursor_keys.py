"""Cursor keys. They move the table or the page in the body of the screen."""

from __future__ import annotations

from kpitui.tui.widgets.row_grid import RowGrid
from kpitui.tui.widgets.scrolling_text import ScrollingText


class CursorKeys:
    """Mixin that answers the cursor keys on every screen."""

    @property
    def body_widget(self) -> RowGrid | ScrollingText | None:
        """Return the widget that the cursor keys move, or None if the screen has none."""
        return None

    def action_down(self) -> None:
        if self.body_widget is not None:
            self.body_widget.move_by(1)

    def action_up(self) -> None:
        if self.body_widget is not None:
            self.body_widget.move_by(-1)

    def action_page_down(self) -> None:
        if self.body_widget is not None:
            self.body_widget.move_by_pages(1)

    def action_page_up(self) -> None:
        if self.body_widget is not None:
            self.body_widget.move_by_pages(-1)

    def action_top(self) -> None:
        if self.body_widget is not None:
            self.body_widget.move_to_edge(to_end=False)

    def action_bottom(self) -> None:
        if self.body_widget is not None:
            self.body_widget.move_to_edge(to_end=True)

    # Only a table has columns out of sight: text is wrapped to the width of the screen.
    def action_left(self) -> None:
        if isinstance(self.body_widget, RowGrid):
            self.body_widget.shift_columns(-1)

    def action_right(self) -> None:
        if isinstance(self.body_widget, RowGrid):
            self.body_widget.shift_columns(1)
