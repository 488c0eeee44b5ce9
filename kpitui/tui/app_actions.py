"""The commands that the program answers, whatever screen is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from kpitui.tui import navigator, saved_views, time_travel
from kpitui.tui.address import Address
from kpitui.tui.commands import format_command_key, format_key, list_screen_commands
from kpitui.tui.theme import THEMES

if TYPE_CHECKING:
    from kpitui.tui.app import KpituiApp

INTERRUPTED_EXIT_CODE: Final = 130
BOARD_COMMANDS: Final = ("open", "cases", "edit", "earlier", "later", "latest", "between", "public")
"""Commands that need a board: pressed before the first one, they wait for it."""
KEY_HELD_NOTICE: Final = "{} as soon as there is a board; {}: not at all"
OPENS_LATER_NOTICE: Final = "Opens as soon as the tables have been read; {}: not at all"
CANNOT_OPEN_NOTICE: Final = "The tables could not be read: put them right, then press {}"
NO_VIEWS_NOTICE: Final = "No view is saved yet: {} saves the one you are on under a name"


class AppActions:
    """The actions of the program's own commands."""

    @property
    def host(self) -> KpituiApp:
        """Return the program that this is a part of."""
        return cast("KpituiApp", self)

    def get_key_label(self, command_id: str) -> str:
        """Return the key that gives a command, as it is printed on a keyboard."""
        return format_command_key(command_id, self.host.command_table)

    def run_when_read(self, pending_action: Callable[[], None]) -> None:
        """Run what needs the tables: at once, or as soon as they have been read.

        A second call replaces the first. Where the tables could not be read, a notice says so.
        """
        if not self.host.state.tables_unread:
            pending_action()
        elif self.host.state.is_reading:
            self.host.pending_action = pending_action
            self.host.show_notice(OPENS_LATER_NOTICE.format(self.get_key_label("back")))
        else:
            self.host.show_notice(CANNOT_OPEN_NOTICE.format(self.get_key_label("reread")))

    def cancel_pending_action(self) -> None:
        """Cancel what was to open when the tables have been read, and the held key."""
        self.host.pending_action = self.host.held_key = None

    def defer_key(self, key_name: str) -> bool:
        """Keep a key for later if it needs the first board; return whether it was kept.

        Only the last such key is answered: it is what the reader wants now.
        """
        app_state, screen_name = self.host.state, self.host.stacked_screens[-1].screen_name
        if app_state.board is not None or not app_state.is_reading or screen_name != "board":
            return False
        # Enter typed before Textual took the terminal arrives as LF, which is Ctrl+J.
        key_name = "enter" if key_name == "ctrl+j" else key_name
        commands = list_screen_commands(screen_name, self.host.command_table)
        if not any(key_name in command.keys and command.id in BOARD_COMMANDS for command in commands):
            return False
        self.host.held_key = key_name
        self.host.show_notice(KEY_HELD_NOTICE.format(format_key(key_name), self.get_key_label("back")))
        return True

    def action_board(self) -> None:
        navigator.return_to_board(self.host)

    def action_data(self) -> None:
        self.host.open_address(Address("data"))

    def action_changes(self) -> None:
        self.host.open_address(Address("changes"))

    def action_briefing(self) -> None:
        self.run_when_read(lambda: navigator.push_briefing_screen(self.host))

    def action_goto(self) -> None:
        from kpitui.tui.screens.goto import GotoScreen

        self.host.push_screen(GotoScreen())

    def action_views(self) -> None:
        from kpitui.tui.screens.goto import GotoScreen

        board = self.host.state.board
        if saved_views.combine_views(board.saved_views if board else {}):
            self.host.push_screen(GotoScreen(views_only=True))
        else:
            self.host.show_notice(NO_VIEWS_NOTICE.format(self.get_key_label("save_view")))

    def action_previous_view(self) -> None:
        self._revisit_view(-1, "Nothing was looked at before this")

    def action_next_view(self) -> None:
        self._revisit_view(1, "Nothing was looked at after this")

    def _revisit_view(self, step_count: int, missing_notice: str) -> None:
        """Open the address before or after the present one in the history, or say there is none."""
        address_text = self.host.view_history.step_position(step_count)
        if address_text is None:
            self.host.show_notice(missing_notice)
        else:
            self.host.open_address_text(address_text)

    def action_help(self) -> None:
        from kpitui.tui.screens.help import HelpScreen

        self.host.push_screen(HelpScreen())

    def action_earlier(self) -> None:
        time_travel.show_earlier_period(self.host)

    def action_later(self) -> None:
        time_travel.show_later_period(self.host)

    def action_latest(self) -> None:
        time_travel.show_opening_period(self.host)

    def action_public(self) -> None:
        """Ask for the same board in the other view; the heading says when it is there."""
        board = self.host.state.board
        if board is not None:
            self.host.wants_public_view = not self.host.wants_public_view
            self.host.request_board(board.as_at, board.period)

    def action_theme(self) -> None:
        # Under NO_COLOR only themes without colours of their own may be chosen.
        theme_names = [name for name in THEMES if not self.host.colourless or THEMES[name].ansi]
        self.host.theme = theme_names[(theme_names.index(self.host.theme) + 1) % len(theme_names)]
        for screen in self.host.stacked_screens:
            # Tones become colours only as a line is drawn, so every widget draws again.
            screen.refresh(layout=False)
            for child_widget in screen.walk_children():
                child_widget.refresh()
        self.host.show_notice(f"Theme: {self.host.theme}")

    def action_reread(self) -> None:
        # R is also how to repair a screen that another program has written over.
        self.host.terminal_contents.forget_contents()
        board = self.host.state.board
        board_as_at, board_period = (board.as_at, board.period) if board else (None, None)
        self.host.request_board(
            board_as_at or self.host.requested_as_at, board_period or self.host.requested_period, reread=True
        )

    async def action_quit(self) -> None:
        self.host.exit(0)

    def action_interrupt(self) -> None:
        self.host.exit(INTERRUPTED_EXIT_CODE, return_code=INTERRUPTED_EXIT_CODE)
