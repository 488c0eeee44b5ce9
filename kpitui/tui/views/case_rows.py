"""Rows behind a number: their columns, and whether each row counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from kpitui import wording
from kpitui.drilldown.case_table import CASE_STATE_COLUMN, CASE_STATES, CaseTable, classify_case, find_same_case
from kpitui.model.catalogue import Scalar
from kpitui.model.drilldown import REASON_COLUMN, IndicatorCases
from kpitui.tui.styled_text import (
    EN_DASH,
    Alignment,
    StyledLine,
    StyledSpan,
    justify_line,
    make_line,
    make_span,
    to_plain_text,
)
from kpitui.tui.views.rag_marks import choose_sort_mark
from kpitui.tui.views.timeline_lines import format_reader_value
from kpitui.tui.widgets.row_grid import GridColumn

WIDEST_CASE_COLUMN: Final = 30
NARROWEST_NAME: Final = 18
SAMPLED_ROW_COUNT: Final = 300


class CaseRowKey(NamedTuple):
    """Key of a row. It finds the row in another order, and in the same cases when read anew."""

    cases: IndicatorCases
    frame_position: int


@dataclass(frozen=True, slots=True)
class CaseRows:
    """Rows of cases in the order shown. A row is read from the frame when it is drawn."""

    case_table: CaseTable
    columns: tuple[GridColumn, ...]

    def __len__(self) -> int:
        return len(self.case_table)

    def read_row(self, row_index: int) -> dict[str, Scalar | None]:
        """Read a row of the frame as a mapping from column names to values."""
        return self.case_table.read_row(row_index)

    def row_cells(self, row_index: int) -> Sequence[StyledLine]:
        """Return the cells of a row: the subject, whether it counts, then the other columns."""
        case_row = self.read_row(row_index)
        name_column, _, *columns = self.case_table.column_names
        # A childminder has no name in Ofsted's files: the number is all that anybody has.
        name = case_row[name_column] or self.case_table.read_subject(row_index)
        return [
            make_line(make_span(name, "strong")),
            _format_case_state(case_row),
            *(_format_case_cell(case_row[name]) for name in columns),
        ]

    def row_key(self, row_index: int) -> object:
        """Return a key for a row that holds while rows are sorted, filtered or read again."""
        return CaseRowKey(self.case_table.cases, self.case_table.get_frame_index(row_index))

    def find_row(self, row_key: object) -> int | None:
        """Return the row of a key, or None if it is not among the rows shown."""
        if not isinstance(row_key, CaseRowKey):
            return None
        # The same frame: the position is still right.
        if row_key.cases is self.case_table.cases:
            return self.case_table.find_table_row(row_key.frame_position)
        position = find_same_case(row_key.cases, row_key.frame_position, self.case_table.cases)
        return None if position is None else self.case_table.find_table_row(position)


def _format_case_cell(value: Scalar | None) -> StyledLine:
    if value is None:
        return (StyledSpan(EN_DASH, "dim"),)
    return (make_span(format_reader_value(value)),)


_STATE_CELLS: Final[Mapping[str, StyledSpan]] = {
    "counted": StyledSpan("● yes", "strong"),
    "not counted": StyledSpan("○ no", "text"),
    "left out": StyledSpan("· left out", "dim"),
}


def _format_case_state(case_row: dict[str, Scalar | None]) -> StyledLine:
    """Draw whether a row counts; the column beside it says why."""
    return (_STATE_CELLS[classify_case(case_row)],)


def build_case_rows(case_table: CaseTable, line_width: int = 120) -> CaseRows:
    """Build the rows for a grid of a width, each column as wide as its sampled cells need.

    The reason why a case counts or not takes no more than half of the width.
    """
    # There may be millions of rows: a sample spread over all of them is measured.
    values = case_table.sample_rows(SAMPLED_ROW_COUNT)
    columns = tuple(_size_case_column(case_table, name, values, line_width) for name in case_table.column_names)
    return CaseRows(case_table, columns)


def _size_case_column(
    case_table: CaseTable, column_name: str, sampled_values: dict[str, list[Scalar | None]], line_width: int
) -> GridColumn:
    """Size a column by its title and its sampled cells."""
    sort_mark = choose_sort_mark(case_table.query, column_name)
    # The state of a case is no column of the frame: it is made of two.
    if column_name == CASE_STATE_COLUMN:
        return GridColumn("Counted?", 10, sort_mark=sort_mark)
    title = case_table.get_title(column_name)
    # One cell more than the title, for the mark of the sort order.
    cells = (to_plain_text(_format_case_cell(cell)) for cell in sampled_values[column_name])
    width = max([len(title) + 1, *map(len, cells)])
    limit = WIDEST_CASE_COLUMN
    if column_name == REASON_COLUMN:
        limit = max(line_width // 2, WIDEST_CASE_COLUMN)
    elif column_name == case_table.column_names[0]:
        # At 80 columns the reason must fit beside the name.
        limit = max(line_width // 3, NARROWEST_NAME)
    alignment: Alignment = "right" if case_table.is_numeric(column_name) else "left"
    return GridColumn(title, min(width, limit), alignment, sort_mark)


def draw_case_summary(
    case_table: CaseTable, row_count: int, line_width: int, *, has_note: bool
) -> tuple[StyledLine, ...]:
    """Draw what the rows add up to, how many count, and the group or grouping that is shown."""
    rule = case_table.cases.rule
    title_line = justify_line(make_line(make_span(rule.title, "strong")), _format_total_rate(case_table), line_width)
    note_lines = (make_line(make_span(rule.note, "dim")),) if rule.note and has_note else ()
    count_line = (*_summarise_case_states(case_table), *_describe_grouping(case_table, row_count))
    return (title_line, *note_lines, count_line)


def _describe_grouping(case_table: CaseTable, group_count: int) -> StyledLine:
    """Say which column the rows are grouped by, or which group is open."""
    if case_table.group_counts is not None:
        group_phrase = "1 group" if group_count == 1 else f"{group_count:,} groups"
        column_title = case_table.get_title(case_table.query.group_by or "")
        return (make_span(f"   by {column_title}: {group_phrase}", "accent"),)
    if case_table.query.opened_group is not None:
        column_name, group_value = case_table.query.opened_group
        return (make_span(f"   {case_table.get_title(column_name)}: {group_value or 'none'}", "accent"),)
    return ()


def _summarise_case_states(case_table: CaseTable) -> StyledLine:
    """Summarise how many cases are counted, not counted and left out."""
    parts: list[StyledSpan] = []
    for state_name, case_count in zip(CASE_STATES, case_table.totals.state_counts, strict=True):
        parts.append(make_span(f"{case_count:,} ", "strong" if case_count else "dim"))
        parts.append(make_span(f"{state_name}   ", "dim"))
    if len(case_table) != len(case_table.cases):
        parts.append(make_span(f"{len(case_table):,} of {len(case_table.cases):,} shown", "accent"))
    return tuple(parts)


def _format_total_rate(case_table: CaseTable) -> StyledLine:
    """Format the rate that the rows add up to, with its fraction and period."""
    totals = case_table.totals
    measure = case_table.cases.rule.measure
    value = totals.compute_value(measure)
    rate_text = "" if value is None and totals.denominator else wording.format_value(value, measure)
    fraction_text = f"{wording.format_count(totals.numerator)} of {wording.format_count(totals.denominator)}"
    return make_span(rate_text, "strong"), make_span(f"  {fraction_text}  {case_table.cases.period.label}", "dim")
