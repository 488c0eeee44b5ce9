"""What all kinds of databases share: batches of rows, a time limit, and wording of errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from kpitui.tables.files import BATCH, Unreadable
from kpitui.text import clean

CONNECT_WITHIN = 10  # seconds; the limit of a query does not apply to connecting
STRANGE = "holds a value that cannot be read: cast it to text in the query"
# Classes of SQLSTATE whose messages quote the statement at most, never the content of a row: lost
# and refused connections, transaction states, names, syntax and rights, resources, operators, the
# system.
_NO_CELL_IN = ("08", "25", "28", "3D", "42", "53", "57", "58")


class Unreachable(Exception):
    """A database that cannot be opened. The message says why, and what to do."""


class Failed(Unreadable):
    """A statement that failed. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a result, with the names of its columns. The first batch may have no rows.

    `batch_notes` are messages about these rows from the reading itself.
    """

    names: Sequence[str]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = field(default=())


Ask = Callable[[str], Iterator[Batch]]


@dataclass(slots=True)
class Deadline:
    """The time by which all rows of a result must have arrived."""

    seconds: float
    at: float = 0.0

    def begin(self) -> None:
        """Start the clock. It is started anew for each statement."""
        self.at = monotonic() + self.seconds

    @property
    def passed(self) -> bool:
        """Say whether the time is up."""
        return monotonic() > self.at

    def too_late(self) -> Failed:
        """Build the error for a statement that took too long."""
        limit = f"{self.seconds:g} second{'' if self.seconds == 1 else 's'}"
        return Failed(f"took longer than {limit}: ask for less, or raise time_limit under [sql]")


def batches(cursor: Any, deadline: Deadline) -> Iterator[Batch]:
    """Yield the rows of an executed cursor in batches.

    Raise QueryFailed where the statement returns no table, or the rows take too long to arrive.
    """
    if cursor.description is None:
        raise Failed("gives no table")
    # The columns are known before any row: even an empty result is a table.
    names = [str(column[0]) for column in cursor.description]
    rows = cursor.fetchmany(BATCH)
    yield Batch(names, rows)
    while rows:
        if deadline.passed:
            raise deadline.too_late()
        rows = cursor.fetchmany(BATCH)
        yield Batch(names, rows)


def said(error: object, secret: str = "", state: str | None = None) -> str:
    """Return a driver's error as one clean line, without the password.

    Where the SQLSTATE belongs to an error that may quote a cell, everything in quotes is left out:
    messages are kept in snapshots, which must not hold records.
    """
    text = " - ".join(line.strip() for line in str(error).splitlines() if line.strip())
    if secret:
        text = text.replace(secret, "***")
    if state is not None and not state.startswith(_NO_CELL_IN):
        text = re.sub(r"""["'].*["']""", "...", text)
    return clean(text)[:400] or "no reason is given"
