"""What is found in a file, gathered over the pieces that it is read in, told as of the whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from kpitui.tables.raw import LINE, PART, Note

MOST = 1_000  # issues of one kind in a column
_NUMBERS = re.compile(r"\d+")
Kind = tuple[int, int]
"""The place of a column and the number of what is looked for in it: the order of what is told."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something said of a table: at a line, or of the table or a column as a whole.

    `about` is what it says without the cell that it says it of; `number` of how many it is said.
    """

    message: str
    line: int | None = None
    about: str = ""
    number: int = 1


@dataclass(slots=True)
class _Counted:
    """How often something is so, where first, and how that is told."""

    told: Callable[[int], str]
    line: int
    total: int = 0


@dataclass(slots=True)
class _Each:
    """The first of something that is told one by one, and how many there are."""

    rest: Callable[[int], str]
    shown: list[Found] = field(default_factory=list)
    total: int = 0


@dataclass(slots=True)
class Findings:
    """What was found in a part: notes in the order they came, and the rest by kind."""

    _notes: list[Found] = field(default_factory=list)
    _said: set[Found] = field(default_factory=set)
    _alike: Counter[str] = field(default_factory=Counter)
    _kinds: dict[Kind, _Counted | _Each] = field(default_factory=dict)

    def note(self, message: str, line: int | None = None) -> None:
        """Say something, once; of what differs by numbers alone, only the first so many."""
        alike = _NUMBERS.sub("", message)
        found = Found(message, line, alike)
        if found in self._said:
            return
        self._alike[alike] += 1
        if self._alike[alike] <= MOST:
            self._said.add(found)
            self._notes.append(found)

    def notes(self, notes: Iterable[Note]) -> None:
        for line, message in notes:
            self.note(message, line)

    def whole(self, kind: Kind, message: str) -> None:
        """Say something of a column as a whole, once."""
        self._kinds.setdefault(kind, _Each(str, [Found(message)], 1))

    def counted(self, kind: Kind, told: Callable[[int], str], total: int, line: int) -> None:
        """Say how often something is so, and at which line first."""
        kept = self._kinds.setdefault(kind, _Counted(told, line))
        assert isinstance(kept, _Counted)
        kept.total, kept.line = kept.total + total, min(kept.line, line)

    def each(
        self, kind: Kind, shown: Iterable[Found], total: int, rest: Callable[[int], str]
    ) -> None:
        """Say something of each, of the first so many, and how many more there are."""
        kept = self._kinds.setdefault(kind, _Each(rest))
        assert isinstance(kept, _Each)
        kept.shown = sorted([*kept.shown, *shown], key=lambda one: one.line or 0)[:MOST]
        kept.total += total

    def all(self) -> list[Found]:
        """Everything, in the order of lines; what is of no line first."""
        found = [*self._notes]
        found += [
            Found(f"and {many - MOST:,} more like these", None, alike, many - MOST)
            for alike, many in self._alike.items()
            if many > MOST
        ]
        for _, kept in sorted(self._kinds.items(), key=lambda one: one[0]):
            if isinstance(kept, _Counted):
                found.append(Found(kept.told(kept.total), kept.line))
                continue
            found += kept.shown
            if (more := kept.total - len(kept.shown)) > 0:
                about = kept.shown[0].about if kept.shown else ""
                found.append(Found(kept.rest(more), None, about, more))
        return sorted(found, key=lambda one: one.line or 0)


class Finder:
    """Tells the parts that rows are of what is found in them.

    `rows` has a row for each row of a piece, with `_line` and `_part`, the number of its part.
    """

    def __init__(self, rows: pl.DataFrame, findings: Mapping[int, Findings]) -> None:
        self._rows, self._findings = rows, findings

    def whole(self, kind: Kind, message: str) -> None:
        """Something of a column as a whole, in every part."""
        for one in self._findings.values():
            one.whole(kind, message)

    def counted(
        self,
        kind: Kind,
        which: pl.Series,
        told: Callable[[str, int], str],
        cells: pl.Series,
        amounts: pl.Series | None = None,
    ) -> None:
        """How many rows are marked, or what they amount to; `told` gets also the first's cell."""
        if not which.any():
            return
        marked = self._rows.with_columns(_cell=cells, _amount=1 if amounts is None else amounts)
        for part, rows in _by_part(marked.filter(which)):
            first, total = rows.row(0, named=True), int(rows["_amount"].sum())
            say = partial(told, first["_cell"])
            self._findings[part].counted(kind, say, total, first[LINE])

    def each(
        self, kind: Kind, which: pl.Series, cells: pl.Series, told: Callable[[str], str],
        rest: Callable[[int], str] = "and {:,} more like these".format,
    ) -> None:  # fmt: skip
        """Every row that is marked, by its cell."""
        if not which.any():
            return
        marked = self._rows.with_columns(_cell=cells).filter(which)
        for part, rows in _by_part(marked):
            first = rows.head(MOST)
            about = told("")
            shown = [
                Found(told(cell), line, about)
                for cell, line in zip(first["_cell"], first[LINE], strict=True)
            ]
            self._findings[part].each(kind, shown, rows.height, rest)


def _by_part(rows: pl.DataFrame) -> Sequence[tuple[int, pl.DataFrame]]:
    if rows.is_empty():
        return ()
    split = rows.partition_by(PART, maintain_order=True)
    return [(one[PART][0], one) for one in split]
