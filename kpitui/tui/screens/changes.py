"""Changes screen: what moved since the period before, or between any two periods."""

from __future__ import annotations

from typing import Any, ClassVar

from kpitui.model.board import Board
from kpitui.model.drilldown import PeriodChanges
from kpitui.model.periods import Period
from kpitui.tui import commands
from kpitui.tui.address import Address
from kpitui.tui.requests import DeskRequest, RequestFailure
from kpitui.tui.save_rows import RowExport, build_changes_export
from kpitui.tui.screens.row_arrangement import FilterableScreen
from kpitui.tui.screens.screen_bodies import ScrollingScreen
from kpitui.tui.styled_text import make_line, make_span
from kpitui.tui.views import failure_lines
from kpitui.tui.views.change_lines import build_changes_page
from kpitui.tui.views.page_layout import Page


class ChangesScreen(ScrollingScreen, FilterableScreen):
    """Changes from an earlier period to that of the board."""

    screen_name: ClassVar[str] = "changes"
    BINDINGS = commands.build_bindings("changes")

    def __init__(self, earlier_period: Period | None = None) -> None:
        super().__init__()
        self.earlier_period = earlier_period  # None: the period just before the board's
        self._compared_with: tuple[Board, Period] | None = None
        self._period_changes: PeriodChanges | None = None
        self._failure_text = ""

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("What moved",)

    def build_address(self) -> Address:
        board_period = self.state.board.period if self.state.board else None
        return Address("changes", period=board_period, earlier_period=self.earlier_period)

    def compare_with(self, earlier_period: Period | None) -> None:
        """Compare with another earlier period. None means the one just before the board's."""
        self.earlier_period = earlier_period
        self.redraw()

    def draw_body(self) -> None:
        board = self.state.board
        if board is not None:
            self._request_changes(board)
        if self._period_changes is None:
            self.show_page(Page((make_line(make_span(self._failure_text or "Comparing…", "dim")),), ()))
        else:
            self.show_page(build_changes_page(self._period_changes, self.line_width, self.row_query.filter_text))

    def _request_changes(self, board: Board) -> None:
        """Request the changes, unless they are those of the same board and period."""
        later_period = board.period
        # The board may have gone to another kind of period, or back beyond the earlier one.
        if self.earlier_period is not None and (
            self.earlier_period.kind != later_period.kind or self.earlier_period >= later_period
        ):
            self.earlier_period = None
        period = self.earlier_period or later_period.previous
        if self._compared_with is None or self._compared_with[0] is not board or self._compared_with[1] != period:
            self._compared_with = (board, period)
            if self._period_changes is not None and self._period_changes.board.is_public != board.is_public:
                self._period_changes = None  # never internal figures under a public heading, nor the reverse
            self.request_work(DeskRequest("changes", lambda desk: desk.compare_periods(board, period, later_period)))

    def receive_result(self, result: Any) -> None:
        is_failure = isinstance(result, RequestFailure)
        self._failure_text = failure_lines.summarise_failure(result) if is_failure else ""
        self._period_changes = None if is_failure else result
        self.redraw()

    def build_sheet(self) -> RowExport | None:
        changes = self._period_changes
        return (
            build_changes_export(changes, f"changes {changes.earlier_period} to {changes.later_period}")
            if changes
            else None
        )

    # --- the earlier period -------------------------------------------------------------------

    def action_from_earlier(self) -> None:
        self._step_earlier_period(-1)

    def action_from_later(self) -> None:
        self._step_earlier_period(1)

    def _step_earlier_period(self, direction: int) -> None:
        """Move the earlier period back (-1) or forward (1), always before that of the board."""
        if self.state.board is None:
            return
        later_period = self.state.board.period
        start = self.earlier_period or later_period.previous
        next_start = start.previous if direction < 0 else start.following
        if next_start >= later_period:
            self.show_message(f"Nothing is between {start.label} and {later_period.label}")
            return
        # None follows the board when it goes to another period.
        self.compare_with(None if next_start == later_period.previous else next_start)
