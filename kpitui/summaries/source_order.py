"""Sources and issues filtered, and sorted by what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import isnan
from pathlib import PurePath
from typing import Any, Final, TypeVar

from kpitui import wording
from kpitui.drilldown.case_table import RowQuery, matches_filter
from kpitui.issue_wording import describe_issue, describe_problem, format_file_name
from kpitui.model.board import Board, Entry, TableSource
from kpitui.model.issues import Issue
from kpitui.summaries.tallies import measure_source_age

T = TypeVar("T")


def arrange_sources(board: Board, row_query: RowQuery) -> Sequence[TableSource]:
    """Keep the sources that contain every word of the filter, in the order asked for."""
    matching_sources = [
        source
        for source in board.sources
        if matches_filter(_build_source_text(source, board.as_at), row_query.filter_text)
    ]
    sort_key = SOURCE_SORT_KEYS.get(row_query.sorted_by)
    return _sort_rows(matching_sources, sort_key, reverse=row_query.reverse)


def arrange_issues(board: Board, row_query: RowQuery) -> Sequence[Issue]:
    """Keep the issues that contain every word of the filter, in the order asked for."""
    matching_issues = [
        issue for issue in board.issues if matches_filter(_build_issue_text(issue), row_query.filter_text)
    ]
    return _sort_rows(matching_issues, ISSUE_SORT_KEYS.get(row_query.sorted_by), reverse=row_query.reverse)


def find_issue_behind(issues: Sequence[Issue], entry: Entry) -> Issue | None:
    """Find the issue that stands behind what is not certain of a figure; None where the files have none.

    It is the one of the same line, or else of the column that is not known, or else the worst of
    the file.
    """
    reasons = {
        unknown_column.reason: unknown_column.column
        for rule in (entry.indicator.rule, *entry.indicator.variants)
        for unknown_column in rule.unknown_columns
    }
    for reservation in entry.point.reservations:
        column_name = reasons.get(str(reservation.values.get("unknown_reason", "")), "")
        issues_of_file = [issue for issue in issues if issue.file == reservation.file and issue.severity != "note"]
        ranked_issues = sorted(
            issues_of_file,
            key=lambda issue: (
                reservation.line is None or issue.line != reservation.line,
                str(issue.values.get("column", "")).lower() != column_name,
                issue.severity != reservation.severity,
            ),
        )
        if ranked_issues:
            return ranked_issues[0]
    return None


def find_source_behind(sources: Sequence[TableSource], entry: Entry) -> TableSource | None:
    """Find the first source that what is not certain of a figure names; None if it names none."""
    files = [reservation.file for reservation in entry.point.reservations]
    return next((source for file in files for source in sources if source.file == file), None)


def describe_source(source: TableSource) -> str:
    """Describe the file that a source was read from, without its folder, or why it is not used."""
    if source.problem:
        return describe_problem(source.problem)
    # The folder is the same for nearly all files, and takes the room of what differs.
    short_source = replace(source, file=PurePath(source.file).name)
    return f"{wording.describe_source_file(short_source)}{wording.describe_reading_time(source)}"


def describe_issue_file(issue: Issue) -> str:
    """Describe the file of an issue, without its folder, and the part of it in brackets."""
    return format_file_name(PurePath(issue.file).name, issue.section)


def _sort_rows(rows: Iterable[T], sort_key: Callable[[T], Any] | None, *, reverse: bool) -> Sequence[T]:
    if sort_key is not None:
        return sorted(rows, key=sort_key, reverse=reverse)
    return list(reversed(list(rows))) if reverse else list(rows)


def _build_source_text(source: TableSource, as_at: date) -> str:
    """Build the text of a source that a filter looks at: all that its row shows."""
    age_in_days = measure_source_age(source, as_at)
    row_counts = (source.rows_used, source.rows_read, source.rows_refused)
    return " ".join(
        (
            source.table.replace("_", " "),
            "" if age_in_days is None else wording.format_age_in_days(age_in_days),
            *map(wording.format_count, row_counts),
            describe_source(source),
        )
    )


def _build_issue_text(issue: Issue) -> str:
    line_text = "" if issue.line is None else str(issue.line)
    return " ".join((describe_issue_file(issue), line_text, issue.severity, describe_issue(issue)))


def _sort_number(number: float | None) -> tuple[bool, float]:
    # Missing and hidden numbers come last: a hidden one is NaN, which has no order.
    is_missing = number is None or isnan(number)
    return is_missing, 0.0 if is_missing or number is None else number


SOURCE_SORT_KEYS: Final[Mapping[str, Callable[[TableSource], Any]]] = {
    "Table": lambda source: source.table.lower(),
    # The oldest event is the greatest age; a source without one is the youngest.
    "Age": lambda source: -(source.last_event or date.max).toordinal(),
    "Used": lambda source: _sort_number(source.rows_used),
    "Read": lambda source: _sort_number(source.rows_read),
    "Refused": lambda source: _sort_number(source.rows_refused),
    "File": lambda source: describe_source(source).lower(),
}
"""The facts that sources are sorted by, under the title of the column that shows them."""
ISSUE_SORT_KEYS: Final[Mapping[str, Callable[[Issue], Any]]] = {
    "File": lambda issue: describe_issue_file(issue).lower(),
    "Line": lambda issue: _sort_number(issue.line),
    "Kind": lambda issue: issue.severity,
    "What is wrong": lambda issue: describe_issue(issue).lower(),
}
"""The facts that issues are sorted by, under the title of the column that shows them."""
