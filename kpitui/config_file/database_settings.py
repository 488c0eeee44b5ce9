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

from kpitui.text import HOSTILE_CHARACTERS

DATABASE_SECTION = "sql"
"""The name of the config's section, which stands in for a file in issues about a database."""
DatabaseKind = Literal["sqlite", "postgresql", "mssql"]
DEFAULT_TIME_LIMIT = 60.0  # seconds for each query, unless the config says otherwise
PASSWORD_REFUSAL = (
    "must not hold a password: set KPITUI_SQL_PASSWORD, or keep it in the keyring, "
    "and change the one that was written here"
)
_DATABASE_TITLES: Mapping[str, str] = {"postgresql": "PostgreSQL", "mssql": "SQL Server"}
# Options after the question mark secure the connection. Who the user is belongs elsewhere: in the
# environment, the keyring or the driver.
_URL_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "postgresql": ("sslmode", "sslrootcert"),
    "mssql": ("driver", "encrypt", "trustservercertificate"),
}
# Parts of a statement that are not code: comments, and text in any of the four kinds of quotes.
_QUOTED_OR_COMMENT = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[(?:[^\]]|\]\])*\]""", re.S
)
# Words that only occur where a statement changes something or reaches another server. SQL Server
# needs no semicolon between two statements, so they are refused anywhere outside quotes.
_CHANGING_WORDS = frozenset(
    "ALTER ATTACH BACKUP BULK CREATE DBCC DELETE DENY DROP EXEC EXECUTE GRANT INSERT INTO KILL "
    "MERGE OPENDATASOURCE OPENQUERY OPENROWSET RESTORE REVOKE SHUTDOWN TRUNCATE UPDATE "
    "WAITFOR".split()
)


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """The address of a database; `name` is the database, or SQLite's file.

    Host, port and user are left to the driver if they are empty.
    """

    kind: DatabaseKind
    name: str
    host: str = ""
    port: int | None = None
    user: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def description(self) -> str:
        """Return the database in words: ``PostgreSQL mosaic on db.example``."""
        if self.kind == "sqlite":
            return f"SQLite {self.name.rpartition('/')[2]}"
        server_label = f"{self.host}:{self.port}" if self.port else self.host
        return f"{_DATABASE_TITLES[self.kind]} {self.name}" + (f" on {server_label}" if server_label else "")


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """A database and its queries: a SELECT for each table, and the seconds each may take."""

    address: DatabaseAddress
    queries: Mapping[str, str]
    time_limit: float = DEFAULT_TIME_LIMIT


def parse_database_url(raw_value: Any) -> DatabaseAddress:
    """Parse a database url. Raises ValueError without repeating any of the url."""
    kind, separator, address_text = _require_text(raw_value).strip().partition("://")
    if kind == "sqlite" and separator:
        if not address_text.startswith("/") or not address_text[1:]:
            raise ValueError("must have three slashes before the file: sqlite:///folder/cases.db")
        return DatabaseAddress("sqlite", address_text[1:])
    if not separator or kind not in _DATABASE_TITLES:
        raise ValueError("must begin with sqlite:///, postgresql:// or mssql://")
    # Checked before the address is parsed, so that no other message can quote the password.
    if ":" in address_text.rpartition("@")[0]:
        raise ValueError(PASSWORD_REFUSAL)
    server_and_name, _, query_string = address_text.partition("?")
    server_text, _, name = server_and_name.partition("/")
    try:
        url_parts = urlsplit(f"//{server_text}")
        host, port = url_parts.hostname or "", url_parts.port
    except ValueError:
        # `from None`, since urlsplit's message quotes the address.
        raise ValueError(f"must have a number for a port: {kind}://host:1234/database") from None
    # The unquoted text, since %0A would reach the driver as a line break.
    if re.search(HOSTILE_CHARACTERS, unquote(address_text)):
        raise ValueError("has control characters, or some that cannot be seen")
    if not re.fullmatch(r"[\w.:\\-]*", host):
        raise ValueError("has a server's name with characters that none has")
    if not name:
        raise ValueError(f"must name the database: {kind}://host/database")
    if kind == "mssql" and not host:
        raise ValueError("must name the server: mssql://host/database")
    url_options = _parse_url_options(kind, query_string)
    return DatabaseAddress(
        kind,  # type: ignore[arg-type]
        unquote(name),
        host,
        port,
        unquote(url_parts.username or ""),
        url_options,
    )


def _parse_url_options(database_kind: str, query_string: str) -> tuple[tuple[str, str], ...]:
    option_pairs = tuple((name.lower(), value) for name, value in parse_qsl(query_string))
    if any(option_name in ("password", "pwd") for option_name, _ in option_pairs):
        raise ValueError(PASSWORD_REFUSAL)
    if any(option_name not in _URL_OPTIONS[database_kind] for option_name, _ in option_pairs):
        raise ValueError(f"may have {', '.join(_URL_OPTIONS[database_kind])} after the question mark, no others")
    return option_pairs


def parse_select_statement(raw_value: Any) -> str:
    """Check that a text is one ``SELECT``, or ``WITH`` and ``SELECT``, and return it trimmed.

    Raises ValueError for any other. This only reports a mistake early and with its line: the
    connection itself is opened so that the database refuses to write.
    """
    statement = _require_text(raw_value).replace("\r\n", "\n").strip()
    if re.search(HOSTILE_CHARACTERS, statement.replace("\n", "").replace("\t", "")):
        raise ValueError("has control characters, or some that cannot be seen")
    # PostgreSQL nests comments and SQLite does not: code for one is a comment for the other.
    if any("/*" in text[2:] for text in _QUOTED_OR_COMMENT.findall(statement) if text.startswith("/*")):
        raise ValueError("has a comment inside a comment")
    code = _QUOTED_OR_COMMENT.sub(" ", statement)
    if any(mark in code for mark in ("'", '"', "`", "/*")):
        raise ValueError("has a quote or a comment that is not closed")
    # A final semicolon is how many people end a query.
    if ";" in code.rstrip().rstrip(";"):
        raise ValueError("has several statements: one SELECT is allowed")
    keywords = re.findall(r"\w+", code.upper())
    if keywords[:1] not in (["SELECT"], ["WITH"]) or "SELECT" not in keywords:
        raise ValueError("must be a SELECT, or a WITH that ends in one: nothing else is sent")
    if changing_keyword := next((keyword for keyword in keywords if keyword in _CHANGING_WORDS), None):
        explanation = f"has the word {changing_keyword}: only what reads is sent"
        raise ValueError(f"{explanation} (a column of that name goes into double quotes)")
    return statement


def parse_time_limit(raw_value: Any) -> float:
    """Parse a number of seconds, more than 0 and at most an hour."""
    if isinstance(raw_value, bool) or not isinstance(raw_value, int | float) or not 0 < raw_value <= 3600:
        raise ValueError("must be a number of seconds, more than 0 and at most 3600")
    return float(raw_value)


def refuse_password(raw_value: Any) -> Any:
    """Raise ValueError: a password may not stand in a config, whatever its key is called."""
    raise ValueError(PASSWORD_REFUSAL)


def _require_text(raw_value: Any) -> str:
    """Return the value if it is text. Raises ValueError otherwise."""
    if not isinstance(raw_value, str):
        raise ValueError("must be text in quotes")
    return raw_value
