"""Saving the shown rows as CSV, where the user says.

A file is not overwritten unless the user agrees, and is readable by its owner alone. Numbers are
not rounded, so that a spreadsheet calculates with what the program calculated with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui.atomic_files import explain_write_failure, write_file
from kpitui.model.board import Entry
from kpitui.model.catalogue import Scalar
from kpitui.report.table_formats import (
    STATUS_CSV_COLUMNS,
    export_case_row,
    export_count,
    export_figure,
    export_status_row,
    format_csv,
    to_spreadsheet_cell,
)
from kpitui.text import clean_text

if TYPE_CHECKING:
    from kpitui.model.drilldown import PeriodChanges

HISTORY_COLUMNS = (
    "code", "period", "status", "numerator", "denominator", "value", "unit", "target", "rag",
    "left_out",
)  # fmt: skip
CHANGES_COLUMNS = (
    "code", "title", "from", "numerator_from", "denominator_from", "value_from", "rag_from", "to",
    "numerator_to", "denominator_to", "value_to", "rag_to", "direction", "change",
)  # fmt: skip

ExportRow = Sequence[Scalar | None]


@dataclass(frozen=True, slots=True)
class RowExport:
    """Rows to be saved, with a title from which the file is named."""

    export_name: str
    columns: Sequence[str]
    rows: Iterable[ExportRow]


def propose_file_name(row_export: RowExport) -> str:
    """Return a file name to propose, for the current folder."""
    return f"{to_file_name(row_export.export_name)}.csv"


def to_file_name(export_name: str) -> str:
    """Replace everything in a name that some file system refuses by hyphens."""
    safe_name = "".join(character if character.isalnum() or character in "-." else "-" for character in export_name)
    return safe_name.strip("-")


def write_csv_export(row_export: RowExport, csv_path: Path, *, overwrite: bool) -> str:
    """Write rows as CSV, readable by the owner alone; return where they are or why not.

    An existing file is replaced only with `overwrite`, and only by a complete one.
    """
    csv_rows = [export_case_row(row) for row in row_export.rows]
    csv_text = format_csv(row_export.columns, csv_rows) + "\n"
    count_text = "1 row" if len(csv_rows) == 1 else f"{len(csv_rows):,} rows"
    return write_and_report(csv_text.encode(), csv_path, f"Saved {count_text}", overwrite=overwrite, private=True)


def write_and_report(content: bytes, file_path: Path, done_text: str, *, overwrite: bool, private: bool) -> str:
    """Write a file; return `done_text` and where it is, or why it was not written."""
    try:
        write_file(file_path, content, overwrite=overwrite, is_private=private)
    except FileExistsError:
        return f"{clean_text(str(file_path))} already exists: nothing was saved"
    except OSError as error:
        return clean_text(explain_write_failure(error))
    return f"{done_text}: {clean_text(str(file_path))}"


def to_tab_separated(row_export: RowExport, max_bytes: int) -> str | None:
    """Format rows with tabs between cells, for pasting; None if that is more than `max_bytes`."""
    text_lines, byte_count = ["\t".join(map(str, map(to_spreadsheet_cell, row_export.columns)))], 0
    for export_row in row_export.rows:
        text_lines.append("\t".join(str(to_spreadsheet_cell(value)) for value in export_case_row(export_row)))
        byte_count += len(text_lines[-1].encode()) + 1
        # Stop at once: there may be millions of rows.
        if byte_count > max_bytes:
            return None
    return "\n".join(text_lines)


def build_board_export(entries: Iterable[Entry], export_name: str) -> RowExport:
    """Build the rows of the board's indicators, in the order on screen."""
    return RowExport(export_name, STATUS_CSV_COLUMNS, [export_status_row(entry) for entry in entries])


def build_history_export(entry: Entry, export_name: str) -> RowExport:
    """Build a row for each period: the official ones, the provisional ones, then whole years."""
    indicator = entry.indicator
    points = (*entry.history, *entry.provisional_points, *entry.complete_years)
    export_rows: list[ExportRow] = [
        (
            indicator.code, str(point.period), point.status, *export_count(point.count), indicator.unit, point.target,
            point.rag, export_figure(point.count.excluded_total),
        )
        for point in points
    ]  # fmt: skip
    return RowExport(export_name, HISTORY_COLUMNS, export_rows)


def build_changes_export(changes: PeriodChanges, export_name: str) -> RowExport:
    """Build a row for each indicator that has a figure in both periods."""
    export_rows: list[ExportRow] = []
    for moved_entry in changes.indicator_changes:
        point, later_point = moved_entry.before_point, moved_entry.after_point
        export_rows.append((
            moved_entry.entry.indicator.code, moved_entry.entry.indicator.title,
            str(point.period), *export_count(point.count), point.rag,
            str(later_point.period), *export_count(later_point.count), later_point.rag,
            moved_entry.movement.direction, moved_entry.movement.change,
        ))  # fmt: skip
    return RowExport(export_name, CHANGES_COLUMNS, export_rows)
