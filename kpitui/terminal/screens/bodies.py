"""The two kinds of screen body: one page that scrolls, or a table below a summary."""

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
    """Screen with one scrolling page. A digit key goes to the section of that number."""

    _page = Page((), ())

    def body(self) -> Iterable[Widget]:
        yield Paper(id="page")

    @property
    def mover(self) -> Paper:
        return self.query_one("#page", Paper)

    def show(self, page: Page) -> None:
        """Draw a page with a blank line above it, and keep where its sections begin."""
        self._page = page
        self.mover.show((BLANK, *page.lines))

    def action_section(self, number: int) -> None:
        if number <= len(self._page.anchors):
            # The page is drawn below one blank line, so each section is one line further down.
            self.mover.go(self._page.anchors[number - 1] + 1)


class InTable(View):
    """Screen with a table of rows below a few lines of summary."""

    def body(self) -> Iterable[Widget]:
        yield Block(id="summary")
        yield Grid(fixed=1, gap=2, id="table")

    @property
    def mover(self) -> Grid:
        return self.query_one("#table", Grid)

    def sum_up(self, *lines: Line) -> None:
        """Draw the summary above the table, with a blank line before and after it."""
        self.query_one("#summary", Block).show((BLANK, *lines, BLANK))
