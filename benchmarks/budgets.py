"""Figures that have a budget of their own: bytes, memory, CPU at rest, keys under load."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median

from benchmarks import latency, line, many_cases

Figure = tuple[str, str, str]
"""What was measured, what came of it, and what it may be."""
BUDGETS: Mapping[str, str] = {
    "first screen": "20,000",
    "cursor down or up, the board": "600",
    "cursor down, cases": "600",
    "page down, an indicator": "3,500",
    "page down, 1,000,000 cases": "3,500",
}
OPENING = "12,000"
MINIMAL = ("-m", "benchmarks.minimal_table")


def keys(folder: Path, quick: bool) -> Iterator[Figure]:
    """Bytes that a key sends, the most there were, and its time to the first of them."""
    del folder, quick
    times: dict[str, float] = {}
    for name, _, most, first in line.bytes_of_keys():
        times[name] = first
        yield f"{name}: bytes", f"{most:,}", BUDGETS.get(name, OPENING)
    with line.opened(MINIMAL) as table:
        table.until(b"cell 0")
        floor = median(table.send("\x1b[B")[1] for _ in range(12))
    ratio = times["cursor down or up, the board"] / floor
    yield "cursor down: time, of a minimal table's", f"{ratio:.1f}", "1.5"


def rest(folder: Path, quick: bool) -> Iterator[Figure]:
    """What the program takes while nothing happens, and what it holds."""
    del folder
    seconds = 10 if quick else 40
    with line.opened(line.SAMPLE) as shown:
        shown.until(b"87.8%")
        shown.idle(3)
        sent, cpu = shown.idle(seconds)
        held = shown.memory()
        os.write(shown.terminal, b"c")
        shown.until(b"Counted?")
        shown.idle(12)  # what polars frees goes back to the system ten seconds later
        behind = shown.memory()
    with line.opened(MINIMAL) as table:
        table.until(b"cell 0")
        floor = table.memory()
    yield "idle: bytes", f"{sent}", "0"
    yield "idle: share of a core", f"{cpu / seconds:.2%}", "0.20%"
    yield "memory with the sample, of a minimal table's", f"{held / floor:.1f}", "3.0"
    yield "the same, when cases have been opened", f"{behind / floor:.1f}", ""


def cases(folder: Path, quick: bool) -> Iterator[Figure]:
    """A million cases: their memory over that of polars, and how they open."""
    del folder
    many = many_cases.MANY // 10 if quick else many_cases.MANY
    held, ordered, floor = many_cases.memory(many)
    yield f"{many:,} cases: memory, of polars holding them", f"{held / floor:.2f}", "1.50"
    yield f"{many:,} cases, sorted", f"{ordered / floor:.2f}", "1.50"
    few = median(many_cases.opening(many_cases.FEW) for _ in range(3))
    took = median(many_cases.opening(many) for _ in range(3))
    yield f"{many:,} cases: seconds to open, {few:.2f} for 100", f"{took:.2f}", ""


def load(folder: Path, quick: bool) -> Iterator[Figure]:
    """A key while a large council is read again."""
    rows, found = latency.keys_while_reading(folder, quick)
    middle, most, _ = latency.told(found)
    name = f"a key while {rows:,} rows are read again, {len(found)} keys"
    yield f"{name}: median, ms", f"{1000 * middle:.0f}", ""
    yield f"{name}: 99th of 100, ms", f"{1000 * most:.0f}", "50"


FIGURES: Mapping[str, Callable[[Path, bool], Iterator[Figure]]] = {
    "keys": keys,
    "rest": rest,
    "cases": cases,
    "load": load,
}
