"""Case screen: the fields of one case, and the timeline of its subject."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from kpitui.drilldown.case_table import classify_case, find_subject_column, select_subject_rows
from kpitui.model.board import Board, Entry
from kpitui.model.catalogue import Scalar
from kpitui.model.drilldown import IndicatorCases, TimelineEvent
from kpitui.tui import commands
from kpitui.tui.address import Address
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screens.screen_bodies import ScrollingScreen
from kpitui.tui.styled_text import BLANK_LINE, StyledLine, make_line, make_span
from kpitui.tui.views.page_layout import draw_heading
from kpitui.tui.views.timeline_lines import draw_case_facts, draw_timeline

if TYPE_CHECKING:
    from kpitui.tui.desk_protocol import Desk

CaseHistory = tuple[IndicatorCases, tuple[TimelineEvent, ...]]
"""The cases behind a number, and the events of one subject."""


class CaseScreen(ScrollingScreen):
    """One school, child or worker under an indicator."""

    screen_name: ClassVar[str] = "case"
    BINDINGS = commands.build_bindings("case")

    def __init__(self, indicator_id: str, subject_id: str, variant_id: str | None = None) -> None:
        super().__init__(indicator_id)
        self.subject_id = subject_id
        self._variant_id = variant_id
        self._case_history = DeskResult[CaseHistory](self)
        self.answer_takers.append(self._case_history.accept_answer)

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return (self.indicator_code, "Cases", self.subject_id)

    def build_address(self) -> Address:
        return Address("case", self.indicator_code, self.board_period, self.subject_id)

    def draw_body(self) -> None:
        board, entry = self.state.board, self.current_entry
        if board is not None and entry is not None:
            # The variant may be missing from a board that was read after the config changed.
            variant_ids = {variant.id for variant in entry.indicator.variants}
            variant_id = self._variant_id if self._variant_id in variant_ids else None
            self._case_history.request_once(
                (board,), "case", lambda desk: load_case_history(desk, board, entry, variant_id, self.subject_id)
            )
        self.scrolling_text.show_lines(tuple(self._draw_case(self.line_width)))

    def _draw_case(self, line_width: int) -> Iterable[StyledLine]:
        """Draw every row of the subject, then its events."""
        yield BLANK_LINE
        case_history = self._case_history
        if case_history.value is None or self.state.board is None:
            yield make_line(make_span(case_history.failure_text or "Reading the tables…", "dim"))
            return
        cases, case_events = case_history.value
        for case_row in select_subject_rows(cases, self.subject_id):
            title = f"{cases.entry.indicator.code} · {cases.period.label}: {_describe_case_state(case_row)}"
            yield draw_heading(title, None, line_width)
            yield from draw_case_facts(case_row, line_width)
            yield BLANK_LINE
        yield draw_heading("Over time", None, line_width)
        yield from draw_timeline(case_events, self.state.board.as_at, line_width)


def load_case_history(desk: Desk, board: Board, entry: Entry, variant_id: str | None, subject_id: str) -> CaseHistory:
    """Return the cases that a subject may be among, and the events of the subject."""
    cases = desk.find_cases(board, entry, variant_id, None)
    return cases, desk.build_timeline(board, find_subject_column(cases), subject_id)


def _describe_case_state(case_row: dict[str, Scalar | None]) -> str:
    """Say whether a row counts, and why if it is left out."""
    case_state = classify_case(case_row)
    return f"left out, {case_row['left_out_because']}" if case_state == "left out" else case_state
