"""The two bodies that screens have: one page that scrolls, or a table under a summary."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from kpitui.terminal.screens.base import View
from kpitui.terminal.show import BLANK, Line
from kpitui.terminal.views.page import Page
from kpitui.terminal.widgets.block import Block
from kpitui.terminal.widgets.grid import Grid
from kpitui.terminal.widgets.paper import Paper


class OnPaper(View):
    """A screen of one page, to whose sections the digits lead."""

    _page = Page((), ())

    def body(self) -> Iterable[Widget]:
        yield Paper(id="page")

    @property
    def mover(self) -> Paper:
        return self.query_one("#page", Paper)

    def show(self, page: Page) -> None:
        """Draw a page from now on, air above it."""
        self._page = page
        self.mover.show((BLANK, *page.lines))

    def action_section(self, number: int) -> None:
        if number <= len(self._page.anchors):
            self.mover.go(self._page.anchors[number - 1] + 1)


class InTable(View):
    """A screen of rows under a few lines that sum them up."""

    def body(self) -> Iterable[Widget]:
        yield Block(id="summary")
        yield Grid(fixed=1, gap=2, id="table")

    @property
    def mover(self) -> Grid:
        return self.query_one("#table", Grid)

    def sum_up(self, *lines: Line) -> None:
        """Draw these lines over the table, air above and below them."""
        self.query_one("#summary", Block).show((BLANK, *lines, BLANK))
