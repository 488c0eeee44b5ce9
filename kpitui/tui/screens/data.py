"""Data screen: each source with its age and its rows, and each issue found in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on
from textual.widget import Widget

from kpitui import wording
from kpitui.drilldown.case_table import RowQuery, matches_filter
from kpitui.model.board import Board
from kpitui.tui import commands, messages
from kpitui.tui.address import Address
from kpitui.tui.screens.row_arrangement import FilterableScreen
from kpitui.tui.screens.screen_bodies import TableScreen
from kpitui.tui.styled_text import BLANK_LINE, Alignment, StyledLine, make_line, make_span, to_plain_text, wrap_line
from kpitui.tui.views.rag_marks import choose_sort_mark
from kpitui.tui.views.source_rows import (
    ISSUE_COLUMNS,
    SOURCE_COLUMNS,
    SortableCell,
    build_issue_rows,
    build_source_rows,
)
from kpitui.tui.widgets.fixed_lines import FixedLines
from kpitui.tui.widgets.row_grid import GridColumn


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Rows for a grid, each a tuple of cells. For tables small enough to draw in full."""

    line_rows: tuple[tuple[StyledLine, ...], ...]
    columns: Sequence[GridColumn]

    def __len__(self) -> int:
        return len(self.line_rows)

    def row_cells(self, row_index: int) -> Sequence[StyledLine]:
        """Return the cells of a row."""
        return self.line_rows[row_index]

    def row_key(self, row_index: int) -> object:
        """Return the cells themselves, since these rows have no ids."""
        return self.line_rows[row_index]

    def find_row(self, row_key: object) -> int | None:
        """Return the index of a row with the same cells, or None."""
        return next((index for index, lines in enumerate(self.line_rows) if lines == row_key), None)


class DataScreen(TableScreen, FilterableScreen):
    """Sources of the board, or the issues found in them."""

    screen_name: ClassVar[str] = "data"
    BINDINGS = commands.build_bindings("data")

    def __init__(self) -> None:
        super().__init__()
        self.shows_issues = False
        self._visible_rows: PlainRows | None = None

    def compose_body(self) -> Iterable[Widget]:
        yield from super().compose_body()
        yield FixedLines(id="detail")

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("Data", "Issues" if self.shows_issues else "Sources")

    def build_address(self) -> Address:
        return Address("data")

    # --- drawing ------------------------------------------------------------------------------

    def draw_body(self) -> None:
        board = self.state.board
        if board is None:
            return
        self._visible_rows = self._build_rows(board)
        self.body_widget.show_rows(self._visible_rows)
        issue_count = len(board.issues)
        rows_refused = sum(source.rows_refused for source in board.sources)
        # Issues quote rows of the data, so a public board has none (docs/public.md).
        summary_line = (
            make_span(f"{len(board.sources)} ", "strong"), make_span("sources   ", "dim"),
            make_span(f"{wording.format_count(rows_refused)} ", "strong"), make_span("rows refused   ", "dim"),
            *((make_span("issues are not public", "dim"),) if board.is_public else
              (make_span(f"{issue_count:,} ", "strong"), make_span("issue" if issue_count == 1 else "issues", "dim"))),
        )  # fmt: skip
        self.show_summary(summary_line)
        self._draw_detail()

    def _build_rows(self, board: Board) -> PlainRows:
        """Filter and sort the sources or issues, and size their columns."""
        line_width = self.line_width
        rows = build_issue_rows(board) if self.shows_issues else build_source_rows(board)
        titles = ISSUE_COLUMNS if self.shows_issues else SOURCE_COLUMNS
        matching_rows = [row for row in rows if matches_filter(_row_search_text(row), self.row_query.filter_text)]
        if self.row_query.sorted_by:
            sort_index = [title for title, _ in titles].index(self.row_query.sorted_by)
            # Numbers sort as numbers: each cell carries the key it sorts by.
            matching_rows.sort(
                key=lambda sortable_row: sortable_row[sort_index].sort_key, reverse=self.row_query.reverse
            )
        elif self.row_query.reverse:
            matching_rows.reverse()
        grid_columns = _size_grid_columns(titles, matching_rows, line_width, self.row_query)
        return PlainRows(
            tuple(tuple(cell.line for cell in sortable_row) for sortable_row in matching_rows), grid_columns
        )

    def _draw_detail(self) -> None:
        """Draw the current row in full, for texts that have no room in their columns."""
        visible_rows, detail_block = self._visible_rows, self.query_one("#detail", FixedLines)
        if visible_rows is None or not len(visible_rows):
            detail_block.show_lines((BLANK_LINE, make_line(make_span(self._describe_empty_table(), "dim"))))
            return
        # The first and the last column hold the names and the long texts.
        first_cell, *_, last_cell = visible_rows.row_cells(min(self.body_widget.cursor_row, len(visible_rows) - 1))
        detail_block.show_lines(
            (BLANK_LINE, *wrap_line((*first_cell, make_span("  "), *last_cell), self.line_width)[:3])
        )

    def _describe_empty_table(self) -> str:
        """Say why the table is empty."""
        if self.row_query.filter_text:
            return f"Nothing here has “{self.row_query.filter_text}” in it."
        return "Nothing is wrong with the data." if self.shows_issues else "There are no sources."

    @on(messages.CursorMoved)
    def _handle_cursor_move(self) -> None:
        self._draw_detail()

    # --- actions ------------------------------------------------------------------------------

    # Enter closes the input line. A row of this table opens nothing.
    def action_open(self) -> None:
        if self.is_prompt_open:
            self.close_prompt()

    def action_issues(self) -> None:
        self.shows_issues = not self.shows_issues
        self.row_query = replace(self.row_query, sorted_by="", reverse=False)
        self.redraw()

    def list_sortable_columns(self) -> Sequence[str]:
        return [title for title, _ in (ISSUE_COLUMNS if self.shows_issues else SOURCE_COLUMNS)]


def _row_search_text(sortable_row: tuple[SortableCell, ...]) -> str:
    return " ".join(to_plain_text(cell.line) for cell in sortable_row).lower()


def _size_grid_columns(
    column_titles: Sequence[tuple[str, Alignment]],
    sortable_rows: Sequence[tuple[SortableCell, ...]],
    line_width: int,
    row_query: RowQuery,
) -> tuple[GridColumn, ...]:
    """Give each column the width of its widest cell, up to a limit, and the last the remainder."""
    column = min(60, line_width * 2 // 5)  # so that the last column keeps room for its long texts
    widths = [
        min(max([len(title) + 1, *(len(to_plain_text(row[index].line)) for row in sortable_rows)]), column)
        for index, (title, _) in enumerate(column_titles)
    ]
    remaining_width = line_width - sum(widths[:-1]) - 2 * len(widths)
    widths[-1] = max(remaining_width, len(column_titles[-1][0]) + 1)
    return tuple(
        GridColumn(title, width, alignment, choose_sort_mark(row_query, title))
        for (title, alignment), width in zip(column_titles, widths, strict=True)
    )
