"""Export clean tables to files: to check how the data was understood, to keep it, or to use it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kpitui.model.clean_tables import find_clean_table
from kpitui.tables.load_folder import LoadedTables


def export_tables(loaded_tables: LoadedTables, export_folder: Path) -> Iterator[Path]:
    """Write every table that could be read into a new or empty folder; yield the path of each file.

    The files are CSV as the contract has them: UTF-8, ISO dates, whole numbers without a point,
    rows in the order of their key. They hold children's records, so only their owner may read them.
    Raise FileExistsError where the folder is not empty, and OSError where a file cannot be written.
    """
    require_empty_folder(export_folder)
    export_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for table_name, table_frame in loaded_tables.frames.items():
        yield _write_private_csv(export_folder / f"{table_name}.csv", _sort_by_key(table_frame.collect(), table_name))


def require_empty_folder(export_folder: Path) -> None:
    """Raise FileExistsError unless the folder is new or empty: nothing is overwritten."""
    if export_folder.exists() and (not export_folder.is_dir() or any(export_folder.iterdir())):
        raise FileExistsError(17, "is not empty: choose a new folder", str(export_folder))


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


def _write_private_csv(file_path: Path, table_rows: pl.DataFrame) -> Path:
    """Write a table to a new file that only its owner may read."""
    # The mode is set as the file is created: with a later chmod, others could read it for a moment.
    descriptor = os.open(file_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as csv_file:
        table_rows.write_csv(csv_file)
    return file_path
