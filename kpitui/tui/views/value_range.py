"""The part of an indicator's scale that its chart and its sparkline draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kpitui.model.board import Entry, HistoryPoint
from kpitui.summaries.trends import choose_scale

ROUND_STEPS: Final = (1, 2, 5, 10, 20, 25)


def position_on_scale(value: float, low_value: float, high_value: float) -> float:
    """Return the position of a value on a scale, from 0 to 1."""
    # A scale of no height would divide by zero: the middle is drawn.
    if high_value <= low_value:
        return 0.5
    return min(max((value - low_value) / (high_value - low_value), 0.0), 1.0)


def choose_value_range(entry: Entry, drawn_points: Sequence[HistoryPoint] | None = None) -> tuple[float, float]:
    """Choose the part of the indicator's scale to draw, four round steps high.

    It has all that a chart marks, or the values of `drawn_points` alone. It is never less than a
    quarter of the scale, so that chance does not look like a change.
    """
    scale_low, scale_high = choose_scale(entry)
    # A value off the scale is drawn at its edge.
    values = [min(max(value, scale_low), scale_high) for value in _iter_plotted_values(entry, drawn_points)]
    for round_step in ROUND_STEPS:
        if values and (scale_high - scale_low) / 4 <= 4 * round_step < scale_high - scale_low:
            range_start = _centre_value_range(min(values), max(values), round_step, scale_low, scale_high)
            if range_start <= min(values) and max(values) <= range_start + 4 * round_step:
                return range_start, range_start + 4 * round_step
    return scale_low, scale_high


def _centre_value_range(
    least_value: float, greatest_value: float, round_step: float, scale_low: float, scale_high: float
) -> float:
    """Return the start of a range that has the values in its middle, if the scale allows it."""
    start = round(((least_value + greatest_value) / 2 - 2 * round_step) / round_step) * round_step
    return min(max(start, scale_low), scale_high - 4 * round_step)


def _iter_plotted_values(entry: Entry, drawn_points: Sequence[HistoryPoint] | None) -> Iterator[float]:
    """Yield every value that is drawn."""
    if drawn_points is not None:
        yield from (point.count.value for point in drawn_points if point.count.value is not None)
        return
    for point in (*entry.history, *entry.provisional_points, entry.point):
        yield from (value for value in (point.count.value, point.target) if value is not None)
    if entry.process_chart is not None:
        yield from (entry.process_chart.lower_limit, entry.process_chart.upper_limit)
    yield from (comparator.value for comparator in entry.comparators[:2] if comparator.value is not None)
