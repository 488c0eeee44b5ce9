"""The Standard Safeguarding Dataset in a database: its tables are found and queried without a query written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kpitui.config_file.database_settings import DATABASE_SECTION, DatabaseKind, DatabaseSettings
from kpitui.config_file.safeguarding_settings import SafeguardingSettings
from kpitui.layouts.declarations import Layout
from kpitui.layouts.safeguarding_dataset import LAYOUTS
from kpitui.model.issues import CodedMessage, Issue, create_message
from kpitui.model.table_schema import CleanTable
from kpitui.readers.databases import DatabaseUnreachable, QueryRunner, connect_database
from kpitui.readers.error_guard import translate_reader_errors
from kpitui.readers.file_stability import FileState
from kpitui.readers.raw_table import RawTable, UnreadableTable
from kpitui.tables.database_queries import fetch_raw_table, label_part
from kpitui.tables.joined_files import JoinedFiles
from kpitui.tables.merge_files import TablePart, make_unreadable_part
from kpitui.tables.recognise_files import RecognisedTable
from kpitui.tables.small_file_batches import SmallFileBatcher, begin_parts
from kpitui.text import clean_text

_COLUMN_QUERIES: Mapping[DatabaseKind, str] = {
    "sqlite": "SELECT '', tables.name, columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) "
    "AS columns WHERE tables.name LIKE 'ssd!_%' ESCAPE '!'",
    **dict.fromkeys(
        ("postgresql", "mssql"),
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME FROM INFORMATION_SCHEMA.COLUMNS "
        "WHERE LOWER(TABLE_NAME) LIKE 'ssd!_%' ESCAPE '!'",
    ),
}
_DATE_ENDINGS = ("_date", "_dob")
_LAYOUTS_BY_TABLE = {layout.title.removeprefix("SSD "): layout for layout in LAYOUTS}
# Mosaic's script calls the table of placements by the plural.
_OTHER_TABLE_NAMES = {"ssd_cla_placements": "ssd_cla_placement"}


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table of the dataset in a database: its schema, its name and its columns as they are stored."""

    schema: str
    name: str
    columns: tuple[str, ...]

    @property
    def layout(self) -> Layout | None:
        """Return the layout of the table; None for one that no indicator needs."""
        name = self.name.lower()
        return _LAYOUTS_BY_TABLE.get(_OTHER_TABLE_NAMES.get(name, name))


def read_safeguarding_tables(
    database: DatabaseSettings, schemas: Mapping[str, CleanTable], settings: SafeguardingSettings
) -> tuple[list[tuple[str, TablePart]], tuple[Issue, ...]]:
    """Read the dataset from a database; return its parts, each with the name of its table, and the issues.

    A table that cannot be read gives a lost part with the reason. Where the database cannot be
    opened, or has no such tables, the part of every table is lost.
    """
    try:
        with connect_database(database) as run_query:
            stored_tables = _find_stored_tables(run_query, database)
            recognised_tables = [
                recognised
                for table in stored_tables
                if (recognised := _fetch_stored_table(run_query, table, database.address.kind)) is not None
            ]
    except DatabaseUnreachable as error:
        title = clean_text(database.address.description)
        problem = create_message("database-not-reached", database=title, reason=error.message)
        return _lose_all_tables(problem, database)
    except UnreadableTable as error:
        return _lose_all_tables(error.message, database)
    table_parts = _read_recognised_tables(recognised_tables, schemas, settings)
    return [(name, label_part(part, database)) for name, part in table_parts], ()


def _lose_all_tables(
    problem: CodedMessage, database: DatabaseSettings
) -> tuple[list[tuple[str, TablePart]], tuple[Issue, ...]]:
    table_names = dict.fromkeys(name for layout in LAYOUTS for name in layout.table_names)
    path = Path(f"{DATABASE_SECTION}: ssd")
    table_parts = [(name, label_part(TablePart(path, problem=problem), database)) for name in table_names]
    return table_parts, (Issue(problem, DATABASE_SECTION),)


def _find_stored_tables(run_query: QueryRunner, database: DatabaseSettings) -> list[StoredTable]:
    """Find the tables of the dataset that the user can read. Raise UnreadableTable where there are none.

    The schema is that of the config, or the only one that has such tables.
    """
    columns: dict[tuple[str, str], list[str]] = {}
    for batch in run_query(_COLUMN_QUERIES[database.address.kind]):
        for schema, table_name, column_name in batch.rows:
            columns.setdefault((str(schema), str(table_name)), []).append(str(column_name))
    stored_tables = [StoredTable(schema, name, tuple(names)) for (schema, name), names in columns.items()]
    stored_tables = [
        table
        for table in stored_tables
        if table.layout is not None and database.schema.lower() in ("", table.schema.lower())
    ]
    schema_names = tuple(sorted({table.schema for table in stored_tables}))
    if not stored_tables:
        raise UnreadableTable(create_message("ssd-not-in-database", schema=database.schema))
    if len(schema_names) > 1:
        raise UnreadableTable(create_message("ssd-in-several-schemas", schemas=schema_names))
    return stored_tables


def _fetch_stored_table(run_query: QueryRunner, table: StoredTable, kind: DatabaseKind) -> RecognisedTable | None:
    """Fetch the columns of a table that are needed; one that cannot be read fails where it is used."""
    layout = table.layout
    if layout is None:
        return None
    column_names = list_needed_columns(table.columns, layout)
    names = {layout.column_aliases.get(name.lower(), name.lower()) for name in column_names}
    missing_columns = tuple(name for name in layout.required_columns if name not in names)
    if missing_columns:
        message = create_message("ssd-columns-missing", table=table.name, columns=missing_columns)
        return RecognisedTable(layout, partial(_fail_reading, UnreadableTable(message)))
    try:
        date_columns = [name.lower() for name in column_names if name.lower().endswith(_DATE_ENDINGS)]
        raw_table = fetch_raw_table(run_query, build_select(table, column_names, kind), date_columns)
    except UnreadableTable as error:
        return RecognisedTable(layout, partial(_fail_reading, error))
    return RecognisedTable(layout, partial(_iter_one_piece, raw_table))


def list_needed_columns(column_names: Iterable[str], layout: Layout) -> list[str]:
    """List the columns of a table that a layout uses, in any capitals: never a name, a UPN or free text."""
    needed_names = {*layout.source_columns, *layout.column_aliases}
    return [name for name in column_names if name.lower() in needed_names]


def build_select(table: StoredTable, column_names: Sequence[str], kind: DatabaseKind) -> str:
    """Build the query of a table, in the order of its first columns so that rows keep their numbers."""
    columns = ", ".join(_quote_name(name, kind) for name in column_names)
    table_path = ".".join(_quote_name(name, kind) for name in (table.schema, table.name) if name)
    return f"SELECT {columns} FROM {table_path} ORDER BY 1, 2"


def _quote_name(name: str, kind: DatabaseKind) -> str:
    """Quote a name, so that it cannot end early."""
    return f"[{name.replace(']', ']]')}]" if kind == "mssql" else '"' + name.replace('"', '""') + '"'


def _fail_reading(error: UnreadableTable) -> Iterator[RawTable]:
    raise error


def _iter_one_piece(raw_table: RawTable) -> Iterator[RawTable]:
    yield raw_table


def _read_recognised_tables(
    recognised_tables: Iterable[RecognisedTable], schemas: Mapping[str, CleanTable], settings: SafeguardingSettings
) -> Iterator[tuple[str, TablePart]]:
    """Yield the parts of the clean tables, joined as those of files are."""
    joined_files, batcher = JoinedFiles(settings), SmallFileBatcher(schemas)
    named_parts: list[tuple[str, TablePart]] = []
    simple_tables = [
        (path, recognised)
        for recognised in recognised_tables
        for path in [Path(f"{DATABASE_SECTION}: {recognised.layout.title.removeprefix('SSD ')}")]
        if not joined_files.add_file(path, recognised, FileState())
    ]
    complete_tables = [(file.path, file.recognised) for file in joined_files.complete_files()]
    for path, recognised in (*simple_tables, *complete_tables):
        table_parts = begin_parts(path, recognised.layout, "", None)
        try:
            with translate_reader_errors():
                for raw_piece in recognised.iter_pieces() if table_parts else ():
                    batcher.add_piece(table_parts, raw_piece, recognised.layout, None)
        except UnreadableTable as error:
            table_parts = {name: make_unreadable_part(path, error) for name in table_parts}
        named_parts += table_parts.items()
    batcher.flush_batches()
    yield from named_parts
