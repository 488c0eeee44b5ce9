"""The raw table that every reader returns: text cells as in the file, and the line of each row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from kpitui.model.issues import CodedMessage

LINE_COLUMN, PART_COLUMN = "_line", "_part"
"""The internal columns for the line of a row, and for the index of the part it belongs to."""


class ReaderNote(NamedTuple):
    """What a reader has to tell: at which line, or None for the file as a whole, and how often."""

    line: int | None
    message: CodedMessage
    occurrences: int = 1


class UnreadableTable(Exception):
    """A file that cannot be read as a table; `message` says why.

    `line_number` is set where the fault has one place in the file. `truncated` says that the file
    looks as if its end were missing, as it does while it is still being written.
    """

    def __init__(self, message: CodedMessage, line_number: int | None = None, *, truncated: bool = False) -> None:
        super().__init__(message)
        self.message, self.line_number, self.truncated = message, line_number, truncated


@dataclass(slots=True)
class RawTable:
    """A table, or a piece of one, as it is in the file.

    `raw_rows` has the file's columns, named in lower case without outer spaces, and `_line`. Every
    cell is text, except dates and numbers from Parquet. `ascii_only` says that all cells are
    printable ASCII, which saves a search for hostile characters. `reader_notes` are the notes made
    while reading. `rejected_count` counts lines that are not rows. `header_line` is the line of the
    header, where the file has lines. `truncated` says that the file ends in the middle of a row.
    `numbers_records` says that `_line` counts records, since many of them are on one line.
    """

    raw_rows: pl.DataFrame
    ascii_only: bool
    reader_notes: list[ReaderNote] = field(default_factory=list)
    rejected_count: int = 0
    header_line: int | None = None
    truncated: bool = False
    numbers_records: bool = False

    @property
    def column_names(self) -> list[str]:
        """Return the file's columns, without the internal ones."""
        return [name for name in self.raw_rows.columns if name not in (LINE_COLUMN, PART_COLUMN)]


def build_text_frame(
    cell_columns: Iterable[list[str | None]], column_names: Iterable[str], line_numbers: list[int]
) -> pl.DataFrame:
    """Build a frame of text from columns of cells, their names, and the line of each row."""
    text_columns = {
        name: pl.Series(name, column, dtype=pl.String) for name, column in zip(column_names, cell_columns, strict=True)
    }
    return pl.DataFrame({LINE_COLUMN: pl.Series(line_numbers, dtype=pl.UInt32), **text_columns})
