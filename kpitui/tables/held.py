"""Store the typed pieces of a file in little memory until all of it has been read.

Small pieces are joined, and the columns of large ones get compact types.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from kpitui.tables.coded import Forms, coded, forms_of, joined, made_plain
from kpitui.tables.raw import LINE

JOINED = 2_500_000  # cells of a joined piece
FIRST = 500_000  # cells of the first one, by which the compact types are chosen


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows, and the line number of each: a range where they follow one another, to save memory."""

    frame: pl.DataFrame
    lines: range | pl.Series

    @property
    def cells(self) -> int:
        return self.frame.height * self.frame.width

    def slices(self, many: int) -> Iterator[Piece]:
        """Yield the piece in slices of so many rows."""
        for start in range(0, self.frame.height, many):
            lines = self.lines[start : start + many]
            yield Piece(self.frame.slice(start, many), lines)

    def rows(self) -> pl.DataFrame:
        """Return the rows in their original types, with `_line`."""
        lines = self.lines
        if isinstance(lines, range):
            lines = pl.int_range(lines.start, lines.stop, dtype=pl.UInt32, eager=True)
        return made_plain(self.frame).with_columns(lines.alias(LINE))

    def lines_at(self, places: pl.Series) -> pl.Series:
        """Return the line numbers of the rows at these positions, counted from 0."""
        if isinstance(self.lines, range):
            return places + self.lines.start
        return self.lines.gather(places)


class Held:
    """A store for the pieces of one part, or of a return that parts are made from."""

    def __init__(self) -> None:
        self._joined: list[Piece] = []
        self._loose: list[pl.DataFrame] = []
        self._forms: Forms = {}
        self._left = FIRST

    def add(self, frame: pl.DataFrame) -> None:
        """Store another piece, which must have a column `_line`."""
        self._loose.append(coded(frame, self._forms))
        self._left -= frame.height * frame.width
        if self._left <= 0:
            self._join()

    def released(self) -> list[Piece]:
        """Return all pieces, and empty the store. Their columns may be compact."""
        # A file that never filled the first piece stays as it was: it is small.
        if self._joined and self._loose:
            self._join()
        pieces = self._joined + [Piece(one.drop(LINE), one[LINE]) for one in self._loose]
        self._joined, self._loose = [], []
        return pieces

    def _join(self) -> None:
        # polars only links the frames that it concatenates: make one chunk of each column.
        rows = coded(joined(self._loose).rechunk(), self._forms)
        self._loose, self._left = [], JOINED
        self._joined.append(_piece(rows))
        # The longer a file, the more its words repeat: look again at 1, 2, 4, 8 … joined pieces.
        many = len(self._joined)
        if many & (many - 1) == 0 and (forms := forms_of([one.frame for one in self._joined])):
            self._forms = {**self._forms, **forms}
            self._joined = [Piece(coded(one.frame, forms), one.lines) for one in self._joined]


def _piece(rows: pl.DataFrame) -> Piece:
    lines = rows[LINE]
    frame = rows.drop(LINE)
    follow = bool(lines.len()) and bool((lines.diff().drop_nulls() == 1).all())
    return Piece(frame, range(lines[0], lines[0] + lines.len()) if follow else lines)
