"""Cases screen: the rows behind a number, which count, which do not, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from kpitui.drilldown.case_table import CaseTable, arrange_rows, open_case_table
from kpitui.tui import commands
from kpitui.tui.address import Address
from kpitui.tui.host import OpenedCase
from kpitui.tui.save_rows import RowExport
from kpitui.tui.screen_parts.case_export import (
    build_cases_export,
    describe_opened_case,
    list_group_titles,
    list_sortable_columns,
    list_variant_ids,
    step_to_case,
)
from kpitui.tui.screen_parts.commentary_editor import CommentaryEditor
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screen_parts.row_arrangement import RowArrangement
from kpitui.tui.screens.screen_bodies import TableScreen
from kpitui.tui.styled_text import make_line, make_span
from kpitui.tui.view_options import ViewOptions
from kpitui.tui.views.case_rows import CaseRows, build_case_rows, draw_case_summary
from kpitui.tui.views.group_bars import GroupRows, build_group_rows

SYNCHRONOUS_ROW_LIMIT = 5_000
"""Rows that are sorted and filtered on the thread that draws. More go to a thread of their own."""
SORTING_MESSAGE = "Sorting…"
MINIMUM_HEIGHT_FOR_NOTE = 30
"""Lines of a screen that has room for the note on the definition."""


class CasesScreen(TableScreen):
    """Cases of an indicator as rows or as groups, for any of its definitions."""

    screen_name: ClassVar[str] = "cases"
    BINDINGS = commands.build_bindings("cases")

    def __init__(self, indicator_id: str) -> None:
        super().__init__(indicator_id, fixed_columns=2)
        self.variant_id: str | None = None
        self.case_table: CaseTable | None = None
        self.grid_rows: CaseRows | GroupRows | None = None
        self._closed_group = ""  # the cursor goes back to it in the list of groups
        self._case_result = DeskResult[CaseTable](self, self._receive_cases)
        self.arrangement = RowArrangement(
            self,
            show_rows=self._arrange_cases,
            list_sortable_columns=lambda: list_sortable_columns(self.case_table),
            list_groupable_columns=lambda: list_group_titles(self.case_table),
            undo=self._leave_group,
        )
        commentary_editor = CommentaryEditor(self)
        self.answer_takers += [self._case_result.accept_answer, commentary_editor.accept_answer]
        self.command_handlers |= self.arrangement.command_handlers | commentary_editor.command_handlers
        self.command_handlers |= {
            "variant": lambda: self._cycle_variant(1),
            "variant_back": lambda: self._cycle_variant(-1),
        }

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return (self.indicator_code, "Cases")

    def build_address(self) -> Address:
        options = ViewOptions(definition=self.variant_id or "", row_query=self.arrangement.row_query)
        return Address("cases", self.indicator_code, self.board_period, options=options)

    def restore_options(self, options: ViewOptions) -> None:
        self.variant_id = options.definition or None
        self.arrangement.restore_query(options.row_query)

    def count_filtered(self) -> tuple[int, int] | None:
        return self.case_table.count_filtered() if self.case_table is not None else None

    # --- drawing ------------------------------------------------------------------------------

    def draw_body(self) -> None:
        board, entry = self.state.board, self.current_entry
        if board is not None and entry is not None:
            variant_id, row_query = self.variant_id, self.arrangement.row_query
            self._case_result.request_once(
                (board, variant_id),
                "cases",
                lambda desk: open_case_table(desk.find_cases(board, entry, variant_id, None), row_query),
            )
        self._draw_summary()

    def _receive_cases(self) -> None:
        """Show the cases, or the rows in another arrangement, or say why there are none."""
        # Any other message in the foot is not about this answer.
        if self.frame.message == SORTING_MESSAGE:
            self.show_message("")
        case_table, arrangement = self._case_result.value, self.arrangement
        if case_table is not None:
            if self.case_table is None or case_table.cases is not self.case_table.cases:
                # Another definition may have other columns, so the query that fits the answer
                # is taken over. The filter stays as typed: it may have grown meanwhile.
                filter_text = arrangement.row_query.filter_text
                arrangement.row_query = replace(case_table.query, filter_text=filter_text)
            self._show_case_table(case_table)
            # The reader asked for something else while this answer was on its way.
            if arrangement.row_query != case_table.query:
                self._arrange_cases()
        self._draw_summary()

    def _show_case_table(self, case_table: CaseTable) -> None:
        """Show arranged cases, with the cursor on the group that was left, if any."""
        self.case_table = case_table
        self.grid_rows = (
            build_case_rows(case_table, self.line_width)
            if case_table.group_counts is None
            else build_group_rows(case_table, self.line_width)
        )
        self.row_grid.show_rows(self.grid_rows)
        group_row = self.grid_rows.find_row(self._closed_group) if case_table.group_counts is not None else None
        if group_row is not None:
            self.row_grid.move_to_row(group_row)
            self._closed_group = ""
        self._draw_summary()
        self.draw_frame()

    def _draw_summary(self) -> None:
        """Draw the total rate and how many cases count, or why there are none."""
        case_table, failure_text = self.case_table, self._case_result.failure_text
        if failure_text or case_table is None:
            status_text = failure_text or "Reading the cases…"
            self.show_summary(make_line(make_span(status_text, "dim")))
            return
        # On a low screen the rows need the line more than the note does.
        has_note = self.screen_height >= MINIMUM_HEIGHT_FOR_NOTE
        self.show_summary(*draw_case_summary(case_table, len(self.grid_rows or ()), self.line_width, has_note=has_note))

    # --- order, filter, groups, definition ----------------------------------------------------

    def _arrange_cases(self) -> None:
        """Filter, sort and group again: at once if the rows are few, else on a thread.

        Only one such request runs at a time. Its answer starts another if the query has changed.
        """
        case_table, row_query = self.case_table, self.arrangement.row_query
        if case_table is None:
            return
        if len(case_table.cases) <= SYNCHRONOUS_ROW_LIMIT:
            self._show_case_table(arrange_rows(case_table, row_query))
        elif not self._case_result.is_waiting:
            self.show_message(SORTING_MESSAGE)
            self._case_result.request("order", lambda desk: arrange_rows(case_table, row_query))

    def _leave_group(self) -> bool:
        """Leave the open group, to which the cursor then goes, or else the groups."""
        opened_group = self.arrangement.row_query.opened_group
        self._closed_group = opened_group[1] if opened_group else ""
        return self.arrangement.undo_grouping()

    def _cycle_variant(self, step: int) -> None:
        """Show the next or the previous definition. The one as reported is among them."""
        variant_ids = list_variant_ids(self.current_entry)
        if len(variant_ids) == 1:
            self.show_message("This indicator has only one definition")
            return
        self.variant_id = variant_ids[(variant_ids.index(self.variant_id) + step) % len(variant_ids)]
        self.redraw()

    # --- opening and saving -------------------------------------------------------------------

    def open_current(self) -> None:
        """Open the group or the case under the cursor."""
        grid_rows, row_index = self.grid_rows, self.row_grid.cursor_row
        if isinstance(grid_rows, GroupRows) and grid_rows:
            self.arrangement.open_group(str(grid_rows.row_key(row_index)))
        elif isinstance(grid_rows, CaseRows) and grid_rows and (opened := describe_opened_case(grid_rows, row_index)):
            self.host.navigator.open_case(self.indicator_id, opened)

    def move_to_case(self, step: int) -> OpenedCase | None:
        return step_to_case(self.grid_rows, self.row_grid, step)

    def build_sheet(self) -> RowExport | None:
        return build_cases_export(self.case_table, self.grid_rows, self.indicator_code, self.variant_id or "")
