"""Cases by group: how many are counted, not counted and left out for each value of a column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from kpitui.model import Cases, Scalar
from kpitui.terminal.show import DASH, Line, line, plain, span
from kpitui.terminal.views.cases import Became, arranged, became, shown_names
from kpitui.terminal.widgets.grid import Column

STATES: Final[tuple[Became, ...]] = ("counted", "not counted", "left out")
TITLES: Final = ("Counted", "Not counted", "Left out", "Cases")
LOOKED_AT: Final = 5_000
"""Rows from which it is told whether a column has groups at all."""
WIDEST: Final = 40


class Group(NamedTuple):
    """A value as it is shown, with the number of cases in each state and in all."""

    value: str
    many: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroupRows:
    """Groups as rows of a grid."""

    name: str
    groups: tuple[Group, ...]
    columns: tuple[Column, ...]

    def __len__(self) -> int:
        return len(self.groups)

    def cells(self, row: int) -> Sequence[Line]:
        group = self.groups[row]
        counts = (line(span(f"{many:,}", "text" if many else "dim")) for many in group.many)
        return [line(span(group.value or DASH, "strong")), *counts]

    def key(self, row: int) -> object:
        return self.groups[row].value

    def find(self, key: object) -> int | None:
        return next((row for row, one in enumerate(self.groups) if one.value == key), None)

    @property
    def table(self) -> Iterator[tuple[Scalar, ...]]:
        """The groups as rows to be saved."""
        return ((group.value, *group.many) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Wish:
    """How the cases are wanted: filtered, sorted, only those of a group, or as groups."""

    filter: str = ""
    sorted_by: int | None = None
    reverse: bool = False
    group_by: str | None = None
    within: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Arranged:
    """The cases as they were wanted: the places of the rows, and their groups if asked for."""

    cases: Cases
    order: tuple[int, ...]
    groups: GroupRows | None


def arrange(cases: Cases, wish: Wish) -> Arranged:
    """The rows that are wanted in their order, and their groups."""
    grouped = wish.group_by is not None
    by, turned = (None, False) if grouped else (wish.sorted_by, wish.reverse)
    order = arranged(cases, wish.filter, by, turned)
    if wish.within is not None:
        name, value = wish.within
        at = cases.columns.index(name)
        order = tuple(place for place in order if plain(cases.rows[place][at]) == value)
    groups = groups_of(cases, order, wish) if grouped else None
    return Arranged(cases, order, groups)


def groups_of(cases: Cases, order: Sequence[int], wish: Wish) -> GroupRows:
    """The rows by the values of a column: the most cases first, or sorted by a column."""
    name = wish.group_by or ""
    at = cases.columns.index(name)
    tally = Counter(
        (plain(row[at]), became(cases, row)) for row in map(cases.rows.__getitem__, order)
    )
    groups = [_group(value, tally) for value in dict.fromkeys(value for value, _ in tally)]
    groups.sort(key=lambda one: (-one.many[-1], one.value))
    by = wish.sorted_by
    if by is not None:
        groups.sort(key=lambda one: one.value.lower() if by == 0 else one.many[by - 1])
    if wish.reverse:
        groups.reverse()
    return GroupRows(name, tuple(groups), tuple(_columns(name, groups, wish)))


def _group(value: str, tally: Counter[tuple[str, Became]]) -> Group:
    many = tuple(tally[value, state] for state in STATES)
    return Group(value, (*many, sum(many)))


def _columns(name: str, groups: Sequence[Group], wish: Wish) -> Iterator[Column]:
    mark = "▾" if wish.reverse else "▴"
    size = max([len(name) + 1, *(len(group.value) for group in groups)])
    first = mark if wish.sorted_by == 0 else ""
    yield Column(name.replace("_", " "), min(size, WIDEST), sorted=first)
    for number, title in enumerate(TITLES, 1):
        told = mark if wish.sorted_by == number else ""
        yield Column(title, max(len(title) + 1, 9), "right", told)


def group_names(cases: Cases) -> tuple[str, ...]:
    """The columns that some rows have a value of in common, as they are shown."""
    rows = cases.rows[:LOOKED_AT]
    names: list[str] = []
    for name in shown_names(cases):
        at = cases.columns.index(name)
        if len({row[at] for row in rows}) < len(rows):
            names.append(name)
    return tuple(names)
