"""Board screen: a panel for each theme, and one table of all indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.containers import Horizontal
from textual.widget import Widget

from kpitui.drilldown.case_table import RowQuery
from kpitui.model.board import Board, Entry
from kpitui.summaries.entry_order import ENTRY_SORT_KEYS, filter_entries, find_rag_starts, sort_entries
from kpitui.tui import commands, messages
from kpitui.tui.address import Address
from kpitui.tui.save_rows import RowExport, build_board_export
from kpitui.tui.screen_parts.board_explanation import BoardExplanation
from kpitui.tui.screen_parts.commentary_editor import CommentaryEditor
from kpitui.tui.screen_parts.row_arrangement import RowArrangement
from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.styled_text import StyledLine
from kpitui.tui.view_options import ViewOptions
from kpitui.tui.views import failure_lines
from kpitui.tui.views.board_layout import fit_board_layout
from kpitui.tui.views.board_rows import BoardRows
from kpitui.tui.views.board_table import fit_board_columns
from kpitui.tui.views.rag_marks import choose_sort_mark, draw_rag_heading
from kpitui.tui.widgets.fixed_lines import FixedLines
from kpitui.tui.widgets.row_grid import GridColumn, RowGrid
from kpitui.tui.widgets.scrolling_text import ScrollingText


class BoardScreen(BaseScreen):
    """First screen of the program. When there is no board it says why."""

    screen_name: ClassVar[str] = "board"
    BINDINGS = commands.build_bindings("board")

    DEFAULT_CSS = "#middle { height: auto; }"

    def __init__(self) -> None:
        super().__init__()
        self._board_rows: BoardRows | None = None
        self._panels = FixedLines(id="panels")
        self.board_grid = RowGrid(fixed_columns=2, id="table")
        self._middle = Horizontal(id="middle")
        self._failure_page = ScrollingText(id="failure")
        self.explanation = BoardExplanation(self)
        self.arrangement = RowArrangement(
            self, list_sortable_columns=self._list_sortable_columns, undo=self._undo_order
        )
        commentary_editor = CommentaryEditor(self)
        self.answer_takers.append(commentary_editor.accept_answer)
        self.command_handlers |= self.arrangement.command_handlers | commentary_editor.command_handlers
        self.command_handlers |= {"cases": self._open_cases, "doubts": self._open_doubts}

    def compose_body(self) -> Iterable[Widget]:
        yield self._panels
        with self._middle:
            yield self.board_grid
            yield self.explanation.pane_widget
        yield self.explanation.lines_widget
        yield self._failure_page

    @property
    def body_widget(self) -> RowGrid | ScrollingText:
        """Return the table, or the page that says why there is no board."""
        return self.board_grid if self.state.board is not None else self._failure_page

    def build_address(self) -> Address:
        """Return the address of the board, with its period unless it opened on that."""
        options = ViewOptions(row_query=self.arrangement.row_query)
        return Address("board", period=self.board_period if self.state.time_notice else None, options=options)

    def restore_options(self, options: ViewOptions) -> None:
        self.arrangement.restore_query(options.row_query)

    def count_filtered(self) -> tuple[int, int] | None:
        board, rows = self.state.board, self._board_rows
        if not self.arrangement.row_query.filter_text or board is None or rows is None:
            return None
        return len(rows), len(board.entries)

    @property
    def current_entry(self) -> Entry | None:
        """Return the indicator under the cursor, or None if the table is empty."""
        board_rows = self._board_rows
        return board_rows.entries[self.board_grid.cursor_row] if board_rows and len(board_rows) else None

    # --- drawing ------------------------------------------------------------------------------

    def draw_body(self) -> None:
        board = self.state.board
        self._middle.display = board is not None
        self._failure_page.display = board is None and self.state.failure is not None
        if board is None:
            self._draw_failure()
            return
        layout = fit_board_layout(board, self.line_width, self.screen_height)
        self._board_rows = self._arrange_entries(board, self.line_width - layout.pane_width)
        self._panels.show_lines(layout.lines_above)
        self.explanation.take_room(layout.explanation_height, layout.pane_width)
        self.board_grid.space_rows(layout.row_gap)
        self._middle.styles.height = layout.table_height
        self.board_grid.show_rows(self._board_rows, self._draw_group_headings(self._board_rows))
        self.explanation.draw_lines()

    def _draw_failure(self) -> None:
        """Draw why there is no board, if that is known by now."""
        if self.state.failure is not None:
            reread_key = self.host.get_key_label("reread")
            self._failure_page.show_lines(failure_lines.draw_failure(self.state.failure, self.line_width, reread_key))

    def _arrange_entries(self, board: Board, table_width: int) -> BoardRows:
        """Filter and sort the entries, and fit the columns to the width."""
        row_query = self.arrangement.row_query
        columns = fit_board_columns(board.entries, table_width)
        sorted_by = row_query.sorted_by if row_query.sorted_by in ENTRY_SORT_KEYS else ""
        entries = sort_entries(
            filter_entries(board.entries, row_query.filter_text), sorted_by, reverse=row_query.reverse
        )
        grid_columns = [
            GridColumn(column.title, width, column.alignment, choose_sort_mark(row_query, column.column_id))
            for column, width in columns
        ]
        return BoardRows(entries, columns, grid_columns)

    def _draw_group_headings(self, board_rows: BoardRows) -> Mapping[int, StyledLine]:
        """Draw the heading of each colour by its first row; none if the rows have another order."""
        if self.arrangement.row_query.sorted_by:
            return {}
        return {row_index: draw_rag_heading(rag) for row_index, rag in find_rag_starts(board_rows.entries)}

    @on(messages.CursorMoved)
    def _follow_cursor(self) -> None:
        self.explanation.follow_cursor()

    # --- opening, order, saving ---------------------------------------------------------------

    def open_current(self) -> None:
        """Open the indicator under the cursor."""
        if self.current_entry is not None:
            self.host.navigator.open_indicator(self.current_entry)

    def _open_cases(self) -> None:
        if self.current_entry is not None:
            self.host.navigator.open_cases(self.current_entry)

    def _open_doubts(self) -> None:
        if self.current_entry is not None:
            self.host.navigator.open_doubts(self.current_entry)

    def _undo_order(self) -> bool:
        """Undo the order, and return whether there was anything to undo."""
        # The board is the first screen, so Escape has only the order to go back from.
        was_arranged = self.arrangement.row_query != RowQuery()
        self.arrangement.update_query(sorted_by="", reverse=False)
        return was_arranged

    def _list_sortable_columns(self) -> Sequence[str]:
        return [column.column_id for column, _ in self._board_rows.fitted_columns] if self._board_rows else ()

    def build_sheet(self) -> RowExport | None:
        board = self.state.board
        if board is None or self._board_rows is None:
            return None
        return build_board_export(self._board_rows.entries, f"board {board.period}")

    def list_entry_ids(self) -> tuple[str, ...]:
        """Return the ids of the indicators in the order of the table."""
        return tuple(entry.indicator.id for entry in self._board_rows.entries) if self._board_rows else ()

    def move_to_entry(self, entry: Entry) -> None:
        """Put the cursor on an indicator, and clear the filter if that hides it."""
        if self._board_rows is not None and self._board_rows.find_row(entry.indicator.id) is None:
            self.arrangement.update_query(filter_text="")
        row_index = self._board_rows.find_row(entry.indicator.id) if self._board_rows is not None else None
        if row_index is not None:
            self.board_grid.move_to_row(row_index)
