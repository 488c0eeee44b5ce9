"""Measure what the public view hides: cells and cases, on the sample and on made-up councils.

    python benchmarks/disclosure_cost.py [COUNCILS]

A cell is a number of children on the pages of the quarters of two years: numerator, denominator, a
reason to be left out, an outcome, by the main definition and by variants. It is small from 1 to 5;
what is hidden beyond that is the price of the guarantee in docs/public.md.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from math import isnan
from pathlib import Path

from kpitui.board import build_board
from kpitui.council import Council, open_council
from kpitui.disclosure.ledger import is_small_count
from kpitui.disclosure.people import is_about_children
from kpitui.model.board import Count, Entry
from kpitui.model.periods import list_periods, parse_period
from tests.small_councils import write_small_council

MEETING = date(2019, 3, 25)
QUARTERS = list_periods(parse_period("2017-18 Q1"), parse_period("2018-19 Q3"))
Cells = dict[tuple[str, ...], float]


def measure_cost(council: Council) -> dict[str, Counter[str]]:
    """Return, by indicator, how many cells and cases there are, and how many are hidden."""
    costs: dict[str, Counter[str]] = {}
    for quarter in QUARTERS:
        boards = [build_board(council, MEETING, quarter, public_view=public) for public in (True, False)]
        for public_entry, entry in zip(*(board.entries for board in boards), strict=True):
            if is_about_children(entry.indicator):
                cost = costs.setdefault(entry.indicator.code, Counter())
                add_cells(cost, dict(list_cells(public_entry)), dict(list_cells(entry)))
    return costs


def add_cells(cost: Counter[str], public_cells: Cells, cells: Cells) -> None:
    for name in {*public_cells, *cells}:
        number, is_hidden = cells.get(name, 0), isnan(public_cells.get(name, 0))
        kind = "small" if is_small_count(number) else "not small"
        cost.update({"cells": 1, "cases": int(number), f"hidden, {kind}": int(is_hidden)})
        cost["hidden cases"] += int(number) * is_hidden


def list_cells(entry: Entry) -> Iterator[tuple[tuple[str, ...], float]]:
    counts = {"": entry.point.count}
    if entry.year_to_date is not None:
        counts["to date"] = entry.year_to_date
    counts |= {variant.id: variant.count for variant in entry.variants if variant.count is not None}
    counts["outcomes"] = Count(0, 0, entry.not_counted)
    for name, count in counts.items():
        yield (name, "numerator"), count.numerator
        yield (name, "denominator"), count.denominator
        yield from (((name, "left out", reason), number) for reason, number in count.excluded.items())


def print_costs(title: str, costs: dict[str, Counter[str]]) -> None:
    print(title)
    print(f"  {'':6} {'cells':>7} {'small':>7} {'further':>7} {'cases':>8} {'hidden':>8}")
    for code, cost in {**costs, "all": sum(costs.values(), Counter())}.items():
        numbers = (cost["cells"], cost["hidden, small"], cost["hidden, not small"], cost["cases"], cost["hidden cases"])
        print(f"  {code:6} {numbers[0]:7,} {numbers[1]:7,} {numbers[2]:7,} {numbers[3]:8,} {numbers[4]:8,}")


def main() -> None:
    print_costs("the sample", measure_cost(open_council(Path("config.toml"))))
    total: dict[str, Counter[str]] = {}
    council_count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for seed in range(council_count):
        with tempfile.TemporaryDirectory() as folder:
            for code, cost in measure_cost(open_council(write_small_council(Path(folder), seed))).items():
                total.setdefault(code, Counter()).update(cost)
    print_costs(f"{council_count} made-up councils", total)


if __name__ == "__main__":
    main()
