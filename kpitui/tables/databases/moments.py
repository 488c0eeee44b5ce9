"""PostgreSQL's days and moments as they are read; the driver alone refuses what Python cannot say.

Imported only where psycopg is.
"""

from __future__ import annotations

from datetime import datetime

from psycopg.abc import Buffer
from psycopg.adapt import Loader


class Day(Loader):
    """A date as it is written; `infinity` and years before Christ are told like any other cell."""

    def load(self, data: Buffer) -> str:
        return bytes(data).decode()


class Moment(Loader):
    """A moment by the clock of the session's zone, or what is written where it is none."""

    def load(self, data: Buffer) -> datetime | str:
        text = bytes(data).decode()
        try:
            return datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            return text
