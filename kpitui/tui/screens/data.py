"""Data screen: each source with its age and its rows, and each issue found in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.widget import Widget

from kpitui import wording
from kpitui.drilldown.case_table import RowQuery
from kpitui.model.board import Board, Entry
from kpitui.summaries.source_order import arrange_issues, arrange_sources, find_issue_behind, find_source_behind
from kpitui.summaries.tallies import count_refused_rows
from kpitui.tui import commands, messages
from kpitui.tui.address import Address
from kpitui.tui.screen_parts.file_mapper import FileMapper
from kpitui.tui.screen_parts.row_arrangement import RowArrangement
from kpitui.tui.screens.screen_bodies import TableScreen
from kpitui.tui.styled_text import BLANK_LINE, Alignment, StyledLine, make_line, make_span, to_plain_text, wrap_line
from kpitui.tui.view_options import ViewOptions
from kpitui.tui.views.rag_marks import choose_sort_mark
from kpitui.tui.views.source_rows import ISSUE_COLUMNS, SOURCE_COLUMNS, build_issue_rows, build_source_rows
from kpitui.tui.widgets.fixed_lines import FixedLines
from kpitui.tui.widgets.plain_rows import PlainRows
from kpitui.tui.widgets.row_grid import GridColumn


class DataScreen(TableScreen):
    """Sources of the board, or the issues found in them."""

    screen_name: ClassVar[str] = "data"
    BINDINGS = commands.build_bindings("data")

    def __init__(self, doubtful_entry: Entry | None = None) -> None:
        super().__init__()
        self.shows_issues = False
        self._doubtful_entry = doubtful_entry
        self._visible_rows: PlainRows | None = None
        self._detail = FixedLines(id="detail")
        self.arrangement = RowArrangement(self, list_sortable_columns=self._list_sortable_columns)
        mapper = FileMapper(self, self._find_current_file)
        self.command_handlers |= (
            self.arrangement.command_handlers | mapper.command_handlers | {"issues": self._toggle_issues}
        )

    def compose_body(self) -> Iterable[Widget]:
        yield from super().compose_body()
        yield self._detail

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("Data", "Issues" if self.shows_issues else "Sources")

    def build_address(self) -> Address:
        options = ViewOptions(row_query=self.arrangement.row_query, shows_issues=self.shows_issues)
        return Address("data", period=self.board_period if self.state.time_notice else None, options=options)

    def restore_options(self, options: ViewOptions) -> None:
        if self.shows_issues != options.shows_issues:
            self._toggle_issues()
        self.arrangement.restore_query(options.row_query)

    # --- drawing ------------------------------------------------------------------------------

    def draw_body(self) -> None:
        board = self.state.board
        if board is None:
            return
        doubtful_row = self._find_doubtful_row(board)
        self._visible_rows = self._build_rows(board)
        self.row_grid.show_rows(self._visible_rows)
        if doubtful_row is not None:
            self.row_grid.move_to_row(doubtful_row)
        self.show_summary(_summarise_sources(board))
        self._draw_detail()

    def _build_rows(self, board: Board) -> PlainRows:
        """Filter and sort the sources or issues, and size their columns."""
        row_query = self.arrangement.row_query
        if self.shows_issues:
            rows = build_issue_rows(arrange_issues(board, row_query))
        else:
            rows = build_source_rows(arrange_sources(board, row_query), board.as_at)
        return PlainRows(tuple(rows), _size_grid_columns(self._list_columns(), rows, self.line_width, row_query))

    def _find_current_file(self) -> str:
        """Find the file of the source or issue under the cursor; an empty text where it has none."""
        board, row_query = self.state.board, self.arrangement.row_query
        if board is None:
            return ""
        rows = arrange_issues(board, row_query) if self.shows_issues else arrange_sources(board, row_query)
        return rows[self.row_grid.cursor_row].file if self.row_grid.cursor_row < len(rows) else ""

    def _find_doubtful_row(self, board: Board) -> int | None:
        """Find the row that says what is not certain of the figure one came from, among issues or sources.

        It is found once: from then on the cursor is the reader's.
        """
        entry, self._doubtful_entry = self._doubtful_entry, None
        if entry is None:
            return None
        if issue := find_issue_behind(board.issues, entry):
            self.shows_issues = True
            return list(board.issues).index(issue)
        source = find_source_behind(board.sources, entry)
        return None if source is None else list(board.sources).index(source)

    def _draw_detail(self) -> None:
        """Draw the current row in full, for texts that have no room in their columns."""
        visible_rows = self._visible_rows
        if visible_rows is None or not len(visible_rows):
            self._detail.show_lines((BLANK_LINE, make_line(make_span(self._describe_empty_table(), "dim"))))
            return
        # The first and the last column hold the names and the long texts.
        first_cell, *_, last_cell = visible_rows.row_cells(min(self.row_grid.cursor_row, len(visible_rows) - 1))
        detail_lines = wrap_line((*first_cell, make_span("  "), *last_cell), self.line_width)
        self._detail.show_lines((BLANK_LINE, *detail_lines[:3]))

    def _describe_empty_table(self) -> str:
        """Say why the table is empty."""
        if self.arrangement.row_query.filter_text:
            return f"No row contains “{self.arrangement.row_query.filter_text}”."
        return "No problems were found in the data." if self.shows_issues else "There are no sources."

    @on(messages.CursorMoved)
    def _handle_cursor_move(self) -> None:
        self._draw_detail()

    # --- sources or issues --------------------------------------------------------------------

    def _toggle_issues(self) -> None:
        self.shows_issues = not self.shows_issues
        self.arrangement.row_query = replace(self.arrangement.row_query, sorted_by="", reverse=False)
        self.redraw()

    def _list_columns(self) -> Sequence[tuple[str, Alignment]]:
        return ISSUE_COLUMNS if self.shows_issues else SOURCE_COLUMNS

    def _list_sortable_columns(self) -> Sequence[str]:
        return [title for title, _ in self._list_columns()]


def _summarise_sources(board: Board) -> StyledLine:
    """Draw how many sources there are, how many rows were refused, and how many issues found."""
    issue_count = len(board.issues)
    rows_refused = count_refused_rows(board.sources)
    return (
        make_span(f"{len(board.sources)} ", "strong"), make_span("sources   ", "dim"),
        make_span(f"{wording.format_count(rows_refused)} ", "strong"), make_span("rows refused   ", "dim"),
        # Issues quote rows of the data, so a public board has none (docs/public.md).
        *((make_span("issues are not public", "dim"),) if board.is_public else
          (make_span(f"{issue_count:,} ", "strong"), make_span("issue" if issue_count == 1 else "issues", "dim"))),
    )  # fmt: skip


def _size_grid_columns(
    column_titles: Sequence[tuple[str, Alignment]],
    line_rows: Sequence[tuple[StyledLine, ...]],
    line_width: int,
    row_query: RowQuery,
) -> tuple[GridColumn, ...]:
    """Give each column the width of its widest cell, up to a limit, and the last the remainder."""
    column = min(60, line_width * 2 // 5)  # so that the last column keeps room for its long texts
    widths = [
        min(max([len(title) + 1, *(len(to_plain_text(row[index])) for row in line_rows)]), column)
        for index, (title, _) in enumerate(column_titles)
    ]
    remaining_width = line_width - sum(widths[:-1]) - 2 * len(widths)
    widths[-1] = max(remaining_width, len(column_titles[-1][0]) + 1)
    return tuple(
        GridColumn(title, width, alignment, choose_sort_mark(row_query, title))
        for (title, alignment), width in zip(column_titles, widths, strict=True)
    )
