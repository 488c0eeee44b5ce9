"""The cursor keys: they move the table or the page in the body of a screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kpitui.tui.commands import CommandHandlers
from kpitui.tui.widgets.row_grid import RowGrid
from kpitui.tui.widgets.scrolling_text import ScrollingText

if TYPE_CHECKING:
    from kpitui.tui.host import HostedScreen


def build_cursor_commands(screen: HostedScreen) -> CommandHandlers:
    """Return what answers the cursor keys on a screen; without a body they do nothing."""

    def move_body(step: Callable[[RowGrid | ScrollingText], None]) -> None:
        if screen.body_widget is not None:
            step(screen.body_widget)

    def shift_columns(column_step: int) -> None:
        # Only a table has columns out of sight: text is wrapped to the width of the screen.
        if isinstance(screen.body_widget, RowGrid):
            screen.body_widget.shift_columns(column_step)

    return {
        "down": lambda: move_body(lambda body: body.move_by(1)),
        "up": lambda: move_body(lambda body: body.move_by(-1)),
        "page_down": lambda: move_body(lambda body: body.move_by_pages(1)),
        "page_up": lambda: move_body(lambda body: body.move_by_pages(-1)),
        "top": lambda: move_body(lambda body: body.move_to_edge(to_end=False)),
        "bottom": lambda: move_body(lambda body: body.move_to_edge(to_end=True)),
        "last_line": lambda: move_body(lambda body: body.move_to_edge(to_end=True)),
        "left": lambda: shift_columns(-1),
        "right": lambda: shift_columns(1),
    }
