"""The program's state: the board on screen, what it opened on, and why there is no board."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kpitui.model.board import Board, Entry
from kpitui.model.periods import Period
from kpitui.tui.desk_protocol import RecalledBoard
from kpitui.tui.requests import RequestFailure


@dataclass(frozen=True, slots=True)
class AppState:
    """The board on screen, the date and period that the program opened on, and any failure."""

    board: Board | None = None
    as_at: date | None = None
    period: Period | None = None
    failure: RequestFailure | None = None
    is_reading: bool = True
    progress_text: str = ""  # of the reading, where it takes long
    is_stale: bool = False  # the files have changed and cannot be read: this is an old board
    tables_unread: bool = False  # no tables yet, so nothing opens that needs them
    just_made: bool = False  # such a board was made in this run, not recalled from the last

    @property
    def time_notice(self) -> str:
        """Return words for a board of another day or period than the program opened on, or ""."""
        if self.board is None or self.as_at is None or self.period is None:
            return ""
        if self.board.as_at != self.as_at:
            return f"AS KNOWN ON {self.board.as_at.day} {self.board.as_at:%b %Y}"
        if self.board.period == self.period:
            return ""
        is_earlier = self.board.period.first_day < self.period.first_day
        return "AN EARLIER PERIOD" if is_earlier else "A LATER PERIOD"

    @property
    def short_time_notice(self) -> str:
        """Return one word for a board of another day or period, or an empty text."""
        if self.board is None or self.as_at is None or self.period is None or not self.time_notice:
            return ""
        opening_time = (self.as_at, self.period.first_day)
        return "LATER" if (self.board.as_at, self.board.period.first_day) > opening_time else "PAST"

    def find_entry(self, indicator_name: str) -> Entry | None:
        """Return the board's entry for a code or id, or None."""
        for entry in self.board.entries if self.board else ():
            if indicator_name in (entry.indicator.code, entry.indicator.id):
                return entry
        return None

    @property
    def indicator_names(self) -> tuple[str, ...]:
        """Return every code and id that an address may use."""
        entries = self.board.entries if self.board else ()
        entry_codes = tuple(entry.indicator.code for entry in entries)
        return entry_codes + tuple(entry.indicator.id for entry in entries)


def build_recalled_state(recalled_board: RecalledBoard) -> AppState:
    """Build the state of a board that is shown before the tables are read."""
    board = recalled_board.board
    opening_date_and_period = board.as_at, board.period
    return AppState(board, *opening_date_and_period, tables_unread=True, just_made=recalled_board.just_made)


def apply_board_result(app_state: AppState, board_result: Board | RequestFailure) -> AppState:
    """Return the state after an answer: the new board, or the old one if there is no new one."""
    if isinstance(board_result, RequestFailure):
        failure = board_result if app_state.board is None else None
        # Only a failure with issues is about the files: other failures do not make the board old.
        is_stale = app_state.is_stale or bool(board_result.issues)
        return replace(app_state, is_reading=False, failure=failure, is_stale=is_stale)
    return AppState(
        board=board_result,
        as_at=app_state.as_at or board_result.as_at,
        period=app_state.period or board_result.period,
        is_reading=False,
    )
