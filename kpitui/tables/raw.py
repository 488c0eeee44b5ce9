"""The raw table that every reader returns: text cells as in the file, and the line of each row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

LINE, PART = "_line", "_part"
"""The internal columns for the line of a row, and for the index of the part it belongs to."""

# A line number, or None for the file as a whole, and a message about it.
Note = tuple[int | None, str]


class Unreadable(Exception):
    """A file that cannot be read as a table. The message says why, and what to do.

    `line_number` is set where the fault has one place in the file. `truncated` says that the file
    looks as if its end were missing, as it does while it is still being written.
    """

    def __init__(self, message: str, line: int | None = None, *, broken: bool = False) -> None:
        super().__init__(message)
        self.line, self.broken = line, broken


@dataclass(slots=True)
class Raw:
    """A table, or a piece of one, as it is in the file.

    `raw_rows` has the file's columns, named in lower case without outer spaces, and `_line`. Every
    cell is text, except dates and numbers from Parquet. `ascii_only` says that all cells are
    printable ASCII, which saves a search for hostile characters. `reader_notes` are the notes made
    while reading. `rejected_count` counts lines that are not rows. `header_line` is the line of the
    header, where the file has lines. `truncated` says that the file ends in the middle of a row.
    """

    frame: pl.DataFrame
    plain: bool
    notes: list[Note] = field(default_factory=list)
    refused: int = 0
    header: int | None = None
    broken: bool = False

    @property
    def names(self) -> list[str]:
        """Return the file's columns, without the internal ones."""
        return [name for name in self.frame.columns if name not in (LINE, PART)]


def as_frame(
    columns: Iterable[list[str | None]], names: Iterable[str], lines: list[int]
) -> pl.DataFrame:
    """Build a frame of text from columns of cells, their names, and the line of each row."""
    cells = {
        name: pl.Series(name, column, dtype=pl.String)
        for name, column in zip(names, columns, strict=True)
    }
    return pl.DataFrame({LINE: pl.Series(lines, dtype=pl.UInt32), **cells})
