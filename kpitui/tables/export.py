"""Export clean tables to files: to check how the data was understood, to keep it, or to use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kpitui.atomic_files import fill_new_folder
from kpitui.model.clean_tables import find_clean_table
from kpitui.tables.load_folder import LoadedTables

CSV_ROWS = 50_000  # rows that are formatted at once


def export_tables(loaded_tables: LoadedTables, export_folder: Path) -> list[Path]:
    """Write every table that could be read into a new or empty folder; return the path of each file.

    The files appear all at once, when the last one is written.

    The files are CSV as the contract has them: UTF-8, ISO dates, whole numbers without a point,
    rows in the order of their key. They hold children's records, so only their owner may read them.
    Raise FileExistsError where the folder is not empty, and OSError where a file cannot be written.
    """
    with fill_new_folder(export_folder) as new_folder:
        return [
            new_folder.write_file(f"{table_name}.csv", _format_csv(_sort_by_key(table_frame.collect(), table_name)))
            for table_name, table_frame in loaded_tables.frames.items()
        ]


def _sort_by_key(table_rows: pl.DataFrame, table_name: str) -> pl.DataFrame:
    """Sort the rows by key and then by all other columns, and format the numbers."""
    key_columns = find_clean_table(table_name).key_columns
    columns = [name for name in table_rows.columns if name not in key_columns]
    # All columns decide the order, so that the same data always gives the same bytes.
    return table_rows.sort(*key_columns, *columns).with_columns(pl.col(pl.Float64).map_batches(_format_numbers))


def _format_numbers(numbers: pl.Series) -> pl.Series:
    """Format numbers as text, a whole number without a point."""
    # Beyond 2**53 a float cannot hold every whole number: those keep the form of a float.
    is_whole = (numbers == numbers.floor()) & (numbers.abs() < 2**53)
    texts = numbers.set(~is_whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
    return texts.zip_with(is_whole.fill_null(False), numbers.cast(pl.String))


def _format_csv(table_rows: pl.DataFrame) -> Iterator[bytes]:
    """Yield a table as CSV in pieces: all of it at once could be as large again as the table."""
    yield table_rows.clear().write_csv().encode()
    for rows in table_rows.iter_slices(CSV_ROWS):
        yield rows.write_csv(include_header=False).encode()
