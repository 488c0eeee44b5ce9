"""What moved since the period before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.widget import Widget

from kpitui.model import Board, Changes
from kpitui.terminal import commands
from kpitui.terminal.address import Address
from kpitui.terminal.screens.base import View
from kpitui.terminal.show import BLANK, line, span
from kpitui.terminal.views import failure
from kpitui.terminal.views.changes import changes_page
from kpitui.terminal.views.page import Page
from kpitui.terminal.widgets.paper import Paper
from kpitui.terminal.work import Failure, Request


class ChangesScreen(View):
    place: ClassVar[str] = "changes"
    BINDINGS = commands.bindings("changes")

    def __init__(self) -> None:
        super().__init__()
        self._of: Board | None = None
        self._found: Changes | None = None
        self._failed = ""
        self._page = Page((), ())

    def body(self) -> Iterable[Widget]:
        yield Paper(id="page")

    @property
    def mover(self) -> Paper:
        return self.query_one("#page", Paper)

    def crumbs(self) -> tuple[str, ...]:
        return ("What moved",)

    def address(self) -> Address:
        return Address("changes", period=self.state.board.period if self.state.board else None)

    def draw(self) -> None:
        board = self.state.board
        if board is not None and board is not self._of:
            self._of = board
            before, after = board.period.previous, board.period
            self.ask(Request("changes", lambda desk: desk.changes(board, before, after)))
        if self._found is None:
            self.mover.show((BLANK, line(span(self._failed or "Comparing…", "dim"))))
        else:
            self._page = changes_page(self._found, self.cells)
            self.mover.show((BLANK, *self._page.lines))

    def take(self, result: Any) -> None:
        failed = isinstance(result, Failure)
        self._failed = failure.in_short(result) if failed else ""
        self._found = None if failed else result
        self.redraw()

    def action_section(self, number: int) -> None:
        if number <= len(self._page.anchors):
            self.mover.go(self._page.anchors[number - 1] + 1)
