"""Match the columns of a file with those of a clean table, and parse them by type.

Extra columns of the file are kept as text. A missing required column makes the table unreadable.
"""

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
    """Return a clean table with the extra columns that the config gives types to.

    A name that is no clean table declares one of the council's own: all its columns are required.
    """
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
    """Parse a piece of a table: known columns by their types, others as text.

    Return these columns with `_line` and `_part`. Columns that the file does not have are left out.
    The piece may come from several files with the same columns: `_part` is the key of a row's log
    in `issue_logs`. Raise UnreadableTable where a required column is missing.
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
    # The positions are those of the table, so that issues come in the same order for every file.
    for number, name in enumerate([*table.columns, *_strangers(present, table)]):
        if name in present:
            own = Column(name, ColumnType.TEXT, required=False)
            columns[name] = (number, table.columns.get(name) or own)
    return read_cells(frame, columns, Finder(rows, findings), raw.plain).hstack(rows)


def _renamed(frame: pl.DataFrame, table: CleanTable, told: list[str]) -> pl.DataFrame:
    """Rename columns of the file whose names a later step uses, and note each new name."""
    clashes = {
        name: _free(f"{name}_in_file", frame.columns)
        for name in frame.columns
        if name not in table.columns
        # Columns that begin with an underscore are this program's own, such as `_line`.
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
    """Yield a message for each extra column that is named nearly like a missing one."""
    # Only a missing column can be the one that was meant.
    absent = [name for name in table.columns if name not in present]
    for name in _strangers(present, table):
        if close := nearest(name, absent):
            yield f"the column {name} is not known - did you mean {close}?"
