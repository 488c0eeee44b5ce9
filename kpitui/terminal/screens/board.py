"""The board: panels by theme over one table of all indicators."""

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
"""Seconds without a key after which the foot of the board says why."""
REST_AFTER = 0.85
"""Seconds more after which it says the rest: a reader who goes on never needs it sent."""
WHY_MOST = 9
"""Lines that the foot of the board may take to say why."""


class BoardScreen(Writing, Arranging):
    place: ClassVar[str] = "board"
    BINDINGS = commands.bindings("board")

    def __init__(self) -> None:
        super().__init__()
        self._shown: BoardRows | None = None
        self._why_rows = 1
        self.why_timer: Timer | None = None
        self._told: Entry | None = None  # whose reason is at the foot

    def body(self) -> Iterable[Widget]:
        yield Block(id="panels")
        yield Grid(fixed=2, id="table")
        yield Block("bar", id="why")
        yield Paper(id="failure")

    @property
    def grid(self) -> Grid:
        return self.query_one("#table", Grid)

    @property
    def mover(self) -> Grid | Paper | None:
        return self.grid if self.state.board is not None else self.query_one("#failure", Paper)

    def address(self) -> Address:
        board = self.state.board
        return Address("board", period=board.period if board and self.state.past else None)

    @property
    def entry(self) -> Entry | None:
        """The indicator under the cursor."""
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
        """Share out the height: the table, panels, what is owed, air, and then why."""
        cells, high = self.cells, self.high
        spare = high - 2 - 1 - (len(board.entries) + 1) - 1
        top = panels(board, cells, spare - 3)
        still = owed_line(board, cells)
        air = max(spare - len(top), 0)
        before = (BLANK,) if air >= 1 + len(still) else ()
        after = (*still, BLANK) if air >= 4 else (still or (BLANK,)) if air >= 2 else still[:air]
        self.query_one("#panels", Block).show((*before, *top, *after) if spare > 0 else ())
        used = 2 + len(before) + len(top) + len(after) + 1
        room = min(max(high - used - (len(board.entries) + 1), 1), WHY_MOST)
        needed = (len(why_lines(entry, cells, room)) for entry in board.entries)
        self._why_rows = max(needed, default=1)
        airy = room >= WHY_MOST and high - used - self._why_rows > 2 * len(board.entries)
        self.grid.lead(1 if airy else 0)
        self.grid.styles.height = max(high - used - self._why_rows, 3)

    def _rows(self, board: Board) -> BoardRows:
        placed = layout(board.entries, self.cells)
        entries = [entry for entry in board.entries if holds(as_text(entry), self.wish.filter)]
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
        entry, rows = self.entry, self._why_rows
        self._told = entry
        lines = why_lines(entry, self.cells, rows, whole=whole) if entry else ()
        self.query_one("#why", Block).show((*lines, *[BLANK] * (rows - len(lines))))

    @on(messages.Moved)
    def _cursor_moved(self) -> None:
        """Say why a moment later: a key that is held down does not send every reason on the way."""
        if self.entry is not self._told or self.why_timer is not None:
            self._later(WHY_AFTER, self._say_why)

    def _later(self, seconds: float, then: Callable[[], None]) -> None:
        if self.why_timer is not None:
            self.why_timer.stop()
        self.why_timer = self.set_timer(seconds, then)

    def _say_why(self) -> None:
        if self._shown is not None:
            self._draw_why(whole=False)
            self._later(REST_AFTER, self._say_the_rest)

    def _say_the_rest(self) -> None:
        self.why_timer = None
        if self._shown is not None:
            self._draw_why()

    # --- answering ----------------------------------------------------------------------------

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
        """On the board, which has nothing behind it, the order is taken back too."""
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
        """The indicators as they stand, by id."""
        return tuple(one.indicator.id for one in self._shown.entries) if self._shown else ()

    def show_entry(self, entry: Entry) -> None:
        """Put the cursor on an indicator, the filter laid aside if it hides it."""
        if self._shown is not None and self._shown.find(entry.indicator.id) is None:
            self.want(filter="")
        row = self._shown.find(entry.indicator.id) if self._shown is not None else None
        if row is not None:
            self.grid.go(row)
