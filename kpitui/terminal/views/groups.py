"""Cases by group: how many are counted, not counted and left out for each value of a column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kpitui.model import Scalar
from kpitui.terminal.rows import STATES, Arranged, first_of
from kpitui.terminal.show import DASH, Line, line, span
from kpitui.terminal.views.marks import order_mark
from kpitui.terminal.widgets.grid import Column

NAMES: Final = ("value", *STATES, "cases")
WIDEST: Final = 40


@dataclass(frozen=True, slots=True)
class GroupRows:
    """Groups as rows of a grid, over a frame of the columns NAMES."""

    name: str
    groups: Any
    columns: tuple[Column, ...]

    def __len__(self) -> int:
        return int(self.groups.height)

    def cells(self, row: int) -> Sequence[Line]:
        value, *many = self.groups.row(row)
        counts = (line(span(f"{one:,}", "text" if one else "dim")) for one in many)
        return [line(span(value or DASH, "strong")), *counts]

    def key(self, row: int) -> object:
        return self.groups["value"][row]

    def find(self, key: object) -> int | None:
        return first_of(self.groups["value"] == key) if isinstance(key, str) and len(self) else None

    @property
    def table(self) -> Iterator[tuple[Scalar, ...]]:
        """The groups as rows to be saved."""
        rows: Iterator[tuple[Scalar, ...]] = self.groups.iter_rows()
        return rows


def group_rows(found: Arranged) -> GroupRows:
    """The groups that cases were wanted in."""
    name = (found.wish.group_by or "").replace("_", " ")
    longest = found.groups["value"].str.len_chars().max() or 0
    titles = (name, *(one.capitalize() for one in NAMES[1:]))
    sizes = (
        min(max(longest, len(name) + 1), WIDEST),
        *(max(len(one) + 1, 9) for one in titles[1:]),
    )
    columns = tuple(
        Column(title, size, "right" if number else "left", order_mark(found.wish, by))
        for number, (title, size, by) in enumerate(zip(titles, sizes, NAMES, strict=True))
    )
    return GroupRows(found.wish.group_by or "", found.groups, columns)
