"""Sparkline: a history in one line, on the scale that the indicator fixes.

The last official bar has the colour of its judgement. The target is drawn as dots at its height,
at both ends and in gaps. Provisional points follow after a thin line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from kpitui.model import Entry, Point
from kpitui.terminal.show import Line, Span
from kpitui.terminal.theme import Tone

BARS: Final = "▁▂▃▄▅▆▇█"
TICKS: Final = "⣀⠤⠒⠉"


def spark(entry: Entry, cells: int) -> Line:
    """Draw the latest points of an indicator, in at most so many cells."""
    low, high = entry.indicator.scale
    target = entry.point.target
    later = entry.provisional[-2:] if cells >= 12 else ()
    room = cells - 2 - (len(later) + 1 if later else 0)
    points = without_gaps_lost(entry.history)[-room:]
    # A cell has four heights for dots, where bars have eight.
    tick = Span(" " if target is None else _tick(share(target, low, high)), "target")
    bars = [tick, *(_bar(point, low, high, tick, "dim") for point in points), tick]
    if points and points[-1] is not None:
        bars[-2] = _bar(points[-1], low, high, tick, points[-1].rag)
    if later:
        bars += [Span("┊", "rule"), *(_bar(point, low, high, tick, "limit") for point in later)]
    return tuple(bars)


def without_gaps_lost(points: Sequence[Point]) -> tuple[Point | None, ...]:
    """Return a history with None for each period missing between two points."""
    if not points:
        return ()
    by_index = {point.period.index: point for point in points}
    return tuple(by_index.get(index) for index in range(min(by_index), max(by_index) + 1))


def share(value: float, low: float, high: float) -> float:
    """Return the position of a value on a scale, from 0 to 1."""
    # A scale of no height would divide by zero: the middle is drawn.
    if high <= low:
        return 0.5
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _bar(point: Point | None, low: float, high: float, gap: Span, tone: Tone) -> Span:
    """Draw a bar, or the gap if the point has no value."""
    value = None if point is None else point.count.value
    if point is None or value is None:
        return gap
    level = round(share(value, low, high) * (len(BARS) - 1))
    return Span(BARS[level], tone)


def _tick(at: float) -> str:
    """Choose the character for a position on the scale, from 0 to 1."""
    return TICKS[min(int(at * len(TICKS)), len(TICKS) - 1)]


def cells_needed(entries: Iterable[Entry]) -> int:
    """Return how many cells show every history in full."""
    return max((_needed(entry) for entry in entries), default=0)


def _needed(entry: Entry) -> int:
    """Return how many cells show the history of an entry in full."""
    later = min(len(entry.provisional), 2)
    return len(without_gaps_lost(entry.history)) + 2 + (later + 1 if later else 0)
