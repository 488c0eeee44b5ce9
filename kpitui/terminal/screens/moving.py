"""Cursor keys. They move the table or the page in the body of the screen."""

from __future__ import annotations

from kpitui.terminal.widgets.grid import Grid
from kpitui.terminal.widgets.paper import Paper


class Moving:
    """Mixin that answers the cursor keys on every screen."""

    @property
    def mover(self) -> Grid | Paper | None:
        """Return the widget that the cursor keys move, or None if the screen has none."""
        return None

    def action_down(self) -> None:
        if self.mover is not None:
            self.mover.step(1)

    def action_up(self) -> None:
        if self.mover is not None:
            self.mover.step(-1)

    def action_page_down(self) -> None:
        if self.mover is not None:
            self.mover.page(1)

    def action_page_up(self) -> None:
        if self.mover is not None:
            self.mover.page(-1)

    def action_top(self) -> None:
        if self.mover is not None:
            self.mover.edge(last=False)

    def action_bottom(self) -> None:
        if self.mover is not None:
            self.mover.edge(last=True)

    # Only a table has columns out of sight: text is wrapped to the width of the screen.
    def action_left(self) -> None:
        if isinstance(self.mover, Grid):
            self.mover.across(-1)

    def action_right(self) -> None:
        if isinstance(self.mover, Grid):
            self.mover.across(1)
