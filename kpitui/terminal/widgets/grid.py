"""A table of any number of rows, of which only the visible ones are drawn.

Textual's DataTable measures every cell and parses its text as markup. Here widths are given and
text is already styled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kpitui.terminal.messages import Chosen, HeadChosen, Moved
from kpitui.terminal.show import BLANK, Align, Line, Span, fit, strip, width
from kpitui.terminal.theme import Ground

LEAST: Final = 6
"""Cells of a column that are worth showing when the rest of it is out of sight."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading with its width in cells; `sort_mark` shows the order that the rows are in."""

    title: str
    width: int
    align: Align = "left"
    sorted: str = ""

    @property
    def least(self) -> int:
        """Return the cells that the column needs: all of a number, as a part is another number."""
        return self.width if self.align == "right" else min(self.width, LEAST)


class Rows(Protocol):
    """The rows that a grid draws, asked for one at a time.

    `row_key` identifies a row across sorting and filtering; `find_row` is its inverse, None if the
    row is not there.
    """

    @property
    def columns(self) -> Sequence[Column]: ...

    def __len__(self) -> int: ...

    def cells(self, row: int) -> Sequence[Line]: ...

    def key(self, row: int) -> object: ...

    def find(self, key: object) -> int | None: ...


class Grid(ScrollView, can_focus=False):
    """A table whose cursor stays on its row when rows are replaced, sorted or filtered.

    The first `fixed_columns` stay in sight when the others are shifted.
    """

    DEFAULT_CSS = """
    Grid { height: 1fr; width: 1fr; scrollbar-size: 0 0; overflow-x: hidden; overflow-y: auto; }
    """

    def __init__(self, *, fixed: int = 1, gap: int = 1, id: str | None = None) -> None:
        super().__init__(id=id)
        self._fixed = fixed
        self._gap = gap  # cells between columns
        self._rows: Rows | None = None
        self._from = fixed  # the first visible column after the fixed ones
        self.cursor = 0
        self._pitch = 1

    def show(self, rows: Rows) -> None:
        """Draw these rows from now on, the cursor on the row with the same key."""
        key = self.key
        self._rows = rows
        found = rows.find(key) if key is not None else None
        self.cursor = min(self.cursor if found is None else found, max(len(rows) - 1, 0))
        self._from = min(self._from, max(len(rows.columns) - 1, self._fixed))
        self._resize()
        self.refresh()
        self.post_message(Moved(self.cursor))

    def lead(self, lines: int) -> None:
        """Leave this many blank lines between rows."""
        self._pitch = 1 + lines

    def _resize(self) -> None:
        rows = len(self._rows) if self._rows is not None else 0
        self.virtual_size = Size(self.size.width, rows * self._pitch + 1)
        self._keep_in_sight()

    @property
    def key(self) -> object | None:
        """Return the key of the row under the cursor, or None."""
        if self._rows is None or self.cursor >= len(self._rows):
            return None
        return self._rows.key(self.cursor)

    @property
    def row(self) -> Sequence[Line]:
        """Return the cells of the row under the cursor; none if there are no rows."""
        rows = self._rows
        return rows.cells(self.cursor) if rows is not None and self.cursor < len(rows) else ()

    @property
    def position(self) -> str:
        """Return ``   12 of 4,812``, equally long for every row, or "" if all rows are visible."""
        many = len(self._rows) if self._rows is not None else 0
        if many <= self.page_rows:
            return ""
        return f"{self.cursor + 1:>{len(f'{many:,}')},} of {many:,}"

    @property
    def page_rows(self) -> int:
        # One line is the heading's.
        """Return the number of rows that a page has, at least 1."""
        return max((self.size.height - 1) // self._pitch, 1)

    # --- moving -------------------------------------------------------------------------------

    def step(self, rows: int) -> None:
        """Move the cursor by a number of rows, up if negative."""
        self.go(self.cursor + rows)

    def page(self, pages: int) -> None:
        """Move the cursor by a number of pages, up if negative."""
        self.go(self.cursor + pages * self.page_rows)

    def edge(self, *, last: bool) -> None:
        """Move the cursor to the first row or to the last."""
        self.go(len(self._rows or ()) - 1 if last else 0)

    def go(self, row: int) -> None:
        """Put the cursor on a row, or on the nearest there is."""
        many = len(self._rows) if self._rows is not None else 0
        row = max(min(row, many - 1), 0)
        if row == self.cursor:
            return
        before, self.cursor = self.cursor, row
        # Two lines to draw and compare, instead of the whole table.
        self._draw_row(before)
        self._draw_row(row)
        self._keep_in_sight()
        self.post_message(Moved(row))

    def across(self, columns: int) -> None:
        """Shift the columns after the fixed ones, as long as some are out of sight."""
        if self._rows is None:
            return
        most = self._most_from()
        start = max(min(self._from + columns, most), self._fixed)
        if start != self._from:
            self._from = start
            self.refresh()

    def _most_from(self) -> int:
        """Return the furthest first column: from there on all the others are visible."""
        columns = self._rows.columns if self._rows is not None else ()
        room = self.size.width - 2 - sum(one.width + self._gap for one in columns[: self._fixed])
        first = len(columns) - 1
        used = columns[first].width if columns else 0
        while first > self._fixed and used + self._gap + columns[first - 1].width <= room:
            first -= 1
            used += self._gap + columns[first].width
        return max(first, self._fixed)

    def _keep_in_sight(self) -> None:
        # Rounded up: a row that is cut off at the top is not the first visible one.
        top = -(-self.scroll_offset.y // self._pitch)
        if self.cursor < top:
            top = self.cursor
        elif self.cursor >= top + self.page_rows:
            top = self.cursor - self.page_rows + 1
        top *= self._pitch
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, immediate=True, force=True)

    def on_resize(self) -> None:
        if self._rows is not None:
            self._resize()
            self.post_message(Moved(self.cursor))

    def _draw_row(self, row: int) -> None:
        y = row * self._pitch - self.scroll_offset.y + 1
        self.refresh(Region(0, y, self.size.width, 1))

    # --- drawing ------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        rows, cells = self._rows, self.size.width
        if rows is None:
            return strip(BLANK, cells, self.app.theme)
        if y == 0:
            return self._strip([_head(one) for one in rows.columns])
        row, between = divmod(self.scroll_offset.y + y - 1, self._pitch)
        if row >= len(rows) or between:
            return strip(BLANK, cells, self.app.theme)
        return self._strip(rows.cells(row), "cursor" if row == self.cursor else "page")

    def _strip(self, cells: Sequence[Line], ground: Ground = "page") -> Strip:
        """Draw a row; only its fixed columns show the cursor, which is less to send."""
        columns = self._rows.columns if self._rows is not None else ()
        shown = (*range(self._fixed), *range(self._from, len(columns)))
        parts: list[Span] = [Span(" ")]
        room = self.size.width - 2
        fixed: list[Span] = []
        for number in shown:
            if number == self._from and not fixed:
                fixed, parts = parts, []
            column = columns[number] if number < len(columns) else None
            if column is None or room < column.least:
                break
            size = min(column.width, room)
            gap = min(self._gap, room - size)
            parts += [*fit(cells[number], size, column.align), Span(" " * gap)]
            room -= size + gap
        if not fixed:
            return strip(tuple(parts), self.size.width, self.app.theme, ground)
        size = width(tuple(fixed))
        head = strip(tuple(fixed), size, self.app.theme, ground)
        return Strip.join((head, strip(tuple(parts), self.size.width - size, self.app.theme)))

    # --- the mouse, which is never needed -----------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row clicked; a second click opens it."""
        if event.y == 0:
            self._click_head(event.x - 1)
            return
        row = (self.scroll_offset.y + event.y - 1) // self._pitch
        if self._rows is None or row >= len(self._rows):
            return
        if row == self.cursor:
            self.post_message(Chosen(row))
        self.go(row)

    def _click_head(self, x: int) -> None:
        columns = self._rows.columns if self._rows is not None else ()
        for number in (*range(self._fixed), *range(self._from, len(columns))):
            if x <= columns[number].width:
                self.post_message(HeadChosen(number))
                return
            x -= columns[number].width + self._gap


def _head(column: Column) -> Line:
    if not column.sorted:
        return (Span(column.title, "head"),)
    return (Span(column.title[: column.width - 1] + column.sorted, "accent"),)
