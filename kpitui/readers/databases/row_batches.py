"""What all kinds of databases share: batches of rows, a time limit, and wording of errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from kpitui.readers.data_files import BATCH_ROWS, UnreadableTable
from kpitui.text import clean_text

CONNECT_TIMEOUT = 10  # seconds; the limit of a query does not apply to connecting
UNREADABLE_VALUE = "holds a value that cannot be read: cast it to text in the query"
# Classes of SQLSTATE whose messages quote the statement at most, never the content of a row: lost
# and refused connections, transaction states, names, syntax and rights, resources, operators, the
# system.
_CELL_FREE_CLASSES = ("08", "25", "28", "3D", "42", "53", "57", "58")


class DatabaseUnreachable(Exception):
    """A database that cannot be opened. The message says why, and what to do."""


class QueryFailed(UnreadableTable):
    """A statement that failed. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Rows of a result, with the names of its columns. The first batch may have no rows.

    `batch_notes` are messages about these rows from the reading itself.
    """

    column_names: Sequence[str]
    rows: Sequence[Sequence[Any]]
    batch_notes: Sequence[str] = field(default=())


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
        limit_text = f"{self.time_limit:g} second{'' if self.time_limit == 1 else 's'}"
        return QueryFailed(f"took longer than {limit_text}: ask for less, or raise time_limit under [sql]")


def fetch_batches(cursor: Any, deadline: QueryDeadline) -> Iterator[RowBatch]:
    """Yield the rows of an executed cursor in batches.

    Raise QueryFailed where the statement returns no table, or the rows take too long to arrive.
    """
    if cursor.description is None:
        raise QueryFailed("gives no table")
    # The columns are known before any row: even an empty result is a table.
    column_names = [str(column[0]) for column in cursor.description]
    fetched_rows = cursor.fetchmany(BATCH_ROWS)
    yield RowBatch(column_names, fetched_rows)
    while fetched_rows:
        if deadline.has_passed:
            raise deadline.build_timeout_error()
        fetched_rows = cursor.fetchmany(BATCH_ROWS)
        yield RowBatch(column_names, fetched_rows)


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
    return clean_text(description)[:400] or "no reason is given"
