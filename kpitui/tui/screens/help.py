"""Help screen: every key, with a search."""

from __future__ import annotations

from typing import ClassVar

from kpitui.tui import commands
from kpitui.tui.screen_parts.row_arrangement import RowArrangement
from kpitui.tui.screens.screen_bodies import ScrollingScreen
from kpitui.tui.views.key_help import draw_key_help


class HelpScreen(ScrollingScreen):
    """All commands by group. Those of the screen below stand out."""

    screen_name: ClassVar[str] = "help"
    BINDINGS = commands.build_bindings("help")

    def __init__(self) -> None:
        super().__init__()
        self.arrangement = RowArrangement(self)
        self.command_handlers |= self.arrangement.command_handlers

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("Keys",)

    def draw_body(self) -> None:
        screen_below = self.host.navigator.screen_below
        screen_name = screen_below.screen_name if screen_below is not None else "board"
        filter_text = self.arrangement.row_query.filter_text
        self.scrolling_text.show_lines(
            draw_key_help(filter_text, screen_name, self.line_width, self.host.command_table)
        )
