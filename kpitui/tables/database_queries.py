"""Query results, read as if they were files: one part of a table for each query in the config."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

import polars as pl

from kpitui.config_file.database_settings import DATABASE_SECTION, DatabaseSettings
from kpitui.model.issues import CodedMessage, Issue, create_message
from kpitui.model.table_schema import CleanTable, ColumnType
from kpitui.readers.data_files import LINE_COLUMN, RawTable, ReaderNote, UnreadableTable, normalise_column_names
from kpitui.readers.databases import DatabaseUnreachable, QueryRunner, connect_database
from kpitui.readers.error_guard import translate_reader_errors
from kpitui.tables.merge_files import TablePart, make_unreadable_part, read_part
from kpitui.text import clean_text


def read_queries(
    database: DatabaseSettings, schemas: Mapping[str, CleanTable]
) -> tuple[dict[str, TablePart], tuple[Issue, ...]]:
    """Run each query whose name is a table; return the parts by table, and the issues.

    A query that fails gives a lost part with the reason. Where the database cannot be opened every
    part is lost, and one issue gives the reason for all of them.
    """
    queries = {name: query for name, query in database.queries.items() if name in schemas}
    try:
        with translate_reader_errors(DatabaseUnreachable), connect_database(database) as run_query:
            return {table_name: _read_query_part(run_query, query, schemas[table_name], database)
                    for table_name, query in queries.items()}, ()  # fmt: skip
    except (DatabaseUnreachable, UnreadableTable) as error:
        title = clean_text(database.address.description)
        problem = create_message("database-not-reached", database=title, reason=error.message)
        table_parts = {table_name: TablePart(_build_query_path(table_name), problem=problem) for table_name in queries}
        return {table_name: label_part(part, database) for table_name, part in table_parts.items()}, (
            Issue(problem, DATABASE_SECTION),
        )


def _build_query_path(table_name: str) -> Path:
    """Return what stands for the path of a file in sources and issues: `sql: referrals`."""
    return Path(f"{DATABASE_SECTION}: {table_name}")


def _read_query_part(run_query: QueryRunner, query: str, table: CleanTable, database: DatabaseSettings) -> TablePart:
    """Read one query as a part of its table. A failed query gives a lost part."""
    date_columns = {name for name, column in table.columns.items() if column.column_type is ColumnType.DATE}
    try:
        with translate_reader_errors(DatabaseUnreachable):
            raw_table = fetch_raw_table(run_query, query, date_columns)
            return label_part(read_part(_build_query_path(table.name), raw_table, table), database)
    except UnreadableTable as error:
        return label_part(make_unreadable_part(_build_query_path(table.name), error), database)


def label_part(table_part: TablePart, database: DatabaseSettings) -> TablePart:
    """Record the database that a part came from. Databases are not watched for changes."""
    # Looking for changes means asking the database every other second, all day.
    table_part.recognised_as, table_part.is_watched = (clean_text(database.address.description), False)
    return table_part


@dataclass(slots=True)
class _BinaryCells:
    """Cells that hold bytes, counted by column. They are read as missing."""

    cell_counts: dict[str, int] = field(default_factory=dict)
    first_rows: dict[str, int] = field(default_factory=dict)

    def count_columns(self, columns: Mapping[str, Sequence[Any]], first_row: int) -> None:
        """Count the binary cells of each column in a batch whose first row has this number."""
        for column_name, cells in columns.items():
            binary_rows = [number for number, cell in enumerate(cells, first_row) if isinstance(cell, _BINARY_TYPES)]
            if binary_rows:
                self.cell_counts[column_name] = self.cell_counts.get(column_name, 0) + len(binary_rows)
                self.first_rows.setdefault(column_name, binary_rows[0])

    def build_notes(self) -> Iterator[ReaderNote]:
        """Yield one note for each column that has binary cells, at the first of them."""
        for column_name, cell_count in self.cell_counts.items():
            yield ReaderNote(
                self.first_rows[column_name], create_message("cells-of-bytes", column=column_name), cell_count
            )


_BINARY_TYPES = (bytes, bytearray, memoryview)


def fetch_raw_table(run_query: QueryRunner, query: str, date_columns: Collection[str]) -> RawTable:
    """Run a query and return its rows as text, numbered from 1. Raise QueryFailed."""
    batch_frames: list[pl.DataFrame] = []
    reader_notes: list[ReaderNote] = []
    headings: list[str] = []
    binary_cells, batch_counts = _BinaryCells(), Counter[CodedMessage]()
    first_row = 1
    for batch in run_query(query):
        # Once for all batches: each further call would repeat the notes about the headings.
        headings = headings or normalise_column_names(batch.column_names, reader_notes, None)
        batch_counts.update({note.message: note.occurrences for note in batch.batch_notes})
        # The first batch of an empty answer has headings and no rows, which makes an empty table.
        cells = zip(*batch.rows, strict=True) if batch.rows else ([] for _ in headings)
        columns = dict(zip(headings, cells, strict=True))
        binary_cells.count_columns(columns, first_row)
        batch_frames.append(_build_batch_frame(columns, date_columns))
        first_row += len(batch.rows)
    reader_notes += binary_cells.build_notes()
    reader_notes += [ReaderNote(None, message, count) for message, count in batch_counts.items()]
    raw_rows = pl.concat(batch_frames).with_row_index(LINE_COLUMN, offset=1)
    return RawTable(raw_rows, ascii_only=False, reader_notes=reader_notes)


def _build_batch_frame(columns: Mapping[str, Sequence[Any]], date_columns: Collection[str]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            pl.Series(name, _convert_database_cells(cells, name in date_columns), dtype=pl.String)
            for name, cells in columns.items()
        ]
    )


def _convert_database_cells(cells: Sequence[Any], is_date_column: bool) -> Sequence[str | None]:
    """Convert the cells of a column to the text that a file would have.

    In a column of dates, a date with a time is cut to its day.
    """
    # A column of text, the usual case, is passed on as it is.
    cell_types = set(map(type, cells))
    if cell_types <= {str, type(None)}:
        return cells
    if is_date_column and datetime in cell_types:
        cells = [cell.date() if isinstance(cell, datetime) else cell for cell in cells]
    return [_convert_database_cell(cell) for cell in cells]


def _convert_database_cell(cell: Any) -> str | None:
    """Convert a cell to text: ISO dates, whole numbers without a point, bytes as missing."""
    if cell is None or isinstance(cell, _BINARY_TYPES):
        return None
    # Tested before numbers and dates: bool is an int, and datetime is a date.
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float | Decimal):
        is_whole = isfinite(cell) and cell == int(cell)
        return f"{cell:.0f}" if is_whole else str(cell)
    return str(cell)
