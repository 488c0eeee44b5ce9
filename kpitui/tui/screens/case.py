"""Case screen: what one case is now, its time line, and its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kpitui.drilldown.case_table import find_subject_column, select_subject_rows
from kpitui.model.board import Board, Entry
from kpitui.tui import commands
from kpitui.tui.address import Address
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screens.screen_bodies import ScrollingScreen
from kpitui.tui.styled_text import BLANK_LINE, make_line, make_span
from kpitui.tui.view_options import ViewOptions
from kpitui.tui.views.case_page import CaseHistory, draw_case_page

if TYPE_CHECKING:
    from kpitui.tui.desk_protocol import Desk
    from kpitui.tui.host import OpenedCase


class CaseScreen(ScrollingScreen):
    """One school, child or worker under an indicator."""

    screen_name: ClassVar[str] = "case"
    BINDINGS = commands.build_bindings("case")

    def __init__(self, indicator_id: str, opened_case: OpenedCase) -> None:
        super().__init__(indicator_id)
        self.opened_case = opened_case
        self._case_history = DeskResult[CaseHistory](self)
        self.answer_takers.append(self._case_history.accept_answer)
        self.command_handlers |= {"following": lambda: self._turn_page(1), "preceding": lambda: self._turn_page(-1)}

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return (self.indicator_code, "Cases", self.opened_case.subject_id)

    def build_address(self) -> Address:
        opened_case = self.opened_case
        options = ViewOptions(definition=self._find_variant_id() or "", row_number=opened_case.row_number)
        return Address("case", self.indicator_code, self.board_period, opened_case.subject_id, options=options)

    def _find_variant_id(self) -> str | None:
        """Return the definition that the case was opened in, unless that is the main one."""
        variants = self.current_entry.indicator.variants if self.current_entry else ()
        # The variant may be missing from a board that was read after the config changed.
        return next((rule.id for rule in variants if rule.id == self.opened_case.variant_id), None)

    def draw_body(self) -> None:
        board, entry, opened_case = self.state.board, self.current_entry, self.opened_case
        if board is not None and entry is not None:
            variant_id = self._find_variant_id()
            self._case_history.request_once(
                (board, opened_case.subject_id, variant_id),
                "case",
                lambda desk: load_case_history(desk, board, entry, variant_id, opened_case.subject_id),
            )
        self._draw_case()

    def _draw_case(self) -> None:
        case_history, board = self._case_history, self.state.board
        if case_history.value is None or board is None:
            status_line = make_line(make_span(case_history.failure_text or "Reading the tables…", "dim"))
            self.scrolling_text.show_lines((BLANK_LINE, status_line))
            return
        page_lines = draw_case_page(case_history.value, self.opened_case.row_number, board.as_at, self.line_width)
        self.scrolling_text.show_lines((BLANK_LINE, *page_lines))

    def _turn_page(self, step: int) -> None:
        """Show the next case of the list below, and move the cursor there along."""
        screen_below = self.host.navigator.screen_below
        next_case = screen_below.move_to_case(step) if screen_below is not None else None
        if next_case is None:
            self.show_message("No more cases in the list")
            return
        self.opened_case = next_case
        self.scrolling_text.scroll_to_line(0)
        self.redraw()


def load_case_history(desk: Desk, board: Board, entry: Entry, variant_id: str | None, subject_id: str) -> CaseHistory:
    """Return the cases that a subject may be among, its rows, and its events."""
    from kpitui.drilldown.case_reasons import add_reasons

    cases = add_reasons(desk.find_cases(board, entry, variant_id, None))
    events = desk.build_timeline(board, find_subject_column(cases), subject_id)
    return CaseHistory(cases, select_subject_rows(cases, subject_id), events)
