"""Query results, read as if they were files: one part of a table for each query in the config."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

import polars as pl

from kpitui.model import Issue
from kpitui.sql import DATABASE, Database
from kpitui.tables.databases import Ask, Unreachable, connected
from kpitui.tables.files import LINE, Note, Raw, Unreadable, column_names
from kpitui.tables.parts import Part, lost, part_of
from kpitui.tables.schema import CleanTable, ColumnType
from kpitui.text import clean


def read_queries(
    database: Database, schemas: Mapping[str, CleanTable]
) -> tuple[dict[str, Part], tuple[Issue, ...]]:
    """Run each query whose name is a table; return the parts by table, and the issues.

    A query that fails gives a lost part with the reason. Where the database cannot be opened every
    part is lost, and one issue gives the reason for all of them.
    """
    asked = {name: query for name, query in database.queries.items() if name in schemas}
    try:
        with connected(database) as ask:
            return {name: _part(ask, query, schemas[name], database)
                    for name, query in asked.items()}, ()  # fmt: skip
    except Unreachable as error:
        place = clean(database.place.shown)
        lacking = f"is not read: {place} cannot be opened; the issues say why"
        parts = {name: Part(_shown(name), problem=lacking) for name in asked}
        return {name: _named(part, database) for name, part in parts.items()}, (
            Issue(DATABASE, f"{place} {error}"),
        )


def _shown(name: str) -> Path:
    """Return what stands for the path of a file in sources and issues: `sql: referrals`."""
    return Path(f"{DATABASE}: {name}")


def _part(ask: Ask, query: str, table: CleanTable, database: Database) -> Part:
    """Read one query as a part of its table. A failed query gives a lost part."""
    days = {name for name, one in table.columns.items() if one.type is ColumnType.DATE}
    try:
        return _named(part_of(_shown(table.name), _raw(ask, query, days), table), database)
    except Unreadable as error:
        return _named(lost(_shown(table.name), error), database)


def _named(part: Part, database: Database) -> Part:
    """Record the database that a part came from. Databases are not watched for changes."""
    # Looking for changes means asking the database every other second, all day.
    part.read_as, part.watched = clean(database.place.shown), False
    return part


@dataclass(slots=True)
class _Bytes:
    """Cells that hold bytes, counted by column. They are read as missing."""

    counted: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, cells: Sequence[Any], row: int) -> None:
        """Count the binary cells of a column in a batch whose first row has this number."""
        places = [place for place, cell in enumerate(cells, row) if isinstance(cell, _BYTES)]
        if places:
            self.counted[name] = self.counted.get(name, 0) + len(places)
            self.first.setdefault(name, places[0])

    def notes(self) -> Iterator[Note]:
        """Yield one note for each column that has binary cells, at the first of them."""
        for name, number in self.counted.items():
            told = f"{number:,} cells of {name} hold bytes: read as missing (first here)"
            yield self.first[name], told


_BYTES = (bytes, bytearray, memoryview)


def _raw(ask: Ask, query: str, days: Collection[str]) -> Raw:
    """Run a query and return its rows as text, numbered from 1. Raise QueryFailed."""
    frames: list[pl.DataFrame] = []
    notes: list[Note] = []
    names: list[str] = []
    binary = _Bytes()
    row = 1
    for batch in ask(query):
        # Once for all batches: each further call would repeat the notes about the headings.
        names = names or column_names(batch.names, notes, None)
        notes += [(None, note) for note in batch.notes]
        # The first batch of an empty answer has headings and no rows, which makes an empty table.
        columns = zip(*batch.rows, strict=True) if batch.rows else ([] for _ in names)
        series = []
        for name, cells in zip(names, columns, strict=True):
            binary.add(name, cells, row)
            series.append(pl.Series(name, _texts(cells, name in days), dtype=pl.String))
        frames.append(pl.DataFrame(series))
        row += len(batch.rows)
    notes += binary.notes()
    return Raw(pl.concat(frames).with_row_index(LINE, offset=1), plain=False, notes=notes)


def _texts(cells: Sequence[Any], days: bool) -> Sequence[str | None]:
    """Convert the cells of a column to the text that a file would have.

    In a column of dates, a date with a time is cut to its day.
    """
    # A column of text, the usual case, is passed on as it is.
    kinds = set(map(type, cells))
    if kinds <= {str, type(None)}:
        return cells
    if days and datetime in kinds:
        cells = [cell.date() if isinstance(cell, datetime) else cell for cell in cells]
    return [_text(cell) for cell in cells]


def _text(cell: Any) -> str | None:
    """Convert a cell to text: ISO dates, whole numbers without a point, bytes as missing."""
    if cell is None or isinstance(cell, _BYTES):
        return None
    # Tested before numbers and dates: bool is an int, and datetime is a date.
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float | Decimal):
        whole = isfinite(cell) and cell == int(cell)
        return f"{cell:.0f}" if whole else str(cell)
    return str(cell)
