"""Databases, opened for reading only: one module for each kind.

Each module opens a connection that cannot write, and yields a function that runs one statement and
returns its rows in batches. A driver is imported only when a database of its kind is opened.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from kpitui.config_file.database_settings import DatabaseSettings
from kpitui.readers.databases.credentials import find_credentials
from kpitui.readers.databases.row_batches import DatabaseUnreachable, QueryFailed, QueryRunner

__all__ = ["DatabaseUnreachable", "QueryFailed", "QueryRunner", "connect_database"]


def connect_database(database: DatabaseSettings) -> AbstractContextManager[QueryRunner]:
    """Open the database of the config, with credentials from the environment or the keyring.

    Entering the context gives a QueryRunner. It raises DatabaseUnreachable where the database
    cannot be opened; running a statement raises QueryFailed where it fails.
    """
    address, time_limit = database.address, database.time_limit
    # A file needs no credentials. The modules are imported late, because few councils use any.
    if address.kind == "sqlite":
        from kpitui.readers.databases.sqlite import open_sqlite

        return open_sqlite(address, time_limit)
    credentials = find_credentials(address)
    if address.kind == "postgresql":
        from kpitui.readers.databases.postgresql import open_postgresql

        return open_postgresql(address, credentials, time_limit)
    from kpitui.readers.databases.sqlserver import open_sqlserver

    return open_sqlserver(address, credentials, time_limit)
