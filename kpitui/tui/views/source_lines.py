"""Sources in words: where tables came from, how old they are and what was wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kpitui import wording
from kpitui.issue_wording import describe_problem, format_file_name
from kpitui.model.board import Entry, TableSource
from kpitui.summaries.tallies import measure_source_age
from kpitui.tui.styled_text import StyledLine, make_line, make_span, wrap_line


def draw_entry_sources(entry: Entry, line_width: int) -> Iterator[StyledLine]:
    """Draw the sources of one indicator, a line or two for each."""
    for source in entry.sources:
        source_line = make_line(
            make_span(source.table.replace("_", " "), "strong"),
            make_span(f"  {format_file_name(source.file, source.file_section)}", "dim"),
            make_span(f"  {_describe_source_rows(source)}"),
            *([make_span("  MADE UP", "badge")] if source.made_up else []),
        )
        yield from wrap_line(source_line, line_width, 2)
        if source.problem:
            yield from wrap_line(
                make_line(make_span(f"  {describe_problem(source.problem)}", "red", max_characters=None)), line_width, 2
            )
    if not entry.sources:
        yield make_line(make_span("No source is recorded.", "dim"))


def _describe_source_rows(source: TableSource) -> str:
    """Describe how many rows were used and refused, and the last event."""
    rows_text = f"{wording.format_count(source.rows_used)} rows"
    if source.rows_refused > 0:
        rows_text += f", {wording.format_count(source.rows_refused)} refused"
    if source.last_event:
        rows_text += f", last event {wording.format_date(source.last_event)}"
    return rows_text


def format_source_age(source: TableSource, as_at: date) -> str:
    """Format how long before the meeting the last event of a source was."""
    age_in_days = measure_source_age(source, as_at)
    return "" if age_in_days is None else wording.format_age_in_days(age_in_days)
