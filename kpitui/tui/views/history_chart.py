"""Chart of an indicator's history in characters, legible at 80 columns.

Values are drawn on part of the scale that the indicator fixes, with four dots to a row. Official
points are filled and provisional ones are hollow. A missing period leaves a gap in the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kpitui import wording
from kpitui.model.board import Entry, HistoryPoint
from kpitui.tui.styled_text import StyledLine, StyledSpan, make_line, make_span, merge_spans
from kpitui.tui.views.chart_axes import draw_legend, draw_time_axis, format_axis_levels, place_right_labels
from kpitui.tui.views.chart_scale import OFFICIAL_MARK, ChartScale, fit_chart_scale, locate_breaks

# Bits of the braille characters from U+2800, by row and column of dots. Dots 7 and 8 are the
# fourth row, hence the order.
BRAILLE_DOT_BITS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


TARGET_CHARACTERS: Final = "⠉⠒⠤⣀"
"""Dots across a cell, by the row of dots that they are in."""

PaintedCells = dict[tuple[int, int], StyledSpan]


def draw_history_chart(entry: Entry, line_width: int, row_count: int) -> tuple[StyledLine, ...]:
    """Draw the chart with its axes and its legend.

    Without a value it is a single line that says so. `row_count` is the height of the plot alone.
    """
    chart_scale = fit_chart_scale(entry, line_width, row_count)
    if not any(point is not None and point.count.value is not None for point in chart_scale.slots):
        return (make_line(make_span("No period has a value yet.", "dim")),)
    cells, axis_labels = _paint_plot(chart_scale, entry), format_axis_levels(chart_scale)
    # A label needs more than eight cells to be worth showing.
    has_room = line_width - chart_scale.left_margin - chart_scale.column_count > 8
    right_labels = place_right_labels(chart_scale, entry) if has_room else {}
    chart_lines = [
        _assemble_chart_row(cells, chart_scale, index, axis_labels.get(index, ""), right_labels.get(index))
        for index in range(chart_scale.row_count)
    ]
    return (
        *chart_lines,
        *draw_time_axis(chart_scale, right_labels.get(chart_scale.row_count)),
        *draw_legend(entry, chart_scale, line_width),
    )


def count_margin_lines(entry: Entry, line_width: int) -> int:
    """Count the lines that axis and legend take below the plot, however high it is."""
    chart_scale = fit_chart_scale(entry, line_width, 1)
    return len(draw_time_axis(chart_scale, None)) + len(draw_legend(entry, chart_scale, line_width))


def _paint_plot(chart_scale: ChartScale, entry: Entry) -> PaintedCells:
    cells: PaintedCells = {}
    # Later marks cover earlier ones: points are never hidden by a line.
    _paint_reference_lines(cells, chart_scale, entry)
    _paint_breaks(cells, chart_scale, entry)
    _paint_trend_line(cells, chart_scale, entry)
    _paint_points(cells, chart_scale)
    _paint_last_value(cells, chart_scale)
    return cells


def _paint_reference_lines(painted_cells: PaintedCells, chart_scale: ChartScale, entry: Entry) -> None:
    """Paint the process limits, the mean, and the targets over them."""
    _paint_limits(painted_cells, chart_scale, entry)
    _paint_targets(painted_cells, chart_scale, entry)


def _paint_limits(painted_cells: PaintedCells, chart_scale: ChartScale, entry: Entry) -> None:
    """Paint the mean and each period's own limits, from where the chart starts."""
    if entry.process_chart is None:
        return
    limits_by_period = {limits.period: (limits.lower, limits.upper) for limits in entry.process_chart.limits}
    limit_mark, mean_mark = StyledSpan("┈", "limit"), StyledSpan("─", "rule")
    for slot_number, point in enumerate(chart_scale.slots):
        if point is None or point.period not in limits_by_period:
            continue
        for limit in limits_by_period[point.period]:
            # Limits beyond the scale drawn are left out here. The legend has their values.
            if chart_scale.low_value <= limit <= chart_scale.high_value:
                _paint_level(painted_cells, chart_scale, slot_number, limit, limit_mark)
        _paint_level(painted_cells, chart_scale, slot_number, entry.process_chart.mean, mean_mark)


def _paint_targets(painted_cells: PaintedCells, chart_scale: ChartScale, entry: Entry) -> None:
    """Paint the target in force at each point, so that a changed target is a step."""
    for slot_number, point in enumerate(chart_scale.slots):
        target_value = entry.point.target if point is None else point.target
        if target_value is not None:
            # Dots stand at the height of the target, a quarter of a row exactly.
            mark = StyledSpan(TARGET_CHARACTERS[chart_scale.dot_row(target_value) % 4], "target")
            _paint_level(painted_cells, chart_scale, slot_number, target_value, mark)


def _paint_level(
    painted_cells: PaintedCells, chart_scale: ChartScale, slot_number: int, value: float, level_mark: StyledSpan
) -> None:
    """Paint a mark at the height of a value, over the columns that belong to a slot."""
    half_step = chart_scale.column_step // 2
    start_column = chart_scale.slot_column(slot_number) - half_step - 1
    for column in range(start_column, start_column + chart_scale.column_step + 2):
        if 0 <= column < chart_scale.column_count:
            painted_cells[chart_scale.character_row(value), column] = level_mark


def _paint_breaks(painted_cells: PaintedCells, chart_scale: ChartScale, entry: Entry) -> None:
    """Paint a vertical line with its letter for each break of the series."""
    for column, break_letter, _ in locate_breaks(entry, chart_scale):
        for row_index in range(1, chart_scale.row_count):
            painted_cells[row_index, column] = StyledSpan("┊", "dim")
        painted_cells[0, column] = StyledSpan(break_letter, "head")


def _paint_trend_line(painted_cells: PaintedCells, chart_scale: ChartScale, entry: Entry) -> None:
    """Paint the line from point to point in braille dots, up to the last official point."""
    dot_patterns: dict[tuple[int, int], int] = {}
    # Provisional points may be of another kind of period, so no line leads to them.
    provisional_slot = len(chart_scale.slots) - len(entry.provisional_points)
    for slot_number in range(1, len(chart_scale.slots)):
        point, later_point = (chart_scale.slots[slot_number - 1], chart_scale.slots[slot_number])
        if point is None or later_point is None or slot_number >= provisional_slot:
            continue
        for dot_x, dot_y in _trace_segment(chart_scale, slot_number, point, later_point):
            position = (dot_y // 4, dot_x // 2)
            dot_patterns[position] = dot_patterns.get(position, 0) | BRAILLE_DOT_BITS[dot_y % 4][dot_x % 2]
    for position, dot_pattern in dot_patterns.items():
        painted_cells[position] = StyledSpan(chr(0x2800 + dot_pattern), "dim")


def _trace_segment(
    chart_scale: ChartScale, slot_number: int, earlier_point: HistoryPoint, later_point: HistoryPoint
) -> Iterator[tuple[int, int]]:
    """Yield the dots on the straight line between two points, as column and row of dots."""
    value, later_value = earlier_point.count.value, later_point.count.value
    if value is None or later_value is None:
        return
    start_x, end_x = (chart_scale.slot_column(slot_number - 1) * 2, chart_scale.slot_column(slot_number) * 2)
    start_y, end_y = chart_scale.dot_row(value), chart_scale.dot_row(later_value)
    # As many steps as the longer side has dots leave no gap in the line.
    length = max(end_x - start_x, abs(end_y - start_y), 1)
    for segment_step in range(length + 1):
        yield (
            start_x + round((end_x - start_x) * segment_step / length),
            start_y + round((end_y - start_y) * segment_step / length),
        )


def _paint_points(painted_cells: PaintedCells, chart_scale: ChartScale) -> None:
    """Paint a mark for each point, over everything else in its cell."""
    for slot_number, point in enumerate(chart_scale.slots):
        if point is None or point.count.value is None:
            continue
        is_provisional = point.status == "provisional"
        point_mark = StyledSpan(
            wording.PROVISIONAL_MARK if is_provisional else OFFICIAL_MARK, "text" if is_provisional else point.rag
        )
        painted_cells[chart_scale.character_row(point.count.value), chart_scale.slot_column(slot_number)] = point_mark


def _paint_last_value(painted_cells: PaintedCells, chart_scale: ChartScale) -> None:
    """Paint the value of the last official point above or below it, where no point is in the way."""
    official_slots = [
        (slot_number, point.count.value, point.rag)
        for slot_number, point in enumerate(chart_scale.slots)
        if point is not None and point.count.value is not None and point.status == "official"
    ]
    if not official_slots:
        return
    slot_number, value, rag = official_slots[-1]
    value_text = wording.format_number(value)
    start_column = min(chart_scale.slot_column(slot_number) - 1, chart_scale.column_count - len(value_text))
    columns = range(max(start_column, 0), max(start_column, 0) + len(value_text))
    for row_index in (chart_scale.character_row(value) - 1, chart_scale.character_row(value) + 1):
        is_free = all(
            painted_cells.get((row_index, column), StyledSpan("")).text not in (OFFICIAL_MARK, wording.PROVISIONAL_MARK)
            for column in columns
        )
        if 0 <= row_index < chart_scale.row_count and is_free:
            for column, character in zip(columns, value_text, strict=True):
                painted_cells[row_index, column] = StyledSpan(character, rag)
            return


def _assemble_chart_row(
    painted_cells: PaintedCells,
    chart_scale: ChartScale,
    row_index: int,
    axis_label: str,
    right_label: StyledSpan | None,
) -> StyledLine:
    """Assemble a row of the chart from its axis label, the plot and the label at its right."""
    axis_tick = "┤" if axis_label else "│"
    row_spans = [StyledSpan(f"{axis_label:>{chart_scale.left_margin - 1}}", "dim"), StyledSpan(axis_tick, "rule")]
    row_spans += [painted_cells.get((row_index, column), StyledSpan(" ")) for column in range(chart_scale.column_count)]
    return (*merge_spans(tuple(row_spans)), *([right_label] if right_label else []))
