"""Rows of who is due: of the lists, of one list, and of a flow or a split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kpitui.drilldown.case_table import RowQuery
from kpitui.issue_wording import describe_problem
from kpitui.model.due_lists import DueCases
from kpitui.report import due_output
from kpitui.tui.styled_text import EN_DASH, Alignment, StyledLine, StyledSpan, format_plain_value, make_line, make_span
from kpitui.tui.theme import Tone
from kpitui.tui.views.rag_marks import choose_sort_mark
from kpitui.tui.views.timeline_lines import format_reader_value
from kpitui.tui.widgets.plain_rows import PlainRows
from kpitui.tui.widgets.row_grid import GridColumn

WIDEST_DUE_COLUMN: Final = 60


@dataclass(frozen=True, slots=True)
class DueRows:
    """Rows of one list. A row is read from the frame when it is drawn; what is overdue stands out."""

    cases: DueCases
    columns: tuple[GridColumn, ...]

    def __len__(self) -> int:
        return len(self.cases)

    def subject_of_row(self, row_index: int) -> str:
        """Return the id of the child in a row."""
        return format_plain_value(self.cases.case_frame[self.cases.subject_column][row_index])

    def row_cells(self, row_index: int) -> Sequence[StyledLine]:
        """Return the cells of a row: the child, the day, days left, people and the reason."""
        row = self.cases.case_frame.row(row_index, named=True)
        day_style: Tone = "red" if row["due"] < self.cases.as_at else "text"
        styles: dict[str, Tone] = {self.cases.subject_column: "strong", "due": day_style, "days_left": day_style}
        return [
            (StyledSpan(EN_DASH, "dim"),)
            if row[name] is None
            else make_line(make_span(format_reader_value(row[name]), styles.get(name, "text"), max_characters=None))
            for name in self.cases.shown_columns
        ]

    def row_key(self, row_index: int) -> object:
        """Return the row itself, which finds it in another order."""
        return self.cases.case_frame.row(row_index)

    def find_row(self, row_key: object) -> int | None:
        """Return the index of a row, or None if it is not among the rows shown."""
        rows = self.cases.case_frame.iter_rows()
        return next((index for index, row in enumerate(rows) if row == row_key), None)


def build_due_rows(cases: DueCases, query: RowQuery) -> DueRows:
    """Build the rows of one list, each column as wide as its cells need."""
    sample = cases.case_frame.head(300)
    columns = []
    for name in cases.shown_columns:
        title = name.replace("_", " ")
        widths = [len(format_reader_value(value)) for value in sample[name]]
        alignment: Alignment = "right" if name == "days_left" else "left"
        width = min(max([len(title) + 1, *widths]), WIDEST_DUE_COLUMN)
        columns.append(GridColumn(title, width, alignment, choose_sort_mark(query, name)))
    return DueRows(cases, tuple(columns))


def build_list_rows(all_cases: Sequence[DueCases]) -> PlainRows:
    """Build a row for each list with its numbers."""
    cells = [
        (
            make_line(make_span(cases.due_list.code, "accent")),
            make_line(make_span(cases.due_list.title)),
            make_line(make_span(_format_overdue(cases), "red" if cases.overdue_count else "dim")),
            make_line(make_span("" if cases.problem else f"{cases.ahead_count:,}", "strong")),
            make_line(make_span(due_output.describe_horizon(cases.due_list), "dim")),
            make_line(make_span(cases.due_list.indicator.code)),
            make_line(make_span(_describe_gap(cases), "dim", max_characters=None)),
        )
        for cases in all_cases
    ]
    titles = ("List", "Who is due", "Overdue", "Ahead", "Looks ahead", "Of", "")
    return fit_plain_rows(tuple(cells), titles, right_columns=("Overdue", "Ahead"))


def _format_overdue(cases: DueCases) -> str:
    return "" if cases.problem or cases.due_list.drops_past else f"{cases.overdue_count:,}"


def _describe_gap(cases: DueCases) -> str:
    return describe_problem(cases.problem) if cases.problem else due_output.describe_undated(cases)


def fit_plain_rows(
    cells: tuple[tuple[StyledLine, ...], ...], titles: Sequence[str], right_columns: Sequence[str] = ()
) -> PlainRows:
    """Give each column of a table the width of its widest cell, up to a limit."""
    widths = [
        max([len(title) + 1, *(sum(len(span.text) for span in row[index]) for row in cells)])
        for index, title in enumerate(titles)
    ]
    columns = [
        GridColumn(title, min(width, WIDEST_DUE_COLUMN), "right" if title in right_columns else "left")
        for title, width in zip(titles, widths, strict=True)
    ]
    return PlainRows(cells, columns)
