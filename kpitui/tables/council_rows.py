"""Rows of several councils in one file: those of the council's own are used, the others are counted.

Ids are local: two councils may have a child of the same id. The rows are told apart before any of
them is parsed or compared with another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import polars as pl

from kpitui.model.clean_tables import AREA_COLUMN, find_clean_table
from kpitui.model.table_schema import CleanTable
from kpitui.readers.raw_table import PART_COLUMN, RawTable
from kpitui.text import fold_heading

_COUNCIL_NUMBER = r"^\s*(\d{3})(?:\.0)?\s*$"
_OWN_TEXTS = ("commentary",)
_FOLDED_AREA_COLUMN = fold_heading(AREA_COLUMN)


def select_council_rows(raw_piece: RawTable, table: CleanTable) -> tuple[RawTable, Mapping[int, int]]:
    """Leave out the rows that name another council, and count them by the number of their part.

    Where a table has its own column for the area, such as schools and published figures, all rows
    stay: there are national files of them, and what uses them chooses.
    A row that names no council by its number is the council's own.
    """
    raw_rows, area_heading = raw_piece.raw_rows, _find_area_heading(raw_piece.raw_rows.columns, table)
    must_name_council = table.must_name_council and not _is_national(table)
    if not table.council_code or (area_heading is None and not must_name_council):
        return raw_piece, {}
    area_cells = pl.repeat(None, raw_rows.height, dtype=pl.String, eager=True)
    if area_heading is not None:
        area_cells = raw_rows[area_heading].cast(pl.String)
    council_number = area_cells.str.extract(_COUNCIL_NUMBER)
    is_other = (council_number != table.council_code).fill_null(must_name_council)
    if not is_other.any():
        return raw_piece, {}
    other_counts = dict(raw_rows.filter(is_other).group_by(PART_COLUMN).len().iter_rows())
    return replace(raw_piece, raw_rows=raw_rows.filter(~is_other)), other_counts


def split_councils(table_rows: pl.DataFrame, table: CleanTable) -> list[pl.DataFrame]:
    """Split the rows of a table that holds several councils: an id is the same only within one of them."""
    area_heading = _find_area_heading(table_rows.columns, table)
    if table.council_code or area_heading is None:
        return [table_rows]
    return table_rows.partition_by(area_heading, maintain_order=True)


def _is_national(table: CleanTable) -> bool:
    """Say whether a table is about places of the whole country, or has a column of its own for the area."""
    is_of_places = table.subject.has_public_rows and table.name not in _OWN_TEXTS
    return is_of_places or bool({AREA_COLUMN, "area"} & {*find_clean_table(table.name).columns})


def _find_area_heading(column_names: Collection[str], table: CleanTable) -> str | None:
    """Find the column that names a row's council, in a table that is not about many of them."""
    if {AREA_COLUMN, "area"} & {*find_clean_table(table.name).columns}:
        return None
    return next((name for name in column_names if fold_heading(name) == _FOLDED_AREA_COLUMN), None)
