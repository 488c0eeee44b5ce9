"""Rows behind a number: their columns, and whether each row counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from kpitui import wording
from kpitui.drilldown.case_table import CASE_STATE_COLUMN, CASE_STATES, CaseTable, find_subject_column
from kpitui.model.catalogue import Scalar
from kpitui.model.drilldown import IndicatorCases
from kpitui.tui.styled_text import EN_DASH, StyledLine, StyledSpan, format_plain_value, make_line, make_span
from kpitui.tui.views.rag_marks import choose_sort_mark
from kpitui.tui.widgets.row_grid import GridColumn

WIDEST_CASE_COLUMN: Final = 30
SAMPLED_ROW_COUNT: Final = 300


def classify_case(case_row: dict[str, Scalar | None]) -> str:
    """Say whether a row is counted, not counted or left out."""
    if case_row["left_out_because"]:
        return "left out"
    return "counted" if case_row["counted"] else "not counted"


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
        case_row: dict[str, Scalar | None] = self.case_table.cases.case_frame.row(
            self.case_table.get_frame_index(row_index), named=True
        )
        return case_row

    def subject_of_row(self, row_index: int) -> str:
        """Return the id of the school, child or worker in a row."""
        return format_plain_value(self.read_row(row_index)[self.case_table.column_names[0]])

    def row_cells(self, row_index: int) -> Sequence[StyledLine]:
        """Return the cells of a row: the subject, whether it counts, then the other columns."""
        case_row = self.read_row(row_index)
        column_name, _, *columns = self.case_table.column_names
        return [
            make_line(make_span(case_row[column_name], "strong")),
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
        position = _find_same_case(row_key, self.case_table.cases)
        return None if position is None else self.case_table.find_table_row(position)


def _find_same_case(case_key: CaseRowKey, cases: IndicatorCases) -> int | None:
    """Find the row of the same subject in cases that were read anew.

    A subject may have several rows: the first is found for the first, and so on.
    """
    column_name = find_subject_column(case_key.cases)
    # Another definition may count cases of another kind.
    if column_name not in cases.column_names:
        return None
    subjects = case_key.cases.case_frame[column_name]
    subject_id = subjects[case_key.frame_position]
    if subject_id is None:
        return None
    occurrence = int((subjects.head(case_key.frame_position) == subject_id).sum())
    positions = (cases.case_frame[column_name] == subject_id).arg_true()
    return int(positions[min(occurrence, len(positions) - 1)]) if len(positions) else None


def _format_case_cell(value: Scalar | None) -> StyledLine:
    return (StyledSpan(EN_DASH, "dim"),) if value is None else (make_span(value),)


def _format_case_state(case_row: dict[str, Scalar | None]) -> StyledLine:
    """Draw whether a row counts, and why if it is left out."""
    case_state = classify_case(case_row)
    if case_state == "counted":
        return (StyledSpan("● counted", "strong"),)
    if case_state == "not counted":
        return (StyledSpan("○ not counted", "text"),)
    return (StyledSpan("· left out: ", "dim"), make_span(case_row["left_out_because"], "dim"))


def build_case_rows(case_table: CaseTable, line_width: int = 120) -> CaseRows:
    """Build the rows for a grid of a width, each column as wide as its sampled cells need.

    The reason why a case is left out takes no more than its share of the width.
    """
    row_count = len(case_table)
    # There may be millions of rows: a sample spread over all of them is measured, with the
    # last row always among it.
    indexes = {*range(0, row_count, row_count // SAMPLED_ROW_COUNT + 1), *range(row_count - 1, row_count)} - {-1}
    values = _sample_columns(case_table, [case_table.get_frame_index(index) for index in sorted(indexes)])
    columns = tuple(_size_case_column(case_table, name, values, line_width) for name in case_table.column_names)
    return CaseRows(case_table, columns)


def _sample_columns(case_table: CaseTable, frame_positions: list[int]) -> dict[str, list[Scalar | None]]:
    """Read the sampled rows of the frame, by column."""
    cases_frame = case_table.cases.case_frame
    values: dict[str, list[Scalar | None]] = (
        cases_frame[frame_positions] if frame_positions else cases_frame.head(0)
    ).to_dict(as_series=False)
    return values


def _size_case_column(
    case_table: CaseTable, column_name: str, sampled_values: dict[str, list[Scalar | None]], line_width: int
) -> GridColumn:
    # The state of a case is no column of the frame: it is made of two.
    """Size a column by its title and its sampled cells."""
    sort_mark = choose_sort_mark(case_table.query, column_name)
    if column_name == CASE_STATE_COLUMN:
        widths = [len(str(reason)) + 12 for reason in sampled_values["left_out_because"] if reason]
        return GridColumn("Counted?", min(max([13, *widths]), max(line_width * 3 // 10, 22), 44), sort_mark=sort_mark)
    title = column_name.replace("_", " ")
    # One cell more than the title, for the mark of the sort order.
    column_title = max([len(title) + 1, *(len(format_plain_value(cell)) for cell in sampled_values[column_name])])
    is_numeric = case_table.cases.case_frame.schema[column_name].is_numeric()
    return GridColumn(title, min(column_title, WIDEST_CASE_COLUMN), "right" if is_numeric else "left", sort_mark)


def summarise_case_states(case_table: CaseTable) -> StyledLine:
    """Summarise how many cases are counted, not counted and left out."""
    parts: list[StyledSpan] = []
    for state_name, case_count in zip(CASE_STATES, case_table.totals.state_counts, strict=True):
        parts.append(make_span(f"{case_count:,} ", "strong" if case_count else "dim"))
        parts.append(make_span(f"{state_name}   ", "dim"))
    if len(case_table) != len(case_table.cases):
        parts.append(make_span(f"{len(case_table):,} of {len(case_table.cases):,} shown", "accent"))
    return tuple(parts)


def format_total_rate(case_table: CaseTable) -> StyledLine:
    """Format the rate that the rows add up to, with its fraction and period."""
    numerator, denominator = case_table.totals.numerator, case_table.totals.denominator
    percentage = 100 * numerator / denominator if denominator else None
    rate_text = wording.format_value(percentage, case_table.cases.entry.indicator.unit)
    fraction_text = f"{wording.format_count(numerator)} of {wording.format_count(denominator)}"
    return make_span(rate_text, "strong"), make_span(f"  {fraction_text}  {case_table.cases.period.label}", "dim")
