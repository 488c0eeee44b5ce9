"""Board screen: a panel for each theme, and one table of all indicators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.timer import Timer
from textual.widget import Widget

from kpitui.model import Board, Entry
from kpitui.terminal import commands, messages
from kpitui.terminal.address import Address
from kpitui.terminal.rows import Wish, holds
from kpitui.terminal.saving import Sheet, board_sheet
from kpitui.terminal.screens.arranging import Arranging
from kpitui.terminal.screens.writing import Writing
from kpitui.terminal.show import BLANK
from kpitui.terminal.views import failure
from kpitui.terminal.views.board_rows import BoardRows
from kpitui.terminal.views.marks import WORST_FIRST, order_mark
from kpitui.terminal.views.panels import panels
from kpitui.terminal.views.table import as_text, layout
from kpitui.terminal.views.why import owed_line, why_lines
from kpitui.terminal.widgets.block import Block
from kpitui.terminal.widgets.grid import Column, Grid
from kpitui.terminal.widgets.paper import Paper

WHY_AFTER = 0.15
"""Seconds without a key before the explanation of the current indicator is drawn."""
REST_AFTER = 0.85
"""Further seconds before its commentary is drawn. A reader who moves on never needs it sent."""
WHY_MOST = 9
"""Maximum lines of the explanation below the table."""


class BoardScreen(Writing, Arranging):
    """First screen of the program. When there is no board it says why."""

    place: ClassVar[str] = "board"
    BINDINGS = commands.bindings("board")

    def __init__(self) -> None:
        super().__init__()
        self._shown: BoardRows | None = None
        self._why_rows = 1
        self.why_timer: Timer | None = None
        self._told: Entry | None = None  # the one explained at the foot

    def body(self) -> Iterable[Widget]:
        yield Block(id="panels")
        yield Grid(fixed=2, id="table")
        yield Block("bar", id="why")
        yield Paper(id="failure")

    @property
    def grid(self) -> Grid:
        """Return the table of indicators."""
        return self.query_one("#table", Grid)

    @property
    def mover(self) -> Grid | Paper | None:
        """Return the table, or the page that says why there is no board."""
        return self.grid if self.state.board is not None else self.query_one("#failure", Paper)

    def address(self) -> Address:
        """Return the address of the board, with its period unless it opened on that."""
        board = self.state.board
        return Address("board", period=board.period if board and self.state.past else None)

    @property
    def entry(self) -> Entry | None:
        """Return the indicator under the cursor, or None if the table is empty."""
        shown = self._shown
        return shown.entries[self.grid.cursor] if shown and len(shown) else None

    # --- drawing ------------------------------------------------------------------------------

    def draw(self) -> None:
        board = self.state.board
        self.grid.display = board is not None
        paper = self.query_one("#failure", Paper)
        paper.display = board is None and self.state.failure is not None
        if board is None:
            if self.state.failure is not None:
                again = self.host.key_of("reread")
                paper.show(failure.lines(self.state.failure, self.cells, again))
            return
        rows = self._rows(board)
        self._shown = rows
        self._arrange(board, len(rows))
        self.grid.show(rows)
        self._draw_why()

    def _arrange(self, board: Board, many: int) -> None:
        """Share out the height among the table, panels, outstanding work and explanation."""
        cells, high = self.cells, self.high
        # The header takes two lines and the footer one, the table a line of headings, and the
        # explanation at least one line.
        spare = high - 2 - 1 - (len(board.entries) + 1) - 1
        top = panels(board, cells, spare - 3)
        still = owed_line(board, cells)
        air = max(spare - len(top), 0)
        # Blank lines come last: panels and outstanding work go first where the height is short.
        before = (BLANK,) if air >= 1 + len(still) else ()
        after = (*still, BLANK) if air >= 4 else (still or (BLANK,)) if air >= 2 else still[:air]
        self.query_one("#panels", Block).show((*before, *top, *after) if spare > 0 else ())
        used = 2 + len(before) + len(top) + len(after) + 1
        room = min(max(high - used - (len(board.entries) + 1), 1), WHY_MOST)
        # The height is set aside for the longest explanation, so that the table does not jump as
        # the cursor moves.
        needed = (len(why_lines(entry, cells, room)) for entry in board.entries)
        self._why_rows = max(needed, default=1)
        # Rows are set apart only where the explanation has all its lines and every row stays in
        # sight.
        airy = room >= WHY_MOST and high - used - self._why_rows > 2 * len(board.entries)
        self.grid.lead(1 if airy else 0)
        self.grid.styles.height = max(high - used - self._why_rows, 3)

    def _rows(self, board: Board) -> BoardRows:
        """Filter and sort the entries, and fit the columns to the width."""
        placed = layout(board.entries, self.cells)
        entries = [entry for entry in board.entries if holds(as_text(entry), self.wish.filter)]
        # Sorting is stable: entries of one colour keep the order of the board, and those
        # equal in the chosen column keep the order of colours.
        entries.sort(key=lambda entry: WORST_FIRST[entry.judgement.rag])
        by = next((column for column, _ in placed if column.id == self.wish.sorted_by), None)
        if by is not None:
            entries.sort(key=by.order, reverse=self.wish.reverse)  # type: ignore[arg-type]
        elif self.wish.reverse:
            entries.reverse()
        columns = [
            Column(column.title, size, column.align, order_mark(self.wish, column.id))
            for column, size in placed
        ]
        return BoardRows(tuple(entries), placed, columns)

    def _draw_why(self, *, whole: bool = True) -> None:
        """Draw the explanation of the current indicator, padded to the height set aside for it."""
        entry, rows = self.entry, self._why_rows
        self._told = entry
        lines = why_lines(entry, self.cells, rows, whole=whole) if entry else ()
        # The block keeps its height: a block that changes it makes the whole screen lay out anew.
        self.query_one("#why", Block).show((*lines, *[BLANK] * (rows - len(lines))))

    @on(messages.Moved)
    def _cursor_moved(self) -> None:
        """Explain the new indicator a moment later, once no key follows."""
        # A key that is held down would send the explanation of every row it passes; docs/speed.md
        # allows 350 bytes for a step of the cursor.
        if self.entry is not self._told or self.why_timer is not None:
            self._later(WHY_AFTER, self._say_why)

    def _later(self, seconds: float, then: Callable[[], None]) -> None:
        """Run a callback after some seconds, instead of the one that waits already."""
        if self.why_timer is not None:
            self.why_timer.stop()
        self.why_timer = self.set_timer(seconds, then)

    def _say_why(self) -> None:
        """Draw the judgement now, and the commentary when the cursor has rested longer."""
        if self._shown is not None:
            self._draw_why(whole=False)
            self._later(REST_AFTER, self._say_the_rest)

    def _say_the_rest(self) -> None:
        """Draw the whole explanation."""
        self.why_timer = None
        if self._shown is not None:
            self._draw_why()

    # --- actions ------------------------------------------------------------------------------

    @on(messages.Chosen)
    def action_open(self) -> None:
        if self.typing:
            self.stop_typing()
        elif self.entry is not None:
            self.host.open_indicator(self.entry)

    def action_cases(self) -> None:
        if self.entry is not None:
            self.host.open_cases(self.entry)

    def step_back(self) -> bool:
        """Undo filter and order, and return whether there was anything to undo."""
        # The board is the first screen, so Escape has only the order to go back from.
        sorted_at_all = self.wish != Wish()
        self.want(sorted_by="", reverse=False)
        return sorted_at_all

    def sortable(self) -> Sequence[str]:
        return [column.id for column, _ in self._shown.layout] if self._shown else ()

    def sheet(self) -> Sheet | None:
        board = self.state.board
        if board is None or self._shown is None:
            return None
        return board_sheet(self._shown.entries, f"board {board.period}")

    def order_of_entries(self) -> tuple[str, ...]:
        """Return the ids of the indicators in the order of the table."""
        return tuple(one.indicator.id for one in self._shown.entries) if self._shown else ()

    def show_entry(self, entry: Entry) -> None:
        """Put the cursor on an indicator, and clear the filter if that hides it."""
        if self._shown is not None and self._shown.find(entry.indicator.id) is None:
            self.want(filter="")
        row = self._shown.find(entry.indicator.id) if self._shown is not None else None
        if row is not None:
            self.grid.go(row)
