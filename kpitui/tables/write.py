"""Clean tables written to files: what was understood, to be looked at, kept or read elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kpitui.tables.folder import Tables
from kpitui.tables.schema import TABLES


def write_folder(tables: Tables, folder: Path) -> Iterator[Path]:
    """Write every table that could be read into a new or empty folder; yields each file.

    The files are CSV as the contract has them: UTF-8, ISO dates, whole numbers without a point,
    rows in order of their key.  They hold children's records: only their owner may read them.
    Raises FileExistsError as `look_at` does, and OSError where a file cannot be written.
    """
    look_at(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, frame in tables.frames.items():
        yield _write(folder / f"{name}.csv", _in_order(frame.collect(), name))


def look_at(folder: Path) -> None:
    """Raises FileExistsError where there is something in a folder: nothing is written over."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(17, "is not empty: choose a new folder", str(folder))


def _in_order(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows in order of the key, and then of whatever else they have."""
    key = TABLES[name].key if name in TABLES else ()
    rest = [column for column in frame.columns if column not in key]
    return frame.sort(*key, *rest).with_columns(pl.col(pl.Float64).map_batches(_written))


def _written(numbers: pl.Series) -> pl.Series:
    """Numbers as text; a whole one without a point."""
    whole = (numbers == numbers.floor()) & (numbers.abs() < 2**53)
    short = numbers.set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
    return short.zip_with(whole.fill_null(False), numbers.cast(pl.String))


def _write(path: Path, frame: pl.DataFrame) -> Path:
    # Never readable by others, not even while it is written.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        frame.write_csv(file)
    return path
