"""Columns: those of a table by their types, the file's own beside them, and what is lacking."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import polars as pl

from kpitui.tables.cells import Found, read_cells
from kpitui.tables.files import LINE, Raw, Unreadable, hint
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


def typed(raw: Raw, table: CleanTable) -> tuple[pl.DataFrame, list[Found]]:
    """The typed columns of a table: known ones by their types, others as text; and `_line`.

    Raises Unreadable where a column that the table must have is not there.
    """
    found = [Found(message, line) for line, message in raw.notes]
    frame = _renamed(raw.frame, table, found)
    present = [name for name in frame.columns if name != LINE]
    lacking = [
        one.name for one in table.columns.values() if one.required and one.name not in present
    ]
    if lacking:
        told = (f"{name}{hint(name, _strangers(present, table))}" for name in lacking)
        raise Unreadable(f"has no column {', '.join(told)}", raw.header)
    found += _misspelt(present, table, raw.header)
    columns = []
    for name in [*table.columns, *_strangers(present, table)]:
        column = table.columns.get(name) or Column(name, ColumnType.TEXT, required=False)
        if name not in present:
            columns.append(
                pl.Series(name, [None], dtype=column.dtype).new_from_index(0, frame.height)
            )
            continue
        cells = read_cells(frame, column, raw.plain)
        found += cells.found
        columns.append(cells.values.alias(name))
    return pl.DataFrame([*columns, frame[LINE]]), found


def _renamed(frame: pl.DataFrame, table: CleanTable, found: list[Found]) -> pl.DataFrame:
    """Columns of the file's own step aside where a later step uses their names."""
    clashes = {
        name: _free(f"{name}_in_file", frame.columns)
        for name in frame.columns
        if name not in table.columns
        and (name in RESERVED or name.startswith("_"))
        and name not in (LINE, f"{LINE}_in_file")
    }
    found += [Found(f"the column {name} is kept as {new}") for name, new in clashes.items()]
    return frame.rename(clashes)


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _strangers(present: Iterable[str], table: CleanTable) -> list[str]:
    return [name for name in present if name not in table.columns]


def _misspelt(present: Collection[str], table: CleanTable, header: int | None) -> Iterator[Found]:
    """Columns that look like one of the table's that is not there, at the header's line."""
    absent = [name for name in table.columns if name not in present]
    for name in _strangers(present, table):
        if close := nearest(name, absent):
            yield Found(f"the column {name} is not known - did you mean {close}?", header)
