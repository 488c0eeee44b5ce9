"""Collect the issues of a file over its pieces, and report them as of the whole file.

A file must give the same issues however small its pieces are. So what is counted is added up, and
put into words only at the end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from kpitui.tables.raw import LINE, PART, Note

# Issues of one kind that are listed one by one. The others are only counted: a large file with a
# column of wrong dates has millions.
MOST = 1_000
_NUMBERS = re.compile(r"\d+")
Kind = tuple[int, int]
"""The position of a column and the number of the check. Issues are sorted by it."""


@dataclass(frozen=True, slots=True)
class Found:
    """An issue of a table, at a line, or without one where it concerns a column or the file.

    `group_key` is the message without the cell in it, the same for all issues of one kind.
    `occurrences` is how many issues this one stands for.
    """

    message: str
    line: int | None = None
    about: str = ""
    number: int = 1


@dataclass(slots=True)
class _Counted:
    """Cells of one kind that are counted: how many, the first line, and how to word it."""

    told: Callable[[int], str]
    line: int
    total: int = 0


@dataclass(slots=True)
class _Each:
    """Cells of one kind that are listed: the first of them, and how many there are in all."""

    rest: Callable[[int], str]
    shown: list[Found] = field(default_factory=list)
    total: int = 0


@dataclass(slots=True)
class Findings:
    """The issues of one part of a table: notes in the order they came, the others by kind."""

    _notes: list[Found] = field(default_factory=list)
    _said: set[Found] = field(default_factory=set)
    _alike: Counter[str] = field(default_factory=Counter)
    _kinds: dict[Kind, _Counted | _Each] = field(default_factory=dict)

    def note(self, message: str, line: int | None = None) -> None:
        """Add a note, unless it is there already.

        Of notes that differ only by numbers, the first `MAX_ISSUES_PER_KIND` are kept, and the
        others counted.
        """
        # Readers give a message and no kind: without its numbers, a message stands for its kind.
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
        """Add an issue of a whole column, once: each piece of the file may bring it again."""
        self._kinds.setdefault(kind, _Each(str, [Found(message)], 1))

    def counted(self, kind: Kind, told: Callable[[int], str], total: int, line: int) -> None:
        """Add to the count of a kind, whose message is made from the total at the end.

        `first_line` is the first line in this piece.
        """
        # The wording of the first piece stays: it may quote the cell in the first line.
        kept = self._kinds.setdefault(kind, _Counted(told, line))
        assert isinstance(kept, _Counted)
        kept.total, kept.line = kept.total + total, min(kept.line, line)

    def each(
        self, kind: Kind, shown: Iterable[Found], total: int, rest: Callable[[int], str]
    ) -> None:
        """Add issues of single cells, of which the first by line are listed.

        `total_count` is how many there are in this piece; `format_remainder` words the number of
        those that are not listed.
        """
        kept = self._kinds.setdefault(kind, _Each(rest))
        assert isinstance(kept, _Each)
        kept.shown = sorted([*kept.shown, *shown], key=lambda one: one.line or 0)[:MOST]
        kept.total += total

    def all(self) -> list[Found]:
        """List all issues in the order of their lines, those without a line first."""
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
        # The sort is stable: within a line, the order of columns and checks stays.
        return sorted(found, key=lambda one: one.line or 0)


class Finder:
    """Records the issues of a piece in the logs of the parts that its rows belong to.

    `piece_rows` has a row for each row of the piece, with its `_line`, and its `_part`: the key of
    its log. A piece may hold the rows of many small files.
    """

    def __init__(self, rows: pl.DataFrame, findings: Mapping[int, Findings]) -> None:
        self._rows, self._findings = rows, findings

    def whole(self, kind: Kind, message: str) -> None:
        """Record an issue of a whole column in every part of the piece."""
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
        """Count the rows in the mask, or add up their amounts, for each part.

        `cell_values` and `row_amounts` have a value for each row of the piece. `format_message`
        gets the cell of the first row and the total.
        """
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
        """Record each row in the mask, with its cell in the message."""
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
    # partition_by gives one empty frame where there are no rows, and it has no part to read.
    if rows.is_empty():
        return ()
    split = rows.partition_by(PART, maintain_order=True)
    return [(one[PART][0], one) for one in split]
