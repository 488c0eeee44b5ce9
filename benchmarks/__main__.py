"""``python -m benchmarks``: run every measurement and print a table of ratios."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks import england, everything, first_text, judging, larger_board, months, public_view, reading, start_up
from benchmarks.budgets import FIGURES, Figure
from benchmarks.measuring import Measure, Ratio, compare

MEASURES = {
    "everything": everything.measure,
    "months": months.measure,
    "many-files": reading.many,
    "large-file": reading.large,
    "large-parquet": reading.parquet,
    "large-xml": reading.xml,
    "first-text": first_text.first,
    "first-text-again": first_text.again,
    "first-text-at-once": first_text.at_once,
    "start-up": start_up.measure,
    "larger-board": larger_board.measure,
    "judging": judging.measure,
    "england": england.measure,
    "public": public_view.measure,
}
COLUMNS = ("measure", "kpitui", "floor", "ratio", "ratio of CPU", "runs", "memory")


def main() -> int:
    """Measure, print, and say on standard error what is being done."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small councils and few runs")
    parser.add_argument("--only", choices=(*MEASURES, *FIGURES), action="append")
    options = parser.parse_args()
    lines: list[tuple[str, ...]] = [COLUMNS]
    figures: list[Figure] = [("figure", "kpitui", "budget")]
    asked = options.only or (*MEASURES, *FIGURES)
    with tempfile.TemporaryDirectory(prefix="kpitui-benchmarks-") as folder:
        for name in asked:
            print(f"measuring {name} ...", file=sys.stderr)
            if name in FIGURES:
                figures += FIGURES[name](Path(folder), options.quick)
                continue
            measure = MEASURES[name](Path(folder), options.quick)
            lines.append(_line(measure, compare(measure)))
    print(f"{date.today()}, Python {platform.python_version()}, {_cores()} cores")
    for table in (lines, figures):
        if len(table) > 1:
            print(_table(table), end="\n\n")
    return 0


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _line(measure: Measure, found: Ratio) -> tuple[str, ...]:
    return (
        measure.name,
        f"{found.subject:.2f} s",
        f"{found.floor:.2f} s",
        f"{found.wall:.1f}",
        f"{found.cpu:.1f}",
        str(found.runs),
        "" if found.memory is None else f"{found.memory:.2f} of the files",
    )


def _table(lines: Sequence[tuple[str, ...]]) -> str:
    first, *rest = (f"| {' | '.join(line)} |" for line in lines)
    return "\n".join([first, "|---|" + "---:|" * (len(lines[0]) - 1), *rest])


if __name__ == "__main__":
    sys.exit(main())
