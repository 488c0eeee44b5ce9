"""What a list of cases can be sorted and grouped by, the case that is opened, and the rows that are saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpitui.drilldown.case_table import CaseTable
from kpitui.model.board import Entry
from kpitui.tui.host import OpenedCase
from kpitui.tui.save_rows import RowExport
from kpitui.tui.views.case_rows import CaseRows
from kpitui.tui.views.group_bars import GROUP_COLUMNS, GroupRows
from kpitui.tui.widgets.row_grid import RowGrid


def describe_opened_case(case_rows: CaseRows, row_index: int) -> OpenedCase | None:
    """Return the case of a row, or None if nobody knows whose it is."""
    case_table = case_rows.case_table
    subject_id = case_table.read_subject(row_index)
    if not subject_id:
        return None
    return OpenedCase(subject_id, case_table.cases.rule.id, case_table.count_earlier_rows(row_index))


def step_to_case(grid_rows: CaseRows | GroupRows | None, row_grid: RowGrid, step: int) -> OpenedCase | None:
    """Move the cursor to the next case of a list and return it; None at either end, and among groups."""
    row_index = row_grid.cursor_row + step
    if not isinstance(grid_rows, CaseRows) or not 0 <= row_index < len(grid_rows):
        return None
    row_grid.move_to_row(row_index)
    return describe_opened_case(grid_rows, row_index)


def list_variant_ids(entry: Entry | None) -> list[str | None]:
    """List the definitions of an indicator, the one as reported first, as None."""
    return [None, *(rule.id for rule in entry.indicator.variants)] if entry else [None]


def list_sortable_columns(case_table: CaseTable | None) -> Sequence[str]:
    """List the columns that the rows or the groups can be sorted by."""
    if case_table is None:
        return ()
    return case_table.column_names if case_table.group_counts is None else GROUP_COLUMNS


def list_group_titles(case_table: CaseTable | None) -> Mapping[str, str]:
    """List the columns that the cases can be grouped by, with their headings."""
    return {name: case_table.get_title(name) for name in case_table.groupable_columns} if case_table else {}


def build_cases_export(
    case_table: CaseTable | None, grid_rows: CaseRows | GroupRows | None, indicator_code: str, variant_id: str
) -> RowExport | None:
    """Build the rows to save: the groups on screen, or the cases with all of their columns."""
    if case_table is None or grid_rows is None:
        return None
    if isinstance(grid_rows, GroupRows):
        # The column of bars has no title, and is not saved.
        titles = [column.title for column in grid_rows.columns if column.title]
        return RowExport(f"{indicator_code} by {grid_rows.column_name}", titles, grid_rows.iter_saved_rows)
    cases, positions = case_table.cases, case_table.row_indices
    # No row becomes a Python object before it is written: there may be millions.
    saved_rows = cases.row_tuples if positions is None else cases.case_frame[positions].iter_rows()
    export_name = f"{indicator_code} cases {cases.period} {variant_id}"
    return RowExport(export_name.strip(), cases.column_names, saved_rows)
