"""How soon a key is answered while the tables of a large council are read again."""

from __future__ import annotations

import os
import select
import time
from pathlib import Path
from statistics import quantiles

from benchmarks import made_up_council
from benchmarks.line import Line, opened

ROWS, QUICK_ROWS = 10_000_000, 500_000
EVERY = 0.04
"""Seconds between two keys: a key that is held down."""
READING, PATIENCE = 300, 120


def keys_while_reading(folder: Path, quick: bool) -> tuple[int, list[float]]:
    """The rows of the council, and the seconds to the first byte after each key."""
    rows = QUICK_ROWS if quick else ROWS
    place = folder / f"latency-{rows}"
    if not place.exists():
        made_up_council.write(place, rows)
    arguments = ("-m", "kpitui", "--config", str(place / "config.toml"))
    home = folder / "latency home"
    home.mkdir(exist_ok=True)
    with opened(arguments, str(home)) as line:
        line.until(b"24 months")
        _wait_until_read(line)
        os.write(line.terminal, b"R")
        return rows, list(_taps(line))


def _wait_until_read(line: Line) -> None:
    """The CPU is at rest when the board is there and kept."""
    end = time.perf_counter() + PATIENCE
    while time.perf_counter() < end:
        _, cpu = line.idle(2)
        if cpu < 0.1:
            return


def _taps(line: Line) -> list[float]:
    """Down and up by turns until the process is at rest again."""
    found: list[float] = []
    began, quiet = time.perf_counter(), 0
    time.sleep(0.3)
    before = line.cpu()
    while time.perf_counter() - began < READING and quiet < 25:
        key = b"jk"[len(found) % 2 : len(found) % 2 + 1]
        sent = time.perf_counter()
        os.write(line.terminal, key)
        if select.select([line.terminal], [], [], 5)[0]:
            found.append(time.perf_counter() - sent)
        while select.select([line.terminal], [], [], EVERY)[0]:
            os.read(line.terminal, 65_536)
        now = line.cpu()
        # Keys alone take some 15 milliseconds of CPU each.
        quiet = quiet + 1 if now - before < 0.03 else 0
        before = now
    return found[: -25 or None]


def told(found: list[float]) -> tuple[float, float, float]:
    """The middle, the 99th of a hundred, and the longest."""
    cuts = quantiles(found, n=100)
    return cuts[49], cuts[98], max(found)


if __name__ == "__main__":
    import sys

    rows, found = keys_while_reading(Path(sys.argv[1]), "--quick" in sys.argv)
    middle, most, longest = told(found)
    print(f"{rows:,} rows, {len(found)} keys: {middle:.3f} {most:.3f} {longest:.3f}")
