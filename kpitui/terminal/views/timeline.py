"""One school, child or worker over time: events in order of days, with bars for what lasted."""

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
    """Every event on its day; at the right a bar from first to last day where there is room."""
    if not events:
        return (line(span("No table says anything of this one by that date.", "dim")),)
    bars = cells - DATES - 44 - 2
    bars = min(bars, 60) if bars >= BAR_LEAST else 0
    words = cells - DATES - (bars + 2 if bars else 0)
    first = min((event.day for event in events if event.what != "born"), default=events[0].day)
    return tuple(row for one in events for row in _event(one, first, as_at, words, bars))


def _event(event: Event, first: date, as_at: date, words: int, bars: int) -> Iterator[Line]:
    when = day_text(event.day)
    until = f" {DASH} {day_text(event.until)}" if event.until and event.until != event.day else ""
    dates = fit((span(when, "strong"), span(until, "dim")), DATES)
    what, *more = wrap((span(event.what),), words)
    yield (*dates, *fit(what, words), *(_bar(event, first, as_at, bars) if bars else ()))
    for row in more:
        yield (Span(" " * DATES), *row)


def day_text(day: date) -> str:
    """``12 Jan 2019``, two figures for the day so that columns of dates align."""
    return f"{day.day:>2} {MONTHS[day.month - 1]} {day.year}"


def _bar(event: Event, first: date, as_at: date, cells: int) -> Line:
    """Where on the way from the first event to the meeting this one lies."""
    whole = max((as_at - first).days, 1)
    start = _place(event.day, first, whole, cells)
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
    return min(max(round((day - first).days / whole * (cells - 1)), 0), cells - 1)


def facts(row: Mapping[str, Scalar | None], cells: int) -> tuple[Line, ...]:
    """The cells of a case in full, name and value."""
    size = max((len(name) for name in row), default=0) + 2
    lines: list[Line] = []
    for name, value in row.items():
        if value is None or name in SAID:
            continue
        told = line(span(f"{name.replace('_', ' '):<{size}}", "dim"), span(value, cut=None))
        lines.extend(wrap(told, cells, size))
    return tuple(lines)
