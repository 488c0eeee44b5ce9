"""Parts: what one file gives of a clean table, and the parts of several files made one table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from kpitui.tables.columns import typed
from kpitui.tables.findings import Findings
from kpitui.tables.raw import LINE, PART, Raw, Unreadable
from kpitui.tables.rows import Told, checked
from kpitui.tables.schema import CleanTable

GROUP = 1_000_000  # rows of subjects that are checked together
MOST_WORDS = 0.25  # of the cells of a column, for them to be kept as numbers of words


@dataclass(slots=True)
class Part:
    """What a file gives of a table, in one frame or several; `problem` says why it is lost.

    `place` is the sheet or the record of the file, where it has several; `read_as` what it is.
    `rows` are those that were rows, `refused` those that were none, `used` those of the table.
    """

    path: Path
    place: str = ""
    read_as: str = ""
    frames: list[pl.DataFrame] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    rows: int = 0
    refused: int = 0
    used: int = 0
    problem: str = ""
    last_event: date = date.min
    broken: bool = False  # the file ends in the middle of a row
    _words: frozenset[str] = frozenset()

    @property
    def read(self) -> int:
        """Rows that were read, used or not."""
        return self.refused + self.rows

    def add(self, frame: pl.DataFrame, table: CleanTable) -> None:
        """Take a typed piece.  From the second on, cells that say few words are kept as numbers."""
        self.rows += frame.height
        self.last_event = max(self.last_event, last_event(frame, table))
        if len(self.frames) == 1:
            self._words = _of_few_words(self.frames[0], table)
            self.frames[0] = _coded(self.frames[0], self._words)
        self.frames.append(_coded(frame, self._words) if self.frames else frame)

    def lose(self, error: Unreadable) -> None:
        """The file cannot be read after all: nothing of it is used."""
        self.frames, self.rows, self.refused = [], 0, 0
        self.findings = Findings()
        self.findings.note(str(error), error.line)
        self.problem = str(error)


def part_of(path: Path, raws: Raw | Iterable[Raw], table: CleanTable) -> Part:
    """A file's rows of a table, typed, piece by piece.

    Raises Unreadable where a column is lacking, or a piece cannot be read.
    """
    part = Part(path)
    for raw in [raws] if isinstance(raws, Raw) else raws:
        part.findings.notes(raw.notes)
        part.refused += raw.refused
        part.broken = part.broken or raw.broken
        raw.frame = raw.frame.with_columns(pl.lit(0, dtype=pl.UInt32).alias(PART))
        add(raw, [part], table)
    return part


def lost(path: Path, error: Unreadable) -> Part:
    """A file that should give a table and cannot be read."""
    part = Part(path)
    part.lose(error)
    return part


def add(raw: Raw, parts: Sequence[Part], table: CleanTable) -> None:
    """Type a piece of several parts, numbered in `_part`, and give each its own rows.

    Raises Unreadable.
    """
    frame = typed(raw, table, {number: part.findings for number, part in enumerate(parts)})
    pieces = (
        frame.partition_by(PART, as_dict=True, maintain_order=True)
        if len(parts) > 1
        else {(0,): frame}
    )
    for number, part in enumerate(parts):
        piece = pieces.get((number,), frame.clear())
        part.add(piece.drop(PART), table)


def made_one(parts: Sequence[Part], table: CleanTable) -> pl.DataFrame | None:
    """The table that the parts make, the later the stronger; None if one of them is lost.

    What is found goes to the part that it is found in; the parts' own frames are used up.  Cells
    that say few words may be categories: `as_told` has them as text.
    """
    if any(part.problem for part in parts):
        return None
    frames = []
    for number, part in enumerate(parts):
        mark = pl.lit(number, dtype=pl.UInt32).alias(PART)
        frames += [frame.with_columns(mark) for frame in part.frames]
        part.frames = []
    told = Told({number: part.findings for number, part in enumerate(parts)})
    kept = []
    frames = _alike(frames)
    for group in _groups(frames, table):
        rows = pl.concat(group, how="diagonal")
        group.clear()
        rows = checked(rows, table, told)
        for number, used in rows.group_by(PART).len().iter_rows():
            parts[number].used += used
        kept.append(rows.drop(LINE, PART))
    told.end()
    return pl.concat(kept)


def as_told(frame: pl.DataFrame) -> pl.LazyFrame:
    """A table as its columns are declared: what is kept as categories is text."""
    coded = [name for name, kind in frame.schema.items() if kind == pl.Categorical]
    return frame.lazy().with_columns(pl.col(coded).cast(pl.String)) if coded else frame.lazy()


def last_event(frame: pl.DataFrame, table: CleanTable) -> date:
    """The latest event in what a file gives: how late it was made; the first of days without."""
    days = [frame[name].max() for name in table.events if name in frame.columns]
    return max((day for day in days if isinstance(day, date)), default=date.min)


def _groups(frames: list[pl.DataFrame], table: CleanTable) -> list[list[pl.DataFrame]]:
    """The rows in groups that can be checked apart: a subject is in one.  Uses frames up."""
    many = sum(frame.height for frame in frames) // GROUP + 1
    if many == 1 or not table.key:
        return [frames]
    groups: list[list[pl.DataFrame]] = [[] for _ in range(many)]
    while frames:
        frame = frames.pop(0)
        number = pl.col(table.key[0]).cast(pl.String).hash() % many
        numbered = frame.with_columns(_group=number)
        for one, group in enumerate(groups):
            group.append(numbered.filter(pl.col("_group") == one).drop("_group"))
    return groups


def _of_few_words(frame: pl.DataFrame, table: CleanTable) -> frozenset[str]:
    """The columns of text whose cells say few different words."""
    text = (name for name, kind in frame.schema.items() if kind == pl.String)
    most = frame.height * MOST_WORDS
    return frozenset(name for name in text if frame[name].n_unique() <= most)


def _coded(frame: pl.DataFrame, words: frozenset[str]) -> pl.DataFrame:
    return frame.with_columns(pl.col(*words).cast(pl.Categorical)) if words else frame


def _alike(frames: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """Frames of which a column is in all what it is in one: text, unless it is coded everywhere."""
    kinds: dict[str, set[pl.DataType]] = {}
    for frame in frames:
        for name, kind in frame.schema.items():
            kinds.setdefault(name, set()).add(kind)
    mixed = [name for name, found in kinds.items() if len(found) > 1]
    if not mixed:
        return frames
    return [
        frame.with_columns(pl.col(name).cast(pl.String) for name in mixed if name in frame.columns)
        for frame in frames
    ]
