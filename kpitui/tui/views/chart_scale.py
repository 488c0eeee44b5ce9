"""Scale of a chart: which column a point has, and which row a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kpitui import wording
from kpitui.model.board import Entry, HistoryPoint
from kpitui.model.catalogue import SeriesBreak
from kpitui.summaries.trends import insert_missing_periods
from kpitui.tui.views.value_range import choose_value_range, position_on_scale

OFFICIAL_MARK: Final = "●"
WIDEST_COLUMN_STEP: Final = 9
FOUR_INTERVALS_HEIGHT: Final = 9
"""Rows of a plot from which its axis has five numbers; below there are three."""


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


def round_plot_height(row_count: int) -> int:
    """Return the greatest height up to `row_count` whose numbers are on evenly spaced rows."""
    spaces = 4 if row_count >= FOUR_INTERVALS_HEIGHT else 2
    return max((row_count - 1) // spaces * spaces + 1, spaces + 1)


def fit_chart_scale(entry: Entry, line_width: int, row_count: int) -> ChartScale:
    """Fit a history into a width and height. If not all points fit, the latest are kept."""
    row_count = round_plot_height(row_count)
    low_value, high_value = choose_value_range(entry)
    left_margin = max(len(wording.format_number(axis_end, 0)) for axis_end in (low_value, high_value)) + 2
    # A label at the right is a blank, ten characters of a name, a blank and a number.
    right_margin = 17 if line_width >= 58 else 1
    width = line_width - left_margin - right_margin
    # A column step of two is the least at which points stay apart.
    slots = (*insert_missing_periods(entry.history), *entry.provisional_points)[-max(width // 2, 1) :]
    column_step = min(max((width - 2) // max(len(slots) - 1, 1), 2), WIDEST_COLUMN_STEP)
    column_count = 2 + column_step * (max(len(slots), 1) - 1) + 1
    return ChartScale(slots, column_step, left_margin, column_count, row_count, low_value, high_value)


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
