"""Databases, opened to be read and nothing else: one module for each kind.

Each opens a connection on which nothing can be written, and gives a function that asks one
statement and yields its rows in batches.  A driver is imported when it is needed.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from kpitui.sql import Database
from kpitui.tables.databases.asking import Ask, Failed, Unreachable
from kpitui.tables.databases.credentials import credentials

__all__ = ["Ask", "Failed", "Unreachable", "connected"]


def connected(database: Database) -> AbstractContextManager[Ask]:
    """A database as the config names it, with the credentials of the environment or the keyring.

    Entering raises Unreachable where it cannot be opened, and asking raises Failed.
    """
    place, limit = database.place, database.time_limit
    if place.kind == "sqlite":
        from kpitui.tables.databases.sqlite import opened as opened_file

        return opened_file(place, limit)
    known = credentials(place)
    if place.kind == "postgresql":
        from kpitui.tables.databases.postgresql import opened as opened_postgresql

        return opened_postgresql(place, known, limit)
    from kpitui.tables.databases.sqlserver import opened as opened_sqlserver

    return opened_sqlserver(place, known, limit)
