"""The two kinds of screen body: one page that scrolls, or a table below a summary."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.styled_text import BLANK_LINE, StyledLine
from kpitui.tui.views.page_layout import Page
from kpitui.tui.widgets.fixed_lines import FixedLines
from kpitui.tui.widgets.row_grid import RowGrid
from kpitui.tui.widgets.scrolling_text import ScrollingText


class ScrollingScreen(BaseScreen):
    """Screen with one scrolling page. A digit key goes to the section of that number."""

    def __init__(self, indicator_id: str = "") -> None:
        super().__init__(indicator_id)
        self.scrolling_text = ScrollingText(id="page")
        self._page = Page((), ())
        self.command_handlers["section"] = self._go_to_section

    def compose_body(self) -> Iterable[Widget]:
        yield self.scrolling_text

    @property
    def body_widget(self) -> ScrollingText:
        return self.scrolling_text

    def show_page(self, page: Page) -> None:
        """Draw a page with a blank line above it, and keep where its sections begin."""
        self._page = page
        self.scrolling_text.show_lines((BLANK_LINE, *page.lines))

    def _go_to_section(self, section_number: int) -> None:
        if section_number <= len(self._page.anchors):
            # The page is drawn below one blank line, so each section is one line further down.
            self.scrolling_text.scroll_to_line(self._page.anchors[section_number - 1] + 1)


class TableScreen(BaseScreen):
    """Screen with a table of rows below a few lines of summary; its first columns always stay in sight."""

    def __init__(self, indicator_id: str = "", *, fixed_columns: int = 1) -> None:
        super().__init__(indicator_id)
        self.summary = FixedLines(id="summary")
        self.row_grid = RowGrid(fixed_columns=fixed_columns, column_gap=2, id="table")

    def compose_body(self) -> Iterable[Widget]:
        yield self.summary
        yield self.row_grid

    @property
    def body_widget(self) -> RowGrid:
        return self.row_grid

    def show_summary(self, *summary_lines: StyledLine) -> None:
        """Draw the summary above the table, with a blank line before and after it."""
        self.summary.show_lines((BLANK_LINE, *summary_lines, BLANK_LINE))
