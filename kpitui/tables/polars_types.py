"""The polars types of the columns of clean tables."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kpitui.model.table_schema import CleanTable, ColumnType

# Every type that is not here is kept as text.
COLUMN_DTYPES: Mapping[ColumnType, pl.DataType] = {
    ColumnType.DATE: pl.Date(),
    ColumnType.NUMBER: pl.Float64(),
    ColumnType.AMOUNT: pl.Float64(),
}


def get_polars_type(column_type: ColumnType) -> pl.DataType:
    """Return the polars type that parsed cells of a column have."""
    return COLUMN_DTYPES.get(column_type, pl.String())


def build_empty_table(clean_table: CleanTable) -> pl.LazyFrame:
    """Build a table without rows, with the types of its columns."""
    return pl.LazyFrame(
        schema={column.name: get_polars_type(column.column_type) for column in clean_table.columns.values()}
    )
