"""The cases behind a number: counted, not counted, left out and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on
from textual.widget import Widget

from kpitui.model import Board, Cases, Entry
from kpitui.terminal import commands, messages
from kpitui.terminal.address import Address
from kpitui.terminal.clipboard import send
from kpitui.terminal.saving import Sheet
from kpitui.terminal.screens.base import View
from kpitui.terminal.screens.grouping import Grouping
from kpitui.terminal.screens.writing import Writing
from kpitui.terminal.show import BLANK, line, plain, plain_text, span, spread
from kpitui.terminal.views import failure
from kpitui.terminal.views.cases import (
    CaseRows,
    case_rows,
    figure,
    subject_column,
    summary,
)
from kpitui.terminal.views.groups import Arranged, GroupRows, Wish, arrange
from kpitui.terminal.widgets.block import Block
from kpitui.terminal.widgets.grid import Grid
from kpitui.terminal.work import Failure, Request

AT_ONCE = 5_000
"""Rows that are sorted and filtered without leaving the thread that draws."""
SORTING = "Sorting…"


class CasesScreen(Writing, Grouping, View):
    place: ClassVar[str] = "cases"
    BINDINGS = commands.bindings("cases")

    def __init__(self, indicator: str) -> None:
        super().__init__()
        self.indicator = indicator
        self.variant: str | None = None
        self.filter = ""
        self.sorted_by: int | None = None
        self.reverse = False
        self.rows: CaseRows | None = None
        self.groups: GroupRows | None = None
        self.group_by: str | None = None
        self.within: tuple[str, str] | None = None  # a column and the value that is shown alone
        self._of: tuple[Board | None, str | None] = (None, None)
        self._failed = ""

    def body(self) -> Iterable[Widget]:
        yield Block(id="summary")
        yield Grid(fixed=1, gap=2, id="table")

    @property
    def mover(self) -> Grid:
        return self.query_one("#table", Grid)

    @property
    def entry(self) -> Entry | None:
        return self.state.entry(self.indicator)

    @property
    def code(self) -> str:
        return self.entry.indicator.code if self.entry else self.indicator

    def crumbs(self) -> tuple[str, ...]:
        return (self.code, "Cases")

    def address(self) -> Address:
        board = self.state.board
        return Address("cases", self.code, board.period if board else None)

    # --- drawing ------------------------------------------------------------------------------

    def draw(self) -> None:
        wanted = (self.state.board, self.variant)
        if wanted != self._of and self.state.board is not None and self.entry is not None:
            self._of = wanted
            self._want(self.state.board, self.entry)
        self._draw_summary()

    def _want(self, board: Board, entry: Entry) -> None:
        variant = self.variant
        self.ask(Request("cases", lambda desk: desk.cases(board, entry, variant, None)))

    def take(self, result: Any) -> None:
        if self.message == SORTING:
            self.say("")
        if isinstance(result, Failure):
            self._failed = failure.in_short(result)
            self._draw_summary()
        elif isinstance(result, Cases):
            self._failed = ""
            self._forget_groups_of(result)
            self._show(arrange(result, self._wish))
        else:
            self._show(result)

    def _show(self, found: Arranged) -> None:
        self.rows = case_rows(found.cases, found.order, self.sorted_by, self.reverse)
        self.groups = found.groups
        self.mover.show(self.rows if self.groups is None else self.groups)
        self._draw_summary()

    @property
    def _wish(self) -> Wish:
        return Wish(self.filter, self.sorted_by, self.reverse, self.group_by, self.within)

    def _draw_summary(self) -> None:
        cells = self.cells
        rows = self.rows
        if self._failed or rows is None:
            text = self._failed or "Reading the cases…"
            self.query_one("#summary", Block).show((BLANK, line(span(text, "dim")), BLANK))
            return
        rule = rows.cases.rule
        first = spread(line(span(rule.title, "strong")), figure(rows.cases), cells)
        roomy = self.high >= 30
        note = (line(span(rule.note, "dim")),) if rule.note and roomy else ()
        told = (*summary(rows.cases, len(rows)), *self.told_of_groups())
        self.query_one("#summary", Block).show((BLANK, first, *note, told, BLANK))

    # --- order, filter, definition ------------------------------------------------------------

    def _arrange(self) -> None:
        """Sort and filter again: at once where the rows are few, else on a thread."""
        if self.rows is None:
            return
        cases, wish = self.rows.cases, self._wish
        if len(cases.rows) <= AT_ONCE:
            self._show(arrange(cases, wish))
            return
        self.say(SORTING)
        self.ask(Request("order", lambda desk: arrange(cases, wish)))

    def action_find(self) -> None:
        self.type_in("filter", self.filter, self._filtered)

    def _filtered(self, text: str, final: bool) -> None:
        if text != self.filter:
            self.filter = text
            self._arrange()
        if final and text:
            self.say(f"Filtered by “{text}”: Escape shows all")

    def action_back(self) -> None:
        if self.filter:
            self.stop_typing()
            self._filtered("", True)
        elif self.group_by is not None or self.within is not None:
            self.leave_group()
        else:
            super().action_back()

    def action_sort_next(self) -> None:
        self._sort_step(1)

    def action_sort_back(self) -> None:
        self._sort_step(-1)

    def _sort_step(self, step: int) -> None:
        many = len(self.columns)
        at = -1 if self.sorted_by is None else self.sorted_by
        at = (at + 1 + step) % (many + 1) - 1
        self.sorted_by, self.reverse = (None if at < 0 else at), False
        self._arrange()

    def action_sort_column(self, number: int) -> None:
        self._sort_by(number - 1)

    @on(messages.HeadChosen)
    def _head_chosen(self, message: messages.HeadChosen) -> None:
        self._sort_by(message.column)

    def _sort_by(self, column: int) -> None:
        if column >= len(self.columns):
            return
        self.reverse = self.sorted_by == column and not self.reverse
        self.sorted_by = column
        self._arrange()

    def action_reverse(self) -> None:
        self.reverse = not self.reverse
        self._arrange()

    def action_variant(self) -> None:
        self._turn(1)

    def action_variant_back(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        rules = self.entry.indicator.variants if self.entry else ()
        ids: list[str | None] = [None, *(rule.id for rule in rules)]
        if len(ids) == 1:
            self.say("This indicator has one definition")
            return
        self.variant = ids[(ids.index(self.variant) + step) % len(ids)]
        self.redraw()

    # --- opening and keeping ------------------------------------------------------------------

    @property
    def subject(self) -> str | None:
        """The subject of the row under the cursor."""
        if self.rows is None or not len(self.rows):
            return None
        cases = self.rows.cases
        value = self.rows.row(self.mover.cursor)[cases.columns.index(subject_column(cases))]
        return None if value is None else plain(value)

    @on(messages.Chosen)
    def action_open(self) -> None:
        from kpitui.terminal.screens.case import CaseScreen

        if self.typing:
            self.stop_typing()
        elif self.groups is not None:
            self.open_group()
        elif self.subject is not None:
            self.app.push_screen(CaseScreen(self.indicator, self.subject, self.rows))

    def sheet(self) -> Sheet | None:
        if self.rows is None:
            return None
        if self.groups is not None:
            return Sheet(f"{self.code} by {self.groups.name}", self.heads, self.groups.table)
        cases, order = self.rows.cases, self.rows.order
        name = f"{self.code} cases {cases.period} {self.variant or ''}"
        return Sheet(name.strip(), cases.columns, (cases.rows[place] for place in order))

    def action_copy_row(self) -> None:
        rows = self.rows if self.groups is None else self.groups
        if rows is not None and len(rows):
            cells = rows.cells(self.mover.cursor)
            self.say(send(self.app, "\t".join(plain_text(cell) for cell in cells)))
