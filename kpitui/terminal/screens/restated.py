"""Restated screen: the cases behind a restatement, as they were known then and now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import on

from kpitui.behind import CaseRestated
from kpitui.model import Board, Entry
from kpitui.terminal import commands, messages
from kpitui.terminal.address import Address
from kpitui.terminal.screens.bodies import InTable
from kpitui.terminal.screens.data import PlainRows
from kpitui.terminal.show import Line, line, span, wrap
from kpitui.terminal.views import failure
from kpitui.terminal.views.said import restated
from kpitui.terminal.widgets.grid import Column
from kpitui.terminal.work import Failure, Request

Moved = Sequence[Sequence[CaseRestated]]
"""Cases of each restated period, in the order of the entry's restatements."""
HOW = (
    "Both by the data of today, as known on the two days: what was added since under an earlier"
    " date is in neither."
)
CORRECTED = (
    "No case stands otherwise by what was known on the two days: the tables were corrected since"
    " under an earlier date, and what was said is kept as counts alone."
)
NOT_PUBLIC = "The public view shows no cases"


class RestatedScreen(InTable):
    """Cases of an indicator whose state changed after its figures were published."""

    place: ClassVar[str] = "restated"
    BINDINGS = commands.bindings("restated")

    def __init__(self, indicator: str) -> None:
        super().__init__()
        self.indicator = indicator
        self._of: Board | None = None
        self._cases: Moved = ()
        self._told = "Comparing…"

    @property
    def entry(self) -> Entry | None:
        """Return the indicator shown, if the board has it."""
        return self.state.entry(self.indicator)

    def crumbs(self) -> tuple[str, ...]:
        return (self.entry.indicator.code if self.entry else self.indicator, "Restated")

    def address(self) -> Address:
        period = self.state.board.period if self.state.board else None
        return Address("restated", self.crumbs()[0], period)

    def draw(self) -> None:
        board, entry = self.state.board, self.entry
        if board is None or entry is None:
            return
        if board is not self._of:
            self._of = board
            self._want(board, entry)
        rows = [
            (line(span(case.subject, "strong")), line(span(one.period.shown)),
             line(span(case.then, "dim")), line(span(case.now, "strong")))
            # The cases are empty until the answer is there, hence the lengths may differ.
            for one, cases in zip(entry.restated, self._cases, strict=False)
            for case in cases
        ]  # fmt: skip
        self.sum_up(*self._summary(entry, len(rows)))
        heads = ("Case", "Period", "As it stood then", "As it stands now")
        sizes = [max([len(head), *(len(row[at][0].text) for row in rows)])
                 for at, head in enumerate(heads)]  # fmt: skip
        columns = [Column(head, min(size, 40)) for head, size in zip(heads, sizes, strict=True)]
        self.mover.display = bool(rows)
        self.mover.show(PlainRows(tuple(rows), columns))

    def _want(self, board: Board, entry: Entry) -> None:
        """Request the restated cases, or say why there are none to show."""
        self._cases = ()
        if board.public:
            self._told = NOT_PUBLIC
        elif not entry.restated:
            self._told = "Nothing that was said of it reads otherwise now"
        else:
            self._told = "Comparing…"
            self.ask(Request("restated", lambda desk: desk.restated(board, entry)))

    def _summary(self, entry: Entry, cases: int) -> Iterable[Line]:
        """Draw each restatement, then how many cases changed."""
        for one in entry.restated:
            yield from wrap(line(*restated(one)), self.cells, 2)
        told = f"{cases:,} case{' stands' if cases == 1 else 's stand'} otherwise. {HOW}"
        # Without a changed case only a corrected table explains the restatement.
        told = told if cases else CORRECTED
        yield from wrap(line(span(self._told or told, "dim", cut=None)), self.cells)

    def take(self, result: Any) -> None:
        failed = isinstance(result, Failure)
        self._told = failure.in_short(result) if failed else ""
        self._cases = () if failed else result
        self.redraw()

    @on(messages.Chosen)
    def action_open(self) -> None:
        # A screen is imported when it is first opened, so that the board is there sooner.
        from kpitui.terminal.screens.case import CaseScreen

        subjects = [case.subject for cases in self._cases for case in cases]
        if subjects:
            self.app.push_screen(CaseScreen(self.indicator, subjects[self.mover.cursor]))
