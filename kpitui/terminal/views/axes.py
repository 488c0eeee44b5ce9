"""Axes of a chart: numbers at the left, labels at the right, periods below, and the legend."""

from __future__ import annotations

from kpitui import words
from kpitui.model import Break, Entry, Point
from kpitui.terminal.show import Line, Span, line, span, wrap
from kpitui.terminal.views.plot import FILLED, HOLLOW, Plot, breaks_shown


def levels(plot: Plot) -> dict[int, str]:
    """Format the numbers of the value axis, by row of the chart."""
    # Fewer numbers on a low chart, where they would stand on neighbouring rows.
    parts = 4 if plot.rows >= 9 else 2
    values = [plot.low + (plot.high - plot.low) * part / parts for part in range(parts + 1)]
    # All numbers of an axis have the same decimals, so that they align.
    decimals = 0 if all(float(value).is_integer() for value in values) else 1
    return {plot.row(value): words.number(value, decimals) for value in values}


def names_at_right(plot: Plot, entry: Entry) -> dict[int, Span]:
    """Place labels at the right, by row of the chart.

    The target keeps the row of its line. The first two comparators are put above or below it, in
    the order of their values.
    """
    target = entry.point.target
    placed: dict[int, Span] = {}
    middle = -1
    if target is not None:
        middle = plot.row(target)
        placed[middle] = span(f" target {words.number(target)}", "target")
    valued = [(one.value, one.name) for one in entry.comparators[:2] if one.value is not None]
    above = sorted(one for one in valued if target is not None and one[0] > target)
    below = sorted((one for one in valued if one not in above), reverse=True)
    for named, step in ((above, -1), (below, 1)):
        row = middle
        for value, name in named:
            # A label stands at the row of its value, or next to the label before it if that row is
            # taken.
            row = step * max(step * (row + step), step * plot.row(value))
            if 0 <= row <= plot.rows:  # the last row is the time axis
                placed[row] = span(f" {name[:10]} {words.number(value)}", "dim")
    return placed


def under(plot: Plot, name: Span | None) -> tuple[Line, ...]:
    """Draw the time axis: ticks with a label at their right, then periods, then years."""
    axis = ["─"] * plot.columns
    # Labels may run past the last point: a year is longer than a quarter.
    small, large = [" "] * (plot.columns + 4), [" "] * (plot.columns + 8)
    for slot, point in enumerate(plot.slots):
        axis[plot.x(slot)] = "┴"
        if point is None:
            continue
        short, year = _names(point)
        # Where points are close together, one character of the period has to do.
        _write(small, plot.x(slot), short if len(short) < plot.step else short[:1])
        _write(large, plot.x(slot), year)
    pad = " " * plot.left
    return (
        line(span(" " * (plot.left - 1) + "└" + "".join(axis), "rule"), *([name] if name else [])),
        line(span(pad + "".join(small).rstrip(), "dim")),
        line(span(pad + "".join(large).rstrip(), "dim")),
    )


def _names(point: Point) -> tuple[str, str]:
    """Return the short label of a period and its year, which is empty but where a year begins."""
    period = point.period
    if period.kind == "year":
        return period.shown[2:], ""
    if period.kind == "month":
        return period.shown[:3], ""
    number = period.index % 4 + 1
    return (f"{number}", period.shown[3:] if number == 1 else "")


def _write(row: list[str], at: int, text: str) -> None:
    """Write a label from a column on, unless it touches the one before or runs past the end."""
    if at + len(text) > len(row) or any(cell != " " for cell in row[max(at - 1, 0) : at + 1]):
        return
    row[at : at + len(text)] = text


def _break(letter: str, one: Break) -> Line:
    """Draw a break of the series: its letter in the chart, its date and its note."""
    return line(span(letter, "head"), span("  "), span(f"{words.day(one.date)}: {one.note}"))


def legend(entry: Entry, plot: Plot, cells: int) -> tuple[Line, ...]:
    """Draw what the marks mean, and each break with its date."""
    parts: list[Span | str] = [Span(FILLED, "text"), span(" official  ", "dim")]
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
        row
        for _, letter, one in breaks_shown(entry, plot)
        for row in wrap(_break(letter, one), cells, 3)
    ]
    pad = Span(" " * plot.left)
    return (*((pad, *row) for row in wrap(line(*parts), cells - plot.left)), *notes)
