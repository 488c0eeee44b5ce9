"""Export clean tables to files: to check how the data was understood, to keep it, or to use it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kpitui.tables.folder import Tables
from kpitui.tables.schema import TABLES


def write_folder(tables: Tables, folder: Path) -> Iterator[Path]:
    """Write every table that could be read into a new or empty folder; yield the path of each file.

    The files are CSV as the contract has them: UTF-8, ISO dates, whole numbers without a point,
    rows in the order of their key. They hold children's records, so only their owner may read them.
    Raise FileExistsError where the folder is not empty, and OSError where a file cannot be written.
    """
    look_at(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, frame in tables.frames.items():
        yield _write(folder / f"{name}.csv", _in_order(frame.collect(), name))


def look_at(folder: Path) -> None:
    """Raise FileExistsError unless the folder is new or empty: nothing is overwritten."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(17, "is not empty: choose a new folder", str(folder))


def _in_order(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Sort the rows by key and then by all other columns, and format the numbers."""
    key = TABLES[name].key if name in TABLES else ()
    rest = [column for column in frame.columns if column not in key]
    # All columns decide the order, so that the same data always gives the same bytes.
    return frame.sort(*key, *rest).with_columns(pl.col(pl.Float64).map_batches(_written))


def _written(numbers: pl.Series) -> pl.Series:
    """Format numbers as text, a whole number without a point."""
    # Beyond 2**53 a float cannot hold every whole number: those keep the form of a float.
    whole = (numbers == numbers.floor()) & (numbers.abs() < 2**53)
    short = numbers.set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
    return short.zip_with(whole.fill_null(False), numbers.cast(pl.String))


def _write(path: Path, frame: pl.DataFrame) -> Path:
    """Write a table to a new file that only its owner may read."""
    # The mode is set as the file is created: with a later chmod, others could read it for a moment.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        frame.write_csv(file)
    return path
