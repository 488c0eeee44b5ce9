"""Help screen: every key, with a search; Enter does what the line says."""

from __future__ import annotations

from typing import ClassVar

from kpitui.tui import commands
from kpitui.tui.screen_parts.row_arrangement import RowArrangement
from kpitui.tui.screens.screen_bodies import TableScreen
from kpitui.tui.styled_text import make_line, make_span
from kpitui.tui.views.key_help import KeyHelp, build_key_help


class HelpScreen(TableScreen):
    """All commands by group. Those of the screen below stand out, and can be given from here."""

    screen_name: ClassVar[str] = "help"
    BINDINGS = commands.build_bindings("help")

    def __init__(self) -> None:
        super().__init__()
        self._key_help: KeyHelp | None = None
        self.arrangement = RowArrangement(self)
        self.command_handlers |= self.arrangement.command_handlers

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("Keys",)

    def draw_body(self) -> None:
        screen_below = self.host.navigator.screen_below
        screen_name = screen_below.screen_name if screen_below is not None else "board"
        filter_text = self.arrangement.row_query.filter_text
        self._key_help = build_key_help(filter_text, screen_name, self.line_width, self.host.command_table)
        open_key = self.host.get_key_label("open")
        summary = (
            f"{open_key} does what the line says." if len(self._key_help.rows) else f"No key matches “{filter_text}”."
        )
        self.show_summary(make_line(make_span(summary, "dim")))
        self.row_grid.show_rows(self._key_help.rows, self._key_help.group_headings)

    def open_current(self) -> None:
        """Give the command of the line to the screen below, if it works there."""
        screen_below = self.host.navigator.screen_below
        command_rows = self._key_help.commands if self._key_help is not None else ()
        command = command_rows[self.row_grid.cursor_row] if command_rows else None
        if command is None or screen_below is None:
            return
        if screen_below.screen_name not in command.screen_names or command.takes_digit:
            self.show_message(f"That key works on: {', '.join(command.screen_names)}")
            return
        self.host.navigator.leave_screen()
        run_command = self.host.run_command if command.is_for_program else screen_below.run_command
        self.app.call_next(run_command, command.id)
