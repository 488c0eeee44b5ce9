"""Match the columns of a file with those of a clean table, and parse them by type.

Extra columns of the file are kept as text. A missing required column makes the table unreadable.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from kpitui.model.clean_tables import CLEAN_TABLES, find_clean_table
from kpitui.model.cohort_signatures import list_reserved_columns
from kpitui.model.issues import CodedMessage, create_message
from kpitui.model.table_schema import CleanTable, ColumnType, TableColumn
from kpitui.readers.data_files import LINE_COLUMN, RawTable, UnreadableTable
from kpitui.readers.raw_table import PART_COLUMN, ReaderNote
from kpitui.tables.issue_log import IssueLog, IssueRecorder
from kpitui.tables.parse_cells import parse_columns
from kpitui.text import find_nearest_name


def extend_clean_table(table_name: str, column_types: Mapping[str, ColumnType]) -> CleanTable:
    """Return a clean table with the extra columns that the config gives types to.

    A name that is no clean table declares one of the council's own: all its columns are required.
    """
    clean_table = find_clean_table(table_name)
    is_council_table = table_name not in CLEAN_TABLES
    columns = {
        name: TableColumn(name, column_type, required=is_council_table)
        for name, column_type in column_types.items()
        if name not in clean_table.columns
    }
    return replace(clean_table, columns={**clean_table.columns, **columns})


def parse_table_rows(raw_piece: RawTable, clean_table: CleanTable, issue_logs: Mapping[int, IssueLog]) -> pl.DataFrame:
    """Parse a piece of a table: known columns by their types, others as text.

    Return these columns with `_line` and `_part`. Columns that the file does not have are left out.
    The piece may come from several files with the same columns: `_part` is the key of a row's log
    in `issue_logs`. Raise UnreadableTable where a required column is missing.
    """
    rename_notes: list[CodedMessage] = []
    raw_rows = _rename_reserved_columns(raw_piece.raw_rows, clean_table, rename_notes)
    present_columns = [name for name in raw_rows.columns if name not in (LINE_COLUMN, PART_COLUMN)]
    _require_columns(present_columns, clean_table, raw_piece.header_line)
    notes = list(_describe_misspellings(present_columns, clean_table))
    for part_log in issue_logs.values():
        part_log.add_notes(ReaderNote(None, message) for message in rename_notes)
        part_log.add_notes(ReaderNote(raw_piece.header_line, message) for message in notes)
    row_origins = raw_rows.select(LINE_COLUMN, PART_COLUMN)
    recorder = IssueRecorder(_select_origins(raw_rows, clean_table), issue_logs, clean_table.subject.id_column)
    columns, mandatory_columns = _number_columns(present_columns, clean_table), clean_table.mandatory_columns
    return parse_columns(raw_rows, columns, recorder, raw_piece.ascii_only, mandatory_columns).hstack(row_origins)


def _select_origins(raw_rows: pl.DataFrame, clean_table: CleanTable) -> pl.DataFrame:
    """Select what an issue needs to know of a row: its line, its file, and whom it is about."""
    subject_column = clean_table.subject.id_column
    subject_columns = [subject_column] if subject_column in raw_rows.columns else []
    return raw_rows.select(LINE_COLUMN, PART_COLUMN, *subject_columns)


def _require_columns(present_columns: Sequence[str], clean_table: CleanTable, header_line: int | None) -> None:
    """Raise UnreadableTable where a required column is missing."""
    required_columns = [column.name for column in clean_table.columns.values() if column.required]
    missing_columns = [name for name in required_columns if name not in present_columns]
    if missing_columns:
        similar_names = _find_similar_names(missing_columns, _list_unknown_columns(present_columns, clean_table))
        message = create_message("column-missing", columns=tuple(missing_columns), similar=similar_names)
        raise UnreadableTable(message, header_line)


def _number_columns(present_columns: Sequence[str], clean_table: CleanTable) -> dict[str, tuple[int, TableColumn]]:
    """Return each column of a file with its declaration and its position in the table."""
    # The positions are those of the table, so that issues come in the same order for every file.
    all_columns = [*clean_table.columns, *_list_unknown_columns(present_columns, clean_table)]
    return {
        name: (position, clean_table.columns.get(name) or TableColumn(name, ColumnType.TEXT, required=False))
        for position, name in enumerate(all_columns)
        if name in present_columns
    }


def _find_similar_names(missing_columns: Iterable[str], unknown_columns: Sequence[str]) -> tuple[str, ...]:
    """Return the unknown columns that are most like the missing ones."""
    similar_names = (find_nearest_name(name, unknown_columns) for name in missing_columns)
    return tuple(dict.fromkeys(name for name in similar_names if name))


def _rename_reserved_columns(
    raw_rows: pl.DataFrame, clean_table: CleanTable, rename_notes: list[CodedMessage]
) -> pl.DataFrame:
    """Rename columns of the file whose names a later step uses, and note each new name."""
    reserved_columns = list_reserved_columns(clean_table.name)
    new_names = {
        name: _find_free_name(f"{name}_in_file", raw_rows.columns)
        for name in raw_rows.columns
        if name not in clean_table.columns
        # Columns that begin with an underscore are this program's own, such as `_line`.
        and (name in reserved_columns or name.startswith("_"))
        and name not in (LINE_COLUMN, PART_COLUMN, f"{LINE_COLUMN}_in_file", f"{PART_COLUMN}_in_file")
    }
    rename_notes += [create_message("column-renamed", column=name, new_name=new) for name, new in new_names.items()]
    return raw_rows.rename(new_names)


def _find_free_name(candidate: str, taken_names: Collection[str]) -> str:
    while candidate in taken_names:
        candidate += "_"
    return candidate


def _list_unknown_columns(present_columns: Iterable[str], clean_table: CleanTable) -> list[str]:
    return [name for name in present_columns if name not in clean_table.columns]


def _describe_misspellings(present_columns: Collection[str], clean_table: CleanTable) -> Iterator[CodedMessage]:
    """Yield a message for each extra column that is named nearly like a missing one."""
    # Only a missing column can be the one that was meant.
    columns = [name for name in clean_table.columns if name not in present_columns]
    for column_name in _list_unknown_columns(present_columns, clean_table):
        if closest_name := find_nearest_name(column_name, columns):
            yield create_message("column-misspelt", column=column_name, suggestion=closest_name)
