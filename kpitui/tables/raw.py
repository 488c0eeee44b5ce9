"""What every reader gives: the cells of a table as they stand in a file, and each row's line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

LINE, PART = "_line", "_part"
"""The columns that tell the line of a row, and which of several files it is from."""

Note = tuple[int | None, str]


class Unreadable(Exception):
    """A file that cannot be read as a table: the message says why and what to do.

    `line` is where in the file that is seen, if it is seen in one place; `broken` says that a file
    looks so of which the end is not there.
    """

    def __init__(self, message: str, line: int | None = None, *, broken: bool = False) -> None:
        super().__init__(message)
        self.line, self.broken = line, broken


@dataclass(slots=True)
class Raw:
    """A table or a piece of it as it stands: every cell is text, but dates and numbers of Parquet.

    `frame` has the file's columns, in lower case without outer spaces, and `_line`.  `plain` says
    that no cell has anything but printable ASCII.  `notes` are what was found on the way (line or
    None, message); `refused` counts rows that are no rows; `header` is the line of the header,
    where it has one; `broken` says that it ends in the middle of a row.
    """

    frame: pl.DataFrame
    plain: bool
    notes: list[Note] = field(default_factory=list)
    refused: int = 0
    header: int | None = None
    broken: bool = False

    @property
    def names(self) -> list[str]:
        """The file's columns."""
        return [name for name in self.frame.columns if name not in (LINE, PART)]


def as_frame(
    columns: Iterable[list[str | None]], names: Iterable[str], lines: list[int]
) -> pl.DataFrame:
    """A frame of text from its columns, and the line of each row."""
    cells = {
        name: pl.Series(name, column, dtype=pl.String)
        for name, column in zip(names, columns, strict=True)
    }
    return pl.DataFrame({LINE: pl.Series(lines, dtype=pl.UInt32), **cells})
