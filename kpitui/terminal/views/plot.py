"""Where things stand in a chart: points on columns, values on rows of four dots each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kpitui import words
from kpitui.model import Break, Entry, Point
from kpitui.terminal.views.spark import share, without_gaps_lost

FILLED: Final = "●"
HOLLOW: Final = "○"
WIDEST_STEP: Final = 9
STEPS: Final = (1, 2, 5, 10, 20, 25)


@dataclass(frozen=True, slots=True)
class Plot:
    """Where things stand: points on columns, values on rows of four dots each."""

    slots: tuple[Point | None, ...]
    step: int
    left: int
    columns: int
    rows: int
    low: float
    high: float

    def x(self, slot: int) -> int:
        return 1 + slot * self.step

    def dot(self, value: float) -> int:
        """The dot row of a value, counted from the top."""
        return round((1 - share(value, self.low, self.high)) * (self.rows * 4 - 1))

    def row(self, value: float) -> int:
        return self.dot(value) // 4


def plot_of(entry: Entry, cells: int, rows: int) -> Plot:
    """Place a history in so many cells: the latest points where not all fit."""
    low, high = _section(entry)
    left = max(len(words.number(edge, 0)) for edge in (low, high)) + 2
    right = 17 if cells >= 58 else 1
    room = cells - left - right
    slots = (*without_gaps_lost(entry.history), *entry.provisional)[-max(room // 2, 1) :]
    step = min(max((room - 2) // max(len(slots) - 1, 1), 2), WIDEST_STEP)
    columns = 2 + step * (max(len(slots), 1) - 1) + 1
    return Plot(slots, step, left, columns, rows, low, high)


def _section(entry: Entry) -> tuple[float, float]:
    """The part of the indicator's scale that a chart needs, four round steps high.

    Never less than a quarter of the scale, so that chance does not look like a change.
    """
    low, high = entry.indicator.scale
    seen = [min(max(value, low), high) for value in _seen(entry)]
    for step in STEPS:
        if seen and (high - low) / 4 <= 4 * step < high - low:
            start = _start(min(seen), max(seen), step, low, high)
            if start <= min(seen) and max(seen) <= start + 4 * step:
                return start, start + 4 * step
    return low, high


def _start(least: float, most: float, step: float, low: float, high: float) -> float:
    """Where a section begins that has what is seen in its middle, as far as the scale allows."""
    middle = round(((least + most) / 2 - 2 * step) / step) * step
    return min(max(middle, low), high - 4 * step)


def _seen(entry: Entry) -> Iterator[float]:
    """Every value that a chart has a mark for."""
    for point in (*entry.history, *entry.provisional, entry.point):
        yield from (value for value in (point.count.value, point.target) if value is not None)
    if entry.chart is not None:
        yield from (entry.chart.lower, entry.chart.upper)
    yield from (one.value for one in entry.comparators[:2] if one.value is not None)


def breaks_shown(entry: Entry, plot: Plot) -> tuple[tuple[int, str, Break], ...]:
    """The column, the letter and the break, for those that fall among the points."""
    known = [(slot, point.period) for slot, point in enumerate(plot.slots) if point is not None]
    shown: list[tuple[int, str, Break]] = []
    for one in entry.indicator.breaks:
        after = [slot for slot, period in known if period.end >= one.date]
        if after and one.date >= known[0][1].start:
            column = max(plot.x(after[0]) - max(plot.step // 2, 1), 0)
            shown.append((column, chr(ord("a") + len(shown)), one))
    return tuple(shown)
