"""The program: it holds the state, asks for boards and opens screens.

State flows one way. A screen posts a request, a thread answers it, the program keeps the answer as
its state, and every screen on the stack draws that state without moving the reader's cursor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.filter import LineFilter, NoColor
from textual.screen import Screen

from kpitui.model.board import Board, ReadingProgress
from kpitui.model.periods import Period
from kpitui.tui import messages, navigator
from kpitui.tui.app_actions import AppActions
from kpitui.tui.commands import COMMANDS, Command
from kpitui.tui.control_filter import AsciiFilter, ControlFilter
from kpitui.tui.desk_protocol import RecalledBoard
from kpitui.tui.diffing_app import DiffingApp
from kpitui.tui.file_watch import LOOK_INTERVAL, FileWatch
from kpitui.tui.navigator import Navigator
from kpitui.tui.ordered_keys import OrderedKeys
from kpitui.tui.requests import DeskRequest, RequestFailure, UnexpectedError, start_request
from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.screens.board import BoardScreen
from kpitui.tui.state import AppState, apply_board_result, build_recalled_state
from kpitui.tui.theme import THEMES, build_textual_theme
from kpitui.tui.views import failure_lines
from kpitui.tui.views.screen_frame import READING_MESSAGE

if TYPE_CHECKING:
    from kpitui.tui.desk_protocol import Desk
    from kpitui.tui.screens.commentary_editing import DraftFile

FIRST_PAINT_SECONDS = 0.05
"""Seconds in which the previous board is painted, before the tables are read."""
PROGRESS_INTERVAL = 0.5
"""Seconds between two reports of how far the reading is."""


class KpituiApp(AppActions, Navigator, OrderedKeys, DiffingApp):
    """The terminal program, over a desk that makes the boards.

    It holds state and the event loop; commands, navigation, key order and drawing are in its bases.
    """

    TITLE = "kpitui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []
    CSS = BaseScreen.CSS

    def __init__(
        self,
        desk: Desk,
        *,
        opening_address: str | None = None,
        as_at: date | None = None,
        period: Period | None = None,
        initial_theme: str = "default",
        ascii_only: bool = False,
        colourless: bool = False,
        command_table: Sequence[Command] = COMMANDS,
        next_notice: str = "",
    ) -> None:
        super().__init__()
        for theme_name in THEMES:
            self.register_theme(build_textual_theme(theme_name))
        self.theme = initial_theme
        self.desk = desk
        self.state = AppState()
        self.unexpected_error: BaseException | None = None
        self.ascii_only = ascii_only
        self.colourless = colourless
        self.command_table = command_table
        self.next_notice = next_notice  # shown with the next board, such as mistakes in [keys]
        self.requested_as_at, self.requested_period = as_at, period
        self.wants_public_view = False  # whether the next board is asked for with small counts hidden
        self._board_request: DeskRequest | None = None
        self._stamp_request: DeskRequest | None = None
        self._recall_request: DeskRequest | None = None
        self._file_watch = FileWatch()
        self._last_progress_time = time.monotonic()
        self.pending_action: Callable[[], None] | None = None
        self.held_key: str | None = None  # a key pressed before the first board
        self._opens_config_view = not opening_address  # without an address, open what the config names
        self.unwritten_drafts: dict[tuple[str, str], DraftFile] = {}  # drafts by indicator id and period
        if opening_address:
            self.pending_action = lambda: self.open_address_text(opening_address)

    def get_default_screen(self) -> Screen[None]:
        return BoardScreen()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Drop control characters from every line; replace what the terminal cannot show."""
        # ESC and C1 codes pass through Textual's widgets raw: a cell could set the clipboard.
        line_filters = [*super().get_line_filters(), _CONTROL_FILTER]
        if self.colourless:
            line_filters.append(_NO_COLOUR_FILTER)
        return [*line_filters, _ASCII_FILTER] if self.ascii_only else line_filters

    def on_mount(self) -> None:
        future = self.desk.recall_board()
        # A snapshot is of the usual board only, so it cannot stand in for another day or period.
        if self.requested_as_at is not None or self.requested_period is not None:
            self._request_first_board()
        elif future.done():
            self._show_recalled_board(future.result())
        else:
            self._recall_request = DeskRequest("recall", lambda _: future.result())
            start_request(self.desk, self._recall_request, self.post_answer)
        self.set_interval(LOOK_INTERVAL, self._check_files)

    def _request_first_board(self) -> None:
        if self._board_request is None:
            self.request_board(self.requested_as_at, self.requested_period)

    def _check_files(self) -> None:
        """Check whether files changed, unless a check or a board is under way."""
        if self._stamp_request is None and self._board_request is None and self._recall_request is None:
            self._stamp_request = DeskRequest("look", lambda desk: desk.stamp_files())
            start_request(self.desk, self._stamp_request, self.post_answer)

    # --- the board ----------------------------------------------------------------------------

    def request_board(self, as_at: date | None, period: Period | None, *, reread: bool = False) -> None:
        """Ask for a board; the present one stays on screen until the answer is there.

        `as_at` None means the config's date of the meeting, `period` None the last complete one.
        `reread` reads the tables again instead of using those in memory.
        """
        wants_public = self.wants_public_view
        request = DeskRequest("board", lambda desk: desk.build_board(as_at, period, reread=reread, public=wants_public))
        self._board_request = request
        self._last_progress_time = time.monotonic()
        self.state = replace(self.state, is_reading=True, progress_text="")
        if not self.state.tables_unread:
            self.show_notice(READING_MESSAGE if self.state.board is not None else "")
        start_request(self.desk, request, self.post_answer)

    def post_answer(self, answer: object) -> None:
        """Post a desk's answer to the program; called from the thread that did the work."""
        self.post_message(messages.WorkAnswered(answer))  # type: ignore[arg-type]

    def post_progress(self, progress: ReadingProgress) -> None:
        """Post how far the reading is, at most twice a second; the thread that reads calls it."""
        # Every report is a line sent to the terminal, and over SSH each line costs.
        if time.monotonic() - self._last_progress_time > PROGRESS_INTERVAL:
            self._last_progress_time = time.monotonic()
            self.post_message(messages.ReadingProgressed(progress))

    @on(messages.ReadingProgressed)
    def _show_progress(self, message: messages.ReadingProgressed) -> None:
        if self.state.is_reading:
            self.state = replace(self.state, progress_text=message.progress.status_line)
            self._redraw_screens()

    @on(messages.WorkRequested)
    def _start_posted_request(self, message: messages.WorkRequested) -> None:
        start_request(self.desk, message.request, self.post_answer)

    @on(messages.WorkAnswered)
    def _route_answer(self, message: messages.WorkAnswered) -> None:
        answer = message.answer
        # Answers to requests that nobody waits for any longer match none of these and are dropped.
        if isinstance(answer.result, UnexpectedError):
            self.exit_with_error(answer.result.error)
        elif answer.request is self._stamp_request:
            self._stamp_request = None
            if not isinstance(answer.result, RequestFailure) and self._file_watch.detect_settled_change(answer.result):
                self.action_reread()
        elif answer.request is self._recall_request:
            self._recall_request = None
            self._show_recalled_board(answer.result)
        elif answer.request is self._board_request:
            self._board_request = None
            self._accept_board_result(answer.result)
        elif not self.accept_subject_answer(answer):
            any(screen.handle_answer(answer) for screen in self.stacked_screens)

    def _show_recalled_board(self, recall_result: RecalledBoard | RequestFailure | None) -> None:
        """Show the recalled board before polars is imported: both are slow."""
        if not isinstance(recall_result, RecalledBoard):
            self._request_first_board()
            return
        self.state = build_recalled_state(recall_result)
        if self.screen.is_mounted:  # else it draws what there is when it is
            self._redraw_screens()
        self.screen.call_later(self._run_pending_action)
        self.set_timer(FIRST_PAINT_SECONDS, self._request_first_board)

    def _accept_board_result(self, board_result: Board | RequestFailure) -> None:
        self.state = apply_board_result(self.state, board_result)
        if not isinstance(board_result, RequestFailure):
            # Compare later stamps with these files, or a change while reading is missed.
            self._file_watch.accepted_stamp = self.desk.get_board_stamp()
            self.show_notice(self.next_notice)
            self.next_notice = ""
            navigator.leave_withheld_cases(self)
            self._draw_new_board()
            start_request(
                self.desk, DeskRequest("keep", lambda desk: desk.save_snapshot(board_result)), self.post_answer
            )
            return
        self.held_key = None
        if self.state.board is not None:
            self.pending_action = None
            # The failed request may have been for the other view: the board on screen decides.
            self.wants_public_view = self.state.board.is_public
        self.show_notice(failure_lines.summarise_failure(board_result) if self.state.board is not None else "")
        self._redraw_screens()

    def _draw_new_board(self) -> None:
        """Draw a new board, then run what waited for it."""
        self._redraw_screens()
        self._run_pending_action()

    def _run_pending_action(self) -> None:
        """Open the config's view or the pending one, then answer the held key."""
        # Cleared first: the action itself may set the next one.
        action, self.pending_action = self.pending_action, None
        board = self.state.board
        if self._opens_config_view and board is not None and board.opening_view:
            self.open_address_text(board.opening_view)
        self._opens_config_view = False
        if action is not None:
            action()
        held_key, self.held_key = self.held_key, None
        if held_key is not None:
            self.call_later(self.run_key_bindings, held_key)

    def _redraw_screens(self) -> None:
        for screen in self.stacked_screens:
            screen.redraw()

    @property
    def is_settled(self) -> bool:
        """Say whether no board is on its way and nothing waits for one."""
        return self._board_request is None and self.pending_action is None

    @property
    def stacked_screens(self) -> tuple[BaseScreen, ...]:
        """Return the program's own screens on the stack, the top one last."""
        return tuple(screen for screen in self.screen_stack if isinstance(screen, BaseScreen))

    def show_notice(self, notice_text: str) -> None:
        """Show a notice in the foot of every screen, until the next key."""
        for screen in self.stacked_screens:
            screen.show_message(notice_text)

    # --- the end ------------------------------------------------------------------------------

    def exit_with_error(self, error: BaseException) -> None:
        """End on an unexpected error; `run_app` writes the log once the terminal is back."""
        if self.unexpected_error is None:
            self.unexpected_error = error
        self.exit(1, return_code=1)

    def _handle_exception(self, error: Exception) -> None:
        # Textual still delivers messages while it closes: a half-mounted screen may fail on them.
        if self._exit:
            self._close_messages_no_wait()
            return
        # Textual prints a traceback with local variables, and those hold children's records.
        self.unexpected_error = self.unexpected_error or error
        if self.is_headless:
            super()._handle_exception(error)
            return
        self._return_code = 1
        self._close_messages_no_wait()

    def panic(self, *renderables: object) -> None:
        # Only the driver calls this, when its input thread fails on a terminal that has gone.
        self.exit(1, return_code=1)


_CONTROL_FILTER, _ASCII_FILTER, _NO_COLOUR_FILTER = ControlFilter(), AsciiFilter(), NoColor()
