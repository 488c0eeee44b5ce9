"""Sources of the board, and the issues found in them, as rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from kpitui import wording
from kpitui.issue_wording import describe_issue
from kpitui.model.board import TableSource
from kpitui.model.issues import Issue
from kpitui.model.severity import Severity
from kpitui.summaries.source_order import describe_issue_file, describe_source
from kpitui.tui.styled_text import Alignment, StyledLine, make_line, make_span
from kpitui.tui.theme import Tone
from kpitui.tui.views.rag_marks import MADE_UP_MARK
from kpitui.tui.views.source_lines import format_source_age

SOURCE_COLUMNS: Final[tuple[tuple[str, Alignment], ...]] = (
    ("Table", "left"), ("Age", "right"), ("Used", "right"), ("Read", "right"),
    ("Refused", "right"), ("File", "left"),
)  # fmt: skip
ISSUE_COLUMNS: Final[tuple[tuple[str, Alignment], ...]] = (
    ("File", "left"), ("Line", "right"), ("Kind", "left"), ("What is wrong", "left"),
)  # fmt: skip
"""The titles of the columns, by which rows are sorted as well (`summaries.source_order`)."""
_SEVERITY_TONES: Final[dict[Severity, Tone]] = {"fault": "red", "doubt": "amber", "note": "dim"}


def build_source_rows(sources: Iterable[TableSource], as_at: date) -> list[tuple[StyledLine, ...]]:
    """Build a row for each source, in the order given, with its age on a date."""
    return [_build_source_row(source, as_at) for source in sources]


def _build_source_row(source: TableSource, as_at: date) -> tuple[StyledLine, ...]:
    made_up_mark = MADE_UP_MARK if source.made_up else ""
    return (
        make_line(make_span(f"{source.table.replace('_', ' ')}{made_up_mark}", "strong")),
        make_line(make_span(format_source_age(source, as_at))),
        _format_rows(source.rows_used),
        _format_rows(source.rows_read),
        _format_rows(source.rows_refused, "red" if source.rows_refused > 0 else "text"),
        make_line(make_span(describe_source(source), "red" if source.problem else "dim")),
    )


def _format_rows(row_count: float, tone: Tone = "text") -> StyledLine:
    return make_line(make_span(wording.format_count(row_count), tone))


def build_issue_rows(issues: Iterable[Issue]) -> list[tuple[StyledLine, ...]]:
    """Build a row for each issue, in the order given."""
    return [
        (
            make_line(make_span(describe_issue_file(issue), "accent")),
            make_line(make_span("" if issue.line is None else wording.format_count(issue.line))),
            make_line(make_span(issue.severity, _SEVERITY_TONES[issue.severity])),
            make_line(make_span(describe_issue(issue))),
        )
        for issue in issues
    ]
