"""The program's state: the board on screen, what it opened on, and why there is no board."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kpitui.model import Board, Entry
from kpitui.periods import Period
from kpitui.terminal.work import Failure, Recalled


@dataclass(frozen=True, slots=True)
class State:
    """The board on screen, the date and period that the program opened on, and any failure."""

    board: Board | None = None
    as_at: date | None = None
    period: Period | None = None
    failure: Failure | None = None
    reading: bool = True
    progress: str = ""  # of the reading, where it takes long
    kept: bool = False  # the files have changed and cannot be read: this is an old board
    remembered: bool = False  # no tables yet, so nothing opens that needs them
    just_made: bool = False  # such a board was made in this run, not recalled from the last

    @property
    def past(self) -> str:
        """Return words for a board of another day or period than the program opened on, or ""."""
        if self.board is None or self.as_at is None or self.period is None:
            return ""
        if self.board.as_at != self.as_at:
            return f"AS KNOWN ON {self.board.as_at.isoformat()}"
        if self.board.period == self.period:
            return ""
        earlier = self.board.period.start < self.period.start
        return "AN EARLIER PERIOD" if earlier else "A LATER PERIOD"

    def entry(self, code: str) -> Entry | None:
        """Return the board's entry for a code or id, or None."""
        for entry in self.board.entries if self.board else ():
            if code in (entry.indicator.code, entry.indicator.id):
                return entry
        return None

    @property
    def codes(self) -> tuple[str, ...]:
        """Return every code and id that an address may use."""
        entries = self.board.entries if self.board else ()
        codes = tuple(entry.indicator.code for entry in entries)
        return codes + tuple(entry.indicator.id for entry in entries)


def recalled(first: Recalled) -> State:
    """Build the state of a board that is shown before the tables are read."""
    board = first.board
    when = board.as_at, board.period
    return State(board, *when, remembered=True, just_made=first.just_made)


def taken(state: State, result: Board | Failure) -> State:
    """Return the state after an answer: the new board, or the old one if there is no new one."""
    if isinstance(result, Failure):
        failed = result if state.board is None else None
        # Only a failure with issues is about the files: other failures do not make the board old.
        kept = state.kept or bool(result.issues)
        return replace(state, reading=False, failure=failed, kept=kept)
    return State(
        board=result,
        as_at=state.as_at or result.as_at,
        period=state.period or result.period,
        reading=False,
    )
