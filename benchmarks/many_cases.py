"""A million cases on screen against a hundred, and against polars that merely holds them.

``python -m benchmarks.many_cases ROWS`` is the program over a desk whose cases are so many;
``... ROWS hold`` and ``... ROWS sort`` are the floor: the same rows in polars and nothing else.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from benchmarks.first_text import PATIENCE
from benchmarks.line import Line, memory_of, opened
from benchmarks.measuring import ROOT

if TYPE_CHECKING:
    import polars as pl

HOME = "/nonexistent"

MANY, FEW = 1_000_000, 100


def frame(rows: int) -> pl.DataFrame:
    """Made-up cases of the columns that care leavers have."""
    import polars as pl

    number = pl.int_range(rows, eager=True).alias("number")
    left_out = pl.when(pl.col("number") % 6 == 5).then(pl.lit("short break"))
    return (
        pl.DataFrame({"number": number})
        .select(
            child=pl.format("C{}", pl.col("number").cast(pl.String).str.zfill(8)),
            name=pl.format("Child {}", pl.col("number").hash(1) % 100_000),
            dec=pl.lit("2018-10-01").str.to_date() + pl.duration(days=pl.col("number") % 92),
            rec=pl.lit(pl.Series(["E11", "E17", "E4A"])).gather(pl.col("number") % 3),
            age=(pl.col("number").hash(2) % 18).cast(pl.Int64),
            numerator=(pl.col("number") % 3 == 0).cast(pl.Int32),
            denominator=pl.lit(1, pl.Int32),
            counted=pl.col("number") % 3 == 0,
            left_out_because=left_out,
        )
        .rechunk()
    )


def run(rows: int) -> int:
    """The terminal program at the cases of an indicator of the sample, which are these rows."""
    from dataclasses import replace

    from kpitui.locations import CHECKOUT_CONFIG
    from kpitui.model.board import Board, Entry
    from kpitui.model.drilldown import IndicatorCases
    from kpitui.model.periods import Period
    from kpitui.tui.app import KpituiApp
    from kpitui.tui.council_desk import CouncilDesk
    from kpitui.tui.startup import run_app

    class Desk(CouncilDesk):
        made: pl.DataFrame | None = None

        def cases(self, board: Board, entry: Entry, variant: str | None, period: Period | None) -> IndicatorCases:
            few = super().find_cases(board, entry, variant, period)
            if self.made is None:
                self.made = frame(rows)
            return replace(few, case_frame=self.made)

    return run_app(KpituiApp(Desk(CHECKOUT_CONFIG), opening_address="board"))


def hold(rows: int, what: str) -> None:
    """The floor: make the rows, sort them if asked, say so, and wait."""
    made: Any = frame(rows)
    print("held", flush=True)
    for _ in sys.stdin:
        made = frame(rows) if what == "make" else made.sort("name", descending=True)
        print("sorted", flush=True)


def memory(many: int = MANY) -> tuple[float, float, float]:
    """Megabytes that many cases take over few: in the program, sorted there, and in polars."""
    shown: dict[int, tuple[float, float]] = {}
    for rows in (FEW, many):
        with opened(("-m", "benchmarks.many_cases", str(rows)), HOME) as line:
            line.until(b"87.8%")
            open_cases(line)
            held = line.memory()
            line.send("1")
            line.idle(3)
            shown[rows] = (held, line.memory())
    floor = {rows: _held(rows) for rows in (FEW, many)}
    return (shown[many][0] - shown[FEW][0], shown[many][1] - shown[FEW][1], floor[many] - floor[FEW])


def _held(rows: int) -> float:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.many_cases", str(rows), "hold"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(1)
    found = memory_of(process.pid)
    process.kill()
    process.wait()
    return found


def open_cases(line: Line) -> float:
    """Open the cases of the first indicator: the seconds to the first of them on the screen."""
    began, sent = time.perf_counter(), b""
    os.write(line.terminal, b"c")
    while b"C00000004" not in sent:
        if time.perf_counter() - began > PATIENCE:
            raise RuntimeError("no cases")
        if select.select([line.terminal], [], [], 0.5)[0]:
            sent += os.read(line.terminal, 65_536)
    took = time.perf_counter() - began
    line.idle(2)
    return took


def opening(rows: int) -> float:
    """Seconds to open the cases a second time: the first time makes the rows and imports."""
    with opened(("-m", "benchmarks.many_cases", str(rows)), HOME) as line:
        line.until(b"87.8%")
        open_cases(line)
        line.send("\x1b")
        return open_cases(line)


if __name__ == "__main__":
    number = int(sys.argv[1])
    if len(sys.argv) > 2:
        hold(number, sys.argv[2])
    else:
        sys.exit(run(number))
