"""Cases by group: how many count, do not count and are left out for each value of a column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kpitui.model import Scalar
from kpitui.terminal.rows import STATES, Arranged, first_of
from kpitui.terminal.show import DASH, Line, Span, line, span
from kpitui.terminal.views.marks import order_mark
from kpitui.terminal.widgets.grid import Column

NAMES: Final = ("value", *STATES, "cases")
WIDEST: Final = 40
GAP: Final = 2
BAR_LEAST: Final = 6
BAR_MOST: Final = 40


@dataclass(frozen=True, slots=True)
class GroupRows:
    """Groups as rows of a grid, over a frame with the columns GROUP_COLUMNS."""

    name: str
    groups: Any
    columns: tuple[Column, ...]
    bar: int  # cells of the longest bar; 0 where there is no room for bars

    def __len__(self) -> int:
        return int(self.groups.height)

    def cells(self, row: int) -> Sequence[Line]:
        """Return the cells of a row: the value, its counts, and a bar if there is room."""
        value, *many = self.groups.row(row)
        counts = (line(span(f"{one:,}", "text" if one else "dim")) for one in many)
        bar = self._bar(many[0], many[-1])
        return [line(span(value or DASH, "strong")), *counts, *([bar] if self.bar else [])]

    def _bar(self, counted: int, cases: int) -> Line:
        """Draw a bar as long as the group is large, filled as far as it is counted."""
        # All bars share the scale of the largest group.
        one = self.bar / (self.groups["cases"].max() or 1)
        # Every group has a bar: the smallest would round to none.
        full, whole = round(counted * one), max(round(cases * one), 1)
        return line(Span("━" * full, "accent"), Span("─" * (whole - full), "rule"))

    def key(self, row: int) -> object:
        """Return the value that a row is the group of."""
        return self.groups["value"][row]

    def find(self, key: object) -> int | None:
        """Return the row of a value, or None."""
        return first_of(self.groups["value"] == key) if isinstance(key, str) and len(self) else None

    @property
    def table(self) -> Iterator[tuple[Scalar, ...]]:
        """Return the groups as rows to save, without the bars."""
        rows: Iterator[tuple[Scalar, ...]] = self.groups.iter_rows()
        return rows


def group_rows(found: Arranged, cells: int) -> GroupRows:
    """Build the rows for arranged cases that are grouped, with bars where the width allows."""
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
    bar = min(cells - sum(size + GAP for size in sizes), BAR_MOST)
    bar = bar if bar >= BAR_LEAST else 0
    columns += (Column("", bar),) if bar else ()
    return GroupRows(found.wish.group_by or "", found.groups, columns, bar)
