"""Partitions of a large table by subject, so that it can be checked a few subjects at a time.

Duplicates and overlaps are looked for among the rows of one subject, such as a child. All its rows
are in one partition. The compact rows stay where they are: a partition is an expanded copy of the
columns that the checks need.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from kpitui.tables.coded import joined, made_plain, numbers
from kpitui.tables.held import FIRST, Held, Piece
from kpitui.tables.raw import LINE, PART

ALL = 250_000  # up to this many rows are checked at once
GROUP = 50_000  # rows of a partition, where there are more
PLACE = "_place"
"""The column with the position of a row among all the rows of the pieces."""
_ROOM = 2**32  # polars numbers the rows of a frame with 32 bits


@dataclass(slots=True)
class _Numbered:
    """A piece, the position of its first row, and the order of its rows by partition.

    It belongs to one part, or to several: `part_number` is then None, and `_part` is a column.
    """

    piece: Piece
    part: int | None
    first: int
    order: pl.Series | None = None
    ends: Sequence[int] = ()

    def rows(self, group: int, names: Collection[str]) -> pl.DataFrame:
        """Return the rows of a partition: the named columns, `_line`, `_part` and `_place`."""
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
    """The rows of numbered pieces, partitioned by a column.

    There is one partition where no column is given, or the rows are few.
    """

    def __init__(self, pieces: list[tuple[int, Piece]], key: str | None) -> None:
        """Take the pieces with the numbers of their parts.

        The list is emptied, so that pieces that are joined are not in memory twice.
        """
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
        """Yield each partition: the named columns, with `_line`, `_part` and `_place`."""
        for group in range(self.many):
            rows = joined([piece.rows(group, names) for piece in self._pieces])
            # A table without rows is checked once all the same: its columns must come out of it.
            if rows.height or self.many == 1:
                # Structs are expanded, since checks could not see that a cell in one is missing.
                yield made_plain(rows, numbers(rows))

    def without(self, gone: Sequence[pl.Series]) -> Iterator[pl.DataFrame]:
        """Yield the compact frames without the rows in these positions; the pieces are used up."""
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
        # One integer holds both the partition and the position of a row: sorting it is quick.
        places = pl.int_range(keys.len(), dtype=pl.UInt64, eager=True)
        rows = (keys.hash() % self.many) * _ROOM + places
        rows = rows.sort()
        one.order = (rows % _ROOM).cast(pl.UInt32)
        ends = pl.int_range(1, self.many + 1, dtype=pl.UInt64, eager=True) * _ROOM
        one.ends = rows.search_sorted(ends).to_list()


def _few(pieces: list[tuple[int, Piece]]) -> Iterator[tuple[int | None, Piece]]:
    """Join the small pieces of thousands of small files, so that there are few pieces to check."""
    # The pieces of a single part keep their order: of two rows with one key the first is used.
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
