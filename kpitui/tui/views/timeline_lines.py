"""Timeline of one school, child or worker: events by day, with bars for what lasted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from kpitui.drilldown.timeline_span import find_event_end, find_span_start
from kpitui.model.catalogue import Scalar
from kpitui.model.drilldown import TimelineEvent
from kpitui.tui.styled_text import (
    EN_DASH,
    StyledLine,
    StyledSpan,
    fit_line,
    format_plain_value,
    make_line,
    make_span,
    wrap_line,
)

MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DATES_WIDTH = 27
NARROWEST_BAR = 18
ACCOUNTING_COLUMNS = frozenset({"numerator", "denominator", "counted", "left_out_because"})


def draw_timeline(events: Sequence[TimelineEvent], as_at: date, line_width: int) -> tuple[StyledLine, ...]:
    """Draw every event on its day, with a bar from first to last day where there is room."""
    if not events:
        return (make_line(make_span("No table has anything about this one by that date.", "dim")),)
    # At least 44 cells are left for the description.
    bar_width = line_width - DATES_WIDTH - 44 - 2
    bar_width = min(bar_width, 60) if bar_width >= NARROWEST_BAR else 0
    width = line_width - DATES_WIDTH - (bar_width + 2 if bar_width else 0)
    first_day = find_span_start(events)
    return tuple(line for event in events for line in _draw_event(event, first_day, as_at, width, bar_width))


def _draw_event(
    event: TimelineEvent, first_day: date, as_at: date, description_width: int, bar_width: int
) -> Iterator[StyledLine]:
    """Draw an event: its dates, its description, and its bar."""
    start_text = format_event_day(event.start_day)
    end_text = (
        f" {EN_DASH} {format_event_day(event.end_day)}" if event.end_day and event.end_day != event.start_day else ""
    )
    date_spans = fit_line((make_span(start_text, "strong"), make_span(end_text, "dim")), DATES_WIDTH)
    first_line, *later_lines = wrap_line((make_span(event.description),), description_width)
    yield (
        *date_spans,
        *fit_line(first_line, description_width),
        *(_draw_event_bar(event, first_day, as_at, bar_width) if bar_width else ()),
    )
    for later_line in later_lines:
        yield (StyledSpan(" " * DATES_WIDTH), *later_line)


def format_event_day(day: date) -> str:
    """Format a day as ``12 Jan 2019``, with two figures for the day so that dates align."""
    return f"{day.day:>2} {MONTH_NAMES[day.month - 1]} {day.year}"


def format_reader_value(value: Scalar | None) -> str:
    """Format a cell of a table that people read: a date as `format_event_day` writes it."""
    return format_event_day(value) if isinstance(value, date) else format_plain_value(value)


def _draw_event_bar(event: TimelineEvent, first_day: date, as_at: date, bar_width: int) -> StyledLine:
    """Draw where an event lies between the first event and the meeting."""
    days_spanned = max((as_at - first_day).days, 1)
    start_cell = _locate_day(event.start_day, first_day, days_spanned, bar_width)
    if event.start_day < first_day:
        return (StyledSpan("  "), StyledSpan("·" * bar_width, "rule"))
    end_day, bar_text = find_event_end(event, as_at), "●"
    if end_day is not None:
        bar_text = "━" * (_locate_day(end_day, first_day, days_spanned, bar_width) - start_cell + 1)
    return (
        StyledSpan("  "),
        StyledSpan("·" * start_cell, "rule"),
        StyledSpan(bar_text, "accent"),
        StyledSpan("·" * (bar_width - start_cell - len(bar_text)), "rule"),
    )


def _locate_day(day: date, first_day: date, days_spanned: int, bar_width: int) -> int:
    """Return the cell of a day in a bar."""
    return min(max(round((day - first_day).days / days_spanned * (bar_width - 1)), 0), bar_width - 1)


def draw_case_facts(case_row: Mapping[str, Scalar | None], line_width: int) -> tuple[StyledLine, ...]:
    """Draw the fields of a case in full, name and value."""
    name_width = max((len(name) for name in case_row), default=0) + 2
    fact_lines: list[StyledLine] = []
    for column_name, value in case_row.items():
        # The heading of the case says in words what these columns hold.
        if value is None or column_name in ACCOUNTING_COLUMNS:
            continue
        shown_value = format_event_day(value).strip() if isinstance(value, date) else value
        name_span = make_span(f"{column_name.replace('_', ' '):<{name_width}}", "dim")
        fact_line = make_line(name_span, make_span(shown_value, max_characters=None))
        fact_lines.extend(wrap_line(fact_line, line_width, name_width))
    return tuple(fact_lines)
