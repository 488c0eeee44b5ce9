"""Parts: what one file gives of a clean table, and the parts of several files made one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

import polars as pl

from kpitui.periods import parse_or_none
from kpitui.tables.coded import plain, plain_schema
from kpitui.tables.columns import typed
from kpitui.tables.findings import Findings
from kpitui.tables.groups import PLACE, Groups
from kpitui.tables.held import Held
from kpitui.tables.raw import PART, Raw, Unreadable
from kpitui.tables.rows import SNAPSHOTS, Told, checked, looked_at
from kpitui.tables.schema import TABLES, CleanTable

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


@dataclass(slots=True)
class Part:
    """What a file gives of a table, in one frame or several; `problem` says why it is lost.

    `place` is the sheet or the record of the file, where it has several; `read_as` what it is;
    `watched` whether a change of it is noticed.  `rows` are those that were rows, `refused` those
    that were none, `used` those of the table, `again` those that a later part has too; `in_file`
    are all that there are in the file, of which some may say nothing of the table.  `named` is what
    the file calls columns of the table.
    """

    path: Path
    place: str = ""
    read_as: str = ""
    frames: Held = field(default_factory=Held)
    findings: Findings = field(default_factory=Findings)
    rows: int = 0
    refused: int = 0
    used: int = 0
    again: int = 0
    in_file: int | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    last_event: date = date.min
    latest_period: date = date.min  # of figures that others publish
    broken: bool = False  # the file ends in the middle of a row
    watched: bool = True

    @property
    def read(self) -> int:
        """Rows that were read, used or not."""
        return self.refused + self.rows

    def add(self, frame: pl.DataFrame, table: CleanTable) -> None:
        """Take a typed piece."""
        self.rows += frame.height
        self.last_event = max(self.last_event, last_event(frame, table))
        self.latest_period = max(self.latest_period, latest_period(frame, table))
        self.frames.add(frame)

    def lose(self, error: Unreadable) -> None:
        """The file cannot be read after all: nothing of it is used."""
        self.frames, self.rows, self.refused = Held(), 0, 0
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


def made_one(parts: Sequence[Part], table: CleanTable) -> pl.LazyFrame | None:
    """The table that the parts make, the later the stronger; None if one of them is lost.

    What is found goes to the part that it is found in; the parts' own frames are used up.
    """
    if any(part.problem for part in parts):
        return None
    pieces = [(number, one) for number, part in enumerate(parts) for one in part.frames.released()]
    there = {name: kind for _, one in pieces for name, kind in plain_schema(one.frame).items()}
    every = {one.name: there.get(one.name, one.dtype) for one in table.columns.values()} | there
    groups = Groups(pieces, table.key[0] if table.key else None)
    # Columns that no file has take no room: they are empty where they are asked for.  One that the
    # config alone speaks of is not there, and the indicator that asks for it says so.
    known = TABLES[table.name].columns if table.name in TABLES else {}
    shown = {name: kind for name, kind in every.items() if name in there or name in known}
    alike: dict[tuple[object, ...], list[pl.DataFrame]] = {}
    for frame in _used(groups, every, parts, table):
        held = frame.select(name for name in there if name in frame.columns)
        alike.setdefault((*held.schema.items(),), []).append(held)
    return pl.concat(
        _with(plain(pl.concat(frames)), shown).select(*shown) for frames in alike.values()
    )


def _used(
    groups: Groups,
    every: Mapping[str, pl.DataType],
    parts: Sequence[Part],
    table: CleanTable,
) -> Iterable[pl.DataFrame]:
    """The rows of all groups that are used, in frames that may lack columns.  Uses the groups up.

    `every` are the columns that a table has, there or not; the parts are told what is found.
    """
    told = Told(
        {number: part.findings for number, part in enumerate(parts)},
        {number: part.last_event for number, part in enumerate(parts)},
    )
    # Rows stay where they are held, but where there are few, or checking fills them in.
    stay = groups.many > 1 and not (told.several and table.name in SNAPSHOTS)
    kept, gone = [], []
    for group in groups.each(looked_at(table, told.several) if stay else every):
        rows = checked(_with(group, every), table, told)
        for number, used in rows.group_by(PART).len().iter_rows():
            parts[number].used += used
        if not stay:
            kept.append(rows)
        elif rows.height < group.height:
            gone.append(group[PLACE].filter(~group[PLACE].is_in(rows[PLACE].implode())))
    told.end()
    for number, many in told.again.items():
        parts[number].again = many
    return groups.without(gone) if stay else kept


def _with(frame: Frame, columns: Mapping[str, pl.DataType]) -> Frame:
    """A frame with all these columns: those that it lacks are empty."""
    lacking = {*columns} - {*frame.collect_schema()}
    return frame.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in columns.items() if name in lacking
    )


def last_event(frame: pl.DataFrame, table: CleanTable) -> date:
    """The latest event in what a file gives: how late it was made; the first of days without."""
    days = [frame[name].max() for name in table.events if name in frame.columns]
    return max((day for day in days if isinstance(day, date)), default=date.min)


def latest_period(frame: pl.DataFrame, table: CleanTable) -> date:
    """The end of the latest period that there are figures of; the first of days without."""
    if table.name != "published_series":
        return date.min
    periods = map(parse_or_none, frame["period"].unique().drop_nulls())
    return max((period.end for period in periods if period is not None), default=date.min)
