"""Collect the issues of a file over its pieces, and report them as of the whole file.

A file must give the same issues however small its pieces are. So what is counted is added up, and
put into words only at the end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from kpitui.readers.raw_table import LINE_COLUMN, PART_COLUMN, ReaderNote

# Issues of one kind that are listed one by one. The others are only counted: a large file with a
# column of wrong dates has millions.
MAX_ISSUES_PER_KIND = 1_000
_DIGIT_RUNS = re.compile(r"\d+")
IssueKind = tuple[int, int]
"""The position of a column and the number of the check. Issues are sorted by it."""


@dataclass(frozen=True, slots=True)
class LoggedIssue:
    """An issue of a table, at a line, or without one where it concerns a column or the file.

    `group_key` is the message without the cell in it, the same for all issues of one kind.
    `occurrences` is how many issues this one stands for.
    """

    message: str
    line: int | None = None
    group_key: str = ""
    occurrences: int = 1


@dataclass(slots=True)
class _CountedIssue:
    """Cells of one kind that are counted: how many, the first line, and how to word it."""

    format_message: Callable[[int], str]
    first_line: int
    total_count: int = 0


@dataclass(slots=True)
class _CellIssues:
    """Cells of one kind that are listed: the first of them, and how many there are in all."""

    format_remainder: Callable[[int], str]
    listed_issues: list[LoggedIssue] = field(default_factory=list)
    total_count: int = 0


@dataclass(slots=True)
class IssueLog:
    """The issues of one part of a table: notes in the order they came, the others by kind."""

    _noted_issues: list[LoggedIssue] = field(default_factory=list)
    _seen_issues: set[LoggedIssue] = field(default_factory=set)
    _pattern_counts: Counter[str] = field(default_factory=Counter)
    _issues_by_kind: dict[IssueKind, _CountedIssue | _CellIssues] = field(default_factory=dict)

    def add_note(self, message: str, line: int | None = None) -> None:
        """Add a note, unless it is there already.

        Of notes that differ only by numbers, the first `MAX_ISSUES_PER_KIND` are kept, and the
        others counted.
        """
        # Readers give a message and no kind: without its numbers, a message stands for its kind.
        group_key = _DIGIT_RUNS.sub("", message)
        logged_issue = LoggedIssue(message, line, group_key)
        if logged_issue in self._seen_issues:
            return
        self._pattern_counts[group_key] += 1
        if self._pattern_counts[group_key] <= MAX_ISSUES_PER_KIND:
            self._seen_issues.add(logged_issue)
            self._noted_issues.append(logged_issue)

    def add_notes(self, file_notes: Iterable[ReaderNote]) -> None:
        for line, message in file_notes:
            self.add_note(message, line)

    def add_column_issue(self, issue_kind: IssueKind, message: str) -> None:
        """Add an issue of a whole column, once: each piece of the file may bring it again."""
        self._issues_by_kind.setdefault(issue_kind, _CellIssues(str, [LoggedIssue(message)], 1))

    def add_count(
        self, issue_kind: IssueKind, format_message: Callable[[int], str], total_count: int, first_line: int
    ) -> None:
        """Add to the count of a kind, whose message is made from the total at the end.

        `first_line` is the first line in this piece.
        """
        # The wording of the first piece stays: it may quote the cell in the first line.
        issue = self._issues_by_kind.setdefault(issue_kind, _CountedIssue(format_message, first_line))
        assert isinstance(issue, _CountedIssue)
        issue.total_count, issue.first_line = (issue.total_count + total_count, min(issue.first_line, first_line))

    def add_cell_issues(
        self,
        issue_kind: IssueKind,
        first_issues: Iterable[LoggedIssue],
        total_count: int,
        format_remainder: Callable[[int], str],
    ) -> None:
        """Add issues of single cells, of which the first by line are listed.

        `total_count` is how many there are in this piece; `format_remainder` words the number of
        those that are not listed.
        """
        cell_issues = self._issues_by_kind.setdefault(issue_kind, _CellIssues(format_remainder))
        assert isinstance(cell_issues, _CellIssues)
        cell_issues.listed_issues = sorted(
            [*cell_issues.listed_issues, *first_issues], key=lambda issue: issue.line or 0
        )[:MAX_ISSUES_PER_KIND]
        cell_issues.total_count += total_count

    def list_issues(self) -> list[LoggedIssue]:
        """List all issues in the order of their lines, those without a line first."""
        issues = [*self._noted_issues]
        issues += [
            LoggedIssue(f"and {count - MAX_ISSUES_PER_KIND:,} more like these", None, key, count - MAX_ISSUES_PER_KIND)
            for key, count in self._pattern_counts.items()
            if count > MAX_ISSUES_PER_KIND
        ]
        for _, kind_entry in sorted(self._issues_by_kind.items(), key=lambda item: item[0]):
            if isinstance(kind_entry, _CountedIssue):
                issues.append(LoggedIssue(kind_entry.format_message(kind_entry.total_count), kind_entry.first_line))
                continue
            issues += kind_entry.listed_issues
            if (unlisted_count := kind_entry.total_count - len(kind_entry.listed_issues)) > 0:
                group_key = kind_entry.listed_issues[0].group_key if kind_entry.listed_issues else ""
                issues.append(LoggedIssue(kind_entry.format_remainder(unlisted_count), None, group_key, unlisted_count))
        # The sort is stable: within a line, the order of columns and checks stays.
        return sorted(issues, key=lambda issue: issue.line or 0)


class IssueRecorder:
    """Records the issues of a piece in the logs of the parts that its rows belong to.

    `piece_rows` has a row for each row of the piece, with its `_line`, and its `_part`: the key of
    its log. A piece may hold the rows of many small files.
    """

    def __init__(self, piece_rows: pl.DataFrame, issue_logs: Mapping[int, IssueLog]) -> None:
        self._piece_rows, self._issue_logs = piece_rows, issue_logs

    def record_column_issue(self, issue_kind: IssueKind, message: str) -> None:
        """Record an issue of a whole column in every part of the piece."""
        for part_log in self._issue_logs.values():
            part_log.add_column_issue(issue_kind, message)

    def record_count(
        self,
        issue_kind: IssueKind,
        row_mask: pl.Series,
        format_message: Callable[[str, int], str],
        cell_values: pl.Series,
        row_amounts: pl.Series | None = None,
    ) -> None:
        """Count the rows in the mask, or add up their amounts, for each part.

        `cell_values` and `row_amounts` have a value for each row of the piece. `format_message`
        gets the cell of the first row and the total.
        """
        if not row_mask.any():
            return
        marked_rows = self._piece_rows.with_columns(
            _cell=cell_values, _amount=1 if row_amounts is None else row_amounts
        )
        for part_number, part_rows in _split_by_part(marked_rows.filter(row_mask)):
            first_row, total_count = part_rows.row(0, named=True), int(part_rows["_amount"].sum())
            format_total = partial(format_message, first_row["_cell"])
            self._issue_logs[part_number].add_count(issue_kind, format_total, total_count, first_row[LINE_COLUMN])

    def record_cells(
        self, issue_kind: IssueKind, row_mask: pl.Series, cell_values: pl.Series, format_message: Callable[[str], str],
        format_remainder: Callable[[int], str] = "and {:,} more like these".format,
    ) -> None:  # fmt: skip
        """Record each row in the mask, with its cell in the message."""
        if not row_mask.any():
            return
        marked_rows = self._piece_rows.with_columns(_cell=cell_values).filter(row_mask)
        for part_number, part_rows in _split_by_part(marked_rows):
            first_rows = part_rows.head(MAX_ISSUES_PER_KIND)
            group_key = format_message("")
            first_issues = [
                LoggedIssue(format_message(value), line, group_key)
                for value, line in zip(first_rows["_cell"], first_rows[LINE_COLUMN], strict=True)
            ]
            self._issue_logs[part_number].add_cell_issues(issue_kind, first_issues, part_rows.height, format_remainder)


def _split_by_part(marked_rows: pl.DataFrame) -> Sequence[tuple[int, pl.DataFrame]]:
    # partition_by gives one empty frame where there are no rows, and it has no part to read.
    if marked_rows.is_empty():
        return ()
    part_frames = marked_rows.partition_by(PART_COLUMN, maintain_order=True)
    return [(frame[PART_COLUMN][0], frame) for frame in part_frames]
