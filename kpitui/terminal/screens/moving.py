"""What the moving keys do: they move the table or the page that a screen says is to be moved."""

from __future__ import annotations

from kpitui.terminal.widgets.grid import Grid
from kpitui.terminal.widgets.paper import Paper


class Moving:
    """The answers to the moving keys, for screens."""

    @property
    def mover(self) -> Grid | Paper | None:
        """What the moving keys move."""
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

    def action_left(self) -> None:
        if isinstance(self.mover, Grid):
            self.mover.across(-1)

    def action_right(self) -> None:
        if isinstance(self.mover, Grid):
            self.mover.across(1)
