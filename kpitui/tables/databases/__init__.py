"""Databases, opened for reading only: one module for each kind.

Each module opens a connection that cannot write, and yields a function that runs one statement and
returns its rows in batches. A driver is imported only when a database of its kind is opened.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from kpitui.sql import Database
from kpitui.tables.databases.asking import Ask, Failed, Unreachable
from kpitui.tables.databases.credentials import credentials

__all__ = ["Ask", "Failed", "Unreachable", "connected"]


def connected(database: Database) -> AbstractContextManager[Ask]:
    """Open the database of the config, with credentials from the environment or the keyring.

    Entering the context gives a QueryRunner. It raises DatabaseUnreachable where the database
    cannot be opened; running a statement raises QueryFailed where it fails.
    """
    place, limit = database.place, database.time_limit
    # A file needs no credentials. The modules are imported late, because few councils use any.
    if place.kind == "sqlite":
        from kpitui.tables.databases.sqlite import opened as opened_file

        return opened_file(place, limit)
    known = credentials(place)
    if place.kind == "postgresql":
        from kpitui.tables.databases.postgresql import opened as opened_postgresql

        return opened_postgresql(place, known, limit)
    from kpitui.tables.databases.sqlserver import opened as opened_sqlserver

    return opened_sqlserver(place, known, limit)
