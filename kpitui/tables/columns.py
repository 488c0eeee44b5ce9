"""Columns: those of a table by their types, the file's own beside them, and what is lacking."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import polars as pl

from kpitui.tables.cells import read_cells
from kpitui.tables.files import LINE, Raw, Unreadable, hint
from kpitui.tables.findings import Finder, Findings
from kpitui.tables.raw import PART
from kpitui.tables.schema import RESERVED, TABLES, CleanTable, Column, ColumnType
from kpitui.text import nearest


def with_types(name: str, types: Mapping[str, ColumnType]) -> CleanTable:
    """A clean table, or one of the council's own, with the extra columns that are declared."""
    table = TABLES.get(name) or CleanTable(name, {}, (), ())
    own = name not in TABLES
    extra = {
        column: Column(column, kind, required=own)
        for column, kind in types.items()
        if column not in table.columns
    }
    return CleanTable(
        name,
        {**table.columns, **extra},
        table.key,
        table.needs,
        table.events,
        table.span,
        table.one_at_a_time,
    )


def typed(raw: Raw, table: CleanTable, findings: Mapping[int, Findings]) -> pl.DataFrame:
    """The typed columns of a table: known ones by their types, others as text; `_line`, `_part`.

    Columns of the table that are not in the file are left out.

    `raw` is a piece of a file, or of several with the same columns: `_part` tells which of the
    `findings` a row belongs to.  Raises Unreadable where a column that the table must have is not
    there.
    """
    told: list[str] = []
    frame = _renamed(raw.frame, table, told)
    present = [name for name in frame.columns if name not in (LINE, PART)]
    lacking = [
        one.name for one in table.columns.values() if one.required and one.name not in present
    ]
    if lacking:
        lacked = (f"{name}{hint(name, _strangers(present, table))}" for name in lacking)
        raise Unreadable(f"has no column {', '.join(lacked)}", raw.header)
    misspelt = list(_misspelt(present, table))
    for found in findings.values():
        found.notes((None, message) for message in told)
        found.notes((raw.header, message) for message in misspelt)
    rows = frame.select(LINE, PART)
    columns = {}
    for number, name in enumerate([*table.columns, *_strangers(present, table)]):
        if name in present:
            own = Column(name, ColumnType.TEXT, required=False)
            columns[name] = (number, table.columns.get(name) or own)
    return read_cells(frame, columns, Finder(rows, findings), raw.plain).hstack(rows)


def _renamed(frame: pl.DataFrame, table: CleanTable, told: list[str]) -> pl.DataFrame:
    """Columns of the file's own step aside where a later step uses their names."""
    clashes = {
        name: _free(f"{name}_in_file", frame.columns)
        for name in frame.columns
        if name not in table.columns
        and (name in RESERVED or name.startswith("_"))
        and name not in (LINE, PART, f"{LINE}_in_file", f"{PART}_in_file")
    }
    told += [f"the column {name} is kept as {new}" for name, new in clashes.items()]
    return frame.rename(clashes)


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _strangers(present: Iterable[str], table: CleanTable) -> list[str]:
    return [name for name in present if name not in table.columns]


def _misspelt(present: Collection[str], table: CleanTable) -> Iterator[str]:
    """What to say of columns that look like one of the table's that is not there."""
    absent = [name for name in table.columns if name not in present]
    for name in _strangers(present, table):
        if close := nearest(name, absent):
            yield f"the column {name} is not known - did you mean {close}?"
