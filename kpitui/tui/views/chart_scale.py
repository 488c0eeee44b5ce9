"""Scale of a chart: which column a point has, and which row a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kpitui import wording
from kpitui.model.board import Entry, HistoryPoint
from kpitui.model.catalogue import SeriesBreak
from kpitui.summaries.trends import insert_missing_periods
from kpitui.tui.views.sparkline import position_on_scale

OFFICIAL_MARK: Final = "●"
PROVISIONAL_MARK: Final = "○"
WIDEST_COLUMN_STEP: Final = 9
ROUND_STEPS: Final = (1, 2, 5, 10, 20, 25)


@dataclass(frozen=True, slots=True)
class ChartScale:
    """Positions in a chart: points on columns, values on rows of four dots each."""

    slots: tuple[HistoryPoint | None, ...]
    column_step: int
    left_margin: int
    column_count: int
    row_count: int
    low_value: float
    high_value: float

    def slot_column(self, slot_number: int) -> int:
        """Return the column of a slot."""
        return 1 + slot_number * self.column_step

    def dot_row(self, value: float) -> int:
        """Return the row of dots of a value, counted from the top."""
        return round((1 - position_on_scale(value, self.low_value, self.high_value)) * (self.row_count * 4 - 1))

    def character_row(self, value: float) -> int:
        """Return the row of characters of a value, counted from the top."""
        return self.dot_row(value) // 4


def fit_chart_scale(entry: Entry, line_width: int, row_count: int) -> ChartScale:
    """Fit a history into a width and height. If not all points fit, the latest are kept."""
    low_value, high_value = _choose_value_range(entry)
    left_margin = max(len(wording.format_number(axis_end, 0)) for axis_end in (low_value, high_value)) + 2
    # A label at the right is a blank, ten characters of a name, a blank and a number.
    right_margin = 17 if line_width >= 58 else 1
    width = line_width - left_margin - right_margin
    # A column step of two is the least at which points stay apart.
    slots = (*insert_missing_periods(entry.history), *entry.provisional_points)[-max(width // 2, 1) :]
    column_step = min(max((width - 2) // max(len(slots) - 1, 1), 2), WIDEST_COLUMN_STEP)
    column_count = 2 + column_step * (max(len(slots), 1) - 1) + 1
    return ChartScale(slots, column_step, left_margin, column_count, row_count, low_value, high_value)


def _choose_value_range(entry: Entry) -> tuple[float, float]:
    """Choose the part of the indicator's scale to draw, four round steps high.

    It is never less than a quarter of the scale, so that chance does not look like a change.
    """
    scale_low, scale_high = entry.indicator.scale
    # A value off the scale is drawn at its edge.
    values = [min(max(value, scale_low), scale_high) for value in _iter_plotted_values(entry)]
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


def _iter_plotted_values(entry: Entry) -> Iterator[float]:
    """Yield every value that the chart marks."""
    for point in (*entry.history, *entry.provisional_points, entry.point):
        yield from (value for value in (point.count.value, point.target) if value is not None)
    if entry.process_chart is not None:
        yield from (entry.process_chart.lower_limit, entry.process_chart.upper_limit)
    yield from (comparator.value for comparator in entry.comparators[:2] if comparator.value is not None)


def locate_breaks(entry: Entry, chart_scale: ChartScale) -> tuple[tuple[int, str, SeriesBreak], ...]:
    """Return the column and the letter of each break that falls among the points."""
    slot_periods = [(number, point.period) for number, point in enumerate(chart_scale.slots) if point is not None]
    breaks: list[tuple[int, str, SeriesBreak]] = []
    for series_break in entry.indicator.breaks:
        slots_after_break = [
            slot_number for slot_number, period in slot_periods if period.last_day >= series_break.occurred_on
        ]
        if slots_after_break and series_break.occurred_on >= slot_periods[0][1].first_day:
            # A break is drawn between the last point before it and the first after.
            column = max(chart_scale.slot_column(slots_after_break[0]) - max(chart_scale.column_step // 2, 1), 0)
            breaks.append((column, chr(ord("a") + len(breaks)), series_break))
    return tuple(breaks)
