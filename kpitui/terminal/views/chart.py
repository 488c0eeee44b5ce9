"""The chart of an indicator's history, in characters: legible at 80 columns.

Values stand on the scale that the indicator fixes, four dots to a row.  Official points are filled,
provisional ones hollow; a missing period leaves a gap in the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kpitui import words
from kpitui.model import Break, Entry, Point
from kpitui.terminal.show import Line, Span, line, span
from kpitui.terminal.theme import Tone
from kpitui.terminal.views.spark import share, without_gaps_lost

FILLED: Final = "●"
HOLLOW: Final = "○"
DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
WIDEST_STEP: Final = 9


@dataclass(frozen=True, slots=True)
class Plot:
    """Where things stand: points on columns, values on rows of four dots each."""

    slots: tuple[Point | None, ...]
    step: int
    left: int
    columns: int
    rows: int
    low: float
    high: float

    def x(self, slot: int) -> int:
        return 1 + slot * self.step

    def dot(self, value: float) -> int:
        """The dot row of a value, counted from the top."""
        return round((1 - share(value, self.low, self.high)) * (self.rows * 4 - 1))

    def row(self, value: float) -> int:
        return self.dot(value) // 4


Cells = dict[tuple[int, int], Span]


def chart(entry: Entry, cells: int, rows: int) -> tuple[Line, ...]:
    """The chart with its axes and legend, at most so many cells wide; nothing without points."""
    plot = _plot(entry, cells, rows)
    if not any(plot.slots):
        return (line(span("No period has a value yet.", "dim")),)
    painted: Cells = {}
    _paint_levels(painted, plot, entry)
    _paint_breaks(painted, plot, entry)
    _paint_path(painted, plot, entry)
    _paint_points(painted, plot)
    labels, names = _axis(plot), _right(plot, entry) if cells - plot.left - plot.columns > 8 else {}
    drawn = [
        _row(painted, plot, row, labels.get(row, ""), names.get(row)) for row in range(plot.rows)
    ]
    return (*drawn, *_under(plot), *_legend(entry, plot))


def _plot(entry: Entry, cells: int, rows: int) -> Plot:
    low, high = entry.indicator.scale
    left = max(len(words.number(edge, 0)) for edge in (low, high)) + 2
    right = 15 if cells >= 64 else 1
    room = cells - left - right
    slots = (*without_gaps_lost(entry.history), *entry.provisional)[-max(room // 2, 1) :]
    step = min(max((room - 2) // max(len(slots) - 1, 1), 2), WIDEST_STEP)
    columns = 2 + step * (max(len(slots), 1) - 1) + 1
    return Plot(slots, step, left, columns, rows, low, high)


def _paint_levels(painted: Cells, plot: Plot, entry: Entry) -> None:
    levels: list[tuple[float, str, Tone]] = []
    if entry.chart is not None:
        limits = (entry.chart.lower, entry.chart.upper)
        levels += [(value, "┈", "limit") for value in limits if plot.low <= value <= plot.high]
        levels.append((entry.chart.mean, "─", "rule"))
    for value, glyph, tone in levels:
        _across(painted, plot, plot.row(value), Span(glyph, tone))
    _paint_targets(painted, plot, entry)


def _across(painted: Cells, plot: Plot, row: int, mark: Span) -> None:
    for column in range(plot.columns):
        painted[row, column] = mark


def _paint_targets(painted: Cells, plot: Plot, entry: Entry) -> None:
    """The target in force at each point, so that a changed target is a step."""
    for slot, point in enumerate(plot.slots):
        target = entry.point.target if point is None else point.target
        if target is None:
            continue
        half = plot.step // 2
        for column in range(plot.x(slot) - half - 1, plot.x(slot) + plot.step - half + 1):
            if 0 <= column < plot.columns:
                painted[plot.row(target), column] = Span("┄", "target")


def breaks_shown(entry: Entry, plot: Plot) -> tuple[tuple[int, str, Break], ...]:
    """The column, the letter and the break, for those that fall among the points."""
    known = [(slot, point.period) for slot, point in enumerate(plot.slots) if point is not None]
    shown: list[tuple[int, str, Break]] = []
    for one in entry.indicator.breaks:
        after = [slot for slot, period in known if period.end >= one.date]
        if after and one.date >= known[0][1].start:
            column = max(plot.x(after[0]) - max(plot.step // 2, 1), 0)
            shown.append((column, chr(ord("a") + len(shown)), one))
    return tuple(shown)


def _paint_breaks(painted: Cells, plot: Plot, entry: Entry) -> None:
    for column, letter, _ in breaks_shown(entry, plot):
        for row in range(1, plot.rows):
            painted[row, column] = Span("┊", "dim")
        painted[0, column] = Span(letter, "head")


def _paint_path(painted: Cells, plot: Plot, entry: Entry) -> None:
    bits: dict[tuple[int, int], int] = {}
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
    one, two = before.count.value, after.count.value
    if one is None or two is None:
        return
    start, end = plot.x(slot - 1) * 2, plot.x(slot) * 2
    top, bottom = plot.dot(one), plot.dot(two)
    length = max(end - start, abs(bottom - top), 1)
    for part in range(length + 1):
        yield (
            start + round((end - start) * part / length),
            top + round((bottom - top) * part / length),
        )


def _paint_points(painted: Cells, plot: Plot) -> None:
    for slot, point in enumerate(plot.slots):
        if point is None or point.count.value is None:
            continue
        hollow = point.status == "provisional"
        mark = Span(HOLLOW if hollow else FILLED, "text" if hollow else point.rag)
        painted[plot.row(point.count.value), plot.x(slot)] = mark


def _axis(plot: Plot) -> dict[int, str]:
    parts = 4 if plot.rows >= 9 else 2
    values = [plot.low + (plot.high - plot.low) * part / parts for part in range(parts + 1)]
    decimals = 0 if all(float(value).is_integer() for value in values) else 1
    return {plot.row(value): words.number(value, decimals) for value in values}


def _right(plot: Plot, entry: Entry) -> dict[int, Span]:
    """Names at the right end of lines: the target, then published figures where there is room."""
    named: list[tuple[float, str, Tone]] = []
    if entry.point.target is not None:
        named.append((entry.point.target, f"target {words.number(entry.point.target)}", "target"))
    named += [
        (one.value, f"{one.name[:8]} {words.number(one.value)}", "dim")
        for one in entry.comparators[:2]
        if one.value is not None
    ]
    placed: dict[int, Span] = {}
    for value, name, tone in named:
        near = plot.row(value)
        free = [row for row in (near, near + 1, near - 1) if 0 <= row < plot.rows]
        row = next((row for row in free if row not in placed), None)
        if row is not None:
            placed[row] = span(f" {name}", tone)
    return placed


def _row(painted: Cells, plot: Plot, row: int, label: str, name: Span | None) -> Line:
    tick = "┤" if label else "│"
    parts = [Span(f"{label:>{plot.left - 1}}", "dim"), Span(tick, "rule")]
    parts += [painted.get((row, column), Span(" ")) for column in range(plot.columns)]
    return (*_merged(parts), *([name] if name else []))


def _merged(parts: list[Span]) -> Line:
    """Neighbours of one tone as one run: fewer bytes to a slow terminal."""
    merged: list[Span] = []
    for part in parts:
        if merged and merged[-1].tone == part.tone:
            merged[-1] = Span(merged[-1].text + part.text, part.tone)
        else:
            merged.append(part)
    return tuple(merged)


def _under(plot: Plot) -> tuple[Line, ...]:
    """The axis, the quarter or month under each point, and the year where it begins."""
    axis = ["─"] * plot.columns
    small, large = [" "] * (plot.columns + 4), [" "] * (plot.columns + 8)
    for slot, point in enumerate(plot.slots):
        axis[plot.x(slot)] = "┴"
        if point is None:
            continue
        short, year = _names(point)
        _write(small, plot.x(slot), short if len(short) < plot.step or plot.step > 2 else short[-1])
        _write(large, plot.x(slot), year)
    pad = " " * plot.left
    return (
        line(span(" " * (plot.left - 1) + "└" + "".join(axis), "rule")),
        line(span(pad + "".join(small).rstrip(), "dim")),
        line(span(pad + "".join(large).rstrip(), "dim")),
    )


def _names(point: Point) -> tuple[str, str]:
    period = point.period
    if period.kind == "year":
        return period.shown[2:], ""
    if period.kind == "month":
        return period.shown[:3], ""
    number = period.index % 4 + 1
    return (f"Q{number}", period.shown[3:]) if number == 1 else (f"{number}", "")


def _write(row: list[str], at: int, text: str) -> None:
    """Write a label at a column, unless it would run into the one before or past the end."""
    if at + len(text) > len(row) or any(cell != " " for cell in row[max(at - 1, 0) : at + 1]):
        return
    row[at : at + len(text)] = text


def _legend(entry: Entry, plot: Plot) -> tuple[Line, ...]:
    parts: list[Span | str] = [" " * plot.left, Span(FILLED, "text"), span(" official  ", "dim")]
    if any(point is not None and point.status == "provisional" for point in plot.slots):
        parts += [Span(HOLLOW, "text"), span(" provisional  ", "dim")]
    if entry.point.target is not None:
        parts += [Span("┄", "target"), span(" target  ", "dim")]
    if entry.chart is not None:
        limits = f"{words.number(entry.chart.lower)} to {words.number(entry.chart.upper)}"
        trial = "trial limits" if entry.chart.trial else "limits"
        parts += [Span("┈", "limit"), span(f" {trial} {limits}  ", "dim"), Span("─", "rule")]
        parts += [span(f" mean {words.number(entry.chart.mean)}", "dim")]
    notes = [
        line(" " * plot.left, span(letter, "head"), span(f"  {words.day(one.date)}: {one.note}"))
        for _, letter, one in breaks_shown(entry, plot)
    ]
    return (line(*parts), *notes)
