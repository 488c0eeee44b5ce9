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

# SQLSTATEs of ODBC for a time limit that has passed, of a statement and of a connection.
TIMEOUT_STATES = ("HYT00", "HYT01")


@contextmanager
def open_sqlserver(
    database_address: DatabaseAddress, credentials: DatabaseCredentials, time_limit: float
) -> Iterator[QueryRunner]:
    """Open a database on a connection that is never committed. Raise DatabaseUnreachable."""
    try:
        import pyodbc
    except ImportError:
        message = create_message("database-needs-driver", driver="pyodbc", command=format_install_command("sqlserver"))
        raise DatabaseUnreachable(message) from None
    text = build_connection_string(database_address, credentials, pyodbc.drivers())
    try:
        connection = pyodbc.connect(text, timeout=CONNECT_TIMEOUT, readonly=True)
    except pyodbc.Error as error:
        reason = credentials.explain_refusal(describe_error(_extract_message(error), credentials.password))
        raise DatabaseUnreachable(create_message("database-not-opened", reason=reason)) from None
    with closing(connection):
        try:
            # Whole seconds only. `timeout` of connect above is that of the login, this of a query.
            connection.timeout = ceil(time_limit)
        except pyodbc.Error:
            raise DatabaseUnreachable(create_message("database-without-time-limit")) from None
        yield lambda statement: _run_sqlserver_query(connection, statement, QueryDeadline(time_limit), credentials)


def build_connection_string(
    database_address: DatabaseAddress, credentials: DatabaseCredentials, odbc_drivers: Sequence[str]
) -> str:
    """Build the ODBC connection string. Raise DatabaseUnreachable where no driver is installed.

    Without a user and a password the connection is trusted: Windows or Kerberos identify the user.
    """
    url_options = dict(database_address.options)
    drivers = [name for name in sorted(odbc_drivers) if "SQL Server" in name]
    # Names of drivers carry their version: the last in order is the newest.
    driver = url_options.get("driver") or next(reversed(drivers), None)
    if driver is None:
        raise DatabaseUnreachable(create_message("database-needs-odbc-driver"))
    parameters = {
        "DRIVER": driver,
        "SERVER": f"{database_address.host},{database_address.port}"
        if database_address.port
        else database_address.host,
        "DATABASE": database_address.name,
        "ApplicationIntent": "ReadOnly",
        "Encrypt": url_options.get("encrypt", "yes"),
        "TrustServerCertificate": url_options.get("trustservercertificate", "no"),
    }
    if credentials.user_name and credentials.password:
        parameters |= {"UID": credentials.user_name, "PWD": credentials.password}
    else:
        parameters["Trusted_Connection"] = "yes"
    return ";".join(f"{parameter_name}={_quote_value(value)}" for parameter_name, value in parameters.items())


def _quote_value(parameter_value: str) -> str:
    """Quote a value so that it cannot end early: in braces only a brace can, which is doubled."""
    return (
        parameter_value
        if re.fullmatch(r"[\w.,:\\-]+", parameter_value)
        else f"{{{parameter_value.replace('}', '}}')}}}"
    )


def _run_sqlserver_query(
    connection: Any, statement: str, deadline: QueryDeadline, credentials: DatabaseCredentials
) -> Iterator[RowBatch]:
    """Run a statement and yield its rows. Raise QueryFailed."""
    import pyodbc

    deadline.start_clock()
    try:
        with closing(connection.cursor()) as cursor:
            cursor.execute(statement)
            yield from fetch_batches(cursor, deadline)
    except pyodbc.Error as error:
        # pyodbc gives the SQLSTATE and the message in either order; the SQLSTATE is the shorter.
        sqlstate = min(map(str, error.args), key=len, default="")
        if sqlstate in TIMEOUT_STATES:
            raise deadline.build_timeout_error() from None
        error_text = describe_error(_extract_message(error), credentials.password, sqlstate)
        raise QueryFailed(create_message("query-failed", reason=error_text)) from None
    except ValueError:
        raise create_value_error() from None


def _extract_message(error: BaseException) -> str:
    """Return the message of an error without its SQLSTATE: the longer of its arguments."""
    return max(map(str, error.args), key=len, default="")
