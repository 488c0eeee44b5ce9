"""One case: what its row says, and its subject's time line."""

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


class CaseScreen(OnPaper):
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
        return self.state.entry(self.indicator)

    @property
    def code(self) -> str:
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
            variants = {one.id for one in entry.indicator.variants}
            chosen = self._variant if self._variant in variants else None
            self.ask(Request("case", lambda desk: find(desk, board, entry, chosen, self.subject)))
        self.mover.show(tuple(self._lines(self.cells)))

    def take(self, result: Any) -> None:
        self._failed = failure.in_short(result) if isinstance(result, Failure) else ""
        self._found = None if isinstance(result, Failure) else result
        self.redraw()

    def _lines(self, cells: int) -> Iterable[Line]:
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
    """The cases that a subject may be among, and what the tables say of it."""
    cases = desk.cases(board, entry, variant, None)
    return cases, desk.timeline(board, subject_column(cases), subject)


def rows_of(cases: Cases, subject: str) -> list[dict[str, Scalar | None]]:
    """The rows of one subject, by column name."""
    frame = cases.frame
    found: list[dict[str, Scalar | None]] = frame.filter(
        text_of(frame, subject_column(cases)) == subject
    ).to_dicts()
    return found


def _what(row: dict[str, Scalar | None]) -> str:
    what = became(row)
    return f"left out, {row['left_out_because']}" if what == "left out" else what
