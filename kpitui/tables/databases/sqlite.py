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

STEPS = 10_000  # of SQLite's machine between two looks at the clock
_WRONG = (sqlite3.Error, sqlite3.Warning)


@contextmanager
def opened(place: Place, limit: float) -> Iterator[Ask]:
    """A file as it is at this moment.  Raises Unreachable."""
    path, deadline, text = Path(place.name), Deadline(limit), _Text()
    if not path.is_file():
        raise Unreachable("there is no such file: put sql.url right")
    uri = f"{path.resolve().as_uri()}?mode=ro"
    try:
        connection = sqlite3.connect(
            uri, uri=True, isolation_level=None, timeout=min(limit, CONNECT_WITHIN)
        )
    except _WRONG as error:
        raise Unreachable(f"cannot be opened: {said(error)}") from None
    with closing(connection):
        connection.text_factory = text.read
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.set_progress_handler(lambda: deadline.passed, STEPS)
        deadline.begin()
        try:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            # One transaction: all tables are of the moment of the first look, which is this.
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except _WRONG as error:
            raise Unreachable(f"cannot be read: {said(error)}") from None
        yield lambda statement: _answer(connection, statement, deadline, text)


@dataclass(slots=True)
class _Text:
    """Text as it is read: SQLite keeps whatever bytes it was given."""

    strange: int = 0

    def read(self, content: bytes) -> str:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            self.strange += 1
            return content.decode("cp1252", errors="replace")


def _answer(
    connection: sqlite3.Connection, statement: str, deadline: Deadline, text: _Text
) -> Iterator[Batch]:
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
