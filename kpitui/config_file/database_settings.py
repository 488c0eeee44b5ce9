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

from kpitui.config_file.field_errors import InvalidField
from kpitui.text import count_hostile_characters

DATABASE_SECTION = "sql"
"""The name of the config's section, which stands in for a file in issues about a database."""
DatabaseKind = Literal["sqlite", "postgresql", "mssql"]
DEFAULT_TIME_LIMIT = 60.0  # seconds for each query, unless the config says otherwise
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
    """A database and its queries: a SELECT for each table, and the seconds each may take.

    Where it `has_safeguarding_dataset`, the tables of that are found in `schema`, or in the only one.
    """

    address: DatabaseAddress
    queries: Mapping[str, str]
    time_limit: float = DEFAULT_TIME_LIMIT
    has_safeguarding_dataset: bool = False
    schema: str = ""


def parse_database_url(raw_value: Any) -> DatabaseAddress:
    """Parse a database url. Raises InvalidField without repeating any of the url."""
    kind, separator, address_text = _require_text(raw_value).strip().partition("://")
    if kind == "sqlite" and separator:
        if not address_text.startswith("/") or not address_text[1:]:
            raise InvalidField("config-url-without-file")
        return DatabaseAddress("sqlite", address_text[1:])
    if not separator or kind not in _DATABASE_TITLES:
        raise InvalidField("config-url-of-other-kind")
    # Checked before the address is parsed, so that no other message can quote the password.
    if ":" in address_text.rpartition("@")[0]:
        raise InvalidField("config-password")
    return _parse_server_address(kind, address_text)


def _parse_server_address(kind: str, address_text: str) -> DatabaseAddress:
    """Parse what follows the kind of a server: ``user@host:port/name?options``."""
    server_and_name, _, query_string = address_text.partition("?")
    server_text, _, name = server_and_name.partition("/")
    try:
        url_parts = urlsplit(f"//{server_text}")
        host, port = url_parts.hostname or "", url_parts.port
    except ValueError:
        # `from None`, since urlsplit's message quotes the address.
        raise InvalidField("config-url-port", kind=kind) from None
    _check_server_address(kind, address_text, host, name)
    url_options = _parse_url_options(kind, query_string)
    user_name = unquote(url_parts.username or "")
    return DatabaseAddress(kind, unquote(name), host, port, user_name, url_options)  # type: ignore[arg-type]


def _check_server_address(kind: str, address_text: str, host: str, name: str) -> None:
    # The unquoted text, since %0A would reach the driver as a line break.
    if count_hostile_characters(unquote(address_text)):
        raise InvalidField("config-control-characters")
    if not re.fullmatch(r"[\w.:\\-]*", host):
        raise InvalidField("config-url-server")
    if not name:
        raise InvalidField("config-url-without-database", kind=kind)
    if kind == "mssql" and not host:
        raise InvalidField("config-url-without-server")


def _parse_url_options(database_kind: str, query_string: str) -> tuple[tuple[str, str], ...]:
    option_pairs = tuple((name.lower(), value) for name, value in parse_qsl(query_string))
    if any(option_name in ("password", "pwd") for option_name, _ in option_pairs):
        raise InvalidField("config-password")
    if any(option_name not in _URL_OPTIONS[database_kind] for option_name, _ in option_pairs):
        raise InvalidField("config-url-options", options=_URL_OPTIONS[database_kind])
    return option_pairs


def parse_select_statement(raw_value: Any) -> str:
    """Check that a text is one ``SELECT``, or ``WITH`` and ``SELECT``, and return it trimmed.

    Raises InvalidField for any other. This only reports a mistake early and with its line: the
    connection itself is opened so that the database refuses to write.
    """
    statement = _require_text(raw_value).replace("\r\n", "\n").strip()
    if count_hostile_characters(statement.replace("\n", "").replace("\t", "")):
        raise InvalidField("config-control-characters")
    # PostgreSQL nests comments and SQLite does not: code for one is a comment for the other.
    if any("/*" in text[2:] for text in _QUOTED_OR_COMMENT.findall(statement) if text.startswith("/*")):
        raise InvalidField("config-sql-nested-comment")
    code = _QUOTED_OR_COMMENT.sub(" ", statement)
    if any(mark in code for mark in ("'", '"', "`", "/*")):
        raise InvalidField("config-sql-not-closed")
    # A final semicolon is how many people end a query.
    if ";" in code.rstrip().rstrip(";"):
        raise InvalidField("config-sql-several")
    keywords = re.findall(r"\w+", code.upper())
    if keywords[:1] not in (["SELECT"], ["WITH"]) or "SELECT" not in keywords:
        raise InvalidField("config-sql-not-select")
    if changing_keyword := next((keyword for keyword in keywords if keyword in _CHANGING_WORDS), None):
        raise InvalidField("config-sql-changing-word", word=changing_keyword)
    return statement


def parse_time_limit(raw_value: Any) -> float:
    """Parse a number of seconds, more than 0 and at most an hour."""
    if isinstance(raw_value, bool) or not isinstance(raw_value, int | float) or not 0 < raw_value <= 3600:
        raise InvalidField("config-time-limit")
    return float(raw_value)


def refuse_password(raw_value: Any) -> Any:
    """Raise InvalidField: a password may not stand in a config, whatever its key is called."""
    raise InvalidField("config-password")


def _require_text(raw_value: Any) -> str:
    """Return the value if it is text. Raises InvalidField otherwise."""
    if not isinstance(raw_value, str):
        raise InvalidField("config-not-text")
    return raw_value
