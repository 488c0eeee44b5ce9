"""Sparkline: a history in one line, over the part of the scale that its values need.

The last bar has the colour of its judgement. No bar fills its cell, so that those of two rows do
not touch, and a period without a value is a gap.
"""

from __future__ import annotations

from typing import Final

from kpitui.model.board import Entry, HistoryPoint
from kpitui.summaries.trends import insert_missing_periods
from kpitui.tui.styled_text import StyledLine, StyledSpan
from kpitui.tui.theme import Tone
from kpitui.tui.views.value_range import choose_value_range, position_on_scale

BAR_CHARACTERS: Final = "▁▂▃▄▅▆▇"
GAP: Final = StyledSpan(" ")


def draw_sparkline(entry: Entry, line_width: int) -> StyledLine:
    """Draw the latest official points of an indicator, in exactly so many cells."""
    points = insert_missing_periods(entry.history)[-line_width:]
    value_range = choose_value_range(entry, [point for point in points if point is not None])
    bars = [_draw_spark_bar(point, value_range, "dim") for point in points]
    if points and points[-1] is not None:
        bars[-1] = _draw_spark_bar(points[-1], value_range, points[-1].rag)
    return (StyledSpan(" " * (line_width - len(bars))), *bars)


def _draw_spark_bar(point: HistoryPoint | None, value_range: tuple[float, float], tone: Tone) -> StyledSpan:
    """Draw a bar, or a gap if the point has no value."""
    value = None if point is None else point.count.value
    if value is None:
        return GAP
    bar_level = round(position_on_scale(value, *value_range) * (len(BAR_CHARACTERS) - 1))
    return StyledSpan(BAR_CHARACTERS[bar_level], tone)
