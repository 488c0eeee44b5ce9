"""How PostgreSQL's cells are read where its driver would refuse what Python cannot say.

Imported only where psycopg is.
"""

from __future__ import annotations

from datetime import datetime

from psycopg.abc import Buffer
from psycopg.adapt import Loader


class AsWritten(Loader):
    """A cell as the server writes it: an ISO date, `infinity`, a year before Christ, JSON."""

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
