"""Help screen: every key, with a search."""

from __future__ import annotations

from typing import ClassVar

from kpitui.tui import commands
from kpitui.tui.screens.row_arrangement import FilterableScreen
from kpitui.tui.screens.screen_bodies import ScrollingScreen
from kpitui.tui.views.key_help import draw_key_help


class HelpScreen(ScrollingScreen, FilterableScreen):
    """All commands by group. Those of the screen below stand out."""

    screen_name: ClassVar[str] = "help"
    BINDINGS = commands.build_bindings("help")

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("Keys",)

    def draw_body(self) -> None:
        below = self.host.navigator.screen_below
        screen_below = below.screen_name if below is not None else "board"
        self.body_widget.show_lines(
            draw_key_help(self.row_query.filter_text, screen_below, self.line_width, self.host.command_table)
        )

    def action_open(self) -> None:
        if self.is_prompt_open:
            self.close_prompt()
