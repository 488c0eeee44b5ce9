"""Cases by group: how many are counted, not counted and left out for each value of a column."""

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
    """Groups as rows of a grid, over a frame of the columns NAMES."""

    name: str
    groups: Any
    columns: tuple[Column, ...]
    bar: int  # cells of the bar of the largest group; 0 where there is no room for bars

    def __len__(self) -> int:
        return int(self.groups.height)

    def cells(self, row: int) -> Sequence[Line]:
        value, *many = self.groups.row(row)
        counts = (line(span(f"{one:,}", "text" if one else "dim")) for one in many)
        bar = self._bar(many[0], many[-1])
        return [line(span(value or DASH, "strong")), *counts, *([bar] if self.bar else [])]

    def _bar(self, counted: int, cases: int) -> Line:
        """As long as the group is large, full as far as it is counted."""
        one = self.bar / (self.groups["cases"].max() or 1)
        full, whole = round(counted * one), max(round(cases * one), 1)
        return line(Span("━" * full, "accent"), Span("─" * (whole - full), "rule"))

    def key(self, row: int) -> object:
        return self.groups["value"][row]

    def find(self, key: object) -> int | None:
        return first_of(self.groups["value"] == key) if isinstance(key, str) and len(self) else None

    @property
    def table(self) -> Iterator[tuple[Scalar, ...]]:
        """The groups as rows to be saved."""
        rows: Iterator[tuple[Scalar, ...]] = self.groups.iter_rows()
        return rows


def group_rows(found: Arranged, cells: int) -> GroupRows:
    """The groups that cases were wanted in, with bars where the width has room for them."""
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
