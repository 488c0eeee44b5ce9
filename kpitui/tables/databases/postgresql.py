"""PostgreSQL: one read-only transaction, which sees the database at one moment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from math import ceil
from typing import TYPE_CHECKING, Any

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
from kpitui.tables.databases.credentials import Credentials

if TYPE_CHECKING:
    import psycopg

CANCELED = "57014"  # SQLSTATE query_canceled, as when statement_timeout ends a statement
# ISO dates, and timestamps in the time of England: a night in summer belongs to the local day.
_SETTINGS = (
    "SELECT set_config('DateStyle', 'ISO, YMD', true),"
    " set_config('TimeZone', 'Europe/London', true), set_config('statement_timeout', %s, true)"
)


@contextmanager
def opened(place: Place, known: Credentials, limit: float) -> Iterator[Ask]:
    """Open a database as it is at this moment. Raise DatabaseUnreachable."""
    try:
        import psycopg
    except ImportError:
        raise Unreachable(
            "cannot be read without psycopg: pip install 'kpitui[postgres]'"
        ) from None
    try:
        connection = psycopg.connect(**_parameters(place, known))
    except psycopg.Error as error:
        raise Unreachable(f"cannot be opened: {_said(error, known)}") from None
    with closing(connection):
        # Repeatable read makes all queries of a config see the same moment; the transaction is
        # never committed.
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        _as_text(connection)
        try:
            connection.execute(_SETTINGS, [str(ceil(limit * 1000))])
        except psycopg.Error as error:
            raise Unreachable(f"cannot be read: {said(error, known.password)}") from None
        yield lambda statement: _answer(connection, statement, Deadline(limit), known)


def _said(error: psycopg.Error, known: Credentials) -> str:
    """Describe why the server refused, without the address that libpq puts before it."""
    first = str(error).strip().split("\n")[0]
    told = said(re.sub(r"^.*failed: +(?:FATAL: +)?(?=\S)", "", first), known.password)
    return known.not_let_in(told)


def _parameters(place: Place, known: Credentials) -> dict[str, Any]:
    """Return the connection parameters. libpq looks up what is left out (.pgpass and so on)."""
    own = {
        "host": place.host,
        "port": place.port,
        "dbname": place.name,
        "user": known.user,
        "password": known.password,
        **dict(place.options),
    }
    # With the keepalives of the system, a server that has gone away is noticed after hours.
    alive = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}
    always = {"connect_timeout": CONNECT_WITHIN, "client_encoding": "UTF8",
              "application_name": "kpitui"}  # fmt: skip
    return {name: value for name, value in own.items() if value} | alive | always


def _as_text(connection: psycopg.Connection[Any]) -> None:
    """Load dates as text and timestamps without a zone, so that `infinity` can be read."""
    from kpitui.tables.databases.loaders import AsWritten, Moment

    for name in ("date", "json", "jsonb"):
        connection.adapters.register_loader(name, AsWritten)
    for name in ("timestamp", "timestamptz"):
        connection.adapters.register_loader(name, Moment)


def _answer(
    connection: psycopg.Connection[Any], statement: str, deadline: Deadline, known: Credentials
) -> Iterator[Batch]:
    """Run a statement and yield its rows. Raise QueryFailed."""
    import psycopg

    deadline.begin()
    try:
        # A savepoint: without it, a query that fails would make all later ones fail too. The cursor
        # is named, so that the rows stay on the server until they are fetched.
        with connection.transaction(), connection.cursor("kpitui") as cursor:
            cursor.execute(statement.encode())
            yield from batches(cursor, deadline)
    except ValueError:
        raise Failed(STRANGE) from None
    except psycopg.Error as error:
        if error.sqlstate == CANCELED and deadline.passed:
            raise deadline.too_late() from None
        if error.sqlstate is None and isinstance(error, psycopg.DataError):
            raise Failed(STRANGE) from None  # its message may quote the cell
        told = said(error.diag.message_primary or error, known.password, error.sqlstate or "08")
        raise Failed(f"cannot be answered: {told}") from None
