"""What every kind of database has in common: batches of rows, a time limit, and what is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from kpitui.tables.files import BATCH, Unreadable
from kpitui.text import clean

CONNECT_WITHIN = 10  # seconds, however long a query may take
STRANGE = "holds a value that cannot be read: cast it to text in the query"
# Classes of SQLSTATE whose messages name what the statement says, not what a row holds: lost and
# refused connections, transactions, names, syntax and rights, resources, operators, the system.
_NO_CELL_IN = ("08", "25", "28", "3D", "42", "53", "57", "58")


class Unreachable(Exception):
    """A database that cannot be opened: the message says why and what to do."""


class Failed(Unreadable):
    """A statement that could not be answered: the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of an answer under the names of its columns; the first batch may have none.

    `notes` are what was found of the rows as they were read.
    """

    names: Sequence[str]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = field(default=())


Ask = Callable[[str], Iterator[Batch]]


@dataclass(slots=True)
class Deadline:
    """When an answer must be whole."""

    seconds: float
    at: float = 0.0

    def begin(self) -> None:
        self.at = monotonic() + self.seconds

    @property
    def passed(self) -> bool:
        return monotonic() > self.at

    def too_late(self) -> Failed:
        """What is said of an answer that took too long."""
        limit = f"{self.seconds:g} second{'' if self.seconds == 1 else 's'}"
        return Failed(f"took longer than {limit}: ask for less, or raise time_limit under [sql]")


def batches(cursor: Any, deadline: Deadline) -> Iterator[Batch]:
    """The rows of an answer as they come, for as long as there is time.  Raises Failed."""
    if cursor.description is None:
        raise Failed("gives no table")
    names = [str(column[0]) for column in cursor.description]
    rows = cursor.fetchmany(BATCH)
    yield Batch(names, rows)
    while rows:
        if deadline.passed:
            raise deadline.too_late()
        rows = cursor.fetchmany(BATCH)
        yield Batch(names, rows)


def said(error: object, secret: str = "", state: str | None = None) -> str:
    """What a driver says, in one clean line without the password.

    With the SQLSTATE of an error that may quote a cell, what is in quotes is left out: what is said
    of a table is kept in snapshots, and no record may be.
    """
    text = " - ".join(line.strip() for line in str(error).splitlines() if line.strip())
    if secret:
        text = text.replace(secret, "***")
    if state is not None and not state.startswith(_NO_CELL_IN):
        text = re.sub(r"""["'].*["']""", "...", text)
    return clean(text)[:400] or "no reason is given"
