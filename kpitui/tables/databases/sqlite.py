"""SQLite: a file, opened so that it cannot be written to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kpitui.sql import Place
from kpitui.tables.databases.asking import (
    CONNECT_WITHIN,
    STRANGE,
    Ask,
    Batch,
    Deadline,
    Failed,
    Unreachable,
    batches,
    said,
)

STEPS = 10_000  # instructions of SQLite's virtual machine
_WRONG = (sqlite3.Error, sqlite3.Warning)


@contextmanager
def opened(place: Place, limit: float) -> Iterator[Ask]:
    """Open a file as it is at this moment. Raise DatabaseUnreachable."""
    path, deadline, text = Path(place.name), Deadline(limit), _Text()
    if not path.is_file():
        raise Unreachable("there is no such file: put sql.url right")
    # Without the mode SQLite could write to the file.
    uri = f"{path.resolve().as_uri()}?mode=ro"
    try:
        # No isolation level: the module must not begin transactions of its own.
        connection = sqlite3.connect(
            uri, uri=True, isolation_level=None, timeout=min(limit, CONNECT_WITHIN)
        )
    except _WRONG as error:
        raise Unreachable(f"cannot be opened: {said(error)}") from None
    with closing(connection):
        connection.text_factory = text.read
        # A statement could otherwise attach another file, and write there.
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        # SQLite has no time limit. A handler that returns true interrupts the statement.
        connection.set_progress_handler(lambda: deadline.passed, STEPS)
        deadline.begin()
        try:
            # A second lock beside mode=ro, and no trust in functions that the file's schema calls.
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            # BEGIN fixes nothing until something is read: this SELECT makes all tables those of
            # now.
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except _WRONG as error:
            raise Unreachable(f"cannot be read: {said(error)}") from None
        yield lambda statement: _answer(connection, statement, deadline, text)


@dataclass(slots=True)
class _Text:
    """Decodes text cells. SQLite stores any bytes as text, so not every cell is UTF-8."""

    strange: int = 0

    def read(self, content: bytes) -> str:
        """Decode a cell as UTF-8, otherwise as Windows-1252, and count the latter."""
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            self.strange += 1
            return content.decode("cp1252", errors="replace")


def _answer(
    connection: sqlite3.Connection, statement: str, deadline: Deadline, text: _Text
) -> Iterator[Batch]:
    """Run a statement and yield its rows. Raise QueryFailed."""
    deadline.begin()
    text.strange = 0
    try:
        with closing(connection.execute(statement)) as cursor:
            for batch in batches(cursor, deadline):
                told = f"{text.strange:,} cells are not UTF-8: read as Windows-1252"
                yield replace(batch, notes=[told]) if text.strange else batch
                text.strange = 0
    except _WRONG as error:
        if deadline.passed:
            raise deadline.too_late() from None
        raise Failed(f"cannot be answered: {said(error)}") from None
    except ValueError:
        raise Failed(STRANGE) from None
