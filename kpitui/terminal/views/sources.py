"""Sources in words: where tables came from, how old they are and what was wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kpitui import words
from kpitui.model import Entry, Source
from kpitui.terminal.show import Line, line, span, wrap


def of_entry(entry: Entry, cells: int) -> Iterator[Line]:
    """Draw the sources of one indicator, a line or two for each."""
    for source in entry.sources:
        named = line(
            span(source.table.replace("_", " "), "strong"),
            span(f"  {source.file}", "dim"),
            span(f"  {_rows(source)}"),
            *([span("  MADE UP", "badge")] if source.made_up else []),
        )
        yield from wrap(named, cells, 2)
        if source.problem:
            yield from wrap(line(span(f"  {source.problem}", "red", cut=None)), cells, 2)
    if not entry.sources:
        yield line(span("No source is named.", "dim"))


def _rows(source: Source) -> str:
    """Describe how many rows were used and refused, and the last event."""
    said = f"{words.amount(source.rows_used)} rows"
    if source.rows_refused > 0:
        said += f", {words.amount(source.rows_refused)} refused"
    if source.last_event:
        said += f", last event {words.day(source.last_event)}"
    return said


def days_old(source: Source, as_at: date) -> str:
    """Format how long before the meeting the last event of a source was."""
    return "" if source.last_event is None else words.age((as_at - source.last_event).days)
