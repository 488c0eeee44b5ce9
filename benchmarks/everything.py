"""All indicators over all quarters of a large council, against polars scanning the same files.

Both are whole processes.  The floor reads one date of each table and counts its rows by quarter:
it checks no cell, joins nothing and keeps no row.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import made_up_council
from benchmarks.measuring import Measure, python

ROWS, QUICK_ROWS = 5_000_000, 500_000


def measure(folder: Path, quick: bool) -> Measure:
    """The council is written when the measure is made."""
    rows = QUICK_ROWS if quick else ROWS
    place = folder / "everything"
    made_up_council.write(place, rows)
    return Measure(
        f"all indicators, all quarters, {rows:,} rows",
        lambda: python("-m", "kpitui", "--config", place / "config.toml", "status", "--json"),
        lambda: python("-m", "benchmarks.everything", place),
        rounds=3 if quick else 5,
    )


def scan(folder: Path) -> None:
    """The floor: rows by quarter of the first date of every table that has one."""
    import polars as pl

    for path in sorted(folder.glob("*.parquet")):
        table = pl.scan_parquet(path)
        dates = [name for name, kind in table.collect_schema().items() if kind == pl.Date]
        if dates:
            table.group_by(pl.col(dates[0]).dt.truncate("1q")).len().collect()


if __name__ == "__main__":
    scan(Path(sys.argv[1]))
