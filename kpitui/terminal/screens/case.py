"""Case screen: the fields of one case, and the timeline of its subject."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from kpitui.behind import Cases, Event
from kpitui.model import Board, Entry, Scalar
from kpitui.terminal import commands
from kpitui.terminal.address import Address
from kpitui.terminal.rows import subject_column, text_of
from kpitui.terminal.screens.bodies import OnPaper
from kpitui.terminal.show import BLANK, Line, line, span
from kpitui.terminal.views import failure
from kpitui.terminal.views.cases import became
from kpitui.terminal.views.page import heading
from kpitui.terminal.views.timeline import facts, timeline_lines
from kpitui.terminal.work import Failure, Request

if TYPE_CHECKING:
    from kpitui.terminal.desk import Desk

Found = tuple[Cases, tuple[Event, ...]]
"""The cases behind a number, and the events of one subject."""


class CaseScreen(OnPaper):
    """One school, child or worker under an indicator."""

    place: ClassVar[str] = "case"
    BINDINGS = commands.bindings("case")

    def __init__(self, indicator: str, subject: str, variant: str | None = None) -> None:
        super().__init__()
        self.indicator = indicator
        self.subject = subject
        self._variant = variant
        self._of: Board | None = None
        self._found: Found | None = None
        self._failed = ""

    @property
    def entry(self) -> Entry | None:
        """Return the indicator that the case belongs to, if the board has it."""
        return self.state.entry(self.indicator)

    @property
    def code(self) -> str:
        """Return the code of the indicator, or the id if the board has no such indicator."""
        return self.entry.indicator.code if self.entry else self.indicator

    def crumbs(self) -> tuple[str, ...]:
        return (self.code, "Cases", self.subject)

    def address(self) -> Address:
        period = self.state.board.period if self.state.board else None
        return Address("case", self.code, period, self.subject)

    def draw(self) -> None:
        board, entry = self.state.board, self.entry
        if board is not None and entry is not None and board is not self._of:
            self._of = board
            # The variant may be missing from a board that was read after the config changed.
            variants = {one.id for one in entry.indicator.variants}
            chosen = self._variant if self._variant in variants else None
            self.ask(Request("case", lambda desk: find(desk, board, entry, chosen, self.subject)))
        self.mover.show(tuple(self._lines(self.cells)))

    def take(self, result: Any) -> None:
        self._failed = failure.in_short(result) if isinstance(result, Failure) else ""
        self._found = None if isinstance(result, Failure) else result
        self.redraw()

    def _lines(self, cells: int) -> Iterable[Line]:
        """Draw every row of the subject, then its events."""
        yield BLANK
        if self._found is None or self.state.board is None:
            yield line(span(self._failed or "Reading the tables…", "dim"))
            return
        cases, events = self._found
        for row in rows_of(cases, self.subject):
            title = f"{cases.entry.indicator.code} · {cases.period.shown}: {_what(row)}"
            yield heading(title, None, cells)
            yield from facts(row, cells)
            yield BLANK
        yield heading("Over time", None, cells)
        yield from timeline_lines(events, self.state.board.as_at, cells)


def find(desk: Desk, board: Board, entry: Entry, variant: str | None, subject: str) -> Found:
    """Return the cases that a subject may be among, and the events of the subject."""
    cases = desk.cases(board, entry, variant, None)
    return cases, desk.timeline(board, subject_column(cases), subject)


def rows_of(cases: Cases, subject: str) -> list[dict[str, Scalar | None]]:
    """Return the rows of one subject by column name. A subject may have several cases."""
    frame = cases.frame
    found: list[dict[str, Scalar | None]] = frame.filter(
        # Ids are compared as they are shown: a column of numbers holds no text.
        text_of(frame, subject_column(cases)) == subject
    ).to_dicts()
    return found


def _what(row: dict[str, Scalar | None]) -> str:
    """Say whether a row counts, and why if it is left out."""
    what = became(row)
    return f"left out, {row['left_out_because']}" if what == "left out" else what
