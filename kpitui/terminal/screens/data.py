"""Data screen: each source with its age and its rows, and each issue found in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on
from textual.widget import Widget

from kpitui import words
from kpitui.model import Board
from kpitui.terminal import commands, messages
from kpitui.terminal.address import Address
from kpitui.terminal.rows import Wish, holds
from kpitui.terminal.screens.arranging import Arranging
from kpitui.terminal.screens.bodies import InTable
from kpitui.terminal.show import BLANK, Align, Line, line, plain_text, span, wrap
from kpitui.terminal.views.data import (
    ISSUE_COLUMNS,
    SOURCE_COLUMNS,
    Cell,
    issue_rows,
    source_rows,
)
from kpitui.terminal.views.marks import order_mark
from kpitui.terminal.widgets.block import Block
from kpitui.terminal.widgets.grid import Column


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Rows for a grid, each a tuple of cells. For tables small enough to draw in full."""

    rows: tuple[tuple[Line, ...], ...]
    columns: Sequence[Column]

    def __len__(self) -> int:
        return len(self.rows)

    def cells(self, row: int) -> Sequence[Line]:
        """Return the cells of a row."""
        return self.rows[row]

    def key(self, row: int) -> object:
        """Return the cells themselves, since these rows have no ids."""
        return self.rows[row]

    def find(self, key: object) -> int | None:
        """Return the index of a row with the same cells, or None."""
        return next((place for place, row in enumerate(self.rows) if row == key), None)


class DataScreen(InTable, Arranging):
    """Sources of the board, or the issues found in them."""

    place: ClassVar[str] = "data"
    BINDINGS = commands.bindings("data")

    def __init__(self) -> None:
        super().__init__()
        self.issues = False
        self._rows: PlainRows | None = None

    def body(self) -> Iterable[Widget]:
        yield from super().body()
        yield Block(id="detail")

    def crumbs(self) -> tuple[str, ...]:
        return ("Data", "Issues" if self.issues else "Sources")

    def address(self) -> Address:
        return Address("data")

    # --- drawing ------------------------------------------------------------------------------

    def draw(self) -> None:
        board = self.state.board
        if board is None:
            return
        self._rows = self._plain_rows(board)
        self.mover.show(self._rows)
        many = sum(issue.number for issue in board.issues)
        refused = sum(source.rows_refused for source in board.sources)
        # Issues quote rows of the data, so a public board has none (docs/public.md).
        told = (
            span(f"{len(board.sources)} ", "strong"), span("sources   ", "dim"),
            span(f"{words.amount(refused)} ", "strong"), span("rows refused   ", "dim"),
            *((span("issues are not public", "dim"),) if board.public else
              (span(f"{many:,} ", "strong"), span("issue" if many == 1 else "issues", "dim"))),
        )  # fmt: skip
        self.sum_up(told)
        self._draw_detail()

    def _plain_rows(self, board: Board) -> PlainRows:
        """Filter and sort the sources or issues, and size their columns."""
        cells = self.cells
        rows = issue_rows(board) if self.issues else source_rows(board)
        titles = ISSUE_COLUMNS if self.issues else SOURCE_COLUMNS
        kept = [row for row in rows if holds(_as_text(row), self.wish.filter)]
        if self.wish.sorted_by:
            at = [title for title, _ in titles].index(self.wish.sorted_by)
            # Numbers sort as numbers: each cell carries the key it sorts by.
            kept.sort(key=lambda row: row[at].order, reverse=self.wish.reverse)
        elif self.wish.reverse:
            kept.reverse()
        columns = _columns(titles, kept, cells, self.wish)
        return PlainRows(tuple(tuple(cell.line for cell in row) for row in kept), columns)

    def _draw_detail(self) -> None:
        """Draw the current row in full, for texts that have no room in their columns."""
        rows, block = self._rows, self.query_one("#detail", Block)
        if rows is None or not len(rows):
            block.show((BLANK, line(span(self._nothing(), "dim"))))
            return
        # The first and the last column hold the names and the long texts.
        first, *_, last = rows.cells(min(self.mover.cursor, len(rows) - 1))
        block.show((BLANK, *wrap((*first, span("  "), *last), self.cells)[:3]))

    def _nothing(self) -> str:
        """Say why the table is empty."""
        if self.wish.filter:
            return f"Nothing here has “{self.wish.filter}” in it."
        return "Nothing is wrong with the data." if self.issues else "There are no sources."

    @on(messages.Moved)
    def _cursor_moved(self) -> None:
        self._draw_detail()

    # --- actions ------------------------------------------------------------------------------

    # Enter closes the input line. A row of this table opens nothing.
    def action_open(self) -> None:
        if self.typing:
            self.stop_typing()

    def action_issues(self) -> None:
        self.issues = not self.issues
        self.wish = replace(self.wish, sorted_by="", reverse=False)
        self.redraw()

    def sortable(self) -> Sequence[str]:
        return [title for title, _ in (ISSUE_COLUMNS if self.issues else SOURCE_COLUMNS)]


def _as_text(row: tuple[Cell, ...]) -> str:
    return " ".join(plain_text(cell.line) for cell in row).lower()


def _columns(
    titles: Sequence[tuple[str, Align]], rows: Sequence[tuple[Cell, ...]], cells: int, wish: Wish
) -> tuple[Column, ...]:
    """Give each column the width of its widest cell, up to a limit, and the last the remainder."""
    widest = min(60, cells * 2 // 5)  # so that the last column keeps room for its long texts
    sizes = [
        min(max([len(title) + 1, *(len(plain_text(row[at].line)) for row in rows)]), widest)
        for at, (title, _) in enumerate(titles)
    ]
    room = cells - sum(sizes[:-1]) - 2 * len(sizes)
    sizes[-1] = max(room, len(titles[-1][0]) + 1)
    return tuple(
        Column(title, size, align, order_mark(wish, title))
        for (title, align), size in zip(titles, sizes, strict=True)
    )
