"""A table of any number of rows, of which only the visible ones are drawn.

Textual's DataTable measures every cell and parses its text as markup. Here widths are given and
text is already styled.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kpitui.tui.messages import CursorMoved, HeadingClicked, RowChosen
from kpitui.tui.styled_text import BLANK_LINE, Alignment, StyledLine, StyledSpan, fit_line, measure_line, render_strip
from kpitui.tui.theme import Background

MIN_COLUMN_CELLS: Final = 6
"""Cells of a column that are worth showing when the rest of it is out of sight."""


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A heading with its width in cells; `sort_mark` shows the order that the rows are in."""

    title: str
    width: int
    alignment: Alignment = "left"
    sort_mark: str = ""

    @property
    def minimum_width(self) -> int:
        """Return the cells that the column needs: all of a number, as a part is another number."""
        return self.width if self.alignment == "right" else min(self.width, MIN_COLUMN_CELLS)


class RowSource(Protocol):
    """The rows that a grid draws, asked for one at a time.

    `row_key` identifies a row across sorting and filtering; `find_row` is its inverse, None if the
    row is not there.
    """

    @property
    def columns(self) -> Sequence[GridColumn]: ...

    def __len__(self) -> int: ...

    def row_cells(self, row_index: int) -> Sequence[StyledLine]: ...

    def row_key(self, row_index: int) -> object: ...

    def find_row(self, row_key: object) -> int | None: ...


class RowGrid(ScrollView, can_focus=False):
    """A table whose cursor stays on its row when rows are replaced, sorted or filtered.

    The first `fixed_columns` stay in sight when the others are shifted. Rows may be in groups: the
    heading of a group has a line above its first row, and that of the topmost group stands in the
    line of the column headings, where it stays as the rows scroll.
    """

    DEFAULT_CSS = """
    RowGrid { height: 1fr; width: 1fr; scrollbar-size: 0 0; overflow-x: hidden; overflow-y: auto; }
    """

    def __init__(self, *, fixed_columns: int = 1, column_gap: int = 1, id: str | None = None) -> None:
        super().__init__(id=id)
        self._fixed_columns = fixed_columns
        self._column_gap = column_gap  # cells between columns
        self._row_source: RowSource | None = None
        self._first_column = fixed_columns  # the first visible column after the fixed ones
        self.cursor_row = 0
        self._lines_per_row = 1
        self._group_headings: Mapping[int, StyledLine] = {}
        self._group_starts: Sequence[int] = ()

    def show_rows(self, row_source: RowSource, group_headings: Mapping[int, StyledLine] | None = None) -> None:
        """Draw these rows from now on, the cursor on the row with the same key.

        `group_headings` has the heading of each group by the index of its first row.
        """
        row_key = self.cursor_key
        if self._row_source is not None and not _has_same_columns(self._row_source, row_source):
            # Other columns begin at the left: shifted as before, groups would show their bars alone.
            self._first_column = self._fixed_columns
        self._row_source = row_source
        self._group_headings = group_headings or {}
        self._group_starts = sorted(self._group_headings)
        same_row = row_source.find_row(row_key) if row_key is not None else None
        self.cursor_row = min(self.cursor_row if same_row is None else same_row, max(len(row_source) - 1, 0))
        self._first_column = min(self._first_column, max(len(row_source.columns) - 1, self._fixed_columns))
        self._update_height()
        self.refresh()
        self.post_message(CursorMoved(self.cursor_row))

    def space_rows(self, blank_lines: int) -> None:
        """Leave this many blank lines between rows."""
        self._lines_per_row = 1 + blank_lines

    def _update_height(self) -> None:
        self.virtual_size = Size(self.size.width, self._line_count + 1)
        self._scroll_to_cursor()

    @property
    def _columns(self) -> Sequence[GridColumn]:
        return self._row_source.columns if self._row_source is not None else ()

    @property
    def _line_count(self) -> int:
        """Return the lines of all rows, with the headings of groups between them."""
        row_count = len(self._row_source) if self._row_source is not None else 0
        return row_count * self._lines_per_row + max(len(self._group_starts) - 1, 0)

    def _find_line(self, row_index: int) -> int:
        """Return the line of a row, counted from the first row's."""
        # The first group has no line of its own: its heading is in the line of the columns'.
        return row_index * self._lines_per_row + max(bisect_right(self._group_starts, row_index) - 1, 0)

    def _find_row_at(self, line: int) -> tuple[int | None, StyledLine | None]:
        """Return the row on a line, or the heading of the group that begins below it, or neither."""
        group_lines = [self._find_line(row_index) - 1 for row_index in self._group_starts[1:]]
        group_count = bisect_right(group_lines, line)
        if group_count and group_lines[group_count - 1] == line:
            return None, self._group_headings[self._group_starts[group_count]]
        row_index, gap_line = divmod(line - group_count, self._lines_per_row)
        row_count = len(self._row_source) if self._row_source is not None else 0
        return (None if gap_line or row_index >= row_count else row_index), None

    @property
    def cursor_key(self) -> object | None:
        """Return the key of the row under the cursor, or None."""
        if self._row_source is None or self.cursor_row >= len(self._row_source):
            return None
        return self._row_source.row_key(self.cursor_row)

    @property
    def cursor_cells(self) -> Sequence[StyledLine]:
        """Return the cells of the row under the cursor; none if there are no rows."""
        row_source = self._row_source
        return (
            row_source.row_cells(self.cursor_row)
            if row_source is not None and self.cursor_row < len(row_source)
            else ()
        )

    @property
    def position_text(self) -> str:
        """Return ``   12 of 4,812``, equally long for every row, or "" if all rows are visible."""
        row_count = len(self._row_source) if self._row_source is not None else 0
        if self._line_count <= self.size.height - 1:
            return ""
        return f"{self.cursor_row + 1:>{len(f'{row_count:,}')},} of {row_count:,}"

    @property
    def page_rows(self) -> int:
        # One line is the heading's.
        """Return the number of rows that a page has, at least 1."""
        return max((self.size.height - 1) // self._lines_per_row, 1)

    def move_by(self, row_count: int) -> None:
        """Move the cursor by a number of rows, up if negative."""
        self.move_to_row(self.cursor_row + row_count)

    def move_by_pages(self, page_count: int) -> None:
        """Move the cursor by a number of pages, up if negative."""
        self.move_to_row(self.cursor_row + page_count * self.page_rows)

    def move_to_edge(self, *, to_end: bool) -> None:
        """Move the cursor to the first row or to the last."""
        self.move_to_row(len(self._row_source or ()) - 1 if to_end else 0)

    def move_to_row(self, row_index: int) -> None:
        """Put the cursor on a row, or on the nearest there is."""
        row_count = len(self._row_source) if self._row_source is not None else 0
        row_index = max(min(row_index, row_count - 1), 0)
        if row_index == self.cursor_row:
            return
        previous_row, self.cursor_row = self.cursor_row, row_index
        # Two lines to draw and compare, instead of the whole table.
        self._refresh_row(previous_row)
        self._refresh_row(row_index)
        self._scroll_to_cursor()
        self.post_message(CursorMoved(row_index))

    def shift_columns(self, column_step: int) -> None:
        """Shift the columns after the fixed ones, as long as some are out of sight."""
        if self._row_source is None:
            return
        last_start = _find_last_start(self._columns, self._fixed_columns, self._column_gap, self.size.width - 2)
        first_column = max(min(self._first_column + column_step, last_start), self._fixed_columns)
        if first_column != self._first_column:
            self._first_column = first_column
            self.refresh()

    def show_column(self, column_index: int) -> None:
        """Shift the columns as far as it takes to have one in sight."""
        self._first_column = max(min(self._first_column, column_index), self._fixed_columns)
        grid_columns = self._columns
        fixed_cells = sum(column.width + self._column_gap for column in grid_columns[: self._fixed_columns])
        while self._first_column < column_index:
            visible_columns = grid_columns[self._first_column : column_index + 1]
            if fixed_cells + sum(column.width + self._column_gap for column in visible_columns) <= self.size.width - 2:
                break
            self._first_column += 1
        self.refresh()

    def _scroll_to_cursor(self) -> None:
        cursor_line, line_count = self._find_line(self.cursor_row), max(self.size.height - 1, 1)
        top_line = min(max(self.scroll_offset.y, cursor_line - line_count + 1), cursor_line)
        if top_line != self.scroll_offset.y:
            self.scroll_to(y=top_line, animate=False, immediate=True, force=True)

    def on_resize(self) -> None:
        if self._row_source is not None:
            self._update_height()
            self.post_message(CursorMoved(self.cursor_row))

    def _refresh_row(self, row_index: int) -> None:
        row_y = self._find_line(row_index) - self.scroll_offset.y + 1
        self.refresh(Region(0, row_y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        row_source, width_cells = self._row_source, self.size.width
        if row_source is None:
            return render_strip(BLANK_LINE, width_cells, self.app.theme)
        if y == 0:
            return self._render_headings(row_source)
        row_index, group_heading = self._find_row_at(self.scroll_offset.y + y - 1)
        if row_index is None:
            heading_line = BLANK_LINE if group_heading is None else _draw_group_rule(group_heading, width_cells - 1)
            return render_strip(heading_line, width_cells, self.app.theme)
        return self._render_row(row_source.row_cells(row_index), "cursor" if row_index == self.cursor_row else "page")

    def _render_headings(self, row_source: RowSource) -> Strip:
        """Draw the headings of the columns; where rows are in groups, the topmost group's at the left."""
        headings = [_make_heading(column) for column in row_source.columns]
        if not self._group_starts:
            return self._render_row(headings, with_gap=True)
        fixed_columns = row_source.columns[: self._fixed_columns]
        fixed_cells = sum(column.width + self._column_gap for column in fixed_columns)
        group_index = bisect_right(self._group_starts, self._find_top_row()) - 1
        group_heading = self._group_headings[self._group_starts[max(group_index, 0)]]
        shifted_spans = [
            span
            for column_index, cell_spans in self._fit_cells(headings, with_gap=True)
            if column_index >= self._fixed_columns
            for span in cell_spans
        ]
        fixed_line = _draw_group_rule(group_heading, fixed_cells)
        return render_strip((*fixed_line, StyledSpan(" "), *shifted_spans), self.size.width, self.app.theme)

    def _find_top_row(self) -> int:
        """Return the first row that is in sight."""
        row_index, _ = self._find_row_at(self.scroll_offset.y)
        return self._find_row_at(self.scroll_offset.y + 1)[0] or 0 if row_index is None else row_index

    def _render_row(
        self, row_cells: Sequence[StyledLine], background: Background = "page", *, with_gap: bool = False
    ) -> Strip:
        """Draw a row over the whole width."""
        spans = [StyledSpan(" ")]
        for _, cell_spans in self._fit_cells(row_cells, with_gap=with_gap):
            spans.extend(cell_spans)
        return render_strip(tuple(spans), self.size.width, self.app.theme, background)

    def _fit_cells(
        self, row_cells: Sequence[StyledLine], *, with_gap: bool = False
    ) -> Iterator[tuple[int, StyledLine]]:
        """Yield the columns that have room, each with its cell cut to width and the gap behind it.

        With `with_gap` a cell may take the gap too, as a heading does for its mark.
        """
        grid_columns = self._columns
        free_cells = self.size.width - 2
        for column_index in (*range(self._fixed_columns), *range(self._first_column, len(grid_columns))):
            grid_column = grid_columns[column_index] if column_index < len(grid_columns) else None
            if grid_column is None or free_cells < grid_column.minimum_width:
                return
            cell_count = min(grid_column.width, free_cells)
            gap_cells = min(self._column_gap, free_cells - cell_count)
            if with_gap and gap_cells and measure_line(row_cells[column_index]) > cell_count:
                cell_count, gap_cells = cell_count + gap_cells, 0
            cell_line = fit_line(row_cells[column_index], cell_count, grid_column.alignment)
            yield column_index, (*cell_line, StyledSpan(" " * gap_cells))
            free_cells -= cell_count + gap_cells

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row clicked; a second click opens it."""
        if event.y == 0:
            shown_columns = (*range(self._fixed_columns), *range(self._first_column, len(self._columns)))
            column_index = _find_column_at(event.x - 1, self._columns, shown_columns, self._column_gap)
            if column_index is not None:
                self.post_message(HeadingClicked(column_index))
            return
        row_index, _ = self._find_row_at(self.scroll_offset.y + event.y - 1)
        if row_index is None:
            return
        if row_index == self.cursor_row:
            self.post_message(RowChosen(row_index))
        self.move_to_row(row_index)


def _find_last_start(grid_columns: Sequence[GridColumn], fixed_columns: int, column_gap: int, row_cells: int) -> int:
    """Find the furthest first column: from there on all the others are visible."""
    free_cells = row_cells - sum(column.width + column_gap for column in grid_columns[:fixed_columns])
    first_column = len(grid_columns) - 1
    used_cells = grid_columns[first_column].width if grid_columns else 0
    while first_column > fixed_columns:
        used_cells += column_gap + grid_columns[first_column - 1].width
        if used_cells > free_cells:
            break
        first_column -= 1
    return max(first_column, fixed_columns)


def _find_column_at(
    cell: int, grid_columns: Sequence[GridColumn], shown_columns: Iterable[int], column_gap: int
) -> int | None:
    """Find the column whose heading has a cell of the line; None behind the last."""
    for column_index in shown_columns:
        if cell <= grid_columns[column_index].width:
            return column_index
        cell -= grid_columns[column_index].width + column_gap
    return None


def _draw_group_rule(group_heading: StyledLine, line_cells: int) -> StyledLine:
    """Draw the heading of a group on a rule, ending at a column."""
    start = (StyledSpan(" ── ", "rule"), *group_heading, StyledSpan(" "))
    return (*start, StyledSpan("─" * max(line_cells - measure_line(start), 0), "rule"))


def _make_heading(grid_column: GridColumn) -> StyledLine:
    if not grid_column.sort_mark:
        return (StyledSpan(grid_column.title, "head"),)
    return (StyledSpan(grid_column.title + grid_column.sort_mark, "accent"),)


def _has_same_columns(row_source: RowSource, other_source: RowSource) -> bool:
    return [column.title for column in row_source.columns] == [column.title for column in other_source.columns]
