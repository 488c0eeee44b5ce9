"""Typed pieces of a file held until all of it is read, in as little memory as they can be.

Small pieces are joined, and the columns of large ones are held in fewer bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from kpitui.tables.coded import Forms, coded, forms_of, joined, made_plain
from kpitui.tables.raw import LINE

JOINED = 2_500_000  # cells
FIRST = 500_000  # cells by which is told what the columns can be held as


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows, and the line of each: a range where they follow one another."""

    frame: pl.DataFrame
    lines: range | pl.Series

    @property
    def cells(self) -> int:
        return self.frame.height * self.frame.width

    def slices(self, many: int) -> Iterator[Piece]:
        """The piece in smaller ones, of so many rows."""
        for start in range(0, self.frame.height, many):
            lines = self.lines[start : start + many]
            yield Piece(self.frame.slice(start, many), lines)

    def rows(self) -> pl.DataFrame:
        """The rows as they were before they were held, with `_line`."""
        lines = self.lines
        if isinstance(lines, range):
            lines = pl.int_range(lines.start, lines.stop, dtype=pl.UInt32, eager=True)
        return made_plain(self.frame).with_columns(lines.alias(LINE))

    def lines_at(self, places: pl.Series) -> pl.Series:
        """The lines of the rows in these places."""
        if isinstance(self.lines, range):
            return places + self.lines.start
        return self.lines.gather(places)


class Held:
    """The pieces of a part, or of what it is made from."""

    def __init__(self) -> None:
        self._joined: list[Piece] = []
        self._loose: list[pl.DataFrame] = []
        self._forms: Forms = {}
        self._left = FIRST

    def add(self, frame: pl.DataFrame) -> None:
        """Hold a piece more, of which `_line` is a column."""
        self._loose.append(coded(frame, self._forms))
        self._left -= frame.height * frame.width
        if self._left <= 0:
            self._join()

    def released(self) -> list[Piece]:
        """All the pieces, which are held no longer, in whatever forms their columns are."""
        if self._joined and self._loose:
            self._join()
        pieces = self._joined + [Piece(one.drop(LINE), one[LINE]) for one in self._loose]
        self._joined, self._loose = [], []
        return pieces

    def _join(self) -> None:
        rows = coded(joined(self._loose).rechunk(), self._forms)
        self._loose, self._left = [], JOINED
        self._joined.append(_piece(rows))
        # Words come again the more often the longer a file is: look at 1, 2, 4, 8 … times so many.
        many = len(self._joined)
        if many & (many - 1) == 0 and (forms := forms_of([one.frame for one in self._joined])):
            self._forms = {**self._forms, **forms}
            self._joined = [Piece(coded(one.frame, forms), one.lines) for one in self._joined]


def _piece(rows: pl.DataFrame) -> Piece:
    lines = rows[LINE]
    frame = rows.drop(LINE)
    follow = bool(lines.len()) and bool((lines.diff().drop_nulls() == 1).all())
    return Piece(frame, range(lines[0], lines[0] + lines.len()) if follow else lines)
