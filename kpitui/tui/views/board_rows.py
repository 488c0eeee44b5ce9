"""Entries of a board as rows of a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpitui.model.board import Entry
from kpitui.tui.styled_text import StyledLine
from kpitui.tui.views.board_table import BoardColumn
from kpitui.tui.widgets.row_grid import GridColumn


@dataclass(frozen=True, slots=True)
class BoardRows:
    """Entries in the order shown. Cells are made when a row is drawn."""

    entries: tuple[Entry, ...]
    fitted_columns: tuple[tuple[BoardColumn, int], ...]
    columns: Sequence[GridColumn]

    def __len__(self) -> int:
        return len(self.entries)

    def row_cells(self, row_index: int) -> Sequence[StyledLine]:
        """Return the cells of a row, each made for the width of its column."""
        entry = self.entries[row_index]
        return [column.format_cell(entry, width) for column, width in self.fitted_columns]

    def row_key(self, row_index: int) -> object:
        """Return the id of the indicator in a row."""
        return self.entries[row_index].indicator.id

    def find_row(self, row_key: object) -> int | None:
        """Return the row of an indicator by its id, or None."""
        for row_index, entry in enumerate(self.entries):
            if entry.indicator.id == row_key:
                return row_index
        return None
