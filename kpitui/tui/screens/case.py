"""Case screen: the fields of one case, and the timeline of its subject."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from kpitui.drilldown.case_table import classify_case, find_subject_column, select_subject_rows
from kpitui.model.board import Board, Entry
from kpitui.model.catalogue import Scalar
from kpitui.model.drilldown import IndicatorCases, TimelineEvent
from kpitui.tui import commands
from kpitui.tui.address import Address
from kpitui.tui.requests import DeskRequest, RequestFailure
from kpitui.tui.screens.screen_bodies import ScrollingScreen
from kpitui.tui.styled_text import BLANK_LINE, StyledLine, make_line, make_span
from kpitui.tui.views import failure_lines
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
        super().__init__()
        self.indicator_id = indicator_id
        self.subject_id = subject_id
        self._variant_id = variant_id
        self._requested_board: Board | None = None
        self._case_history: CaseHistory | None = None
        self._failure_text = ""

    @property
    def current_entry(self) -> Entry | None:
        """Return the indicator that the case belongs to, if the board has it."""
        return self.state.find_entry(self.indicator_id)

    @property
    def indicator_code(self) -> str:
        """Return the code of the indicator, or the id if the board has no such indicator."""
        return self.current_entry.indicator.code if self.current_entry else self.indicator_id

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return (self.indicator_code, "Cases", self.subject_id)

    def build_address(self) -> Address:
        board_period = self.state.board.period if self.state.board else None
        return Address("case", self.indicator_code, board_period, self.subject_id)

    def draw_body(self) -> None:
        board, entry = self.state.board, self.current_entry
        if board is not None and entry is not None and board is not self._requested_board:
            self._requested_board = board
            # The variant may be missing from a board that was read after the config changed.
            variant_ids = {variant.id for variant in entry.indicator.variants}
            chosen_variant = self._variant_id if self._variant_id in variant_ids else None
            self.request_work(
                DeskRequest("case", lambda desk: load_case_history(desk, board, entry, chosen_variant, self.subject_id))
            )
        self.body_widget.show_lines(tuple(self._draw_case(self.line_width)))

    def receive_result(self, result: Any) -> None:
        self._failure_text = failure_lines.summarise_failure(result) if isinstance(result, RequestFailure) else ""
        self._case_history = None if isinstance(result, RequestFailure) else result
        self.redraw()

    def _draw_case(self, line_width: int) -> Iterable[StyledLine]:
        """Draw every row of the subject, then its events."""
        yield BLANK_LINE
        if self._case_history is None or self.state.board is None:
            yield make_line(make_span(self._failure_text or "Reading the tables…", "dim"))
            return
        cases, case_events = self._case_history
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
