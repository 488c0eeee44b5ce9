"""SQLite: a file, opened so that it cannot be written to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kpitui.config_file.database_settings import DatabaseAddress
from kpitui.model.issues import create_message
from kpitui.readers.databases.row_batches import (
    CONNECT_TIMEOUT,
    DatabaseUnreachable,
    QueryDeadline,
    QueryFailed,
    QueryRunner,
    RowBatch,
    create_value_error,
    describe_error,
    fetch_batches,
)
from kpitui.readers.raw_table import ReaderNote

STEPS_PER_CHECK = 10_000  # instructions of SQLite's virtual machine
_SQLITE_ERRORS = (sqlite3.Error, sqlite3.Warning)


@contextmanager
def open_sqlite(database_address: DatabaseAddress, time_limit: float) -> Iterator[QueryRunner]:
    """Open a file as it is at this moment. Raise DatabaseUnreachable."""
    file_path, deadline, text_decoder = (Path(database_address.name), QueryDeadline(time_limit), _TextDecoder())
    if not file_path.is_file():
        raise DatabaseUnreachable(create_message("database-file-missing"))
    # Without the mode SQLite could write to the file.
    file_uri = f"{file_path.resolve().as_uri()}?mode=ro"
    try:
        # No isolation level: the module must not begin transactions of its own.
        connection = sqlite3.connect(file_uri, uri=True, isolation_level=None, timeout=min(time_limit, CONNECT_TIMEOUT))
    except _SQLITE_ERRORS as error:
        raise DatabaseUnreachable(create_message("database-not-opened", reason=describe_error(error))) from None
    with closing(connection):
        connection.text_factory = text_decoder.decode_text
        # A statement could otherwise attach another file, and write there.
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        # SQLite has no time limit. A handler that returns true interrupts the statement.
        connection.set_progress_handler(lambda: deadline.has_passed, STEPS_PER_CHECK)
        deadline.start_clock()
        _begin_reading(connection)
        yield lambda statement: _run_sqlite_query(connection, statement, deadline, text_decoder)


def _begin_reading(connection: sqlite3.Connection) -> None:
    """Begin a transaction that only reads, and sees the file as it is now. Raise DatabaseUnreachable."""
    try:
        # A second lock beside mode=ro, and no trust in functions that the file's schema calls.
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        # BEGIN fixes nothing until something is read: this SELECT makes all tables those of now.
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except _SQLITE_ERRORS as error:
        raise DatabaseUnreachable(create_message("database-not-read", reason=describe_error(error))) from None


@dataclass(slots=True)
class _TextDecoder:
    """Decodes text cells. SQLite stores any bytes as text, so not every cell is UTF-8."""

    undecoded_cells: int = 0

    def decode_text(self, cell_bytes: bytes) -> str:
        """Decode a cell as UTF-8, otherwise as Windows-1252, and count the latter."""
        try:
            return cell_bytes.decode("utf-8")
        except UnicodeDecodeError:
            self.undecoded_cells += 1
            return cell_bytes.decode("cp1252", errors="replace")


def _run_sqlite_query(
    connection: sqlite3.Connection, statement: str, deadline: QueryDeadline, text_decoder: _TextDecoder
) -> Iterator[RowBatch]:
    """Run a statement and yield its rows. Raise QueryFailed."""
    deadline.start_clock()
    text_decoder.undecoded_cells = 0
    try:
        with closing(connection.execute(statement)) as cursor:
            for batch in fetch_batches(cursor, deadline):
                note = ReaderNote(None, create_message("cells-not-utf-8"), text_decoder.undecoded_cells)
                yield (replace(batch, batch_notes=[note]) if text_decoder.undecoded_cells else batch)
                text_decoder.undecoded_cells = 0
    except _SQLITE_ERRORS as error:
        if deadline.has_passed:
            raise deadline.build_timeout_error() from None
        raise QueryFailed(create_message("query-failed", reason=describe_error(error))) from None
    except ValueError:
        raise create_value_error() from None
