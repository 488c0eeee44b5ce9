"""Match the columns of a file with those of a clean table, and parse them by type.

Extra columns of the file are kept as text. A missing required column makes the table unreadable.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from kpitui.model.clean_tables import CLEAN_TABLES, UNREAD_SUFFIX, find_clean_table
from kpitui.model.cohort_signatures import list_reserved_columns
from kpitui.model.column_readings import find_source_column, name_reading
from kpitui.model.issues import CodedMessage, create_message
from kpitui.model.table_schema import CleanTable, ColumnType, TableColumn
from kpitui.readers.data_files import LINE_COLUMN, RawTable, UnreadableTable
from kpitui.readers.raw_table import PART_COLUMN, ReaderNote
from kpitui.tables.issue_log import IssueLog, IssueRecorder
from kpitui.tables.parse_cells import parse_columns
from kpitui.text import find_nearest_name, fold_heading

_DATE_WITHIN_TEXT = r"^\s*(\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})"
MAX_EXTRA_COLUMNS = 300  # columns that a table does not know, and that are kept as text


def extend_clean_table(table_name: str, column_types: Mapping[str, ColumnType]) -> CleanTable:
    """Return a clean table with the extra columns that the config gives types to.

    A name that is no clean table declares one of the council's own: all its columns are required.
    """
    clean_table = find_clean_table(table_name)
    is_council_table = table_name not in CLEAN_TABLES
    columns = {
        name: TableColumn(name, column_type, required=is_council_table and find_source_column(name) == name)
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
    raw_rows = _rename_folded_columns(raw_piece.raw_rows, clean_table)
    raw_rows = _drop_surplus_columns(raw_rows, clean_table, rename_notes)
    raw_rows = _rename_reserved_columns(raw_rows, clean_table, rename_notes)
    raw_rows = _copy_readings(raw_rows, clean_table)
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


def _copy_readings(raw_rows: pl.DataFrame, clean_table: CleanTable) -> pl.DataFrame:
    """Add a copy of a column for each further reading of it, and for the dates in a text column.

    A text may be a date, and then it must not tell the future (`council.select_frames_known_on`).
    """
    asked_readings = {name: find_source_column(name) for name in clean_table.columns}
    copies = {name: source for name, source in asked_readings.items() if source != name and source in raw_rows.columns}
    copies |= {name_reading(name, ColumnType.DATE): name for name in _find_texts_of_dates(raw_rows, clean_table)}
    return raw_rows.with_columns(pl.col(source).alias(name) for name, source in copies.items())


def _find_texts_of_dates(raw_rows: pl.DataFrame, clean_table: CleanTable) -> Iterator[str]:
    """Yield the columns that no clean table declares, are read as text, and have a date in a cell."""
    standard_columns = find_clean_table(clean_table.name).columns
    for name in raw_rows.columns:
        column = clean_table.columns.get(name)
        is_asked = column is not None or clean_table.name not in CLEAN_TABLES
        is_text = column is None or column.column_type is ColumnType.TEXT
        is_own_column = name not in (*standard_columns, LINE_COLUMN, PART_COLUMN)
        if is_asked and is_text and is_own_column and _has_dates(raw_rows[name]):
            yield name


def _has_dates(raw_column: pl.Series) -> bool:
    if raw_column.dtype == pl.String:
        return bool(raw_column.str.contains(_DATE_WITHIN_TEXT).any())
    return raw_column.dtype in (pl.Date, pl.Datetime)


def _select_origins(raw_rows: pl.DataFrame, clean_table: CleanTable) -> pl.DataFrame:
    """Select what an issue needs to know of a row: its line, its file, and whom it is about."""
    subject_column = clean_table.subject.id_column
    subject_columns = [subject_column] if subject_column in raw_rows.columns else []
    return raw_rows.select(LINE_COLUMN, PART_COLUMN, *subject_columns)


def _drop_surplus_columns(
    raw_rows: pl.DataFrame, clean_table: CleanTable, column_notes: list[CodedMessage]
) -> pl.DataFrame:
    """Drop the columns that the table does not know beyond the first so many, and note it."""
    unknown_columns = _list_unknown_columns(raw_rows.columns, clean_table)
    surplus_columns = [name for name in unknown_columns if name not in (LINE_COLUMN, PART_COLUMN)][MAX_EXTRA_COLUMNS:]
    if not surplus_columns:
        return raw_rows
    last_column = unknown_columns[unknown_columns.index(surplus_columns[0]) - 1]
    message = create_message("columns-not-read", column_count=len(surplus_columns), first_column=last_column)
    column_notes.append(message)
    return raw_rows.drop(surplus_columns)


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
    names = {*present_columns}
    return {
        name: (position, clean_table.columns.get(name) or _declare_unknown_column(name))
        for position, name in enumerate(all_columns)
        if name in names
    }


def _declare_unknown_column(column_name: str) -> TableColumn:
    """Declare a column that nobody asked for: text, or the dates in a text."""
    column_type = ColumnType.TEXT if find_source_column(column_name) == column_name else ColumnType.DATE
    return TableColumn(column_name, column_type, required=False)


def _find_similar_names(missing_columns: Iterable[str], unknown_columns: Sequence[str]) -> tuple[str, ...]:
    """Return the unknown columns that are most like the missing ones."""
    similar_names = (find_nearest_name(name, unknown_columns) for name in missing_columns)
    return tuple(dict.fromkeys(name for name in similar_names if name))


def _rename_folded_columns(raw_rows: pl.DataFrame, clean_table: CleanTable) -> pl.DataFrame:
    """Give columns the names of the table where only capitals, blanks or notes differ."""
    present_columns = {*raw_rows.columns}
    names_by_folded = {fold_heading(name): name for name in clean_table.columns if name not in present_columns}
    new_names = {}
    for name in raw_rows.columns if names_by_folded else ():
        if name not in clean_table.columns and (table_name := names_by_folded.pop(fold_heading(name), None)):
            new_names[name] = table_name
    return raw_rows.rename(new_names)


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
        and (name in reserved_columns or name.startswith("_") or name.endswith(UNREAD_SUFFIX))
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
