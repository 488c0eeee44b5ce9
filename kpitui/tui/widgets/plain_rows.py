"""Rows for a grid that are small enough to be drawn in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpitui.tui.styled_text import StyledLine
from kpitui.tui.widgets.row_grid import GridColumn


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Rows for a grid, each a tuple of cells."""

    line_rows: tuple[tuple[StyledLine, ...], ...]
    columns: Sequence[GridColumn]

    def __len__(self) -> int:
        return len(self.line_rows)

    def row_cells(self, row_index: int) -> Sequence[StyledLine]:
        """Return the cells of a row."""
        return self.line_rows[row_index]

    def row_key(self, row_index: int) -> object:
        """Return the cells themselves, since these rows have no ids."""
        return self.line_rows[row_index]

    def find_row(self, row_key: object) -> int | None:
        """Return the index of a row with the same cells, or None."""
        return next((index for index, lines in enumerate(self.line_rows) if lines == row_key), None)
