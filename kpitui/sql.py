"""What a config may say of a database: where it is, and a query that only reads for each table.

Nothing here connects, and nothing here holds a password: one that is written down is refused in
words that do not repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from kpitui.text import HOSTILE

DATABASE = "sql"
"""Where an issue is that is of a database: the section of the config."""
Kind = Literal["sqlite", "postgresql", "mssql"]
TIME_LIMIT = 60.0  # seconds for each query, where the config does not say
NO_PASSWORD = (
    "must not hold a password: set KPITUI_SQL_PASSWORD, or keep it in the keyring, "
    "and change the one that was written here"
)
_TITLES: Mapping[str, str] = {"postgresql": "PostgreSQL", "mssql": "SQL Server"}
# What may follow a question mark: how the connection is kept safe, never who one is.
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "postgresql": ("sslmode", "sslrootcert"),
    "mssql": ("driver", "encrypt", "trustservercertificate"),
}
# What is no code of a statement: comments, and what stands in any of the four kinds of quotes.
_QUOTED = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[(?:[^\]]|\]\])*\]""", re.S
)
# Words that only occur where something is changed, or asked of another server.  SQL Server needs no
# semicolon between two statements, so that they are looked for everywhere outside quotes.
_CHANGING = frozenset(
    "ALTER ATTACH BACKUP BULK CREATE DBCC DELETE DENY DROP EXEC EXECUTE GRANT INSERT INTO KILL "
    "MERGE OPENDATASOURCE OPENQUERY OPENROWSET RESTORE REVOKE SHUTDOWN TRUNCATE UPDATE "
    "WAITFOR".split()
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a database is.  `name` is the database, or the file of SQLite.

    What is empty is left to the driver: the host, the port, who one is.
    """

    kind: Kind
    name: str
    host: str = ""
    port: int | None = None
    user: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> str:
        """The database in words: ``PostgreSQL mosaic on db.example``."""
        if self.kind == "sqlite":
            return f"SQLite {self.name.rpartition('/')[2]}"
        where = f"{self.host}:{self.port}" if self.port else self.host
        return f"{_TITLES[self.kind]} {self.name}" + (f" on {where}" if where else "")


@dataclass(frozen=True, slots=True)
class Database:
    """A database and what is asked of it: a statement for each table, and seconds for each."""

    place: Place
    queries: Mapping[str, str]
    time_limit: float = TIME_LIMIT


def place(value: Any) -> Place:
    """The place that a url names.  Raises ValueError without repeating any of the url."""
    kind, mark, rest = _written(value).strip().partition("://")
    if kind == "sqlite" and mark:
        if not rest.startswith("/") or not rest[1:]:
            raise ValueError("must have three slashes before the file: sqlite:///folder/cases.db")
        return Place("sqlite", rest[1:])
    if not mark or kind not in _TITLES:
        raise ValueError("must begin with sqlite:///, postgresql:// or mssql://")
    if ":" in rest.rpartition("@")[0]:
        raise ValueError(NO_PASSWORD)
    address, _, asked = rest.partition("?")
    server, _, name = address.partition("/")
    try:
        parts = urlsplit(f"//{server}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(f"must have a number for a port: {kind}://host:1234/database") from None
    if re.search(HOSTILE, unquote(rest)):
        raise ValueError("has control characters, or some that cannot be seen")
    if not re.fullmatch(r"[\w.:\\-]*", host):
        raise ValueError("has a server's name with characters that none has")
    if not name:
        raise ValueError(f"must name the database: {kind}://host/database")
    if kind == "mssql" and not host:
        raise ValueError("must name the server: mssql://host/database")
    options = _options(kind, asked)
    return Place(kind, unquote(name), host, port, unquote(parts.username or ""), options)  # type: ignore[arg-type]


def _options(kind: str, asked: str) -> tuple[tuple[str, str], ...]:
    found = tuple((name.lower(), value) for name, value in parse_qsl(asked))
    if any(name in ("password", "pwd") for name, _ in found):
        raise ValueError(NO_PASSWORD)
    if any(name not in _OPTIONS[kind] for name, _ in found):
        raise ValueError(f"may have {', '.join(_OPTIONS[kind])} after the question mark, no others")
    return found


def statement(value: Any) -> str:
    """One statement that reads: ``SELECT ...``, or ``WITH ... SELECT ...``.

    Raises ValueError for any other.  That a database refuses to be written to is seen to where it
    is opened; this says so before, and where the mistake stands.
    """
    text = _written(value).replace("\r\n", "\n").strip()
    if re.search(HOSTILE, text.replace("\n", "").replace("\t", "")):
        raise ValueError("has control characters, or some that cannot be seen")
    if any("/*" in found[2:] for found in _QUOTED.findall(text) if found.startswith("/*")):
        raise ValueError("has a comment inside a comment")
    code = _QUOTED.sub(" ", text)
    if any(mark in code for mark in ("'", '"', "`", "/*")):
        raise ValueError("has a quote or a comment that is not closed")
    if ";" in code.rstrip().rstrip(";"):
        raise ValueError("has several statements: one SELECT is allowed")
    words = re.findall(r"\w+", code.upper())
    if words[:1] not in (["SELECT"], ["WITH"]) or "SELECT" not in words:
        raise ValueError("must be a SELECT, or a WITH that ends in one: nothing else is sent")
    if changing := next((word for word in words if word in _CHANGING), None):
        told = f"has the word {changing}: only what reads is sent"
        raise ValueError(f"{told} (a column of that name goes into double quotes)")
    return text


def seconds(value: Any) -> float:
    """A number of seconds, more than 0 and at most an hour."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 3600:
        raise ValueError("must be a number of seconds, more than 0 and at most 3600")
    return float(value)


def no_password(value: Any) -> Any:
    """No password belongs into a config, whatever it is called there."""
    raise ValueError(NO_PASSWORD)


def _written(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text in quotes")
    return value
