"""Sources of the board, and the issues found in them, as rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan
from pathlib import PurePath
from typing import Final

from kpitui import wording
from kpitui.issue_wording import describe_issue, describe_problem, format_file_name
from kpitui.model.board import Board, TableSource
from kpitui.tui.styled_text import Alignment, StyledLine, make_line, make_span
from kpitui.tui.views.rag_marks import MADE_UP_MARK
from kpitui.tui.views.source_lines import format_source_age

SOURCE_COLUMNS: Final[tuple[tuple[str, Alignment], ...]] = (
    ("Table", "left"), ("Age", "right"), ("Used", "right"), ("Read", "right"),
    ("Refused", "right"), ("File", "left"),
)  # fmt: skip
ISSUE_COLUMNS: Final[tuple[tuple[str, Alignment], ...]] = (
    ("File", "left"), ("Line", "right"), ("Kind", "left"), ("What is wrong", "left"),
)  # fmt: skip
_SEVERITY_STYLES: Final = {"fault": "red", "doubt": "amber", "note": "dim"}


@dataclass(frozen=True, slots=True)
class SortableCell:
    """Cell with the key that it sorts by."""

    line: StyledLine
    sort_key: tuple[int, float, str]


def _make_text_cell(value: object, line_content: str = "text") -> SortableCell:
    """Make a cell of text, which sorts regardless of capitals."""
    _make_number_cell = make_line(make_span(value, line_content))  # type: ignore[arg-type]
    return SortableCell(_make_number_cell, (1, 0.0, _make_number_cell[0].text.lower()))


def _number(number_text: float | None) -> SortableCell:
    """Make a cell of a number. Missing and hidden numbers sort last."""
    is_missing = "" if number_text is None else wording.format_count(number_text)
    # The public view hides small numbers as NaN, which would leave a sort undefined.
    missing = number_text is None or isnan(number_text)
    return SortableCell(
        make_line(make_span(is_missing)), (int(missing), 0.0 if missing else float(number_text or 0), "")
    )


def build_source_rows(board: Board) -> list[tuple[SortableCell, ...]]:
    """Build a row for each source, in the order of the board."""
    table_rows: list[tuple[SortableCell, ...]] = []
    for source in board.sources:
        since_event = None if source.last_event is None else (board.as_at - source.last_event).days
        age_cell = SortableCell(
            make_line(make_span(format_source_age(source, board.as_at))), (0, float(since_event or 0), "")
        )
        refused_cell = _number(source.rows_refused)
        if source.rows_refused > 0:
            refused_cell = SortableCell(
                make_line(make_span(wording.format_count(source.rows_refused), "red")), refused_cell.sort_key
            )
        short_file = replace(source, file=PurePath(source.file).name)
        file_cell = _make_text_cell(
            f"{wording.describe_source_file(short_file)}{_describe_reading_time(source)}", "dim"
        )
        if source.problem:
            file_cell = _make_text_cell(describe_problem(source.problem), "red")
        made_up_mark = MADE_UP_MARK if source.made_up else ""
        name_cell = _make_text_cell(f"{source.table.replace('_', ' ')}{made_up_mark}", "strong")
        table_rows.append(
            (name_cell, age_cell, _number(source.rows_used), _number(source.rows_read), refused_cell, file_cell)
        )
    return table_rows


def _describe_reading_time(source: TableSource) -> str:
    """Say when a source was read, if nothing tells when it changes."""
    # A database is not watched: that would be asking it all day (docs/databases.md).
    if source.is_watched or source.read_at is None:
        return ""
    return f", read {source.read_at.astimezone():%H:%M on %d %B %Y}"


def build_issue_rows(board: Board) -> list[tuple[SortableCell, ...]]:
    """Build a row for each issue, in the order found."""
    return [
        (
            _make_text_cell(format_file_name(PurePath(issue.file).name, issue.section), "accent"),
            _number(issue.line),
            _make_text_cell(issue.severity, _SEVERITY_STYLES[issue.severity]),
            _make_text_cell(describe_issue(issue)),
        )
        for issue in board.issues
    ]
