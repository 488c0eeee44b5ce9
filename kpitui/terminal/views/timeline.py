"""Timeline of one school, child or worker: events by day, with bars for what lasted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from kpitui.behind import Event
from kpitui.model import Scalar
from kpitui.terminal.show import DASH, Line, Span, fit, line, span, wrap

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DATES = 27
BAR_LEAST = 18
SAID = frozenset({"numerator", "denominator", "counted", "left_out_because"})


def timeline_lines(events: Sequence[Event], as_at: date, cells: int) -> tuple[Line, ...]:
    """Draw every event on its day, with a bar from first to last day where there is room."""
    if not events:
        return (line(span("No table says anything of this one by that date.", "dim")),)
    # At least 44 cells are left for the description.
    bars = cells - DATES - 44 - 2
    bars = min(bars, 60) if bars >= BAR_LEAST else 0
    words = cells - DATES - (bars + 2 if bars else 0)
    # A birth lies years before the rest, and would squeeze it into a few cells.
    first = min((event.day for event in events if event.what != "born"), default=events[0].day)
    return tuple(row for one in events for row in _event(one, first, as_at, words, bars))


def _event(event: Event, first: date, as_at: date, words: int, bars: int) -> Iterator[Line]:
    """Draw an event: its dates, its description, and its bar."""
    when = day_text(event.day)
    until = f" {DASH} {day_text(event.until)}" if event.until and event.until != event.day else ""
    dates = fit((span(when, "strong"), span(until, "dim")), DATES)
    what, *more = wrap((span(event.what),), words)
    yield (*dates, *fit(what, words), *(_bar(event, first, as_at, bars) if bars else ()))
    for row in more:
        yield (Span(" " * DATES), *row)


def day_text(day: date) -> str:
    """Format a day as ``12 Jan 2019``, with two figures for the day so that dates align."""
    return f"{day.day:>2} {MONTHS[day.month - 1]} {day.year}"


def _bar(event: Event, first: date, as_at: date, cells: int) -> Line:
    """Draw where an event lies between the first event and the meeting."""
    whole = max((as_at - first).days, 1)
    start = _place(event.day, first, whole, cells)
    # An event without an end may still go on: its words tell an episode or a plan from an
    # event of one day.
    lasted = event.until is not None or "episode" in event.what or "plan" in event.what
    end = _place(event.until or as_at, first, whole, cells) if lasted else start
    if event.day < first:
        return (Span("  "), Span("·" * cells, "rule"))
    bar = "━" * (end - start + 1) if lasted else "●"
    return (
        Span("  "),
        Span("·" * start, "rule"),
        Span(bar, "accent"),
        Span("·" * (cells - start - len(bar)), "rule"),
    )


def _place(day: date, first: date, whole: int, cells: int) -> int:
    """Return the cell of a day in a bar."""
    return min(max(round((day - first).days / whole * (cells - 1)), 0), cells - 1)


def facts(row: Mapping[str, Scalar | None], cells: int) -> tuple[Line, ...]:
    """Draw the fields of a case in full, name and value."""
    size = max((len(name) for name in row), default=0) + 2
    lines: list[Line] = []
    for name, value in row.items():
        # The heading of the case says in words what these columns hold.
        if value is None or name in SAID:
            continue
        told = line(span(f"{name.replace('_', ' '):<{size}}", "dim"), span(value, cut=None))
        lines.extend(wrap(told, cells, size))
    return tuple(lines)
