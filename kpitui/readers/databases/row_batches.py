"""What all kinds of databases share: batches of rows, a time limit, and wording of errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from kpitui.model.issues import CodedMessage, create_message
from kpitui.readers.data_files import BATCH_ROWS, ReaderNote, UnreadableTable
from kpitui.text import clean_text

CONNECT_TIMEOUT = 10  # seconds; the limit of a query does not apply to connecting
# Classes of SQLSTATE whose messages quote the statement at most, never the content of a row: lost
# and refused connections, transaction states, names, syntax and rights, resources, operators, the
# system.
_CELL_FREE_CLASSES = ("08", "25", "28", "3D", "42", "53", "57", "58")


class DatabaseUnreachable(Exception):
    """A database that cannot be opened; `message` says why."""

    def __init__(self, message: CodedMessage) -> None:
        super().__init__(message)
        self.message = message


class QueryFailed(UnreadableTable):
    """A statement that failed."""


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Rows of a result, with the names of its columns. The first batch may have no rows.

    `batch_notes` are messages about these rows from the reading itself.
    """

    column_names: Sequence[str]
    rows: Sequence[Sequence[Any]]
    batch_notes: Sequence[ReaderNote] = field(default=())


QueryRunner = Callable[[str], Iterator[RowBatch]]


@dataclass(slots=True)
class QueryDeadline:
    """The time by which all rows of a result must have arrived."""

    time_limit: float
    expires_at: float = 0.0

    def start_clock(self) -> None:
        """Start the clock. It is started anew for each statement."""
        self.expires_at = monotonic() + self.time_limit

    @property
    def has_passed(self) -> bool:
        """Say whether the time is up."""
        return monotonic() > self.expires_at

    def build_timeout_error(self) -> QueryFailed:
        """Build the error for a statement that took too long."""
        return QueryFailed(create_message("query-too-slow", seconds=f"{self.time_limit:g}"))


def fetch_batches(cursor: Any, deadline: QueryDeadline) -> Iterator[RowBatch]:
    """Yield the rows of an executed cursor in batches.

    Raise QueryFailed where the statement returns no table, or the rows take too long to arrive.
    """
    if cursor.description is None:
        raise QueryFailed(create_message("query-without-table"))
    # The columns are known before any row: even an empty result is a table.
    column_names = [str(column[0]) for column in cursor.description]
    fetched_rows = cursor.fetchmany(BATCH_ROWS)
    yield RowBatch(column_names, fetched_rows)
    while fetched_rows:
        if deadline.has_passed:
            raise deadline.build_timeout_error()
        fetched_rows = cursor.fetchmany(BATCH_ROWS)
        yield RowBatch(column_names, fetched_rows)


def create_value_error() -> QueryFailed:
    """Create the error for a value that no driver can convert."""
    return QueryFailed(create_message("query-value-not-read"))


def describe_error(error: object, password: str = "", sqlstate: str | None = None) -> str:
    """Return a driver's error as one clean line, without the password.

    Where the SQLSTATE belongs to an error that may quote a cell, everything in quotes is left out:
    messages are kept in snapshots, which must not hold records.
    """
    description = " - ".join(line.strip() for line in str(error).splitlines() if line.strip())
    if password:
        description = description.replace(password, "***")
    if sqlstate is not None and not sqlstate.startswith(_CELL_FREE_CLASSES):
        description = re.sub(r"""["'].*["']""", "...", description)
    return clean_text(description)[:400] or "no reason given"
