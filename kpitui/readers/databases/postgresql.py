"""PostgreSQL: one read-only transaction, which sees the database at one moment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from math import ceil
from typing import TYPE_CHECKING, Any

from kpitui.config_file.database_settings import DatabaseAddress
from kpitui.model.issues import create_message
from kpitui.readers.databases.credentials import DatabaseCredentials
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
from kpitui.text import format_install_command

if TYPE_CHECKING:
    import psycopg

QUERY_CANCELED = "57014"  # SQLSTATE query_canceled, as when statement_timeout ends a statement
# ISO dates, and timestamps in the time of England: a night in summer belongs to the local day.
_SESSION_SETTINGS = (
    "SELECT set_config('DateStyle', 'ISO, YMD', true),"
    " set_config('TimeZone', 'Europe/London', true), set_config('statement_timeout', %s, true)"
)


@contextmanager
def open_postgresql(
    database_address: DatabaseAddress, credentials: DatabaseCredentials, time_limit: float
) -> Iterator[QueryRunner]:
    """Open a database as it is at this moment. Raise DatabaseUnreachable."""
    try:
        import psycopg
    except ImportError:
        raise DatabaseUnreachable(
            create_message("database-needs-driver", driver="psycopg", command=format_install_command("postgres"))
        ) from None
    try:
        connection = psycopg.connect(**_build_parameters(database_address, credentials))
    except psycopg.Error as error:
        raise DatabaseUnreachable(
            create_message("database-not-opened", reason=_describe_refusal(error, credentials))
        ) from None
    with closing(connection):
        # Repeatable read makes all queries of a config see the same moment; the transaction is
        # never committed.
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        _register_text_loaders(connection)
        try:
            connection.execute(_SESSION_SETTINGS, [str(ceil(time_limit * 1000))])
        except psycopg.Error as error:
            raise DatabaseUnreachable(
                create_message("database-not-read", reason=describe_error(error, credentials.password))
            ) from None
        yield lambda statement: _run_postgresql_query(connection, statement, QueryDeadline(time_limit), credentials)


def _describe_refusal(error: psycopg.Error, credentials: DatabaseCredentials) -> str:
    """Describe why the server refused, without the address that libpq puts before it."""
    first_line = str(error).strip().split("\n")[0]
    message = describe_error(re.sub(r"^.*failed: +(?:FATAL: +)?(?=\S)", "", first_line), credentials.password)
    return credentials.explain_refusal(message)


def _build_parameters(database_address: DatabaseAddress, credentials: DatabaseCredentials) -> dict[str, Any]:
    """Return the connection parameters. libpq looks up what is left out (.pgpass and so on)."""
    address_parameters = {
        "host": database_address.host,
        "port": database_address.port,
        "dbname": database_address.name,
        "user": credentials.user_name,
        "password": credentials.password,
        **dict(database_address.options),
    }
    # With the keepalives of the system, a server that has gone away is noticed after hours.
    parameters = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}
    fixed_parameters = {"connect_timeout": CONNECT_TIMEOUT, "client_encoding": "UTF8",
              "application_name": "kpitui"}  # fmt: skip
    return {name: value for name, value in address_parameters.items() if value} | parameters | fixed_parameters


def _register_text_loaders(connection: psycopg.Connection[Any]) -> None:
    """Load dates as text and timestamps without a zone, so that `infinity` can be read."""
    from kpitui.readers.databases.postgresql_loaders import LocalTimeLoader, ServerTextLoader

    for type_name in ("date", "json", "jsonb"):
        connection.adapters.register_loader(type_name, ServerTextLoader)
    for type_name in ("timestamp", "timestamptz"):
        connection.adapters.register_loader(type_name, LocalTimeLoader)


def _run_postgresql_query(
    connection: psycopg.Connection[Any], statement: str, deadline: QueryDeadline, credentials: DatabaseCredentials
) -> Iterator[RowBatch]:
    """Run a statement and yield its rows. Raise QueryFailed."""
    import psycopg

    deadline.start_clock()
    try:
        # A savepoint: without it, a query that fails would make all later ones fail too. The cursor
        # is named, so that the rows stay on the server until they are fetched.
        with connection.transaction(), connection.cursor("kpitui") as cursor:
            cursor.execute(statement.encode())
            yield from fetch_batches(cursor, deadline)
    except ValueError:
        raise create_value_error() from None
    except psycopg.Error as error:
        if error.sqlstate == QUERY_CANCELED and deadline.has_passed:
            raise deadline.build_timeout_error() from None
        if error.sqlstate is None and isinstance(error, psycopg.DataError):
            raise create_value_error() from None  # its message may quote the cell
        error_text = describe_error(error.diag.message_primary or error, credentials.password, error.sqlstate or "08")
        raise QueryFailed(create_message("query-failed", reason=error_text)) from None
