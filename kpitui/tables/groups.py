"""Pieces of a table in groups of rows that can be checked apart: a subject is in one of them.

The rows stay where they are held: a group is a copy of what the checks look at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from kpitui.tables.coded import joined, made_plain, numbers
from kpitui.tables.held import FIRST, Held, Piece
from kpitui.tables.raw import LINE, PART

ALL = 250_000  # rows that are checked at once
GROUP = 50_000  # rows, where there are more
PLACE = "_place"
"""The column that tells where a row is among all the rows of the pieces."""
_ROOM = 2**32  # more than there are rows in a piece


@dataclass(slots=True)
class _Numbered:
    """A piece, the place of its first row, and its rows' places group by group.

    It is of one part, or `_part` is one of its columns.
    """

    piece: Piece
    part: int | None
    first: int
    order: pl.Series | None = None
    ends: Sequence[int] = ()

    def rows(self, group: int, names: Collection[str]) -> pl.DataFrame:
        """The rows of a group: the columns of these names, `_line`, `_part` and `_place`."""
        frame = self.piece.frame
        there = pl.col(name for name in frame.columns if name in names or name == PART)
        if self.order is None:
            places = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
        else:
            start = self.ends[group - 1] if group else 0
            places = self.order.slice(start, self.ends[group] - start)
            there = there.gather(places)
        part = [] if self.part is None else [_number(self.part)]
        return frame.select(
            there,
            self.piece.lines_at(places).alias(LINE),
            (places + self.first).alias(PLACE),
            *part,
        )


class Groups:
    """Pieces of numbered parts in groups by a key; all in one group where there is none."""

    def __init__(self, pieces: list[tuple[int, Piece]], key: str | None) -> None:
        """Uses the list of pieces up."""
        rows = sum(piece.frame.height for _, piece in pieces)
        self.many = rows // GROUP + 1 if key and rows > ALL else 1
        self._pieces: list[_Numbered] = []
        first = 0
        for part, piece in _few(pieces):
            self._pieces.append(_Numbered(piece, part, first))
            first += piece.frame.height
            if key and self.many > 1:
                self._order(self._pieces[-1], key)

    def each(self, names: Collection[str]) -> Iterator[pl.DataFrame]:
        """Group by group: the columns of these names, and the line, part and place of each row."""
        for group in range(self.many):
            rows = joined([piece.rows(group, names) for piece in self._pieces])
            if rows.height or self.many == 1:
                yield made_plain(rows, numbers(rows))

    def without(self, gone: Sequence[pl.Series]) -> Iterator[pl.DataFrame]:
        """The pieces without the rows in these places.  Uses them up."""
        places = pl.concat([pl.Series(PLACE, dtype=pl.UInt32), *gone])
        while self._pieces:
            one = self._pieces.pop(0)
            frame = one.piece.frame
            here = places.filter(places.is_between(one.first, one.first + frame.height, "left"))
            here -= one.first
            stays = pl.repeat(True, frame.height, eager=True)
            yield frame.filter(stays.scatter(here, False)) if here.len() else frame

    def _order(self, one: _Numbered, key: str) -> None:
        keys = made_plain(one.piece.frame.select(key)).to_series().cast(pl.String)
        # One number says of a row both its group and its place: to sort it is quick.
        places = pl.int_range(keys.len(), dtype=pl.UInt64, eager=True)
        rows = (keys.hash() % self.many) * _ROOM + places
        rows = rows.sort()
        one.order = (rows % _ROOM).cast(pl.UInt32)
        ends = pl.int_range(1, self.many + 1, dtype=pl.UInt64, eager=True) * _ROOM
        one.ends = rows.search_sorted(ends).to_list()


def _few(pieces: list[tuple[int, Piece]]) -> Iterator[tuple[int | None, Piece]]:
    """Pieces of which those of thousands of small parts are joined.

    The rows of one part alone stay in their order: of two with one key the first is used.
    """
    several = len({part for part, _ in pieces}) > 1
    held, small, cells = Held(), [], 0
    while pieces:
        part, piece = pieces.pop(0)
        if not several or piece.cells >= FIRST:
            yield part, piece
            continue
        small.append(piece.rows().with_columns(_number(part)))
        cells += piece.cells
        if cells >= FIRST:
            held.add(joined(small))
            small, cells = [], 0
    if small:
        held.add(joined(small))
    for piece in held.released():
        yield None, piece


def _number(part: int) -> pl.Expr:
    return pl.lit(part, dtype=pl.UInt32).alias(PART)
