"""What the program knows at one moment: the board that is shown, and where it began."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kpitui.model import Board, Entry
from kpitui.periods import Period
from kpitui.terminal.work import Failure, Recalled


@dataclass(frozen=True, slots=True)
class State:
    """The board shown, the meeting and period that it opened on, and why there is none."""

    board: Board | None = None
    as_at: date | None = None
    period: Period | None = None
    failure: Failure | None = None
    reading: bool = True
    progress: str = ""  # of the reading, where it takes long
    kept: bool = False  # the files have changed, and cannot be read as they are
    remembered: bool = False  # the board is there before the tables are: nothing behind it opens
    just_made: bool = False  # and was made by now, not in a run before this

    @property
    def past(self) -> str:
        """In words that one looks at something other than what the program opened on, or ``""``."""
        if self.board is None or self.as_at is None or self.period is None:
            return ""
        if self.board.as_at != self.as_at:
            return f"AS KNOWN ON {self.board.as_at.isoformat()}"
        if self.board.period == self.period:
            return ""
        earlier = self.board.period.start < self.period.start
        return "AN EARLIER PERIOD" if earlier else "A LATER PERIOD"

    def entry(self, code: str) -> Entry | None:
        """The indicator of a code or id on the board, if it is there."""
        for entry in self.board.entries if self.board else ():
            if code in (entry.indicator.code, entry.indicator.id):
                return entry
        return None

    @property
    def codes(self) -> tuple[str, ...]:
        """Every name that an address may use."""
        entries = self.board.entries if self.board else ()
        codes = tuple(entry.indicator.code for entry in entries)
        return codes + tuple(entry.indicator.id for entry in entries)


def recalled(first: Recalled) -> State:
    """The state of a board that is there before the tables are read."""
    board = first.board
    when = board.as_at, board.period
    return State(board, *when, remembered=True, just_made=first.just_made)


def taken(state: State, result: Board | Failure) -> State:
    """The state after an answer: a new board, or the old one where there is one and no new."""
    if isinstance(result, Failure):
        failed = result if state.board is None else None
        kept = state.kept or bool(result.issues)
        return replace(state, reading=False, failure=failed, kept=kept)
    return State(
        board=result,
        as_at=state.as_at or result.as_at,
        period=state.period or result.period,
        reading=False,
    )
