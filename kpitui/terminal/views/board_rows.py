"""Entries of a board as rows of a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpitui.model import Entry
from kpitui.terminal.show import Line
from kpitui.terminal.views.table import BoardColumn
from kpitui.terminal.widgets.grid import Column


@dataclass(frozen=True, slots=True)
class BoardRows:
    """Entries in the order shown. Cells are made when a row is drawn."""

    entries: tuple[Entry, ...]
    layout: tuple[tuple[BoardColumn, int], ...]
    columns: Sequence[Column]

    def __len__(self) -> int:
        return len(self.entries)

    def cells(self, row: int) -> Sequence[Line]:
        """Return the cells of a row, each made for the width of its column."""
        entry = self.entries[row]
        return [column.cell(entry, size) for column, size in self.layout]

    def key(self, row: int) -> object:
        """Return the id of the indicator in a row."""
        return self.entries[row].indicator.id

    def find(self, key: object) -> int | None:
        """Return the row of an indicator by its id, or None."""
        for row, entry in enumerate(self.entries):
            if entry.indicator.id == key:
                return row
        return None
