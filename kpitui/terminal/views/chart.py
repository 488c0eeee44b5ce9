"""Chart of an indicator's history in characters, legible at 80 columns.

Values are drawn on part of the scale that the indicator fixes, with four dots to a row. Official
points are filled and provisional ones are hollow. A missing period leaves a gap in the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kpitui.model import Entry, Point
from kpitui.terminal.show import Line, Span, line, merged, span
from kpitui.terminal.theme import Tone
from kpitui.terminal.views.axes import legend, levels, names_at_right, under
from kpitui.terminal.views.plot import FILLED, HOLLOW, Plot, breaks_shown, plot_of

# Bits of the braille characters from U+2800, by row and column of dots. Dots 7 and 8 are the
# fourth row, hence the order.
DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


Cells = dict[tuple[int, int], Span]


def chart(entry: Entry, cells: int, rows: int) -> tuple[Line, ...]:
    """Draw the chart with its axes and its legend.

    Without a value it is a single line that says so. `row_count` is the height of the plot alone.
    """
    plot = plot_of(entry, cells, rows)
    if not any(plot.slots):
        return (line(span("No period has a value yet.", "dim")),)
    painted: Cells = {}
    # Later marks cover earlier ones: points are never hidden by a line.
    _paint_levels(painted, plot, entry)
    _paint_breaks(painted, plot, entry)
    _paint_path(painted, plot, entry)
    _paint_points(painted, plot)
    labels, names = (
        levels(plot),
        # A label needs more than eight cells to be worth showing.
        names_at_right(plot, entry) if cells - plot.left - plot.columns > 8 else {},
    )
    drawn = [
        _row(painted, plot, row, labels.get(row, ""), names.get(row)) for row in range(plot.rows)
    ]
    return (*drawn, *under(plot, names.get(plot.rows)), *legend(entry, plot, cells))


def _paint_levels(painted: Cells, plot: Plot, entry: Entry) -> None:
    """Paint the process limits, the mean, and the targets over them."""
    levels: list[tuple[float, str, Tone]] = []
    if entry.chart is not None:
        limits = (entry.chart.lower, entry.chart.upper)
        # Limits beyond the scale drawn are left out here. The legend has their values.
        levels += [(value, "┈", "limit") for value in limits if plot.low <= value <= plot.high]
        levels.append((entry.chart.mean, "─", "rule"))
    for value, glyph, tone in levels:
        _across(painted, plot, plot.row(value), Span(glyph, tone))
    _paint_targets(painted, plot, entry)


def _across(painted: Cells, plot: Plot, row: int, mark: Span) -> None:
    """Paint a mark over a whole row of the plot."""
    for column in range(plot.columns):
        painted[row, column] = mark


def _paint_targets(painted: Cells, plot: Plot, entry: Entry) -> None:
    """Paint the target in force at each point, so that a changed target is a step."""
    for slot, point in enumerate(plot.slots):
        target = entry.point.target if point is None else point.target
        if target is None:
            continue
        half = plot.step // 2
        for column in range(plot.x(slot) - half - 1, plot.x(slot) + plot.step - half + 1):
            if 0 <= column < plot.columns:
                painted[plot.row(target), column] = Span("┄", "target")


def _paint_breaks(painted: Cells, plot: Plot, entry: Entry) -> None:
    """Paint a vertical line with its letter for each break of the series."""
    for column, letter, _ in breaks_shown(entry, plot):
        for row in range(1, plot.rows):
            painted[row, column] = Span("┊", "dim")
        painted[0, column] = Span(letter, "head")


def _paint_path(painted: Cells, plot: Plot, entry: Entry) -> None:
    """Paint the line from point to point in braille dots, up to the last official point."""
    bits: dict[tuple[int, int], int] = {}
    # Provisional points may be of another kind of period, so no line leads to them.
    last = len(plot.slots) - len(entry.provisional)
    for slot in range(1, len(plot.slots)):
        before, after = plot.slots[slot - 1], plot.slots[slot]
        if before is None or after is None or slot >= last:
            continue
        for x, y in _between(plot, slot, before, after):
            key = (y // 4, x // 2)
            bits[key] = bits.get(key, 0) | DOTS[y % 4][x % 2]
    for key, dots in bits.items():
        painted[key] = Span(chr(0x2800 + dots), "dim")


def _between(plot: Plot, slot: int, before: Point, after: Point) -> Iterator[tuple[int, int]]:
    """Yield the dots on the straight line between two points, as column and row of dots."""
    one, two = before.count.value, after.count.value
    if one is None or two is None:
        return
    start, end = plot.x(slot - 1) * 2, plot.x(slot) * 2
    top, bottom = plot.dot(one), plot.dot(two)
    # As many steps as the longer side has dots leave no gap in the line.
    length = max(end - start, abs(bottom - top), 1)
    for part in range(length + 1):
        yield (
            start + round((end - start) * part / length),
            top + round((bottom - top) * part / length),
        )


def _paint_points(painted: Cells, plot: Plot) -> None:
    """Paint a mark for each point, over everything else in its cell."""
    for slot, point in enumerate(plot.slots):
        if point is None or point.count.value is None:
            continue
        hollow = point.status == "provisional"
        mark = Span(HOLLOW if hollow else FILLED, "text" if hollow else point.rag)
        painted[plot.row(point.count.value), plot.x(slot)] = mark


def _row(painted: Cells, plot: Plot, row: int, label: str, name: Span | None) -> Line:
    """Assemble a row of the chart from its axis label, the plot and the label at its right."""
    tick = "┤" if label else "│"
    parts = [Span(f"{label:>{plot.left - 1}}", "dim"), Span(tick, "rule")]
    parts += [painted.get((row, column), Span(" ")) for column in range(plot.columns)]
    return (*merged(tuple(parts)), *([name] if name else []))
