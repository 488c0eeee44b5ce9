"""The board on screen: asking for it, watching its files, and what waits for it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from kpitui.model.board import Board, ReadingProgress
from kpitui.model.periods import Period
from kpitui.summaries.empty_states import describe_empty_board
from kpitui.tui.desk_protocol import RecalledBoard
from kpitui.tui.file_watch import FileWatch
from kpitui.tui.requests import DeskAnswer, DeskRequest, RequestFailure
from kpitui.tui.state import apply_board_result, build_recalled_state
from kpitui.tui.views import failure_lines
from kpitui.tui.views.screen_frame import READING_MESSAGE
from kpitui.wording import describe_progress

if TYPE_CHECKING:
    from kpitui.tui.desk_protocol import Desk
    from kpitui.tui.frame_keeper import FrameKeeper
    from kpitui.tui.pending_work import PendingWork
    from kpitui.tui.program_protocol import Program
    from kpitui.tui.screen_opener import ScreenOpener

FIRST_PAINT_SECONDS: Final = 0.05
"""Seconds in which the previous board is painted, before the tables are read."""
PROGRESS_INTERVAL: Final = 0.5
"""Seconds between two reports of how far the reading is."""


class BoardLoader:
    """Asks the desk for boards and gives the program its state; answers nobody waits for are dropped."""

    def __init__(
        self,
        program: Program,
        screen_opener: ScreenOpener,
        pending: PendingWork,
        *,
        as_at: date | None,
        period: Period | None,
        next_notice: str,
    ) -> None:
        self._program, self._opener, self._pending = program, screen_opener, pending
        self._requested_as_at, self._requested_period = as_at, period
        self._next_notice = next_notice  # shown with the next board, such as mistakes in [keys]
        self.wants_public_view = False  # whether the next board is asked for with small counts hidden
        self._board_request: DeskRequest | None = None
        self._stamp_request: DeskRequest | None = None
        self._recall_request: DeskRequest | None = None
        self._file_watch = FileWatch()
        self._last_progress_time = time.monotonic()

    # --- asking -------------------------------------------------------------------------------

    def request_opening_board(self) -> None:
        """Show the board of the last run if there is one, else ask for the board to open on."""
        future = self._program.desk.recall_board()
        # A snapshot is of the usual board only, so it cannot stand in for another day or period.
        if self._requested_as_at is not None or self._requested_period is not None:
            self._request_first_board()
        elif future.done():
            self._show_recalled_board(future.result())
        else:
            self._recall_request = DeskRequest("recall", lambda _: future.result())
            self._program.start_request(self._recall_request)

    def _request_first_board(self) -> None:
        if self._board_request is None:
            self.request_board(self._requested_as_at, self._requested_period)

    def request_board(self, as_at: date | None, period: Period | None, *, reread: bool = False) -> None:
        """Ask for a board; the present one stays on screen until the answer is there.

        `as_at` None means the config's date of the meeting, `period` None the last complete one.
        `reread` reads the tables again instead of using those in memory.
        """
        program, wants_public = self._program, self.wants_public_view
        request = DeskRequest("board", lambda desk: desk.build_board(as_at, period, reread=reread, public=wants_public))
        self._board_request = request
        self._last_progress_time = time.monotonic()
        program.state = replace(program.state, is_reading=True, progress_text="")
        if not program.state.tables_unread:
            program.show_notice(READING_MESSAGE if program.state.board is not None else "")
        program.start_request(request)

    def request_area(self, la_code: str) -> None:
        """Ask for the board of another council, for the day and period on screen."""
        board = self._program.state.board
        as_at, period = (board.as_at, board.period) if board else (None, None)
        self.wants_public_view = False
        self._board_request = DeskRequest("board", lambda desk: desk.build_area_board(la_code, as_at, period))
        self._program.state = replace(self._program.state, is_reading=True, progress_text="")
        self._program.show_notice(READING_MESSAGE)
        self._program.start_request(self._board_request)

    def reread_board(self, outcome_notice: str = "") -> None:
        """Read the tables again for the present board, and show a notice when it is there."""
        board = self._program.state.board
        as_at, period = (board.as_at, board.period) if board else (None, None)
        self.request_board(as_at or self._requested_as_at, period or self._requested_period, reread=True)
        if outcome_notice:
            self._pending.run_with_next_board(lambda: self._program.show_notice(outcome_notice))

    def request_view(self, as_at: date, period: Period | None, *, is_public: bool) -> None:
        """Ask for the board of a day and period, public or internal."""
        self.wants_public_view = is_public
        self.request_board(as_at, period)

    def toggle_public_view(self) -> None:
        """Ask for the same board in the other view; the heading says when it is there."""
        board = self._program.state.board
        if board is not None:
            self.wants_public_view = not self.wants_public_view
            self.request_board(board.as_at, board.period)

    def check_files(self) -> None:
        """Check whether files changed, unless a check or a board is under way."""
        if self._stamp_request is None and self._board_request is None and self._recall_request is None:
            self._stamp_request = DeskRequest("look", lambda desk: desk.stamp_files())
            self._program.start_request(self._stamp_request)

    @property
    def is_settled(self) -> bool:
        """Say whether no board is on its way and nothing waits for one."""
        return self._board_request is None and not self._pending.has_action

    @property
    def is_checking_files(self) -> bool:
        """Say whether a check of the files is under way."""
        return self._stamp_request is not None

    def add_next_notice(self, notice_text: str) -> None:
        """Show a notice with the next board too, which clears the foot."""
        self._next_notice = "  ".join(filter(None, (self._next_notice, notice_text)))

    # --- progress of the reading --------------------------------------------------------------

    def is_progress_due(self) -> bool:
        """Say whether to report progress now: at most twice a second, asked by the thread that reads."""
        # Every report is a line sent to the terminal, and over SSH each line costs.
        if time.monotonic() - self._last_progress_time <= PROGRESS_INTERVAL:
            return False
        self._last_progress_time = time.monotonic()
        return True

    def show_progress(self, progress: ReadingProgress) -> None:
        """Show how far the reading is."""
        program = self._program
        if program.state.is_reading:
            program.state = replace(program.state, progress_text=describe_progress(progress))
            program.redraw_screens()

    # --- answers ------------------------------------------------------------------------------

    def accept_answer(self, answer: DeskAnswer) -> bool:
        """Take an answer to one of these requests, and return whether it was one."""
        if answer.request is self._stamp_request:
            self._stamp_request = None
            if not isinstance(answer.result, RequestFailure) and self._file_watch.detect_settled_change(answer.result):
                self.reread_board()
        elif answer.request is self._recall_request:
            self._recall_request = None
            self._show_recalled_board(answer.result)
        elif answer.request is self._board_request:
            self._board_request = None
            self._accept_board_result(answer.result)
        else:
            return False
        return True

    def _show_recalled_board(self, recall_result: RecalledBoard | RequestFailure | None) -> None:
        """Show the recalled board before polars is imported: both are slow."""
        if not isinstance(recall_result, RecalledBoard):
            self._request_first_board()
            return
        program = self._program
        program.state = build_recalled_state(recall_result)
        if program.screen.is_mounted:  # else it draws what there is when it is
            program.redraw_screens()
        program.call_later(self._pending.run_pending_action)
        program.set_timer(FIRST_PAINT_SECONDS, self._request_first_board)

    def _accept_board_result(self, board_result: Board | RequestFailure) -> None:
        self._program.state = apply_board_result(self._program.state, board_result)
        if isinstance(board_result, RequestFailure):
            self._report_failure(board_result)
            return
        # Compare later stamps with these files, or a change while reading is missed.
        self._file_watch.accepted_stamp = self._program.desk.get_board_stamp()
        empty_notice = describe_empty_board(board_result, self._program.get_key_label("reread"))
        self._program.show_notice("  ".join(filter(None, (self._next_notice, empty_notice))))
        self._next_notice = ""
        self._opener.leave_withheld_cases()
        self._program.redraw_screens()
        self._pending.run_pending_action()
        self._program.start_request(DeskRequest("keep", partial(_keep_board, board_result, self._program.frame_keeper)))

    def _report_failure(self, failure: RequestFailure) -> None:
        """Say why there is no new board; what waited for it does not happen."""
        board = self._program.state.board
        self._pending.drop_work(keeps_action=board is None)
        if board is not None:
            # The failed request may have been for the other view: the board on screen decides.
            self.wants_public_view = board.is_public
        self._program.show_notice(failure_lines.summarise_failure(failure) if board is not None else "")
        self._program.redraw_screens()


def _keep_board(board: Board, frame_keeper: FrameKeeper, desk: Desk) -> None:
    """Keep a board and the first screen for the next start."""
    desk.save_snapshot(board)
    frame_keeper.keep(board, desk.get_board_stamp())
