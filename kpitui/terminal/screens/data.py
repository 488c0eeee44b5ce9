"""The data: each source with its age and rows, and everything that was wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.widget import Widget

from kpitui import words
from kpitui.model import Board
from kpitui.terminal import commands, messages
from kpitui.terminal.address import Address
from kpitui.terminal.clipboard import send
from kpitui.terminal.screens.base import View
from kpitui.terminal.show import BLANK, Line, line, plain_text, span, wrap
from kpitui.terminal.views.data import (
    ISSUE_COLUMNS,
    SOURCE_COLUMNS,
    Cell,
    issue_rows,
    source_rows,
)
from kpitui.terminal.widgets.block import Block
from kpitui.terminal.widgets.grid import Column, Grid


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Rows that are few: each a tuple of lines."""

    rows: tuple[tuple[Line, ...], ...]
    columns: Sequence[Column]

    def __len__(self) -> int:
        return len(self.rows)

    def cells(self, row: int) -> Sequence[Line]:
        return self.rows[row]

    def key(self, row: int) -> object:
        return self.rows[row]

    def find(self, key: object) -> int | None:
        return next((place for place, row in enumerate(self.rows) if row == key), None)


class DataScreen(View):
    place: ClassVar[str] = "data"
    BINDINGS = commands.bindings("data")

    def __init__(self) -> None:
        super().__init__()
        self.issues = False
        self.filter = ""
        self.sorted_by: int | None = None
        self.reverse = False
        self._rows: PlainRows | None = None

    def body(self) -> Iterable[Widget]:
        yield Block(id="summary")
        yield Grid(fixed=1, gap=2, id="table")
        yield Block(id="detail")

    @property
    def mover(self) -> Grid:
        return self.query_one("#table", Grid)

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
        many = len(board.issues)
        refused = sum(source.rows_refused for source in board.sources)
        told = (
            span(f"{len(board.sources)} ", "strong"), span("sources   ", "dim"),
            span(f"{words.amount(refused)} ", "strong"), span("rows refused   ", "dim"),
            *((span("issues are not public", "dim"),) if board.public else
              (span(f"{many:,} ", "strong"), span("issues", "dim"))),
            span("   i: " + ("sources" if self.issues else "issues"), "accent"),
        )  # fmt: skip
        self.query_one("#summary", Block).show((BLANK, told, BLANK))
        self._draw_detail()

    def _plain_rows(self, board: Board) -> PlainRows:
        cells = self.cells
        rows = issue_rows(board) if self.issues else source_rows(board)
        kept = [row for row in rows if self.filter.lower() in _as_text(row)]
        if self.sorted_by is not None:
            at = self.sorted_by
            kept.sort(key=lambda row: row[at].order, reverse=self.reverse)
        elif self.reverse:
            kept.reverse()
        columns = _columns(
            ISSUE_COLUMNS if self.issues else SOURCE_COLUMNS, kept, cells, self.sorted_by,
            self.reverse,
        )  # fmt: skip
        return PlainRows(tuple(tuple(cell.line for cell in row) for row in kept), columns)

    def _draw_detail(self) -> None:
        """The row under the cursor in full: messages are longer than their column."""
        rows, cells = self._rows, self.cells
        if rows is None or not len(rows):
            self.query_one("#detail", Block).show((BLANK, line(span("Nothing to show.", "dim"))))
            return
        cursor = min(self.mover.cursor, len(rows) - 1)
        parts = [part for cell in rows.cells(cursor) for part in (*cell, span("  "))]
        self.query_one("#detail", Block).show((BLANK, *wrap(tuple(parts), cells)[:3]))

    @on(messages.Moved)
    def _cursor_moved(self) -> None:
        self._draw_detail()

    # --- answering ----------------------------------------------------------------------------

    def action_open(self) -> None:
        if self.typing:
            self.stop_typing()

    def action_issues(self) -> None:
        self.issues = not self.issues
        self.sorted_by, self.reverse = None, False
        self.redraw()

    def action_find(self) -> None:
        self.type_in("filter", self.filter, self._filtered)

    def _filtered(self, text: str, final: bool) -> None:
        self.filter = text
        self.redraw()

    def action_back(self) -> None:
        if self.filter:
            self.stop_typing()
            self._filtered("", True)
        else:
            super().action_back()

    def action_sort_next(self) -> None:
        self._sort_step(1)

    def action_sort_back(self) -> None:
        self._sort_step(-1)

    def _sort_step(self, step: int) -> None:
        many = len(self._rows.columns) if self._rows else 0
        at = (0 if self.sorted_by is None else self.sorted_by + 1) + step
        at = at % (many + 1) - 1
        self.sorted_by, self.reverse = (None if at < 0 else at), False
        self.redraw()

    def action_sort_column(self, number: int) -> None:
        self._sort_by(number - 1)

    @on(messages.HeadChosen)
    def _head_chosen(self, message: messages.HeadChosen) -> None:
        self._sort_by(message.column)

    def _sort_by(self, column: int) -> None:
        if self._rows is None or column >= len(self._rows.columns):
            return
        self.reverse = self.sorted_by == column and not self.reverse
        self.sorted_by = column
        self.redraw()

    def action_reverse(self) -> None:
        self.reverse = not self.reverse
        self.redraw()

    def action_copy_row(self) -> None:
        if self._rows is not None and len(self._rows):
            cells = self._rows.cells(self.mover.cursor)
            self.say(send(self.app, "\t".join(plain_text(cell) for cell in cells)))


def _as_text(row: tuple[Cell, ...]) -> str:
    return " ".join(plain_text(cell.line) for cell in row).lower()


def _columns(
    titles: Sequence[tuple[str, str]], rows: Sequence[tuple[Cell, ...]], cells: int,
    sorted_by: int | None, reverse: bool,
) -> tuple[Column, ...]:  # fmt: skip
    sizes = [
        min(max([len(title) + 1, *(len(plain_text(row[at].line)) for row in rows)]), 60)
        for at, (title, _) in enumerate(titles)
    ]
    room = cells - sum(sizes[:-1]) - 2 * len(sizes)
    sizes[-1] = max(room, len(titles[-1][0]) + 1)
    mark = "▾" if reverse else "▴"
    return tuple(
        Column(
            title, size, "right" if align == "right" else "left", mark if at == sorted_by else ""
        )
        for at, ((title, align), size) in enumerate(zip(titles, sizes, strict=True))
    )
