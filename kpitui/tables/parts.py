"""The rows that one file gives a clean table (a part), and merging the parts of several files.

Parts are ordered from the weakest to the strongest: where two contradict each other, the later one
in that order is used. A part that cannot be read takes its table with it, because numbers from the
remaining files would be wrong.
"""

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
    """The rows of a clean table from one file, in compact pieces, with what was found in them.

    `file_section` is the sheet, XML record or archive member, where the file has several.
    `recognised_as` is the title of its layout. `row_count` counts what were rows, `rejected_count`
    what were not, `used_count` the rows that stayed in the table, and `superseded_count` those that
    a stronger part has too. `file_row_count` counts all rows of the file, some of which may say
    nothing about this table. `file_column_names` maps clean columns to their names in the file.
    `problem` says why the part is lost, and is empty where it is not. `is_watched` says whether
    changes to the file are noticed.
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
    latest_period: date = date.min  # published_series only
    broken: bool = False  # the end of the file is missing
    watched: bool = True

    @property
    def read(self) -> int:
        """Return the number of rows read, used or not."""
        return self.refused + self.rows

    def add(self, frame: pl.DataFrame, table: CleanTable) -> None:
        """Add a piece of typed rows."""
        self.rows += frame.height
        self.last_event = max(self.last_event, last_event(frame, table))
        self.latest_period = max(self.latest_period, latest_period(frame, table))
        self.frames.add(frame)

    def lose(self, error: Unreadable) -> None:
        """Discard the rows: the file turned out to be unreadable, and nothing of it is used."""
        self.frames, self.rows, self.refused = Held(), 0, 0
        self.findings = Findings()
        self.findings.note(str(error), error.line)
        self.problem = str(error)


def part_of(path: Path, raws: Raw | Iterable[Raw], table: CleanTable) -> Part:
    """Read the rows of a table from one file, piece by piece.

    Raise UnreadableTable where a required column is missing, or a piece cannot be read.
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
    """Return the part of a file that should give a table and cannot be read."""
    part = Part(path)
    part.lose(error)
    return part


def add(raw: Raw, parts: Sequence[Part], table: CleanTable) -> None:
    """Type a piece that holds rows of several parts, and give each part its own rows.

    `_part` of each row is the index of its part in `table_parts`. Raise UnreadableTable where a
    required column is missing.
    """
    # Small files of one layout arrive here together: what a frame costs hardly depends on its size,
    # so thousands of small files are typed in the time of one large one.
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
    """Merge the parts of a table, the later the stronger; return None if one of them is lost.

    What is found is recorded in the part it was found in. The parts' own pieces are released, which
    frees their memory as the table grows.
    """
    if any(part.problem for part in parts):
        return None
    pieces = [(number, one) for number, part in enumerate(parts) for one in part.frames.released()]
    there = {name: kind for _, one in pieces for name, kind in plain_schema(one.frame).items()}
    every = {one.name: there.get(one.name, one.dtype) for one in table.columns.values()} | there
    groups = Groups(pieces, table.key[0] if table.key else None)
    # A standard column that no file has is added lazily, and takes no memory. A column that only
    # the config mentions is not added, so that the indicator that needs it can say it is missing.
    known = TABLES[table.name].columns if table.name in TABLES else {}
    shown = {name: kind for name, kind in every.items() if name in there or name in known}
    alike: dict[tuple[object, ...], list[pl.DataFrame]] = {}
    for frame in _used(groups, every, parts, table):
        held = frame.select(name for name in there if name in frame.columns)
        # polars concatenates only frames of one schema, and compact columns differ from piece to
        # piece.
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
    """Return the rows of all partitions that stay, in frames that may lack columns.

    `all_columns` are the columns of the merged table with their types. The parts get their counts
    and issues. The partitions are used up.
    """
    told = Told(
        {number: part.findings for number, part in enumerate(parts)},
        {number: part.last_event for number, part in enumerate(parts)},
    )
    # Large tables stay in their compact form, and only the rows to leave out are noted. That is not
    # possible where checking changes cells: snapshot tables of several files fill each other in.
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
    """Add every column that the frame lacks, as nulls of its type."""
    lacking = {*columns} - {*frame.collect_schema()}
    return frame.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in columns.items() if name in lacking
    )


def last_event(frame: pl.DataFrame, table: CleanTable) -> date:
    """Return the latest event date in a file's rows, which tells how recent it is; or date.min."""
    days = [frame[name].max() for name in table.events if name in frame.columns]
    return max((day for day in days if isinstance(day, date)), default=date.min)


def latest_period(frame: pl.DataFrame, table: CleanTable) -> date:
    """Return the end of the latest period that a file has figures for; or date.min."""
    # Figures are revised, and names of files do not say which release is later. Its periods do.
    if table.name != "published_series":
        return date.min
    periods = map(parse_or_none, frame["period"].unique().drop_nulls())
    return max((period.end for period in periods if period is not None), default=date.min)
