"""Loaders for PostgreSQL values that psycopg cannot turn into Python dates.

Only `postgresql` imports this module, because it needs psycopg at import.
"""

from __future__ import annotations

from datetime import datetime

from psycopg.abc import Buffer
from psycopg.adapt import Loader


class ServerTextLoader(Loader):
    """Loads a value as the server's text: an ISO date, `infinity`, a year before Christ, JSON."""

    def load(self, data: Buffer) -> str:
        return bytes(data).decode()


class LocalTimeLoader(Loader):
    """Loads a timestamp as local time of the session, or as text where it is not a date."""

    def load(self, data: Buffer) -> datetime | str:
        text = bytes(data).decode()
        try:
            # The session is set to the time of England, so the zone has done its work.
            return datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            return text
