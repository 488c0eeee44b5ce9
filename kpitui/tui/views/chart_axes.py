"""Axes of a chart: numbers at the left, labels at the right, periods below, and the legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kpitui import wording
from kpitui.model.board import Entry, HistoryPoint, ProcessChart
from kpitui.model.catalogue import SeriesBreak
from kpitui.tui.styled_text import StyledLine, StyledSpan, make_line, make_span, wrap_line
from kpitui.tui.views.chart_scale import FOUR_INTERVALS_HEIGHT, OFFICIAL_MARK, ChartScale, locate_breaks

TARGET_LEGEND_MARK: Final = "⠒"


def format_axis_levels(chart_scale: ChartScale) -> dict[int, str]:
    """Format the numbers of the value axis, by row of the chart."""
    # Fewer numbers on a low chart, where they would stand on neighbouring rows.
    count = 4 if chart_scale.row_count >= FOUR_INTERVALS_HEIGHT else 2
    level_values = [
        chart_scale.low_value + (chart_scale.high_value - chart_scale.low_value) * interval / count
        for interval in range(count + 1)
    ]
    # All numbers of an axis have the same decimals, so that they align.
    decimals = 0 if all(float(level_value).is_integer() for level_value in level_values) else 1
    return {chart_scale.character_row(value): wording.format_number(value, decimals) for value in level_values}


def place_right_labels(chart_scale: ChartScale, entry: Entry) -> dict[int, StyledSpan]:
    """Place labels at the right, by row of the chart.

    The target keeps the row of its line. The first two comparators are put above or below it, in
    the order of their values.
    """
    target_value = entry.point.target
    labels: dict[int, StyledSpan] = {}
    target_row = -1
    if target_value is not None:
        target_row = chart_scale.character_row(target_value)
        labels[target_row] = make_span(f" target {wording.format_exact(target_value)}", "target")
    labelled_values = [
        (comparator.value, comparator.name) for comparator in entry.comparators[:2] if comparator.value is not None
    ]
    # Without a target all stand below row -1, which is above the chart.
    values_above = [labelled for labelled in labelled_values if target_value is not None and labelled[0] > target_value]
    values_below = [labelled for labelled in labelled_values if labelled not in values_above]
    labels |= _stack_labels(chart_scale, values_above, target_row, -1)
    return labels | _stack_labels(chart_scale, values_below, target_row, 1)


def _stack_labels(
    chart_scale: ChartScale, labelled_values: Sequence[tuple[float, str]], target_row: int, row_step: int
) -> dict[int, StyledSpan]:
    """Stack labels away from the row of the target, upwards if the step is -1, each with its row."""
    labels: dict[int, StyledSpan] = {}
    label_row = target_row
    for value, name in sorted(labelled_values, reverse=row_step > 0):
        # A label stands at the row of its value, or next to the label before it if that row is
        # taken.
        label_row = row_step * max(row_step * (label_row + row_step), row_step * chart_scale.character_row(value))
        if 0 <= label_row <= chart_scale.row_count:  # the last row is the time axis
            labels[label_row] = make_span(f" {name[:10]} {wording.format_number(value)}", "dim")
    return labels


def draw_time_axis(chart_scale: ChartScale, axis_label: StyledSpan | None) -> tuple[StyledLine, ...]:
    """Draw the time axis: ticks with a label at their right, then periods, then years."""
    characters = ["─"] * chart_scale.column_count
    # Labels may run past the last point: a year is longer than a quarter.
    labels, year_labels = ([" "] * (chart_scale.column_count + 4), [" "] * (chart_scale.column_count + 8))
    for slot_number, point in enumerate(chart_scale.slots):
        slot_column = chart_scale.slot_column(slot_number)
        characters[slot_column] = "┴"
        if point is not None:
            period_label, year_label = _abbreviate_period(point)
            # Where points are close together, one character of the period has to do.
            is_close = len(period_label) >= chart_scale.column_step
            _write_label(labels, slot_column, period_label[:1] if is_close else period_label)
            _write_label(year_labels, slot_column, year_label)
    axis_text = " " * (chart_scale.left_margin - 1) + "└" + "".join(characters)
    label_texts = (" " * chart_scale.left_margin + "".join(texts).rstrip() for texts in (labels, year_labels))
    axis_line = make_line(make_span(axis_text, "rule"), *([axis_label] if axis_label else []))
    return (axis_line, *(make_line(make_span(text, "dim")) for text in label_texts))


def _abbreviate_period(point: HistoryPoint) -> tuple[str, str]:
    """Return the short label of a period and its year, which is empty but where a year begins."""
    period = point.period
    if period.kind == "year":
        return period.label[2:], ""
    if period.kind == "month":
        return period.label[:3], ""
    number = period.index % 4 + 1
    return (f"{number}", period.label[3:] if number == 1 else "")


def _write_label(characters: list[str], column: int, label_text: str) -> None:
    """Write a label from a column on, unless it touches the one before or runs past the end."""
    if column + len(label_text) > len(characters) or any(
        character != " " for character in characters[max(column - 1, 0) : column + 1]
    ):
        return
    characters[column : column + len(label_text)] = label_text


def _describe_break(break_letter: str, series_break: SeriesBreak) -> StyledLine:
    """Draw a break of the series: its letter in the chart, its date and its note."""
    return make_line(
        make_span(break_letter, "head"),
        make_span("  "),
        make_span(f"{wording.format_date(series_break.occurred_on)}: {series_break.description}"),
    )


def _draw_limits_legend(process_chart: ProcessChart) -> tuple[StyledSpan, ...]:
    limits = (process_chart.lower_limit, process_chart.upper_limit)
    limits_range = " to ".join(wording.format_number(limit) for limit in limits)
    return (
        StyledSpan("┈", "limit"),
        make_span(f" limits {limits_range}  ", "dim"),
        StyledSpan("─", "rule"),
        make_span(f" mean {wording.format_number(process_chart.mean)}", "dim"),
    )


def draw_legend(entry: Entry, chart_scale: ChartScale, line_width: int) -> tuple[StyledLine, ...]:
    """Draw what the marks mean, and each break with its date."""
    legend_parts: list[StyledSpan | str] = [StyledSpan(OFFICIAL_MARK, "text"), make_span(" official  ", "dim")]
    if any(point is not None and point.status == "provisional" for point in chart_scale.slots):
        legend_parts += [StyledSpan(wording.PROVISIONAL_MARK, "text"), make_span(" provisional  ", "dim")]
    if entry.point.target is not None:
        legend_parts += [StyledSpan(TARGET_LEGEND_MARK, "target"), make_span(" target  ", "dim")]
    if entry.process_chart is not None:
        legend_parts += _draw_limits_legend(entry.process_chart)
    break_lines = [
        line
        for _, letter, series_break in locate_breaks(entry, chart_scale)
        for line in wrap_line(_describe_break(letter, series_break), line_width, 3)
    ]
    left_padding = StyledSpan(" " * chart_scale.left_margin)
    return (
        *(
            (left_padding, *legend_line)
            for legend_line in wrap_line(make_line(*legend_parts), line_width - chart_scale.left_margin)
        ),
        *break_lines,
    )
