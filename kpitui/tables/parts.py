"""Parts: what one file gives of a clean table, and the parts of several files made one table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from kpitui.tables.cells import Found
from kpitui.tables.columns import typed
from kpitui.tables.files import LINE, Raw, Unreadable
from kpitui.tables.rows import PART, doubtful, usable
from kpitui.tables.schema import CleanTable


@dataclass(slots=True)
class Part:
    """What a file gives of a table; `frame` is None where it is lost, and `problem` says why.

    `place` is the sheet or the record of the file, where it has several; `read_as` what it is;
    `watched` whether a change of it is noticed.
    """

    path: Path
    frame: pl.DataFrame | None
    found: list[Found] = field(default_factory=list)
    refused: int = 0
    problem: str = ""
    used: int = 0
    place: str = ""
    read_as: str = ""
    watched: bool = True

    @property
    def read(self) -> int:
        """Rows that were read, used or not."""
        return self.refused + (0 if self.frame is None else self.frame.height)


def part_of(path: Path, raw: Raw, table: CleanTable) -> Part:
    """A file's rows of a table, typed.  Raises Unreadable where a column is lacking."""
    frame, found = typed(raw, table)
    return Part(path, frame, found, raw.refused)


def lost(path: Path, error: Unreadable) -> Part:
    """A file that should give a table and cannot be read."""
    return Part(path, None, [Found(str(error), error.line)], problem=str(error))


def made_one(parts: Sequence[Part], table: CleanTable) -> pl.DataFrame | None:
    """The table that the parts make, the later the stronger; None if one of them is lost.

    What is found goes to the part that it is found in.
    """
    frames = [part.frame for part in parts if part.frame is not None]
    if len(frames) < len(parts):
        return None
    frame = frames[0] if len(frames) == 1 else _stacked(frames)
    frame, refused = usable(frame, table)
    for one in (*refused, *doubtful(frame, table)):
        parts[one.part].found.append(one)
    used = dict(frame.group_by(PART).len().iter_rows()) if len(parts) > 1 else {0: frame.height}
    for number, part in enumerate(parts):
        part.used = used.get(number, 0)
    return frame.drop(LINE, PART, strict=False)


def last_event(frames: Iterable[tuple[CleanTable, pl.DataFrame | None]]) -> date:
    """The latest event in what a file gives: how late it was made; the first of days without."""
    days = [
        frame[name].max()
        for table, frame in frames
        if frame is not None
        for name in table.events
        if name in frame.columns
    ]
    return max((day for day in days if isinstance(day, date)), default=date.min)


def _stacked(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    numbered = [
        frame.with_columns(pl.lit(number, dtype=pl.UInt32).alias(PART))
        for number, frame in enumerate(frames)
    ]
    return pl.concat(numbered, how="diagonal")
