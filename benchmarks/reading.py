"""Reading what is large: thousands of small files, and one large CSV, against polars scanning it.

Both are whole processes.  The floor counts rows by quarter of one date: it checks no cell, names no
line and keeps no row.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks.made_up_council import day, number, one_of
from benchmarks.measuring import Measure, python

FILES, QUICK_FILES = 3_000, 300
ROWS_OF_A_FILE = 40
ROWS, QUICK_ROWS = 7_000_000, 700_000
CODES = {
    "rne": ["S", "P", "L"],
    "ls": ["C2", "V2"],
    "place": ["U6", "K2"],
    "rec": ["X1", "E4A"],
    "cin": ["N1", "N2"],
    "place_provider": ["PR1", "PR4"],
}


def many(folder: Path, quick: bool) -> Measure:
    """Years of an SSDA903 return as small files."""
    files = QUICK_FILES if quick else FILES
    place = folder / "many"
    place.mkdir()
    for start in range(files):
        rows = _episodes(ROWS_OF_A_FILE, start)
        written = rows.with_columns(pl.col(pl.Date).dt.strftime("%d/%m/%Y"))
        written.rename(str.upper).with_columns(URN=None).write_csv(place / f"{start}.csv")
    return _measure(f"reading {files:,} files of {ROWS_OF_A_FILE} rows", place, quick)


def large(folder: Path, quick: bool) -> Measure:
    """Care episodes in one CSV: 500 MB."""
    place = folder / "large"
    place.mkdir()
    path = place / "care_episodes.csv"
    # Apart from this process: what it has in memory would be counted as its children's.
    python("-m", "benchmarks.reading", "write", path, str(QUICK_ROWS if quick else ROWS))
    size = path.stat().st_size
    return _measure(f"reading a CSV of {size / 1e6:,.0f} MB", place, quick, size)


def _measure(name: str, place: Path, quick: bool, size: int = 0) -> Measure:
    return Measure(
        name,
        lambda: python("-m", "benchmarks.reading", "read", place),
        lambda: python("-m", "benchmarks.reading", "scan", place),
        rounds=3 if quick else 5,
        size=size,
    )


def _episodes(rows: int, seed: int) -> pl.DataFrame:
    children = max(rows // 4, 1)
    frame = pl.DataFrame({"_": pl.int_range(rows, eager=True)})
    return frame.select(
        child=pl.lit("C") + (number(seed) % children).cast(pl.String).str.zfill(7),
        decom=day(seed + 1),
        **{name: one_of(words, seed + len(name)) for name, words in CODES.items()},
        dec=day(seed + 2),
        reason_place_change=pl.lit("CARPL"),
        home_post=pl.lit("RG4 ") + (number(seed + 3) % 9_000).cast(pl.String),
        pl_post=pl.lit("SL1 ") + (number(seed + 4) % 9_000).cast(pl.String),
    )


def _read(folder: Path) -> None:
    from kpitui.tables import read_folder

    (source, *_) = read_folder(folder).sources
    assert source.rows_read


def _scan(folder: Path) -> None:
    # Every cell is text, as in a file of a council none is sure to be anything else.
    for path in sorted(folder.iterdir()):
        table = pl.scan_csv(path, infer_schema=False)
        name = next(one for one in table.collect_schema() if one.lower() == "decom")
        table.group_by(pl.col(name).str.head(7)).len().collect()


if __name__ == "__main__":
    what, path, *rows = sys.argv[1:]
    if rows:
        _episodes(int(rows[0]), 0).write_csv(path)
    else:
        {"read": _read, "scan": _scan}[what](Path(path))
