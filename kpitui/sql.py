"""Database settings of a config: the address of the database, and one query for each table.

Nothing here connects and nothing here holds a password. A password in the config is refused, in a
message that does not repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from kpitui.text import HOSTILE

DATABASE = "sql"
"""The name of the config's section, which stands in for a file in issues about a database."""
Kind = Literal["sqlite", "postgresql", "mssql"]
TIME_LIMIT = 60.0  # seconds for each query, unless the config says otherwise
NO_PASSWORD = (
    "must not hold a password: set KPITUI_SQL_PASSWORD, or keep it in the keyring, "
    "and change the one that was written here"
)
_TITLES: Mapping[str, str] = {"postgresql": "PostgreSQL", "mssql": "SQL Server"}
# Options after the question mark secure the connection. Who the user is belongs elsewhere: in the
# environment, the keyring or the driver.
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "postgresql": ("sslmode", "sslrootcert"),
    "mssql": ("driver", "encrypt", "trustservercertificate"),
}
# Parts of a statement that are not code: comments, and text in any of the four kinds of quotes.
_QUOTED = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[(?:[^\]]|\]\])*\]""", re.S
)
# Words that only occur where a statement changes something or reaches another server. SQL Server
# needs no semicolon between two statements, so they are refused anywhere outside quotes.
_CHANGING = frozenset(
    "ALTER ATTACH BACKUP BULK CREATE DBCC DELETE DENY DROP EXEC EXECUTE GRANT INSERT INTO KILL "
    "MERGE OPENDATASOURCE OPENQUERY OPENROWSET RESTORE REVOKE SHUTDOWN TRUNCATE UPDATE "
    "WAITFOR".split()
)


@dataclass(frozen=True, slots=True)
class Place:
    """The address of a database; `name` is the database, or SQLite's file.

    Host, port and user are left to the driver if they are empty.
    """

    kind: Kind
    name: str
    host: str = ""
    port: int | None = None
    user: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> str:
        """Return the database in words: ``PostgreSQL mosaic on db.example``."""
        if self.kind == "sqlite":
            return f"SQLite {self.name.rpartition('/')[2]}"
        where = f"{self.host}:{self.port}" if self.port else self.host
        return f"{_TITLES[self.kind]} {self.name}" + (f" on {where}" if where else "")


@dataclass(frozen=True, slots=True)
class Database:
    """A database and its queries: a SELECT for each table, and the seconds each may take."""

    place: Place
    queries: Mapping[str, str]
    time_limit: float = TIME_LIMIT


def place(value: Any) -> Place:
    """Parse a database url. Raises ValueError without repeating any of the url."""
    kind, mark, rest = _written(value).strip().partition("://")
    if kind == "sqlite" and mark:
        if not rest.startswith("/") or not rest[1:]:
            raise ValueError("must have three slashes before the file: sqlite:///folder/cases.db")
        return Place("sqlite", rest[1:])
    if not mark or kind not in _TITLES:
        raise ValueError("must begin with sqlite:///, postgresql:// or mssql://")
    # Checked before the address is parsed, so that no other message can quote the password.
    if ":" in rest.rpartition("@")[0]:
        raise ValueError(NO_PASSWORD)
    address, _, asked = rest.partition("?")
    server, _, name = address.partition("/")
    try:
        parts = urlsplit(f"//{server}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        # `from None`, since urlsplit's message quotes the address.
        raise ValueError(f"must have a number for a port: {kind}://host:1234/database") from None
    # The unquoted text, since %0A would reach the driver as a line break.
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
    """Check that a text is one ``SELECT``, or ``WITH`` and ``SELECT``, and return it trimmed.

    Raises ValueError for any other. This only reports a mistake early and with its line: the
    connection itself is opened so that the database refuses to write.
    """
    text = _written(value).replace("\r\n", "\n").strip()
    if re.search(HOSTILE, text.replace("\n", "").replace("\t", "")):
        raise ValueError("has control characters, or some that cannot be seen")
    # PostgreSQL nests comments and SQLite does not: code for one is a comment for the other.
    if any("/*" in found[2:] for found in _QUOTED.findall(text) if found.startswith("/*")):
        raise ValueError("has a comment inside a comment")
    code = _QUOTED.sub(" ", text)
    if any(mark in code for mark in ("'", '"', "`", "/*")):
        raise ValueError("has a quote or a comment that is not closed")
    # A final semicolon is how many people end a query.
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
    """Parse a number of seconds, more than 0 and at most an hour."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 3600:
        raise ValueError("must be a number of seconds, more than 0 and at most 3600")
    return float(value)


def no_password(value: Any) -> Any:
    """Raise ValueError: a password may not stand in a config, whatever its key is called."""
    raise ValueError(NO_PASSWORD)


def _written(value: Any) -> str:
    """Return the value if it is text. Raises ValueError otherwise."""
    if not isinstance(value, str):
        raise ValueError("must be text in quotes")
    return value
