"""Restated screen: the cases behind a restatement, as they were known then and now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import on

from kpitui.model.board import Board, Entry
from kpitui.model.drilldown import CaseRestatement
from kpitui.tui import commands, messages
from kpitui.tui.address import Address
from kpitui.tui.requests import DeskRequest, RequestFailure
from kpitui.tui.screens.data import PlainRows
from kpitui.tui.screens.screen_bodies import TableScreen
from kpitui.tui.styled_text import StyledLine, make_line, make_span, wrap_line
from kpitui.tui.views import failure_lines
from kpitui.tui.views.commentary_lines import describe_restatement
from kpitui.tui.widgets.row_grid import GridColumn

RestatedCases = Sequence[Sequence[CaseRestatement]]
"""Cases of each restated period, in the order of the entry's restatements."""
METHOD_NOTE = (
    "Both by the data of today, as known on the two days: what was added since under an earlier date is in neither."
)
CORRECTED_NOTE = (
    "No case stands otherwise by what was known on the two days: the tables were corrected since"
    " under an earlier date, and what was said is kept as counts alone."
)
NOT_PUBLIC_NOTE = "The public view shows no cases"


class RestatedScreen(TableScreen):
    """Cases of an indicator whose state changed after its figures were published."""

    screen_name: ClassVar[str] = "restated"
    BINDINGS = commands.build_bindings("restated")

    def __init__(self, indicator_id: str) -> None:
        super().__init__()
        self.indicator_id = indicator_id
        self._requested_board: Board | None = None
        self._restated_cases: RestatedCases = ()
        self._status_text = "Comparing…"

    @property
    def current_entry(self) -> Entry | None:
        """Return the indicator shown, if the board has it."""
        return self.state.find_entry(self.indicator_id)

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return (self.current_entry.indicator.code if self.current_entry else self.indicator_id, "Restated")

    def build_address(self) -> Address:
        board_period = self.state.board.period if self.state.board else None
        return Address("restated", self.build_breadcrumbs()[0], board_period)

    def draw_body(self) -> None:
        board, entry = self.state.board, self.current_entry
        if board is None or entry is None:
            return
        if board is not self._requested_board:
            self._requested_board = board
            self._request_restated_cases(board, entry)
        case_lines = [
            (make_line(make_span(case.subject, "strong")), make_line(make_span(restatement.period.label)),
             make_line(make_span(case.saved_standing, "dim")), make_line(make_span(case.current_standing, "strong")))
            # The cases are empty until the answer is there, hence the lengths may differ.
            for restatement, cases in zip(entry.restatements, self._restated_cases, strict=False)
            for case in cases
        ]  # fmt: skip
        self.show_summary(*self._draw_restatements(entry, len(case_lines)))
        titles = ("Case", "Period", "As it stood then", "As it stands now")
        widths = [max([len(title), *(len(line[index][0].text) for line in case_lines)])
                 for index, title in enumerate(titles)]  # fmt: skip
        grid_columns = [
            GridColumn(column_title, min(width, 40)) for column_title, width in zip(titles, widths, strict=True)
        ]
        self.body_widget.display = bool(case_lines)
        self.body_widget.show_rows(PlainRows(tuple(case_lines), grid_columns))

    def _request_restated_cases(self, board: Board, entry: Entry) -> None:
        """Request the restated cases, or say why there are none to show."""
        self._restated_cases = ()
        if board.is_public:
            self._status_text = NOT_PUBLIC_NOTE
        elif not entry.restatements:
            self._status_text = "Nothing that was said of it reads otherwise now"
        else:
            self._status_text = "Comparing…"
            self.request_work(DeskRequest("restated", lambda desk: desk.find_restated_cases(board, entry)))

    def _draw_restatements(self, entry: Entry, case_count: int) -> Iterable[StyledLine]:
        """Draw each restatement, then how many cases changed."""
        for restatement in entry.restatements:
            yield from wrap_line(make_line(*describe_restatement(restatement)), self.line_width, 2)
        outcome_text = f"{case_count:,} case{' stands' if case_count == 1 else 's stand'} otherwise. {METHOD_NOTE}"
        # Without a changed case only a corrected table explains the restatement.
        outcome_text = outcome_text if case_count else CORRECTED_NOTE
        yield from wrap_line(
            make_line(make_span(self._status_text or outcome_text, "dim", max_characters=None)), self.line_width
        )

    def receive_result(self, result: Any) -> None:
        is_failure = isinstance(result, RequestFailure)
        self._status_text = failure_lines.summarise_failure(result) if is_failure else ""
        self._restated_cases = () if is_failure else result
        self.redraw()

    @on(messages.RowChosen)
    def action_open(self) -> None:
        subject_ids = [case.subject for cases in self._restated_cases for case in cases]
        if subject_ids:
            self.host.navigator.open_case(self.indicator_id, subject_ids[self.body_widget.cursor_row])
