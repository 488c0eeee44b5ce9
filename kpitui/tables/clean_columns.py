"""Recognise the columns of a clean table in a file of any name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kpitui.layouts.declarations import Layout, TableMapping
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.table_schema import CleanTable
from kpitui.text import fold_heading

_FEWEST_COLUMNS = 2  # of a table that is recognised by them: one may be in any file


@lru_cache(maxsize=200)  # thousands of files have few headers
def find_clean_layout(header_names: tuple[str, ...], layout: Layout | None) -> Layout | None:
    """Return a layout that takes a file as a clean table, where its columns say that it is one.

    It has all columns that the table must have, and no fewer of the table's than others. Where the
    file fits `layout` too, that comes first, unless it would lose columns of the table.
    """
    names_by_folded = {fold_heading(name): name for name in reversed(header_names)}
    fitting_tables = [table for table in CLEAN_TABLES.values() if _has_columns(table, header_names, names_by_folded)]
    table = max(fitting_tables, key=lambda table: _count_required(table), default=None)
    if table is None or (layout is not None and not _loses_columns(layout, table, names_by_folded)):
        return None
    table_columns = {
        column: names_by_folded[fold_heading(column)]
        for column in table.columns
        if fold_heading(column) in names_by_folded
    }
    extra_columns = {name: name for name in header_names if name not in (*table_columns, *table_columns.values())}
    return Layout(
        title=f"columns of {table.name}",
        required_columns=tuple(table_columns.values()),
        table_mappings=(TableMapping(table.name, {**table_columns, **extra_columns}),),
    )


def _count_required(table: CleanTable) -> int:
    return sum(column.required for column in table.columns.values())


def _has_columns(table: CleanTable, header_names: Sequence[str], folded_names: dict[str, str]) -> bool:
    """Say whether a header has the columns that a table must have, and few of others."""
    required = [column.name for column in table.columns.values() if column.required]
    present_count = sum(fold_heading(name) in folded_names for name in table.columns)
    has_required = all(fold_heading(name) in folded_names for name in required)
    return len(required) >= _FEWEST_COLUMNS and has_required and present_count * 2 >= len(header_names)


def _loses_columns(layout: Layout, table: CleanTable, folded_names: dict[str, str]) -> bool:
    """Say whether a layout of a file that has columns of a table alone would leave some of them out."""
    folded_columns = {fold_heading(name): name for name in table.columns}
    if layout.table_names != (table.name,) or not folded_columns.keys() >= folded_names.keys():
        return False
    present_columns = {folded_columns[name] for name in folded_names}
    return not present_columns <= layout.list_mapped_columns(table.name)
