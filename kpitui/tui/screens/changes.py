"""Changes screen: what moved since the period before, or between any two periods."""

from __future__ import annotations

from typing import ClassVar

from kpitui.model.board import Board
from kpitui.model.drilldown import PeriodChanges
from kpitui.model.periods import Period
from kpitui.tui import commands
from kpitui.tui.address import Address
from kpitui.tui.save_rows import RowExport, build_changes_export
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screen_parts.row_arrangement import RowArrangement
from kpitui.tui.screens.screen_bodies import ScrollingScreen
from kpitui.tui.styled_text import make_line, make_span
from kpitui.tui.view_options import ViewOptions
from kpitui.tui.views.change_lines import build_changes_page
from kpitui.tui.views.page_layout import Page


class ChangesScreen(ScrollingScreen):
    """Changes from an earlier period to that of the board."""

    screen_name: ClassVar[str] = "changes"
    BINDINGS = commands.build_bindings("changes")

    def __init__(self, earlier_period: Period | None = None) -> None:
        super().__init__()
        self.earlier_period = earlier_period  # None: the period just before the board's
        self._period_changes = DeskResult[PeriodChanges](self)
        self.answer_takers.append(self._period_changes.accept_answer)
        self.arrangement = RowArrangement(self)
        self.command_handlers |= self.arrangement.command_handlers | {
            "from_earlier": lambda: self._step_earlier_period(-1),
            "from_later": lambda: self._step_earlier_period(1),
        }

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("What moved",)

    def build_address(self) -> Address:
        options = ViewOptions(row_query=self.arrangement.row_query)
        return Address("changes", period=self.board_period, earlier_period=self.earlier_period, options=options)

    def restore_options(self, options: ViewOptions) -> None:
        self.arrangement.restore_query(options.row_query)

    def compare_with(self, earlier_period: Period | None) -> None:
        """Compare with another earlier period. None means the one just before the board's."""
        self.earlier_period = earlier_period
        self.redraw()

    def draw_body(self) -> None:
        if self.state.board is not None:
            self._request_changes(self.state.board)
        changes = self._period_changes
        if changes.value is None:
            self.show_page(Page((make_line(make_span(changes.failure_text or "Comparing…", "dim")),), ()))
        else:
            self.show_page(build_changes_page(changes.value, self.line_width, self.arrangement.row_query.filter_text))

    def _request_changes(self, board: Board) -> None:
        """Request the changes, unless they are those of the same board and period."""
        later_period, earlier = board.period, self.earlier_period
        # The board may have gone to another kind of period, or back beyond the earlier one.
        if earlier is not None and (earlier.kind != later_period.kind or earlier >= later_period):
            self.earlier_period = None
        period, changes = self.earlier_period or later_period.previous, self._period_changes.value
        if changes is not None and changes.board.is_public != board.is_public:
            self._period_changes.clear()  # never internal figures under a public heading, nor the reverse
        self._period_changes.request_once(
            (board, period), "changes", lambda desk: desk.compare_periods(board, period, later_period)
        )

    def build_sheet(self) -> RowExport | None:
        changes = self._period_changes.value
        if changes is None:
            return None
        return build_changes_export(changes, f"changes {changes.earlier_period} to {changes.later_period}")

    def _step_earlier_period(self, direction: int) -> None:
        """Move the earlier period back (-1) or forward (1), always before that of the board."""
        if self.state.board is None:
            return
        later_period = self.state.board.period
        start = self.earlier_period or later_period.previous
        next_start = start.previous if direction < 0 else start.following
        if next_start >= later_period:
            self.show_message(f"No period between {start.label} and {later_period.label}")
            return
        # None follows the board when it goes to another period.
        self.compare_with(None if next_start == later_period.previous else next_start)
