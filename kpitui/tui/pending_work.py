"""What waits for a board: the view to open on, what needs the tables, and a key pressed too soon."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kpitui.tui.commands import format_key, list_screen_commands

if TYPE_CHECKING:
    from kpitui.tui.program_protocol import Program

BOARD_COMMANDS: Final = ("open", "cases", "edit", "earlier", "later", "latest", "between", "public")
"""Commands that need a board: pressed before the first one, they wait for it."""
KEY_HELD_NOTICE: Final = "{} will run once the board is ready; {} cancels"
OPENS_LATER_NOTICE: Final = "Opens once the tables have been read; {} cancels"
CANNOT_OPEN_NOTICE: Final = "The tables could not be read: correct them, then press {}"


class PendingWork:
    """Runs what needs a board or the tables as soon as there are any."""

    def __init__(self, program: Program, opening_address: str | None) -> None:
        self._program = program
        self._action: Callable[[], None] | None = None
        self.held_key: str | None = None  # a key pressed before the first board
        self._opens_config_view = not opening_address  # without an address, open what the config names
        if opening_address:
            self._action = lambda: program.navigator.open_address_text(opening_address)

    @property
    def has_action(self) -> bool:
        """Say whether an action waits for a board."""
        return self._action is not None

    def run_when_read(self, pending_action: Callable[[], None]) -> None:
        """Run what needs the tables: at once, or as soon as they have been read.

        A second call replaces the first. Where the tables could not be read, a notice says so.
        """
        program = self._program
        if not program.state.tables_unread:
            pending_action()
        elif program.state.is_reading:
            self._action = pending_action
            program.show_notice(OPENS_LATER_NOTICE.format(program.get_key_label("back")))
        else:
            program.show_notice(CANNOT_OPEN_NOTICE.format(program.get_key_label("reread")))

    def run_with_next_board(self, pending_action: Callable[[], None]) -> None:
        """Run an action when the next board is on screen, instead of the one that waits already."""
        self._action = pending_action

    def cancel_action(self) -> None:
        """Cancel what was to happen with the next board, and the held key."""
        self._action = self.held_key = None

    def drop_work(self, *, keeps_action: bool) -> None:
        """Forget the held key when there is no new board, and with it the action unless it is kept."""
        self.held_key = None
        self._action = self._action if keeps_action else None

    def defer_key(self, key_name: str) -> bool:
        """Keep a key for later if it needs the first board; return whether it was kept.

        Only the last such key is answered: it is what the reader wants now.
        """
        program = self._program
        state, screen_name = program.state, program.stacked_screens[-1].screen_name
        if state.board is not None or not state.is_reading or screen_name != "board":
            return False
        # Enter typed before Textual took the terminal arrives as LF, which is Ctrl+J.
        key_name = "enter" if key_name == "ctrl+j" else key_name
        commands = list_screen_commands(screen_name, program.command_table)
        if not any(key_name in command.keys and command.id in BOARD_COMMANDS for command in commands):
            return False
        self.held_key = key_name
        program.show_notice(KEY_HELD_NOTICE.format(format_key(key_name), program.get_key_label("back")))
        return True

    def run_pending_action(self) -> None:
        """Open the config's view or run the pending action, then answer the held key."""
        # Cleared first: the action itself may set the next one.
        action, self._action = self._action, None
        board = self._program.state.board
        if self._opens_config_view and board is not None and board.opening_view:
            self._program.navigator.open_address_text(board.opening_view)
        self._opens_config_view = False
        if action is not None:
            action()
        held_key, self.held_key = self.held_key, None
        if held_key is not None:
            self._program.call_later(self._program.run_key_bindings, held_key)
