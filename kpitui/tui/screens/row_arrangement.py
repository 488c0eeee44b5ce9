"""Filtering, sorting and grouping of rows, with the same keys on every screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual import on

from kpitui.drilldown.case_table import RowQuery
from kpitui.tui import messages
from kpitui.tui.clipboard import send_to_clipboard
from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.styled_text import to_plain_text
from kpitui.tui.widgets.row_grid import RowGrid


class FilterableScreen(BaseScreen):
    """Screen whose rows can be filtered, sorted and grouped. A subclass names the columns."""

    def __init__(self) -> None:
        super().__init__()
        self.row_query = RowQuery()

    def list_sortable_columns(self) -> Sequence[str]:
        """Return the names of the columns to sort by, from left to right on the screen."""
        return ()

    def list_groupable_columns(self) -> Sequence[str]:
        """Return the names of the columns in which rows share values."""
        return ()

    def apply_row_query(self) -> None:
        """Show the rows as the current row query asks."""
        self.redraw()

    def update_row_query(self, **query_changes: object) -> None:
        """Change fields of the row query, given by name, and show the rows if it changed."""
        query, self.row_query = self.row_query, replace(self.row_query, **query_changes)  # type: ignore[arg-type]
        if self.row_query != query:
            self.apply_row_query()

    # --- filter -------------------------------------------------------------------------------

    def action_find(self) -> None:
        self.open_prompt("filter", self.row_query.filter_text, self._apply_filter_text)

    def _apply_filter_text(self, filter_text: str, is_final: bool) -> None:
        # Rows are filtered at every letter, so that you see what a word leaves before Enter.
        self.update_row_query(filter_text=filter_text)
        if is_final and filter_text:
            self.show_message(f"Filtered by “{filter_text}”: {self.host.get_key_label('back')} shows all")

    def action_back(self) -> None:
        """Undo the filter, then the grouping, and leave the screen when neither is set."""
        if self.row_query.filter_text:
            self.host.pending.cancel_action()
            self.close_prompt()
            self.update_row_query(filter_text="")
        elif self.is_prompt_open or not self.undo_arrangement():
            super().action_back()

    def undo_arrangement(self) -> bool:
        """Leave the open group, or else the groups, and return whether there was either."""
        opened_group, group_column = self.row_query.opened_group, self.row_query.group_by
        if opened_group is None and group_column is None:
            return False
        # From the rows of a group you come back to all groups of the same column.
        self._set_grouping(opened_group[0] if opened_group else None, None)
        return True

    # --- order --------------------------------------------------------------------------------

    def action_sort_next(self) -> None:
        self._cycle_sort_column(1)

    def action_sort_back(self) -> None:
        self._cycle_sort_column(-1)

    def _cycle_sort_column(self, step: int) -> None:
        """Sort by the next or the previous column. No column at all is one of the steps."""
        column_names = ["", *self.list_sortable_columns()]
        column_index = column_names.index(self.row_query.sorted_by) if self.row_query.sorted_by in column_names else 0
        self.update_row_query(sorted_by=column_names[(column_index + step) % len(column_names)], reverse=False)

    def action_sort_column(self, column_number: int) -> None:
        self._sort_by_column(column_number - 1)

    @on(messages.HeadingClicked)
    def _sort_by_clicked_heading(self, message: messages.HeadingClicked) -> None:
        self._sort_by_column(message.column_index)

    def _sort_by_column(self, column_index: int) -> None:
        """Sort by a column, or turn the order round if the rows are sorted by it already."""
        column_names = self.list_sortable_columns()
        # A digit may be higher than the number of columns, and the bars of groups are a column
        # without a name.
        if column_index < len(column_names):
            is_same_column = self.row_query.sorted_by == column_names[column_index]
            self.update_row_query(
                sorted_by=column_names[column_index], reverse=is_same_column and not self.row_query.reverse
            )

    def action_reverse(self) -> None:
        self.update_row_query(reverse=not self.row_query.reverse)

    # --- groups -------------------------------------------------------------------------------

    def action_group(self) -> None:
        """Group by the next column. After the last column, show the rows themselves again."""
        column_names = [None, *self.list_groupable_columns()]
        if len(column_names) == 1:
            self.show_message("No two rows have a value in common to be grouped by")
            return
        column_index = column_names.index(self.row_query.group_by) if self.row_query.group_by in column_names else 0
        self._set_grouping(column_names[(column_index + 1) % len(column_names)], None)

    def open_group(self, group_value: str) -> None:
        """Show the rows of one group."""
        if self.row_query.group_by is not None:
            self._set_grouping(None, (self.row_query.group_by, group_value))

    def _set_grouping(self, group_column: str | None, opened_group: tuple[str, str] | None) -> None:
        """Set the grouping and the open group. The order starts again, as the columns differ."""
        self.update_row_query(group_by=group_column, opened_group=opened_group, sorted_by="", reverse=False)

    # --- copying ------------------------------------------------------------------------------

    def action_copy_row(self) -> None:
        row_cells = self.body_widget.cursor_cells if isinstance(self.body_widget, RowGrid) else ()
        if row_cells:
            row_text = "\t".join(to_plain_text(cell).strip() for cell in row_cells)
            self.show_message(send_to_clipboard(self.host, row_text))
