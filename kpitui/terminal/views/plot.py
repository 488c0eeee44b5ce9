"""Scale of a chart: which column a point has, and which row a value."""

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
    """Positions in a chart: points on columns, values on rows of four dots each."""

    slots: tuple[Point | None, ...]
    step: int
    left: int
    columns: int
    rows: int
    low: float
    high: float

    def x(self, slot: int) -> int:
        """Return the column of a slot."""
        return 1 + slot * self.step

    def dot(self, value: float) -> int:
        """Return the row of dots of a value, counted from the top."""
        return round((1 - share(value, self.low, self.high)) * (self.rows * 4 - 1))

    def row(self, value: float) -> int:
        """Return the row of characters of a value, counted from the top."""
        return self.dot(value) // 4


def plot_of(entry: Entry, cells: int, rows: int) -> Plot:
    """Fit a history into a width and height. If not all points fit, the latest are kept."""
    low, high = _section(entry)
    left = max(len(words.number(edge, 0)) for edge in (low, high)) + 2
    # A label at the right is a blank, ten characters of a name, a blank and a number.
    right = 17 if cells >= 58 else 1
    room = cells - left - right
    # A column step of two is the least at which points stay apart.
    slots = (*without_gaps_lost(entry.history), *entry.provisional)[-max(room // 2, 1) :]
    step = min(max((room - 2) // max(len(slots) - 1, 1), 2), WIDEST_STEP)
    columns = 2 + step * (max(len(slots), 1) - 1) + 1
    return Plot(slots, step, left, columns, rows, low, high)


def _section(entry: Entry) -> tuple[float, float]:
    """Choose the part of the indicator's scale to draw, four round steps high.

    It is never less than a quarter of the scale, so that chance does not look like a change.
    """
    low, high = entry.indicator.scale
    # A value off the scale is drawn at its edge.
    seen = [min(max(value, low), high) for value in _seen(entry)]
    for step in STEPS:
        if seen and (high - low) / 4 <= 4 * step < high - low:
            start = _start(min(seen), max(seen), step, low, high)
            if start <= min(seen) and max(seen) <= start + 4 * step:
                return start, start + 4 * step
    return low, high


def _start(least: float, most: float, step: float, low: float, high: float) -> float:
    """Return the start of a range that has the values in its middle, if the scale allows it."""
    middle = round(((least + most) / 2 - 2 * step) / step) * step
    return min(max(middle, low), high - 4 * step)


def _seen(entry: Entry) -> Iterator[float]:
    """Yield every value that the chart marks."""
    for point in (*entry.history, *entry.provisional, entry.point):
        yield from (value for value in (point.count.value, point.target) if value is not None)
    if entry.chart is not None:
        yield from (entry.chart.lower, entry.chart.upper)
    yield from (one.value for one in entry.comparators[:2] if one.value is not None)


def breaks_shown(entry: Entry, plot: Plot) -> tuple[tuple[int, str, Break], ...]:
    """Return the column and the letter of each break that falls among the points."""
    known = [(slot, point.period) for slot, point in enumerate(plot.slots) if point is not None]
    shown: list[tuple[int, str, Break]] = []
    for one in entry.indicator.breaks:
        after = [slot for slot, period in known if period.end >= one.date]
        if after and one.date >= known[0][1].start:
            # A break is drawn between the last point before it and the first after.
            column = max(plot.x(after[0]) - max(plot.step // 2, 1), 0)
            shown.append((column, chr(ord("a") + len(shown)), one))
    return tuple(shown)
