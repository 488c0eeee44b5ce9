"""Who is due: all lists with their numbers, and one list."""

from __future__ import annotations

from typing import ClassVar

from kpitui.drilldown.case_table import matches_filter
from kpitui.drilldown.due_rows import arrange_due_rows
from kpitui.model.drilldown import Subject
from kpitui.model.due_lists import DueCases
from kpitui.report import due_output
from kpitui.tui import commands
from kpitui.tui.address import Address
from kpitui.tui.save_rows import RowExport
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screen_parts.row_arrangement import RowArrangement
from kpitui.tui.screens.screen_bodies import TableScreen
from kpitui.tui.styled_text import make_line, make_span, wrap_line
from kpitui.tui.view_options import ViewOptions
from kpitui.tui.views.due_rows import DueRows, build_due_rows, build_list_rows
from kpitui.wording import begin_sentence, format_date

READING_TEXT = "Reading who is due…"


class DueListsScreen(TableScreen):
    """Every list with how many are overdue and how many are still ahead."""

    screen_name: ClassVar[str] = "due"
    BINDINGS = commands.build_bindings("due")

    def __init__(self) -> None:
        super().__init__()
        self._lists = DeskResult[tuple[DueCases, ...]](self)
        self.arrangement = RowArrangement(self)
        self.answer_takers.append(self._lists.accept_answer)
        self.command_handlers |= self.arrangement.command_handlers

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("Who is due",)

    def build_address(self) -> Address:
        return Address("due", period=self.board_period, options=ViewOptions(row_query=self.arrangement.row_query))

    def restore_options(self, options: ViewOptions) -> None:
        self.arrangement.restore_query(options.row_query)

    def draw_body(self) -> None:
        board = self.state.board
        if board is None:
            return
        self._lists.request_once((board,), "due", lambda desk: desk.list_due_lists(board))
        lists = self._list_matches()
        text = self._lists.failure_text or (f"As known on {format_date(board.as_at)}" if lists else READING_TEXT)
        self.show_summary(make_line(make_span(text, "dim")))
        self.row_grid.show_rows(build_list_rows(lists))

    def _list_matches(self) -> tuple[DueCases, ...]:
        filter_text = self.arrangement.row_query.filter_text
        return tuple(
            cases
            for cases in self._lists.value or ()
            if matches_filter(f"{cases.due_list.code} {cases.due_list.title}", filter_text)
        )

    def open_current(self) -> None:
        """Open the list under the cursor."""
        if lists := self._list_matches():
            due_list = lists[self.row_grid.cursor_row].due_list
            self.host.navigator.open_address(Address("due", subject_id=due_list.code))


class DueCasesScreen(TableScreen):
    """The rows of one list, which a code or an indicator names."""

    screen_name: ClassVar[str] = "due"
    BINDINGS = commands.build_bindings("due")

    def __init__(self, list_name: str) -> None:
        super().__init__()
        self.list_name = list_name
        self._due_rows: DueRows | None = None
        self._due_result = DeskResult[DueCases](self)
        self.arrangement = RowArrangement(
            self, list_sortable_columns=lambda: self._due_rows.cases.shown_columns if self._due_rows else ()
        )
        self.answer_takers.append(self._due_result.accept_answer)
        self.command_handlers |= self.arrangement.command_handlers

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("Who is due", self._due_rows.cases.due_list.code if self._due_rows else self.list_name)

    def build_address(self) -> Address:
        options = ViewOptions(row_query=self.arrangement.row_query)
        return Address("due", period=self.board_period, subject_id=self.build_breadcrumbs()[-1], options=options)

    def restore_options(self, options: ViewOptions) -> None:
        self.arrangement.restore_query(options.row_query)

    def draw_body(self) -> None:
        board, list_name = self.state.board, self.list_name
        if board is None:
            return
        self._due_result.request_once((board,), "due", lambda desk: desk.list_due_cases(board, list_name))
        cases = self._due_result.value
        if cases is None:
            text = self._due_result.failure_text or READING_TEXT
            self.show_summary(*wrap_line(make_line(make_span(text, "dim", max_characters=None)), self.line_width))
            return
        query = self.arrangement.row_query
        self._due_rows = build_due_rows(arrange_due_rows(cases, query), query)
        self.row_grid.show_rows(self._due_rows)
        self._draw_summary(cases)

    def _draw_summary(self, cases: DueCases) -> None:
        """Draw what the list is, how many are on it, and how far the tables reach."""
        title = f"{cases.due_list.title}, as known on {format_date(cases.as_at)}"
        texts = [due_output.describe_latest_events(cases), due_output.describe_undated(cases)]
        if self.screen_height < 30:
            # On a low screen the rows need the lines more.
            texts = texts[:1]
        counts_text = begin_sentence(due_output.describe_due_counts(cases))
        if len(self._due_rows or ()) != len(cases):
            counts_text += f"   {len(self._due_rows or ()):,} of {len(cases):,} shown"
        note_lines = [
            line
            for text in texts
            if text
            for line in wrap_line(make_line(make_span(text, "dim", max_characters=None)), self.line_width)
        ]
        self.show_summary(make_line(make_span(title, "strong")), make_line(make_span(counts_text)), *note_lines)

    def open_current(self) -> None:
        """Open the child under the cursor, in the first indicator that has it."""
        if self._due_rows is not None and len(self._due_rows):
            subject_id = self._due_rows.subject_of_row(self.row_grid.cursor_row)
            self.host.navigator.open_subject_case(Subject("children", "child", subject_id))

    def build_sheet(self) -> RowExport | None:
        if self._due_rows is None:
            return None
        cases = self._due_rows.cases
        return RowExport(f"{cases.due_list.code} due {cases.as_at}", cases.column_names, cases.case_frame.iter_rows())
