"""SQL Server through ODBC. It has no read-only transaction: the user's rights must ensure that.

This module does what it can. Only statements that read are sent, the driver is told of the intent,
and nothing is committed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from math import ceil
from typing import Any

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

# SQLSTATEs of ODBC for a time limit that has passed, of a statement and of a connection.
TIMED_OUT = ("HYT00", "HYT01")


@contextmanager
def opened(place: Place, known: Credentials, limit: float) -> Iterator[Ask]:
    """Open a database on a connection that is never committed. Raise DatabaseUnreachable."""
    try:
        import pyodbc
    except ImportError:
        told = "cannot be read without pyodbc: pip install 'kpitui[sqlserver]'"
        raise Unreachable(f"{told}, and Microsoft's ODBC driver") from None
    wanted = connection_string(place, known, pyodbc.drivers())
    try:
        connection = pyodbc.connect(wanted, timeout=CONNECT_WITHIN, readonly=True)
    except pyodbc.Error as error:
        told = known.not_let_in(said(_text(error), known.password))
        raise Unreachable(f"cannot be opened: {told}") from None
    with closing(connection):
        try:
            # Whole seconds only. `timeout` of connect above is that of the login, this of a query.
            connection.timeout = ceil(limit)
        except pyodbc.Error:
            raise Unreachable("cannot be read: its ODBC driver knows no time limit") from None
        yield lambda statement: _answer(connection, statement, Deadline(limit), known)


def connection_string(place: Place, known: Credentials, drivers: Sequence[str]) -> str:
    """Build the ODBC connection string. Raise DatabaseUnreachable where no driver is installed.

    Without a user and a password the connection is trusted: Windows or Kerberos identify the user.
    """
    options = dict(place.options)
    named = [name for name in sorted(drivers) if "SQL Server" in name]
    # Names of drivers carry their version: the last in order is the newest.
    driver = options.get("driver") or next(reversed(named), None)
    if driver is None:
        told = "cannot be read: ODBC has no driver for SQL Server"
        raise Unreachable(f"{told}; install Microsoft's (msodbcsql18), or name one by ?driver=")
    own = {
        "DRIVER": driver,
        "SERVER": f"{place.host},{place.port}" if place.port else place.host,
        "DATABASE": place.name,
        "ApplicationIntent": "ReadOnly",
        "Encrypt": options.get("encrypt", "yes"),
        "TrustServerCertificate": options.get("trustservercertificate", "no"),
    }
    if known.user and known.password:
        own |= {"UID": known.user, "PWD": known.password}
    else:
        own["Trusted_Connection"] = "yes"
    return ";".join(f"{name}={_braced(value)}" for name, value in own.items())


def _braced(value: str) -> str:
    """Quote a value so that it cannot end early: in braces only a brace can, which is doubled."""
    return value if re.fullmatch(r"[\w.,:\\-]+", value) else f"{{{value.replace('}', '}}')}}}"


def _answer(
    connection: Any, statement: str, deadline: Deadline, known: Credentials
) -> Iterator[Batch]:
    """Run a statement and yield its rows. Raise QueryFailed."""
    import pyodbc

    deadline.begin()
    try:
        with closing(connection.cursor()) as cursor:
            cursor.execute(statement)
            yield from batches(cursor, deadline)
    except pyodbc.Error as error:
        # pyodbc gives the SQLSTATE and the message in either order; the SQLSTATE is the shorter.
        state = min(map(str, error.args), key=len, default="")
        if state in TIMED_OUT:
            raise deadline.too_late() from None
        told = said(_text(error), known.password, state)
        raise Failed(f"cannot be answered: {told}") from None
    except ValueError:
        raise Failed(STRANGE) from None


def _text(error: BaseException) -> str:
    """Return the message of an error without its SQLSTATE: the longer of its arguments."""
    return max(map(str, error.args), key=len, default="")
