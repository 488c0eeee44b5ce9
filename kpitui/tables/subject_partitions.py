"""Partitions of a large table by subject, so that it can be checked a few subjects at a time.

Duplicates and overlaps are looked for among the rows of one subject, such as a child. All its rows
are in one partition. The compact rows stay where they are: a partition is an expanded copy of the
columns that the checks need.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from kpitui.readers.compact_columns import concat_frames, expand_frame
from kpitui.readers.compact_pieces import SAMPLE_CELLS, CompactPiece, CompactStore
from kpitui.readers.raw_table import LINE_COLUMN, PART_COLUMN

MAX_ROWS_AT_ONCE = 250_000  # up to this many rows are checked at once
PARTITION_ROWS = 50_000  # rows of a partition, where there are more
ROW_POSITION = "_place"
"""The column with the position of a row among all the rows of the pieces."""
_POSITION_RANGE = 2**32  # polars numbers the rows of a frame with 32 bits


@dataclass(slots=True)
class _NumberedPiece:
    """A piece, the position of its first row, and the order of its rows by partition.

    It belongs to one part, or to several: `part_number` is then None, and `_part` is a column.
    """

    piece: CompactPiece
    part_number: int | None
    first_position: int
    row_order: pl.Series | None = None
    partition_ends: Sequence[int] = ()

    def select_rows(self, partition: int, column_names: Collection[str]) -> pl.DataFrame:
        """Return the rows of a partition: the named columns, `_line`, `_part` and `_place`."""
        frame = self.piece.frame
        columns = pl.col(name for name in frame.columns if name in column_names or name == PART_COLUMN)
        if self.row_order is None:
            positions = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
        else:
            start = self.partition_ends[partition - 1] if partition else 0
            positions = self.row_order.slice(start, self.partition_ends[partition] - start)
            columns = columns.gather(positions)
        part_column = [] if self.part_number is None else [_build_part_column(self.part_number)]
        return frame.select(
            columns,
            self.piece.get_lines_at(positions).alias(LINE_COLUMN),
            (positions + self.first_position).alias(ROW_POSITION),
            *part_column,
        )


class SubjectPartitions:
    """The rows of numbered pieces, partitioned by a column.

    There is one partition where no column is given, or the rows are few.
    """

    def __init__(self, numbered_pieces: list[tuple[int, CompactPiece]], subject_column: str | None) -> None:
        """Take the pieces with the numbers of their parts.

        The list is emptied, so that pieces that are joined are not in memory twice.
        """
        row_count = sum(piece.frame.height for _, piece in numbered_pieces)
        self.partition_count = row_count // PARTITION_ROWS + 1 if subject_column and row_count > MAX_ROWS_AT_ONCE else 1
        self._pieces: list[_NumberedPiece] = []
        position = 0
        for part_number, piece in _join_small_pieces(numbered_pieces):
            self._pieces.append(_NumberedPiece(piece, part_number, position))
            position += piece.frame.height
            if subject_column and self.partition_count > 1:
                self._order_by_partition(self._pieces[-1], subject_column)

    def iter_partitions(self, column_names: Collection[str]) -> Iterator[pl.DataFrame]:
        """Yield each partition: the named columns, with `_line`, `_part` and `_place`."""
        for partition in range(self.partition_count):
            rows = concat_frames([piece.select_rows(partition, column_names) for piece in self._pieces])
            # A table without rows is checked once all the same: its columns must come out of it.
            if rows.height or self.partition_count == 1:
                yield rows

    def drop_rows(self, dropped_positions: Sequence[pl.Series]) -> Iterator[pl.DataFrame]:
        """Yield the compact frames without the rows in these positions; the pieces are used up."""
        row_positions = pl.concat([pl.Series(ROW_POSITION, dtype=pl.UInt32), *dropped_positions])
        while self._pieces:
            piece = self._pieces.pop(0)
            piece_rows = piece.piece.frame
            positions = row_positions.filter(
                row_positions.is_between(piece.first_position, piece.first_position + piece_rows.height, "left")
            )
            positions -= piece.first_position
            keep_mask = pl.repeat(True, piece_rows.height, eager=True)
            yield (piece_rows.filter(keep_mask.scatter(positions, False)) if positions.len() else piece_rows)

    def _order_by_partition(self, numbered_piece: _NumberedPiece, subject_column: str) -> None:
        subject_keys = expand_frame(numbered_piece.piece.frame.select(subject_column)).to_series().cast(pl.String)
        # One integer holds both the partition and the position of a row: sorting it is quick.
        positions = pl.int_range(subject_keys.len(), dtype=pl.UInt64, eager=True)
        sort_keys = (subject_keys.hash() % self.partition_count) * _POSITION_RANGE + positions
        sort_keys = sort_keys.sort()
        numbered_piece.row_order = (sort_keys % _POSITION_RANGE).cast(pl.UInt32)
        ends = pl.int_range(1, self.partition_count + 1, dtype=pl.UInt64, eager=True) * _POSITION_RANGE
        numbered_piece.partition_ends = sort_keys.search_sorted(ends).to_list()


def _join_small_pieces(numbered_pieces: list[tuple[int, CompactPiece]]) -> Iterator[tuple[int | None, CompactPiece]]:
    """Join the small pieces of thousands of small files, so that there are few pieces to check."""
    # The pieces of a single part keep their order: of two rows with one key the first is used.
    has_several_parts = len({number for number, _ in numbered_pieces}) > 1
    pieces, small_frames, cell_count = CompactStore(), [], 0
    while numbered_pieces:
        part_number, piece = numbered_pieces.pop(0)
        if not has_several_parts or piece.cell_count >= SAMPLE_CELLS:
            yield part_number, piece
            continue
        small_frames.append(piece.expand_rows().with_columns(_build_part_column(part_number)))
        cell_count += piece.cell_count
        if cell_count >= SAMPLE_CELLS:
            pieces.add_frame(concat_frames(small_frames))
            small_frames, cell_count = [], 0
    if small_frames:
        pieces.add_frame(concat_frames(small_frames))
    yield from ((None, piece) for piece in pieces.release_pieces())


def _build_part_column(part_number: int) -> pl.Expr:
    return pl.lit(part_number, dtype=pl.UInt32).alias(PART_COLUMN)
