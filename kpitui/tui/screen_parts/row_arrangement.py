"""Filtering, sorting and grouping of rows, with the same keys on every screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpitui.drilldown.case_table import RowQuery
from kpitui.drilldown.filter_terms import match_column
from kpitui.text import clean_text
from kpitui.tui.commands import CommandHandlers

if TYPE_CHECKING:
    from kpitui.tui.host import HostedScreen


def _list_no_columns() -> Sequence[str]:
    return ()


def _list_no_titles() -> Mapping[str, str]:
    return {}


class RowArrangement:
    """The filter, order and grouping of a screen's rows; `show_rows` shows them as the query asks.

    The columns are listed from left to right on the screen, those to group by with their headings.
    `undo` is what going back undoes once there is no filter: it returns whether there was anything,
    and leaves the groups unless given.
    """

    def __init__(
        self,
        screen: HostedScreen,
        *,
        show_rows: Callable[[], None] | None = None,
        list_sortable_columns: Callable[[], Sequence[str]] = _list_no_columns,
        list_groupable_columns: Callable[[], Mapping[str, str]] = _list_no_titles,
        undo: Callable[[], bool] | None = None,
    ) -> None:
        self.row_query = RowQuery()
        self._screen = screen
        self._show_rows = show_rows or screen.redraw
        self._list_sortable_columns, self._list_groupable_columns = list_sortable_columns, list_groupable_columns
        self._undo = undo or self.undo_grouping
        self.command_handlers: CommandHandlers = {
            "find": self._ask_filter_text,
            "back": self._go_back,
            "sort_next": lambda: self._cycle_sort_column(1),
            "sort_back": lambda: self._cycle_sort_column(-1),
            "sort_column": self._sort_by_column,
            "reverse": lambda: self.update_query(reverse=not self.row_query.reverse),
            "group": self._ask_group_column,
            "ungroup": self._undo,
        }

    def update_query(self, **query_changes: object) -> None:
        """Change fields of the row query, given by name, and show the rows if it changed."""
        query, self.row_query = self.row_query, replace(self.row_query, **query_changes)  # type: ignore[arg-type]
        if self.row_query != query:
            self._show_rows()

    def restore_query(self, row_query: RowQuery) -> None:
        """Arrange the rows as an address asks, and show them."""
        if self.row_query != row_query:
            self.row_query = row_query
            self._show_rows()

    # --- filter -------------------------------------------------------------------------------

    def _ask_filter_text(self) -> None:
        self._screen.prompt.ask_text("filter", self.row_query.filter_text, self._apply_filter_text)

    def _apply_filter_text(self, filter_text: str, is_final: bool) -> None:
        # Rows are filtered at every letter, so that you see what a word leaves before Enter.
        self.update_query(filter_text=filter_text)
        if is_final and filter_text:
            back_key = self._screen.host.get_key_label("back")
            self._screen.show_message(f"Filtered by “{filter_text}”: press {back_key} to show all")

    def _go_back(self) -> None:
        """Undo the filter, then the rest of the query, and leave the screen when neither is set."""
        screen = self._screen
        if self.row_query.filter_text:
            screen.host.pending.cancel_action()
            screen.prompt.close_line()
            self.update_query(filter_text="")
        elif screen.prompt.is_open or not self._undo():
            screen.go_back()

    # --- order --------------------------------------------------------------------------------

    def _cycle_sort_column(self, step: int) -> None:
        """Sort by the next or the previous column. No column at all is one of the steps."""
        column_names = ["", *self._list_sortable_columns()]
        column_index = column_names.index(self.row_query.sorted_by) if self.row_query.sorted_by in column_names else 0
        self.update_query(sorted_by=column_names[(column_index + step) % len(column_names)], reverse=False)

    def _sort_by_column(self, column_number: int) -> None:
        """Sort by a column, or turn the order round if the rows are sorted by it already."""
        column_names = self._list_sortable_columns()
        # A digit may be higher than the number of columns, and the bars of groups are a column
        # without a name.
        if column_number <= len(column_names):
            column_name = column_names[column_number - 1]
            is_same_column = self.row_query.sorted_by == column_name
            self.update_query(sorted_by=column_name, reverse=is_same_column and not self.row_query.reverse)

    # --- groups -------------------------------------------------------------------------------

    def _ask_group_column(self) -> None:
        """Ask which column to group by; its first letters are enough, and nothing shows the rows."""
        titles = self._list_groupable_columns()
        if not titles:
            self._screen.show_message("No two rows share a value to group by")
            return
        columns = {column_name: (title,) for column_name, title in titles.items()}

        def handle_typed_column(typed_name: str, is_final: bool) -> None:
            column = match_column(typed_name, columns) if typed_name.strip() else None
            if column is not None or (is_final and not typed_name.strip()):
                self._set_grouping(column, None)
            elif is_final:
                self._screen.show_message(f"No column begins with “{clean_text(typed_name)}”")

        self._screen.prompt.ask_text(f"group by {', '.join(titles.values())}", "", handle_typed_column)

    def open_group(self, group_value: str) -> None:
        """Show the rows of one group."""
        if self.row_query.group_by is not None:
            self._set_grouping(None, (self.row_query.group_by, group_value))

    def undo_grouping(self) -> bool:
        """Leave the open group, or else the groups, and return whether there was either."""
        opened_group, group_column = self.row_query.opened_group, self.row_query.group_by
        if opened_group is None and group_column is None:
            return False
        # From the rows of a group you come back to all groups of the same column.
        self._set_grouping(opened_group[0] if opened_group else None, None)
        return True

    def _set_grouping(self, group_column: str | None, opened_group: tuple[str, str] | None) -> None:
        """Set the grouping and the open group. The order starts again, as the columns differ."""
        self.update_query(group_by=group_column, opened_group=opened_group, sorted_by="", reverse=False)
