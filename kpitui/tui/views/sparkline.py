"""Sparkline: a history in one line, on the scale that the indicator fixes.

The last official bar has the colour of its judgement. The target is drawn as dots at its height,
at both ends and in gaps. Provisional points follow after a thin line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kpitui.model.board import Entry, HistoryPoint
from kpitui.summaries.trends import insert_missing_periods
from kpitui.tui.styled_text import StyledLine, StyledSpan
from kpitui.tui.theme import Tone

BAR_CHARACTERS: Final = "▁▂▃▄▅▆▇█"
TARGET_CHARACTERS: Final = "⣀⠤⠒⠉"


def draw_sparkline(entry: Entry, line_width: int) -> StyledLine:
    """Draw the latest points of an indicator, in at most so many cells."""
    provisional_points = entry.provisional_points[-2:] if line_width >= 12 else ()
    history_width = line_width - 2 - (len(provisional_points) + 1 if provisional_points else 0)
    official_points = insert_missing_periods(entry.history)[-history_width:]
    scale, target_tick = entry.indicator.scale, _draw_target_tick(entry)
    official_bars = [_draw_spark_bar(point, scale, target_tick, "dim") for point in official_points]
    if official_points and official_points[-1] is not None:
        official_bars[-1] = _draw_spark_bar(official_points[-1], scale, target_tick, official_points[-1].rag)
    provisional_bars = [_draw_spark_bar(point, scale, target_tick, "limit") for point in provisional_points]
    separator = [StyledSpan("┊", "rule")] if provisional_bars else []
    return (target_tick, *official_bars, target_tick, *separator, *provisional_bars)


def _draw_target_tick(entry: Entry) -> StyledSpan:
    """Draw the target at its height, or a blank without one."""
    if entry.point.target is None:
        return StyledSpan(" ", "target")
    # A cell has four heights for dots, where bars have eight.
    return StyledSpan(_choose_target_tick(position_on_scale(entry.point.target, *entry.indicator.scale)), "target")


def position_on_scale(value: float, low_value: float, high_value: float) -> float:
    """Return the position of a value on a scale, from 0 to 1."""
    # A scale of no height would divide by zero: the middle is drawn.
    if high_value <= low_value:
        return 0.5
    return min(max((value - low_value) / (high_value - low_value), 0.0), 1.0)


def _draw_spark_bar(
    point: HistoryPoint | None, scale: tuple[float, float], gap_span: StyledSpan, tone: Tone
) -> StyledSpan:
    """Draw a bar, or the gap if the point has no value."""
    value = None if point is None else point.count.value
    if point is None or value is None:
        return gap_span
    bar_level = round(position_on_scale(value, *scale) * (len(BAR_CHARACTERS) - 1))
    return StyledSpan(BAR_CHARACTERS[bar_level], tone)


def _choose_target_tick(scale_position: float) -> str:
    """Choose the character for a position on the scale, from 0 to 1."""
    return TARGET_CHARACTERS[min(int(scale_position * len(TARGET_CHARACTERS)), len(TARGET_CHARACTERS) - 1)]


def measure_sparklines(entries: Iterable[Entry]) -> int:
    """Return how many cells show every history in full."""
    return max((_measure_sparkline(entry) for entry in entries), default=0)


def _measure_sparkline(entry: Entry) -> int:
    """Return how many cells show the history of an entry in full."""
    count = min(len(entry.provisional_points), 2)
    return len(insert_missing_periods(entry.history)) + 2 + (count + 1 if count else 0)
