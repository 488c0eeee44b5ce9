"""Load a folder of tables, with every check.

A clean table is known by its file name. Any other file is known by its columns: see
`recognise_files`. Several files may give one table; the later ones are stronger.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Lock

import polars as pl

from kpitui.config_file.database_settings import DATABASE_SECTION, DatabaseSettings
from kpitui.config_file.file_settings import FileMapping
from kpitui.config_file.safeguarding_settings import USUAL_SAFEGUARDING, SafeguardingSettings
from kpitui.layouts import LAYOUTS
from kpitui.model.board import ReadingProgress, TableSource
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.issues import Issue, MessageValue, create_message
from kpitui.model.table_knowledge import TableKnowledge, TableKnowledgeByName
from kpitui.model.table_schema import CleanTable, ColumnType
from kpitui.readers.data_files import read_csv_file, read_parquet_file
from kpitui.readers.error_guard import translate_reader_errors
from kpitui.readers.file_stability import CHANGED_WHILE_READ, FileState, read_file_state
from kpitui.readers.raw_table import RawTable, UnreadableTable
from kpitui.readers.workbooks import WORKBOOK_SUFFIXES
from kpitui.tables.daily_payloads import JSON_SUFFIXES, is_daily_payload
from kpitui.tables.joined_files import JoinedFiles
from kpitui.tables.mapped_files import map_named_workbook, recognise_mapped_file
from kpitui.tables.merge_files import TablePart, make_unreadable_part, merge_parts, read_part
from kpitui.tables.polars_types import build_empty_table
from kpitui.tables.recognise_files import (
    PLAIN_TEXT_SUFFIX,
    READABLE_SUFFIXES,
    FileContents,
    RecognisedTable,
    UnrecognisedFile,
    is_misnamed_return,
    recognise_file,
)
from kpitui.tables.small_file_batches import SmallFileBatcher, begin_parts
from kpitui.tables.table_columns import extend_clean_table
from kpitui.text import clean_text, find_nearest_name, fold_heading

TableColumnTypes = Mapping[str, Mapping[str, ColumnType]]
DATABASE_NOT_REACHED = "database-not-reached"
CLEAN_TABLE_SUFFIXES = (".csv", ".parquet")
SMALL_FILE_BYTES = 5_000_000  # bytes: such a file takes little memory beside another that is being read
# Layouts that repeat figures of others: what the publisher's own file says comes before them.
_SECOND_HAND_TITLES = {layout.title for layout in LAYOUTS if layout.is_secondary}


@dataclass(frozen=True, slots=True)
class LoadedTables:
    """The tables of a folder, the source of each, and the issues that were found.

    `knowledge` is about the tables in `frames` that have a file. A table from several files has a
    source for each. `problems` gives the reason for every table that cannot be used, also for one
    without a file or without a row. `unsettled_files` may still be being written: the issues of
    their tables may be gone in a moment.
    """

    frames: Mapping[str, pl.LazyFrame]
    sources: tuple[TableSource, ...]
    issues: tuple[Issue, ...]
    problems: Mapping[str, Issue]
    unsettled_files: tuple[str, ...] = ()
    knowledge: TableKnowledgeByName = field(default_factory=dict)

    @property
    def usable_tables(self) -> frozenset[str]:
        """Return the names of the tables that can be used."""
        return frozenset(self.frames) - frozenset(self.problems)

    @property
    def unreadable_tables(self) -> Mapping[str, Issue]:
        """Return the reason for each table that has rows and cannot be used."""
        return {
            source.table: self.problems[source.table]
            for source in self.sources
            if source.table in self.problems and (source.problem or source.rows_read)
        }

    @property
    def answered_tables(self) -> frozenset[str]:
        """Return the names of the tables that a query has answered."""
        # Only a file can be watched for changes: what is not watched came from a query.
        sources = (source for source in self.sources if not source.is_watched)
        return frozenset(source.table for source in sources if not source.problem)

    @property
    def unanswered_tables(self) -> Mapping[str, Issue]:
        """Return the reason for each table whose query was not answered."""
        # Where the database cannot be opened, that one issue is the reason for all of its tables.
        return {
            source.table: replace(source.problem, file=DATABASE_SECTION, table=None)
            if source.problem.code == DATABASE_NOT_REACHED
            else source.problem
            for source in self.sources
            if source.problem and not source.is_watched
        }

    def explain_lost_tables(self, usable_tables: Collection[str]) -> tuple[Issue, ...]:
        """Return an issue for each of the given tables that can no longer be used."""
        return tuple(problem for name, problem in self.problems.items() if name in usable_tables)


@dataclass(slots=True)
class _FolderFiles:
    """The files of a folder: clean tables by name, other files in name order, and issues."""

    clean_files: dict[str, Path]
    other_files: list[Path]
    issues: list[Issue]
    file_mappings: Sequence[FileMapping] = ()
    safeguarding: SafeguardingSettings = USUAL_SAFEGUARDING
    unsettled_files: list[str] = field(default_factory=list)

    def select_mappings(self, path: Path) -> list[FileMapping]:
        """Select the mappings of the config whose pattern names a file."""
        return [mapping for mapping in self.file_mappings if mapping.matches_name(path.name)]

    def add_issue(self, path: Path, code: str, table: str | None = None, /, **values: MessageValue) -> None:
        """Add an issue about a file of the folder as a whole."""
        self.issues.append(Issue(create_message(code, **values), _format_path(path), table=table))


@dataclass(slots=True)
class _MergedTable:
    """One table, merged from its parts; `merged_frame` is None where a part was lost."""

    sources: list[TableSource]
    issues: list[Issue]
    merged_frame: pl.LazyFrame | None
    knowledge: TableKnowledge
    other_council_rows: int = 0


def read_folder(
    folder: Path,
    *,
    column_types: TableColumnTypes | None = None,
    made_up_tables: Collection[str] = (),
    empty_tables: Collection[str] = (),
    council_code: str = "",
    is_other_council: bool = False,
    database: DatabaseSettings | None = None,
    file_mappings: Sequence[FileMapping] = (),
    safeguarding: SafeguardingSettings = USUAL_SAFEGUARDING,
    report_progress: Callable[[ReadingProgress], object] = lambda progress: None,
) -> LoadedTables:
    """Read the tables of a folder, and the council's own tables that `column_types` declares.

    `column_types` gives the types of columns that the clean tables do not have, by table.
    `made_up_tables` names those that hold sample data, and `empty_tables` those that have no rows
    in truth: any other without a row is not supplied. Where there is a `council_code`, rows that name
    another council are left out, and where that is not the council of the folder, rows that name none
    as well. The rows that a query of `database` gives count as the latest of their table, after all
    files. `file_mappings` say what files with columns of the council's own are, and `safeguarding` what
    the words of its Standard Safeguarding Dataset mean. `report_progress` is called for each file and
    each piece. Nothing is raised for a table that cannot be read: it is in `problems` and in
    the issues, and the other tables are read all the same.
    """
    schemas = _list_schemas(column_types or {}, council_code, is_other_council)
    folder_files = _sort_folder_files(folder, schemas, file_mappings)
    folder_files.safeguarding = safeguarding
    parts_by_table = _FolderReader(folder_files, schemas, report_progress).read_parts()
    if database is not None:
        _add_query_parts(database, schemas, folder_files, parts_by_table)
    _drop_fallback_parts(parts_by_table, folder_files)
    tables = {
        name: _merge_table_parts(schema, parts_by_table[name], name in made_up_tables)
        for name, schema in schemas.items()
        if name in parts_by_table
    }
    problems = {
        name: problem
        for name, schema in schemas.items()
        if (problem := _explain_missing_rows(schema, tables.get(name), name in empty_tables, folder)) is not None
    }
    loaded_tables = _gather_tables(tables, folder_files, problems)
    # A table that is empty in truth is as good as one with rows.
    empty_names = [name for name in schemas if name in empty_tables and name not in loaded_tables.frames]
    empty_frames = {name: build_empty_table(schemas[name]) for name in empty_names}
    return replace(loaded_tables, frames={**loaded_tables.frames, **empty_frames})


def _gather_tables(
    tables: Mapping[str, _MergedTable], folder_files: _FolderFiles, problems: Mapping[str, Issue]
) -> LoadedTables:
    return LoadedTables(
        frames={name: table.merged_frame for name, table in tables.items() if table.merged_frame is not None},
        sources=tuple(source for merged_table in tables.values() for source in merged_table.sources),
        issues=(*folder_files.issues, *(issue for merged_table in tables.values() for issue in merged_table.issues)),
        problems=problems,
        unsettled_files=tuple(sorted({*folder_files.unsettled_files})),  # two at a time are read, in any order
        knowledge={name: table.knowledge for name, table in tables.items() if table.merged_frame is not None},
    )


def _list_schemas(column_types: TableColumnTypes, council_code: str, is_other_council: bool) -> dict[str, CleanTable]:
    """List the clean tables and the council's own ones by name, with the columns that the config types."""
    table_names = [*CLEAN_TABLES, *(table_name for table_name in column_types if table_name not in CLEAN_TABLES)]
    tables = (extend_clean_table(name, column_types.get(name, {})) for name in table_names)
    return {
        table.name: replace(table, council_code=council_code, must_name_council=is_other_council) for table in tables
    }


def _add_query_parts(
    database: DatabaseSettings,
    schemas: Mapping[str, CleanTable],
    folder_files: _FolderFiles,
    parts_by_table: dict[str, list[TablePart]],
) -> None:
    """Add what the queries of a database give to the parts of each table, as its strongest."""
    # Here, as few councils have a database.
    if database.has_safeguarding_dataset:
        from kpitui.tables.safeguarding_queries import read_safeguarding_tables

        safeguarding_parts, safeguarding_issues = read_safeguarding_tables(database, schemas, folder_files.safeguarding)
        folder_files.issues += safeguarding_issues
        for table_name, part in safeguarding_parts:
            parts_by_table.setdefault(table_name, []).append(part)
    if database.queries:
        from kpitui.tables.database_queries import read_queries

        query_parts, query_issues = read_queries(database, schemas)
        folder_files.issues += [issue for issue in query_issues if issue not in folder_files.issues]
        for table_name, query_part in query_parts.items():
            parts_by_table.setdefault(table_name, []).append(query_part)


def _drop_fallback_parts(parts_by_table: dict[str, list[TablePart]], folder_files: _FolderFiles) -> None:
    """Drop the parts that are only used where nothing else gives their table, and say so."""
    for table_name, table_parts in parts_by_table.items():
        full_parts = [part for part in table_parts if not part.is_fallback]
        if full_parts and len(full_parts) < len(table_parts):
            parts_by_table[table_name] = full_parts
            for part in table_parts:
                if part.is_fallback:
                    message = create_message("fallback-not-needed", table=table_name)
                    section = clean_text(part.file_section)
                    folder_files.issues.append(
                        Issue(message, _format_path(part.file_path), None, table_name, section=section)
                    )


def _report_absent_table(table_name: str, folder: Path) -> Issue:
    message = create_message("table-without-file", table=table_name, folder=_format_path(folder))
    return Issue(message, "", None, table_name)


def _explain_missing_rows(
    table: CleanTable, merged_table: _MergedTable | None, is_empty_in_truth: bool, folder: Path
) -> Issue | None:
    """Say why a table cannot be used: it is lost, not supplied, or has no row that can be used."""
    table_name = table.name
    if merged_table is None:
        return None if is_empty_in_truth else _report_absent_table(table_name, folder)
    if merged_table.merged_frame is None:
        return next(source.problem for source in merged_table.sources if source.problem)
    rows_read = int(sum(source.rows_read for source in merged_table.sources))
    if merged_table.knowledge.row_count or (is_empty_in_truth and not rows_read):
        return None
    # Nothing supplied is not nothing happened.
    code = "table-rows-refused" if rows_read else "table-without-rows"
    values: dict[str, MessageValue] = {"number": f"{rows_read:,}"} if rows_read else {}
    if rows_read and rows_read == merged_table.other_council_rows:
        code, values = "table-of-other-council", {"la_code": table.council_code}
    message = create_message(code, table=table_name, **values)
    return Issue(message, merged_table.sources[-1].file, None, table_name)


def _sort_folder_files(
    folder: Path, table_names: Collection[str], file_mappings: Sequence[FileMapping]
) -> _FolderFiles:
    """Sort the files of a folder into clean tables, other files, and files that are not read."""
    folder_files = _FolderFiles({}, [], [], file_mappings)
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        folder_files.add_issue(folder, "folder-not-readable", folder=folder.name, reason=error.strerror or "")
        return folder_files
    for path in paths:
        if not _log_unread_file(path, folder_files):
            _sort_readable_file(path, folder_files, table_names)
    return folder_files


def _log_unread_file(path: Path, folder_files: _FolderFiles) -> bool:
    """Log a folder, or a file of a kind that is never read; return whether it is one."""
    suffix = path.suffix.lower()
    if path.is_dir():
        if suffix in READABLE_SUFFIXES or _has_readable_files(path):
            folder_files.add_issue(path, "folder-inside")
    # An Office program writes such a file beside one that is open in it.
    elif path.name.startswith("~$"):
        folder_files.add_issue(path, "file-of-open-program", file_name=clean_text(path.name[2:]))
    elif suffix in JSON_SUFFIXES and is_daily_payload(path):
        folder_files.add_issue(
            path, "file-not-needed", layout="Department for Education's daily data of children, JSON"
        )
    elif suffix not in READABLE_SUFFIXES:
        folder_files.add_issue(path, "file-of-other-kind")
    else:
        return False
    return True


def _sort_readable_file(path: Path, folder_files: _FolderFiles, table_names: Collection[str]) -> None:
    names_by_folded = {fold_heading(name): name for name in table_names}
    table_name, suffix = names_by_folded.get(fold_heading(path.stem), ""), path.suffix.lower()
    # The return's uasc.csv is not the clean table of that name: its columns decide.
    is_clean = bool(table_name) and suffix in CLEAN_TABLE_SUFFIXES and not folder_files.select_mappings(path)
    if not is_clean or is_misnamed_return(path, table_name):
        folder_files.other_files.append(path)
    elif table_name in folder_files.clean_files:
        # Files are sorted by name, so the CSV file comes before the Parquet file.
        first_name = folder_files.clean_files[table_name].name
        folder_files.add_issue(path, "table-given-twice", table_name, other=first_name)
    else:
        folder_files.clean_files[table_name] = path


def _has_readable_files(folder: Path) -> bool:
    """Say whether a folder has a file that could be read as a table, if it can be opened."""
    try:
        return any(path.suffix.lower() in READABLE_SUFFIXES for path in folder.iterdir())
    except OSError:
        return False


FileParts = list[tuple[str, TablePart]]
"""The parts that one file gives, each with the name of its table."""


class _FolderReader:
    """Reads the files of a folder, reports progress, and notices files that change meanwhile."""

    def __init__(
        self,
        folder_files: _FolderFiles,
        table_schemas: Mapping[str, CleanTable],
        report_progress: Callable[[ReadingProgress], object],
    ) -> None:
        self._folder_files, self._table_schemas, self._report_progress = (folder_files, table_schemas, report_progress)
        self._batcher = SmallFileBatcher(table_schemas)
        self._joined_files = JoinedFiles(folder_files.safeguarding)
        self._files_begun = self._rows_read = 0
        self._file_total = len(folder_files.clean_files) + len(folder_files.other_files)
        # Two clean tables are read at a time, and the caller hears from one thread at a time.
        self._progress_lock = Lock()

    def read_parts(self) -> dict[str, list[TablePart]]:
        """Read all files, and return the parts of each table, the strongest last.

        Of two files that contradict each other the later one is used, and a clean table is
        stronger than any other file.
        """
        clean_parts = self._read_clean_tables()
        # A clean table that failed may be a known file of another kind under its name. If it is
        # not, its own failure is the issue, and that of the second look is not logged.
        tables = {part.file_path: name for name, part in clean_parts.items() if part.problem}
        parts_by_file: list[FileParts] = []
        for path in sorted([*self._folder_files.other_files, *tables]):
            table = tables.get(path)
            if table is None:
                self._files_begun += 1
            file_parts, is_recognised = self._read_other_file(path, silent=table is not None)
            if is_recognised and table is not None:
                del clean_parts[table]
            parts_by_file.append(file_parts)
        parts_by_file += self._read_joined_files()
        self._batcher.flush_batches()
        self._folder_files.issues += filter(None, map(_report_empty_file, parts_by_file))
        return _group_by_table([*sorted(parts_by_file, key=_rank_file_parts), [*clean_parts.items()]])

    def _read_clean_tables(self) -> dict[str, TablePart]:
        """Read the clean tables. Small ones are read two at a time, as much of it is waiting."""
        clean_files = self._folder_files.clean_files
        readers = {name: partial(self._read_clean_table, name, path) for name, path in clean_files.items()}
        # Large files stay in this thread, so that no two of them are in memory at once.
        small_tables = [table_name for table_name, path in clean_files.items() if _is_small_file(path)]
        with ThreadPoolExecutor(1) as executor:
            results = {table_name: executor.submit(readers[table_name]) for table_name in small_tables[1::2]}
            table_parts = {table_name: readers[table_name]() for table_name in clean_files if table_name not in results}
            table_parts |= {table_name: result.result() for table_name, result in results.items()}
        return {table_name: table_parts[table_name] for table_name in clean_files}

    def _read_clean_table(self, table_name: str, path: Path) -> TablePart:
        state, clean_table = read_file_state(path), self._table_schemas[table_name]
        with self._progress_lock:
            self._files_begun += 1
        try:
            with translate_reader_errors():
                part = read_part(path, self._report_pieces(path, _read_clean_pieces(path, clean_table)), clean_table)
            self._check_stability(path, state, part.truncated)
        except UnreadableTable as error:
            return make_unreadable_part(path, self._explain_failure(path, state, error))
        return part

    def _read_other_file(self, path: Path, silent: bool) -> tuple[FileParts, bool]:
        """Read a file by its columns: return its parts, and whether it was recognised.

        Where it is `silent`, a file that is not recognised leaves no issue.
        """
        state = read_file_state(path)
        try:
            with translate_reader_errors():
                contents = self._recognise_contents(path)
        except UnreadableTable as error:
            if not silent:
                self._log_unknown_file(path, self._explain_failure(path, state, error))
            return [], False
        self._log_unneeded_tables(path, contents)
        file_parts = [
            part
            for table in contents.recognised_tables
            if not self._joined_files.add_file(path, table, state)
            for part in self._read_recognised_table(path, table, state)
        ]
        return file_parts, bool(contents.recognised_tables)

    def _read_joined_files(self) -> Iterator[FileParts]:
        """Read the tables that several files make together, now that all files are known."""
        for waiting_file, message in self._joined_files.describe_companions():
            section = clean_text(waiting_file.recognised.file_section)
            self._folder_files.issues.append(Issue(message, _format_path(waiting_file.path), section=section))
        for joined_file in self._joined_files.complete_files():
            yield self._read_recognised_table(joined_file.path, joined_file.recognised, joined_file.initial_state)

    def _recognise_contents(self, path: Path) -> FileContents:
        """Recognise a file by the config, by its columns, or as the table that a workbook is named as."""
        if mappings := self._folder_files.select_mappings(path):
            return recognise_mapped_file(path, mappings, self._table_schemas)
        try:
            return recognise_file(path)
        except UnrecognisedFile as error:
            table = self._table_schemas.get(path.stem.lower())
            if table is None or path.suffix.lower() not in WORKBOOK_SUFFIXES:
                raise
            # Where it lacks a column of the table, it is not recognised after all.
            with contextlib.suppress(UnreadableTable):
                return recognise_mapped_file(path, [map_named_workbook(path, table)], self._table_schemas)
            raise error

    def _log_unneeded_tables(self, path: Path, contents: FileContents) -> None:
        """Log the tables of a file that are known and not needed, and those that are not known."""
        for table in contents.recognised_tables:
            if not table.layout.table_mappings and not table.layout.other_columns:
                message = create_message("file-not-needed", layout=table.layout.title)
                self._folder_files.issues.append(
                    Issue(message, _format_path(path), section=clean_text(table.file_section))
                )
        for section in contents.skipped_sections:
            message = (
                section.reason if section.is_doubtful else create_message("section-not-used", reason=section.reason)
            )
            issue = Issue(message, _format_path(path), section.line_number, section=clean_text(section.file_section))
            self._folder_files.issues.append(issue)

    def _log_unknown_file(self, path: Path, error: UnreadableTable) -> None:
        """Log a file that is no table: what is wrong with its content, and with its name if that is near one."""
        table_name, suffix = path.stem.lower(), path.suffix.lower()
        message = error.message
        if isinstance(error, UnrecognisedFile):
            # A .txt file need not be a table at all: it is an issue only where it is nearly one.
            if suffix == PLAIN_TEXT_SUFFIX and not error.is_near_match:
                self._folder_files.add_issue(path, "section-not-used", reason=message)
                return
            if clean_name := self._suggest_file_name(table_name, suffix):
                message = create_message("file-name-nearly-known", suggestion=clean_name, reason=message)
        self._folder_files.issues.append(Issue(message, _format_path(path), error.line_number))

    def _suggest_file_name(self, table_name: str, suffix: str) -> str:
        """Return the name of a clean table that a file may be meant to have, or an empty text."""
        if table_name in self._table_schemas:
            return f"{table_name}.csv"
        # The episodes of a return may be of care, of need or of workers: its columns say which.
        if sum(table_name in name.split("_") for name in self._table_schemas) > 1:
            return ""
        nearest_name = find_nearest_name(table_name, list(self._table_schemas))
        return f"{nearest_name}{suffix}" if nearest_name and suffix in CLEAN_TABLE_SUFFIXES else ""

    def _read_recognised_table(
        self, path: Path, recognised_table: RecognisedTable, initial_state: FileState
    ) -> FileParts:
        section, year = recognised_table.file_section, recognised_table.filename_year
        table_parts = begin_parts(path, recognised_table.layout, section, year)
        try:
            with translate_reader_errors():
                is_truncated = self._batch_pieces(path, recognised_table, table_parts)
            self._check_stability(path, initial_state, is_truncated)
        except UnreadableTable as error:
            # Its earlier pieces may be in a batch with those of other files.
            self._batcher.discard_file(table_parts)
            failure = self._explain_failure(path, initial_state, error)
            return [(table_name, make_unreadable_part(path, failure)) for table_name in table_parts]
        return [*table_parts.items()]

    def _batch_pieces(
        self, path: Path, recognised_table: RecognisedTable, table_parts: Mapping[str, TablePart]
    ) -> bool:
        """Give the pieces of a table to the batches; return whether the end of the file is missing."""
        is_truncated = False
        for raw_piece in self._report_pieces(path, recognised_table.iter_pieces() if table_parts else iter(())):
            self._batcher.add_piece(table_parts, raw_piece, recognised_table.layout, recognised_table.filename_year)
            is_truncated = is_truncated or raw_piece.truncated
            for part in table_parts.values():
                part.numbers_records = raw_piece.numbers_records
                part.file_row_count = (part.file_row_count or 0) + raw_piece.raw_rows.height + raw_piece.rejected_count
        return is_truncated

    def _report_pieces(self, path: Path, raw_pieces: Iterable[RawTable]) -> Iterator[RawTable]:
        """Yield the pieces of a file, reporting progress before the first and after each."""
        self._advance_progress(path)
        for raw_piece in raw_pieces:
            yield raw_piece
            self._advance_progress(path, new_rows=raw_piece.raw_rows.height)

    def _advance_progress(self, path: Path, *, new_rows: int = 0) -> None:
        """Add to the rows that were read, and report progress."""
        with self._progress_lock:
            self._rows_read += new_rows
            self._report_progress(
                ReadingProgress(clean_text(path.name), self._files_begun, self._file_total, self._rows_read)
            )

    def _check_stability(self, path: Path, initial_state: FileState, is_truncated: bool) -> None:
        """List a file that may not be whole yet. Raise UnreadableTable where it has changed."""
        if read_file_state(path) != initial_state:
            raise UnreadableTable(create_message(CHANGED_WHILE_READ))
        if is_truncated and initial_state.is_recent:
            self._folder_files.unsettled_files.append(_format_path(path))

    def _explain_failure(self, path: Path, initial_state: FileState, error: UnreadableTable) -> UnreadableTable:
        """Return the error to report, which may be that the file is still being written."""
        # A change explains any error: half a file can look like anything.
        if read_file_state(path) != initial_state:
            error = UnreadableTable(create_message(CHANGED_WHILE_READ))
        elif error.truncated and initial_state.is_recent:
            message = create_message("file-changed-just-now", reason=error.message)
            error = UnreadableTable(message, error.line_number)
        else:
            return error
        self._folder_files.unsettled_files.append(_format_path(path))
        return error


def _report_empty_file(file_parts: FileParts) -> Issue | None:
    """Report a file whose rows gave none of any of its tables, where no rule chooses among them."""
    parts = [part for _, part in file_parts]
    row_count = max((part.file_row_count or 0 for part in parts), default=0)
    if not row_count or any(part.read_count or part.problem or part.is_selective for part in parts):
        return None
    (table_name, part), *_ = file_parts
    message = create_message("file-without-own-rows", number=f"{row_count:,}", table=table_name)
    return Issue(message, _format_path(part.file_path), section=clean_text(part.file_section), table=table_name)


def _group_by_table(parts_by_file: Iterable[FileParts]) -> dict[str, list[TablePart]]:
    parts_by_table: dict[str, list[TablePart]] = {}
    for table_name, part in chain.from_iterable(parts_by_file):
        parts_by_table.setdefault(table_name, []).append(part)
    return parts_by_table


def _rank_file_parts(file_parts: FileParts) -> tuple[bool, date]:
    """Return a sort key by which the parts of later files come later, and so are stronger.

    A file is as late as its latest event, or the latest period of published figures. The sort is
    stable: files that are equally late stay in the order of their names.
    """
    latest_dates = [max(part.last_event, part.latest_period_end) for _, part in file_parts]
    return not any(part.recognised_as in _SECOND_HAND_TITLES for _, part in file_parts), max(
        latest_dates, default=date.min
    )


def _is_small_file(path: Path) -> bool:
    try:
        return path.stat().st_size < SMALL_FILE_BYTES
    except OSError:
        return False


def _read_clean_pieces(path: Path, clean_table: CleanTable) -> Iterator[RawTable]:
    if path.suffix.lower() == ".parquet":
        return read_parquet_file(path)[1]
    return read_csv_file(path, [column.name for column in clean_table.columns.values() if column.required])


def _merge_table_parts(clean_table: CleanTable, table_parts: list[TablePart], is_made_up: bool) -> _MergedTable:
    for part in table_parts:
        if part.rounded_id is not None and part.problem is None:
            part.mark_unreadable(part.rounded_id)
    # Merging finds further issues and empties the parts: it comes before their logs are read.
    merged_frame = _merge_or_lose_parts(clean_table, table_parts)
    sources: list[TableSource] = []
    issues: list[Issue] = []
    for part in table_parts:
        part_issues = part.issue_log.list_issues(_name_columns(part), names_records=part.numbers_records)
        file_name, section = _format_path(part.file_path), clean_text(part.file_section)
        issues += [replace(issue, file=file_name, section=section, table=clean_table.name) for issue in part_issues]
        # The age of a single file is that of its table, and is not given twice.
        last_event = part.last_event if len(table_parts) > 1 else date.min
        source = _build_source(clean_table.name, part, merged_frame is not None, is_made_up)
        sources.append(replace(source, last_event=None if last_event == date.min else last_event))
    other_rows = sum(part.other_council_count for part in table_parts)
    return _MergedTable(sources, issues, merged_frame, _describe_parts(table_parts), other_rows)


def _describe_parts(table_parts: Sequence[TablePart]) -> TableKnowledge:
    """Describe what is known of the rows of a table that was merged from these parts."""
    # Lines that are no rows of the file are lost as well, but a file that breaks off says so itself.
    lost_counts = [part.lost_count + part.ragged_count for part in table_parts]
    losses = [(part, count) for part, count in zip(table_parts, lost_counts, strict=True) if count]
    first_loss = (_format_path(losses[0][0].file_path), losses[0][0].first_lost_line) if losses else ("", None)
    return TableKnowledge(
        row_count=sum(part.used_count for part in table_parts),
        lost_rows=sum(lost_counts),
        first_loss=first_loss,
        contradicted_rows=sum(part.contradiction_count for part in table_parts),
        unread_dates=dict(sum((part.unread_counts for part in table_parts), Counter())),
        broken_files=tuple(_format_path(part.file_path) for part in table_parts if part.truncated),
        present_columns=frozenset().union(*(part.column_names for part in table_parts)),
        filled_columns=frozenset().union(*(part.filled_columns for part in table_parts)),
    )


def _name_columns(part: TablePart) -> Mapping[str, str]:
    """Return how issues name the columns that the file names otherwise: as the file does first."""
    return {column: f"{title} ({column})" for column, title in part.file_column_names.items()}


def _merge_or_lose_parts(clean_table: CleanTable, table_parts: list[TablePart]) -> pl.LazyFrame | None:
    """Merge the parts of a table; where a library fails on them, all are unreadable."""
    try:
        with translate_reader_errors():
            return merge_parts(table_parts, clean_table)
    except UnreadableTable as error:
        for part in table_parts:
            part.mark_unreadable(error)
        return None


def _build_source(table_name: str, part: TablePart, is_usable: bool, is_made_up: bool) -> TableSource:
    read_at = datetime.now(UTC).replace(microsecond=0)
    file_name, section = _format_path(part.file_path), clean_text(part.file_section)
    problem = Issue(part.problem, file_name, part.problem_line, table_name, section=section) if part.problem else None
    # Where one part of a table is lost, none of the others is used either.
    rows_read = part.read_count if is_usable else 0
    return TableSource(
        table_name, file_name, rows_read, part.used_count, rows_read - part.used_count, None, read_at,
        is_made_up, problem, part.recognised_as, part.is_watched, part.file_row_count, part.superseded_count,
        section,
    )  # fmt: skip


def _format_path(path: Path) -> str:
    """Return a path as the user would write it: from the current folder, or absolute."""
    try:
        # Only the folder is resolved: a link keeps its own name, which is the one the user knows.
        return clean_text(str((path.parent.resolve() / path.name).relative_to(Path.cwd())))
    except (ValueError, OSError):
        return clean_text(str(path))
