"""Board screen: a panel for each theme, and one table of all indicators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.timer import Timer
from textual.widget import Widget

from kpitui.drilldown.case_table import RowQuery
from kpitui.model.board import Board, Entry
from kpitui.summaries.entry_order import filter_entries, sort_entries
from kpitui.tui import commands, messages
from kpitui.tui.address import Address
from kpitui.tui.save_rows import RowExport, build_board_export
from kpitui.tui.screens.commentary_editing import CommentaryEditing
from kpitui.tui.screens.row_arrangement import FilterableScreen
from kpitui.tui.styled_text import BLANK_LINE
from kpitui.tui.views import failure_lines
from kpitui.tui.views.board_rows import BoardRows
from kpitui.tui.views.board_table import fit_board_columns
from kpitui.tui.views.explanation import draw_explanation, draw_outstanding_line
from kpitui.tui.views.rag_marks import choose_sort_mark
from kpitui.tui.views.theme_panels import draw_theme_panels
from kpitui.tui.widgets.fixed_lines import FixedLines
from kpitui.tui.widgets.row_grid import GridColumn, RowGrid
from kpitui.tui.widgets.scrolling_text import ScrollingText

EXPLANATION_DELAY_SECONDS = 0.15
"""Seconds without a key before the explanation of the current indicator is drawn."""
COMMENTARY_DELAY_SECONDS = 0.85
"""Further seconds before its commentary is drawn. A reader who moves on never needs it sent."""
MAXIMUM_EXPLANATION_LINES = 9
"""Maximum lines of the explanation below the table."""


class BoardScreen(CommentaryEditing, FilterableScreen):
    """First screen of the program. When there is no board it says why."""

    screen_name: ClassVar[str] = "board"
    BINDINGS = commands.build_bindings("board")

    def __init__(self) -> None:
        super().__init__()
        self._board_rows: BoardRows | None = None
        self._explanation_height = 1
        self.explanation_timer: Timer | None = None
        self._explained_entry: Entry | None = None  # the one explained at the foot

    def compose_body(self) -> Iterable[Widget]:
        yield FixedLines(id="panels")
        yield RowGrid(fixed_columns=2, id="table")
        yield FixedLines("bar", id="why")
        yield ScrollingText(id="failure")

    @property
    def board_grid(self) -> RowGrid:
        """Return the table of indicators."""
        return self.query_one("#table", RowGrid)

    @property
    def body_widget(self) -> RowGrid | ScrollingText | None:
        """Return the table, or the page that says why there is no board."""
        return self.board_grid if self.state.board is not None else self.query_one("#failure", ScrollingText)

    def build_address(self) -> Address:
        """Return the address of the board, with its period unless it opened on that."""
        board = self.state.board
        return Address("board", period=board.period if board and self.state.time_notice else None)

    @property
    def current_entry(self) -> Entry | None:
        """Return the indicator under the cursor, or None if the table is empty."""
        board_rows = self._board_rows
        return board_rows.entries[self.board_grid.cursor_row] if board_rows and len(board_rows) else None

    # --- drawing ------------------------------------------------------------------------------

    def draw_body(self) -> None:
        board = self.state.board
        self.board_grid.display = board is not None
        failure_page = self.query_one("#failure", ScrollingText)
        failure_page.display = board is None and self.state.failure is not None
        if board is None:
            if self.state.failure is not None:
                reread_key = self.host.get_key_label("reread")
                failure_page.show_lines(failure_lines.draw_failure(self.state.failure, self.line_width, reread_key))
            return
        board_rows = self._arrange_entries(board)
        self._board_rows = board_rows
        self._share_out_height(board, len(board_rows))
        self.board_grid.show_rows(board_rows)
        self._draw_explanation()

    def _share_out_height(self, board: Board, row_count: int) -> None:
        """Share out the height among the table, panels, outstanding work and explanation."""
        line_width, height = self.line_width, self.screen_height
        # The header takes two lines and the footer one, the table a line of headings, and the
        # explanation at least one line.
        spare_height = height - 2 - 1 - (len(board.entries) + 1) - 1
        panel_lines = draw_theme_panels(board, line_width, spare_height - 3)
        lines = draw_outstanding_line(board, line_width)
        air_height = max(spare_height - len(panel_lines), 0)
        # Blank lines come last: panels and outstanding work go first where the height is short.
        lines_before = (BLANK_LINE,) if air_height >= 1 + len(lines) else ()
        lines_after = (
            (*lines, BLANK_LINE)
            if air_height >= 4
            else (lines or (BLANK_LINE,))
            if air_height >= 2
            else lines[:air_height]
        )
        self.query_one("#panels", FixedLines).show_lines(
            (*lines_before, *panel_lines, *lines_after) if spare_height > 0 else ()
        )
        used_height = 2 + len(lines_before) + len(panel_lines) + len(lines_after) + 1
        room = min(max(height - used_height - (len(board.entries) + 1), 1), MAXIMUM_EXPLANATION_LINES)
        # The height is set aside for the longest explanation, so that the table does not jump as
        # the cursor moves.
        needed = (len(draw_explanation(entry, line_width, room)) for entry in board.entries)
        self._explanation_height = max(needed, default=1)
        # Rows are set apart only where the explanation has all its lines and every row stays in
        # sight.
        has_room_between_rows = (
            room >= MAXIMUM_EXPLANATION_LINES
            and height - used_height - self._explanation_height > 2 * len(board.entries)
        )
        self.board_grid.space_rows(1 if has_room_between_rows else 0)
        self.board_grid.styles.height = max(height - used_height - self._explanation_height, 3)

    def _arrange_entries(self, board: Board) -> BoardRows:
        """Filter and sort the entries, and fit the columns to the width."""
        columns = fit_board_columns(board.entries, self.line_width)
        # A column that has no room sorts nothing: its heading could not say so.
        visible_ids = {column.column_id for column, _ in columns}
        sorted_by = self.row_query.sorted_by if self.row_query.sorted_by in visible_ids else ""
        entries = sort_entries(
            filter_entries(board.entries, self.row_query.filter_text), sorted_by, reverse=self.row_query.reverse
        )
        grid_columns = [
            GridColumn(column.title, width, column.alignment, choose_sort_mark(self.row_query, column.column_id))
            for column, width in columns
        ]
        return BoardRows(entries, columns, grid_columns)

    def _draw_explanation(self, *, with_commentary: bool = True) -> None:
        """Draw the explanation of the current indicator, padded to the height set aside for it."""
        entry, line_count = self.current_entry, self._explanation_height
        self._explained_entry = entry
        lines = draw_explanation(entry, self.line_width, line_count, with_commentary=with_commentary) if entry else ()
        # The block keeps its height: a block that changes it makes the whole screen lay out anew.
        self.query_one("#why", FixedLines).show_lines((*lines, *[BLANK_LINE] * (line_count - len(lines))))

    @on(messages.CursorMoved)
    def _schedule_explanation(self) -> None:
        """Explain the new indicator a moment later, once no key follows."""
        # A key that is held down would send the explanation of every row it passes; docs/speed.md
        # allows 350 bytes for a step of the cursor.
        if self.current_entry is not self._explained_entry or self.explanation_timer is not None:
            self._restart_timer(EXPLANATION_DELAY_SECONDS, self._show_judgement)

    def _restart_timer(self, seconds: float, callback: Callable[[], None]) -> None:
        """Run a callback after some seconds, instead of the one that waits already."""
        if self.explanation_timer is not None:
            self.explanation_timer.stop()
        self.explanation_timer = self.set_timer(seconds, callback)

    def _show_judgement(self) -> None:
        """Draw the judgement now, and the commentary when the cursor has rested longer."""
        if self._board_rows is not None:
            self._draw_explanation(with_commentary=False)
            self._restart_timer(COMMENTARY_DELAY_SECONDS, self._show_commentary)

    def _show_commentary(self) -> None:
        """Draw the whole explanation."""
        self.explanation_timer = None
        if self._board_rows is not None:
            self._draw_explanation()

    # --- actions ------------------------------------------------------------------------------

    @on(messages.RowChosen)
    def action_open(self) -> None:
        if self.is_prompt_open:
            self.close_prompt()
        elif self.current_entry is not None:
            self.host.navigator.open_indicator(self.current_entry)

    def action_cases(self) -> None:
        if self.current_entry is not None:
            self.host.navigator.open_cases(self.current_entry)

    def undo_arrangement(self) -> bool:
        """Undo filter and order, and return whether there was anything to undo."""
        # The board is the first screen, so Escape has only the order to go back from.
        was_arranged = self.row_query != RowQuery()
        self.update_row_query(sorted_by="", reverse=False)
        return was_arranged

    def list_sortable_columns(self) -> Sequence[str]:
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
            self.update_row_query(filter_text="")
        row_index = self._board_rows.find_row(entry.indicator.id) if self._board_rows is not None else None
        if row_index is not None:
            self.board_grid.move_to_row(row_index)
