"""Restated screen: the cases behind a restatement, as they were known then and now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from kpitui.model.board import Board, Entry
from kpitui.model.drilldown import CaseRestatement
from kpitui.tui import commands
from kpitui.tui.address import Address
from kpitui.tui.host import OpenedCase
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screens.screen_bodies import TableScreen
from kpitui.tui.styled_text import StyledLine, make_line, make_span, wrap_line
from kpitui.tui.views.commentary_lines import describe_restatement
from kpitui.tui.widgets.plain_rows import PlainRows
from kpitui.tui.widgets.row_grid import GridColumn

RestatedCases = Sequence[Sequence[CaseRestatement]]
"""Cases of each restated period, in the order of the entry's restatements."""
METHOD_NOTE = (
    "Both use today's data, as known on each of the two days: rows added since with an earlier date are in neither."
)
CORRECTED_NOTE = (
    "No case differs between the two days: the tables have been corrected since under earlier dates,"
    " and of what was published only the counts are kept."
)
NOT_PUBLIC_NOTE = "The public view shows no cases"


class RestatedScreen(TableScreen):
    """Cases of an indicator whose state changed after its figures were published."""

    screen_name: ClassVar[str] = "restated"
    BINDINGS = commands.build_bindings("restated")

    def __init__(self, indicator_id: str) -> None:
        super().__init__(indicator_id)
        self._restated_cases = DeskResult[RestatedCases](self)
        self.answer_takers.append(self._restated_cases.accept_answer)

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return (self.indicator_code, "Restated")

    def build_address(self) -> Address:
        return Address("restated", self.indicator_code, self.board_period)

    def draw_body(self) -> None:
        board, entry = self.state.board, self.current_entry
        if board is None or entry is None:
            return
        if not self._restated_cases.is_about(board):
            self._restated_cases.clear()
        if entry.restatements and not board.is_public:
            self._restated_cases.request_once((board,), "restated", lambda desk: desk.find_restated_cases(board, entry))
        case_lines = self._draw_cases(entry)
        self.show_summary(*self._draw_restatements(board, entry, len(case_lines)))
        self.row_grid.display = bool(case_lines)
        self.row_grid.show_rows(PlainRows(case_lines, _fit_columns(case_lines)))

    def _draw_cases(self, entry: Entry) -> tuple[tuple[StyledLine, ...], ...]:
        """Draw a row for each case of each restated period, as it stood then and stands now."""
        return tuple(
            (make_line(make_span(case.subject, "strong")), make_line(make_span(restatement.period.label)),
             make_line(make_span(case.saved_standing, "dim")), make_line(make_span(case.current_standing, "strong")))
            # The cases are empty until the answer is there, hence the lengths may differ.
            for restatement, cases in zip(entry.restatements, self._restated_cases.value or (), strict=False)
            for case in cases
        )  # fmt: skip

    def _draw_restatements(self, board: Board, entry: Entry, case_count: int) -> Iterable[StyledLine]:
        """Draw each restatement, then how many cases changed or why none are shown."""
        for restatement in entry.restatements:
            yield from wrap_line(make_line(*describe_restatement(restatement)), self.line_width, 2)
        outcome_text = self._describe_outcome(board, entry, case_count)
        yield from wrap_line(make_line(make_span(outcome_text, "dim", max_characters=None)), self.line_width)

    def _describe_outcome(self, board: Board, entry: Entry, case_count: int) -> str:
        """Say how many cases stand otherwise, or why none are shown."""
        if board.is_public:
            return NOT_PUBLIC_NOTE
        if not entry.restatements:
            return "No published figure has changed"
        if self._restated_cases.value is None:
            return self._restated_cases.failure_text or "Comparing…"
        # Without a changed case only a corrected table explains the restatement.
        if not case_count:
            return CORRECTED_NOTE
        return f"{case_count:,} case{' differs' if case_count == 1 else 's differ'}. {METHOD_NOTE}"

    def open_current(self) -> None:
        """Open the case under the cursor."""
        subject_ids = [case.subject for cases in self._restated_cases.value or () for case in cases]
        if subject_ids:
            self.host.navigator.open_case(self.indicator_id, OpenedCase(subject_ids[self.row_grid.cursor_row]))


def _fit_columns(case_lines: Sequence[tuple[StyledLine, ...]]) -> list[GridColumn]:
    """Give each column the width of its widest cell, up to a limit."""
    titles = ("Case", "Period", "When published", "Now")
    widths = [
        max([len(title), *(len(line[index][0].text) for line in case_lines)]) for index, title in enumerate(titles)
    ]
    return [GridColumn(title, min(width, 40)) for title, width in zip(titles, widths, strict=True)]
