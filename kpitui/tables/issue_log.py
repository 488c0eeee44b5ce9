"""Collect the issues of a file over its pieces, and report them as of the whole file.

One trouble is one issue, however many cells it has: how many, the first lines, the first cells. A
file must give the same issues however small its pieces are, so these are added up to the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from kpitui.model.issues import CodedMessage, Issue
from kpitui.readers.raw_table import LINE_COLUMN, PART_COLUMN, ReaderNote
from kpitui.text import clean_text

MAX_LISTED_LINES = 100  # lines of an issue that are kept: a large file may have it on millions
MAX_EXAMPLE_CELLS = 3
_MAX_CELL_CHARACTERS = 60
IssueOrder = tuple[int, int]
"""The position of a column and the number of the check. Issues at one line are sorted by it."""
FILE_ORDER: IssueOrder = (-1, 0)
"""The order of what concerns the file as a whole."""


@dataclass(frozen=True, slots=True)
class PieceFindings:
    """What a piece has of one trouble: how often, its first lines and cells, and the first subject.

    `cell_lines` gives the first line of each of the cells. The subject is the child, school or
    worker of the first row.
    """

    occurrences: int
    lines: Sequence[int] = ()
    cell_lines: Mapping[str, int] = field(default_factory=dict)
    subject: str = ""


@dataclass(slots=True)
class _IssueTally:
    """One trouble, added up over the pieces."""

    message: CodedMessage
    occurrences: int = 0
    lines: list[int] = field(default_factory=list)
    cell_lines: dict[str, int] = field(default_factory=dict)
    subject: str = ""

    def add_findings(self, findings: PieceFindings) -> None:
        """Add what a piece has of it."""
        if findings.subject and (not self.lines or min(findings.lines) < self.lines[0]):
            self.subject = findings.subject
        self.occurrences += findings.occurrences
        self.lines = sorted([*self.lines, *findings.lines])[:MAX_LISTED_LINES]
        for cell, line in findings.cell_lines.items():
            self.cell_lines[cell] = min(line, self.cell_lines.get(cell, line))
        earliest_cells = sorted(self.cell_lines.items(), key=lambda item: item[1])[:MAX_EXAMPLE_CELLS]
        self.cell_lines = dict(earliest_cells)

    def create_issue(self, column_titles: Mapping[str, str], *, names_records: bool) -> Issue:
        """Create the issue, in no file yet; a column is named as the file names it."""
        values = dict(self.message.value_items)
        if self.cell_lines:
            values["cells"] = tuple(self.cell_lines)
        if (column_name := str(values.get("column", ""))) in column_titles:
            values["column"] = column_titles[column_name]
        if names_records and self.lines:
            values["record"], values["record_subject"] = self.lines[0], self.subject
        message = CodedMessage(self.message.code, tuple(sorted(values.items())))
        if names_records or not self.lines:
            return Issue(message, "", occurrences=self.occurrences)
        return Issue(message, "", self.lines[0], None, self.occurrences, tuple(self.lines))


@dataclass(slots=True)
class IssueLog:
    """The issues of one part of a table, by their code and column.

    `unread_lines` are the lines of the cells of a column that could not be read, in pieces: that
    such a cell is then missing is no second trouble.
    """

    unread_lines: dict[str, list[pl.Series]] = field(default_factory=dict)
    _tallies: dict[tuple[IssueOrder, str, str], _IssueTally] = field(default_factory=dict)

    def add_note(
        self, message: CodedMessage, line: int | None = None, occurrences: int = 1, order: IssueOrder = FILE_ORDER
    ) -> None:
        """Add an issue at a line, or of the whole file or column, unless it already exists."""
        tally = self._open_tally(message, order)
        # Each piece of a file brings what concerns the whole of it again.
        if tally.occurrences and (line is None or line in tally.lines):
            return
        # Sorting a line that is not kept into those that are would be slow for millions of them.
        if line is not None and len(tally.lines) == MAX_LISTED_LINES and line > tally.lines[-1]:
            tally.occurrences += 1
            return
        tally.add_findings(PieceFindings(occurrences, () if line is None else (line,)))

    def add_notes(self, reader_notes: Iterable[ReaderNote]) -> None:
        """Add the notes of a reader, each with its line."""
        for note in reader_notes:
            self.add_note(note.message, note.line, note.occurrences)

    def add_findings(self, order: IssueOrder, message: CodedMessage, findings: PieceFindings) -> None:
        """Add what a piece has of a trouble; the first `MAX_LISTED_LINES` lines are enough."""
        self._open_tally(message, order).add_findings(findings)

    def list_issues(self, column_titles: Mapping[str, str], *, names_records: bool) -> tuple[Issue, ...]:
        """List all issues in the order of their first lines, those without a line first.

        They have no file or table yet. Where lines are numbers of records, the record is named.
        """
        tallies = [tally for _, tally in sorted(self._tallies.items(), key=lambda item: item[0][0])]
        # The sort is stable: within a line, the order of columns and checks stays.
        tallies.sort(key=lambda tally: tally.lines[0] if tally.lines else 0)
        return tuple(tally.create_issue(column_titles, names_records=names_records) for tally in tallies)

    def _open_tally(self, message: CodedMessage, order: IssueOrder) -> _IssueTally:
        column_name = str(message.values.get("column", ""))
        return self._tallies.setdefault((order, message.code, column_name), _IssueTally(message))


class IssueRecorder:
    """Records the issues of a piece in the logs of the parts that its rows belong to.

    `piece_rows` has a row for each row of the piece, with its `_line`, and its `_part`: the key of
    its log. A piece may hold the rows of many small files. It may have the column of the subject.
    """

    def __init__(self, piece_rows: pl.DataFrame, issue_logs: Mapping[int, IssueLog], subject_column: str = "") -> None:
        self._piece_rows, self._issue_logs, self._subject_column = piece_rows, issue_logs, subject_column

    @property
    def part_numbers(self) -> pl.Series:
        """Return the part that each row of the piece belongs to."""
        return self._piece_rows[PART_COLUMN]

    def record_column(self, order: IssueOrder, message: CodedMessage) -> None:
        """Record an issue of a whole column in every part of the piece."""
        for part_log in self._issue_logs.values():
            part_log.add_note(message, order=order)

    def record_cells(
        self,
        order: IssueOrder,
        message: CodedMessage,
        row_mask: pl.Series,
        cell_values: pl.Series | None = None,
        row_amounts: pl.Series | None = None,
    ) -> None:
        """Record the rows in the mask for each part, with the first of their cells as examples.

        The amounts, which are 1 where none are given, are added up. All have a value for each row.
        """
        if not row_mask.any():
            return
        marked_rows = self._piece_rows.with_columns(
            _cell=pl.lit(None) if cell_values is None else cell_values,
            _amount=1 if row_amounts is None else row_amounts,
        )
        for part_number, part_rows in split_by_part(marked_rows.filter(row_mask)):
            findings = PieceFindings(
                int(part_rows["_amount"].sum()),
                part_rows[LINE_COLUMN].head(MAX_LISTED_LINES).to_list(),
                _find_example_cells(part_rows),
                describe_first_subject(part_rows, self._subject_column),
            )
            self._issue_logs[part_number].add_findings(order, message, findings)

    def mark_unread(self, column_name: str, row_mask: pl.Series) -> None:
        """Keep the lines of cells that could not be read, so that they are not named as missing too."""
        for part_number, part_rows in split_by_part(self._piece_rows.filter(row_mask)):
            self._issue_logs[part_number].unread_lines.setdefault(column_name, []).append(part_rows[LINE_COLUMN])


def _find_example_cells(marked_rows: pl.DataFrame) -> dict[str, int]:
    """Return the first different cells of rows in `_cell`, each with its line."""
    example_rows = marked_rows.unique("_cell", keep="first", maintain_order=True).head(MAX_EXAMPLE_CELLS)
    return {
        clean_text(str(cell))[:_MAX_CELL_CHARACTERS]: line
        for cell, line in example_rows.select("_cell", LINE_COLUMN).iter_rows()
        if cell is not None
    }


def describe_first_subject(part_rows: pl.DataFrame, subject_column: str) -> str:
    """Describe whom the first row is about: ``child 1234``; empty where the rows do not say."""
    if subject_column not in part_rows.columns or (subject_id := part_rows[subject_column][0]) is None:
        return ""
    return f"{subject_column} {clean_text(str(subject_id))[:_MAX_CELL_CHARACTERS]}"


def split_by_part(marked_rows: pl.DataFrame) -> Sequence[tuple[int, pl.DataFrame]]:
    """Split rows by the part they belong to, each with its number."""
    # partition_by gives one empty frame where there are no rows, and it has no part to read.
    if marked_rows.is_empty():
        return ()
    part_frames = marked_rows.partition_by(PART_COLUMN, maintain_order=True)
    return [(frame[PART_COLUMN][0], frame) for frame in part_frames]
