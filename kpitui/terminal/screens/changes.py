"""Changes screen: what moved since the period before, or between any two periods."""

from __future__ import annotations

from typing import Any, ClassVar

from kpitui.behind import Changes
from kpitui.model import Board
from kpitui.periods import Period
from kpitui.terminal import commands
from kpitui.terminal.address import Address
from kpitui.terminal.saving import Sheet, changes_sheet
from kpitui.terminal.screens.arranging import Arranging
from kpitui.terminal.screens.bodies import OnPaper
from kpitui.terminal.show import line, span
from kpitui.terminal.views import failure
from kpitui.terminal.views.changes import changes_page
from kpitui.terminal.views.page import Page
from kpitui.terminal.work import Failure, Request


class ChangesScreen(OnPaper, Arranging):
    """Changes from an earlier period to that of the board."""

    place: ClassVar[str] = "changes"
    BINDINGS = commands.bindings("changes")

    def __init__(self, before: Period | None = None) -> None:
        super().__init__()
        self.before = before  # None: the period just before the board's
        self._of: tuple[Board, Period] | None = None
        self._found: Changes | None = None
        self._failed = ""

    def crumbs(self) -> tuple[str, ...]:
        return ("What moved",)

    def address(self) -> Address:
        period = self.state.board.period if self.state.board else None
        return Address("changes", period=period, before=self.before)

    def compare(self, before: Period | None) -> None:
        """Compare with another earlier period. None means the one just before the board's."""
        self.before = before
        self.redraw()

    def draw(self) -> None:
        board = self.state.board
        if board is not None:
            self._want(board)
        if self._found is None:
            self.show(Page((line(span(self._failed or "Comparing…", "dim")),), ()))
        else:
            self.show(changes_page(self._found, self.cells, self.wish.filter))

    def _want(self, board: Board) -> None:
        """Request the changes, unless they are those of the same board and period."""
        after = board.period
        # The board may have gone to another kind of period, or back beyond the earlier one.
        if self.before is not None and (self.before.kind != after.kind or self.before >= after):
            self.before = None
        before = self.before or after.previous
        if self._of is None or self._of[0] is not board or self._of[1] != before:
            self._of = (board, before)
            if self._found is not None and self._found.board.public != board.public:
                self._found = None  # never internal figures under a public heading, nor the reverse
            self.ask(Request("changes", lambda desk: desk.changes(board, before, after)))

    def take(self, result: Any) -> None:
        failed = isinstance(result, Failure)
        self._failed = failure.in_short(result) if failed else ""
        self._found = None if failed else result
        self.redraw()

    def sheet(self) -> Sheet | None:
        found = self._found
        return changes_sheet(found, f"changes {found.before} to {found.after}") if found else None

    # --- the earlier period -------------------------------------------------------------------

    def action_from_earlier(self) -> None:
        self._step(-1)

    def action_from_later(self) -> None:
        self._step(1)

    def _step(self, by: int) -> None:
        """Move the earlier period back (-1) or forward (1), always before that of the board."""
        if self.state.board is None:
            return
        after = self.state.board.period
        start = self.before or after.previous
        wanted = start.previous if by < 0 else start.following
        if wanted >= after:
            self.say(f"Nothing is between {start.shown} and {after.shown}")
            return
        # None follows the board when it goes to another period.
        self.compare(None if wanted == after.previous else wanted)
