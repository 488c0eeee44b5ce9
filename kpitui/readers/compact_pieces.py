"""Store the typed pieces of a file in little memory until all of it has been read.

Small pieces are joined, and the columns of large ones get compact types.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from kpitui.readers.compact_columns import (
    CompactTypes,
    choose_compact_types,
    compact_frame,
    concat_frames,
    expand_frame,
)
from kpitui.readers.raw_table import LINE_COLUMN

JOINED_CELLS = 2_500_000  # cells of a joined piece
SAMPLE_CELLS = 500_000  # cells of the first one, by which the compact types are chosen


@dataclass(frozen=True, slots=True)
class CompactPiece:
    """Rows, and the line number of each: a range where they follow one another, to save memory."""

    frame: pl.DataFrame
    line_numbers: range | pl.Series

    @property
    def cell_count(self) -> int:
        return self.frame.height * self.frame.width

    def split_rows(self, rows_per_slice: int) -> Iterator[CompactPiece]:
        """Yield the piece in slices of so many rows."""
        for first_row in range(0, self.frame.height, rows_per_slice):
            line_numbers = self.line_numbers[first_row : first_row + rows_per_slice]
            yield CompactPiece(self.frame.slice(first_row, rows_per_slice), line_numbers)

    def expand_rows(self) -> pl.DataFrame:
        """Return the rows in their original types, with `_line`."""
        line_numbers = self.line_numbers
        if isinstance(line_numbers, range):
            line_numbers = pl.int_range(line_numbers.start, line_numbers.stop, dtype=pl.UInt32, eager=True)
        return expand_frame(self.frame).with_columns(line_numbers.alias(LINE_COLUMN))

    def get_lines_at(self, row_positions: pl.Series) -> pl.Series:
        """Return the line numbers of the rows at these positions, counted from 0."""
        if isinstance(self.line_numbers, range):
            return row_positions + self.line_numbers.start
        return self.line_numbers.gather(row_positions)


class CompactStore:
    """A store for the pieces of one part, or of a return that parts are made from."""

    def __init__(self) -> None:
        self._joined_pieces: list[CompactPiece] = []
        self._loose_frames: list[pl.DataFrame] = []
        self._compact_types: CompactTypes = {}
        self._cells_until_join = SAMPLE_CELLS

    def add_frame(self, frame: pl.DataFrame) -> None:
        """Store another piece, which must have a column `_line`."""
        self._loose_frames.append(compact_frame(frame, self._compact_types))
        self._cells_until_join -= frame.height * frame.width
        if self._cells_until_join <= 0:
            self._join_loose_frames()

    def release_pieces(self) -> list[CompactPiece]:
        """Return all pieces, and empty the store. Their columns may be compact."""
        # A file that never filled the first piece stays as it was: it is small.
        if self._joined_pieces and self._loose_frames:
            self._join_loose_frames()
        pieces = self._joined_pieces + [
            CompactPiece(frame.drop(LINE_COLUMN), frame[LINE_COLUMN]) for frame in self._loose_frames
        ]
        self._joined_pieces, self._loose_frames = [], []
        return pieces

    def _join_loose_frames(self) -> None:
        # polars only links the frames that it concatenates: make one chunk of each column.
        joined_rows = compact_frame(concat_frames(self._loose_frames).rechunk(), self._compact_types)
        self._loose_frames, self._cells_until_join = [], JOINED_CELLS
        self._joined_pieces.append(_build_piece(joined_rows))
        # The longer a file, the more its words repeat: look again at 1, 2, 4, 8 … joined pieces.
        piece_count = len(self._joined_pieces)
        if piece_count & (piece_count - 1) == 0 and (
            new_types := choose_compact_types([piece.frame for piece in self._joined_pieces])
        ):
            self._compact_types = {**self._compact_types, **new_types}
            self._joined_pieces = [
                CompactPiece(compact_frame(piece.frame, new_types), piece.line_numbers) for piece in self._joined_pieces
            ]


def _build_piece(rows: pl.DataFrame) -> CompactPiece:
    line_numbers = rows[LINE_COLUMN]
    frame = rows.drop(LINE_COLUMN)
    is_consecutive = bool(line_numbers.len()) and bool((line_numbers.diff().drop_nulls() == 1).all())
    return CompactPiece(
        frame, range(line_numbers[0], line_numbers[0] + line_numbers.len()) if is_consecutive else line_numbers
    )
