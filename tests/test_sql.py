"""What a config may say of a database: its place, its queries, and never a password."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitui.config.settings import ConfigError, load_settings
from kpitui.config_file import database_settings
from kpitui.config_file.database_settings import (
    DatabaseAddress,
    DatabaseSettings,
    parse_database_url,
    parse_select_statement,
)
from kpitui.config_file.field_errors import InvalidField
from kpitui.issue_wording import describe_message, format_issue

COUNCIL = '[council]\nname = "Rutland"\nla_code = "857"\n'
SECRET = "hunter2"
REFUSAL = (
    "must not hold a password: set KPITUI_SQL_PASSWORD, or keep it in the keyring, "
    "and change the one that was written here"
)


def database(folder: Path, text: str) -> DatabaseSettings | None:
    path = folder / "config.toml"
    path.write_text(COUNCIL + text, encoding="utf-8")
    return load_settings(path).database


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        database(folder, text)
    return [format_issue(issue).replace(f"{folder}/", "") for issue in caught.value.issues]


def words_of(error: ValueError) -> str:
    assert isinstance(error, InvalidField)
    return describe_message(error.message.add_values(key="sql.url"))


# --- the section ---------------------------------------------------------------------------------


def test_a_place_and_a_query_for_a_table(tmp_path: Path) -> None:
    settings = database(
        tmp_path,
        """
        [sql]
        url = "postgresql://db.example:5433/mosaic?sslmode=verify-full"
        user = "reader"
        time_limit = 5
        [sql.tables]
        referrals = '''
            SELECT person AS child,
            \tmade AS referral_date
            FROM contacts;
        '''
        """,
    )
    assert settings is not None
    options = (("sslmode", "verify-full"),)
    assert settings.address == DatabaseAddress("postgresql", "mosaic", "db.example", 5433, "reader", options)
    assert settings.time_limit == 5
    assert list(settings.queries) == ["referrals"]
    assert settings.queries["referrals"].endswith("FROM contacts;")


def test_without_a_section_there_is_no_database(tmp_path: Path) -> None:
    assert database(tmp_path, "") is None


def test_a_file_stands_beside_the_config(tmp_path: Path) -> None:
    tables = '[sql.tables]\nuasc = "SELECT child FROM uasc"\n'
    settings = database(tmp_path, f'[sql]\nurl = "sqlite:///in/cases.db"\n{tables}')
    assert settings is not None
    assert settings.address.name == str(tmp_path / "in" / "cases.db")
    assert settings.address.description == "SQLite cases.db"
    assert settings.time_limit == database_settings.DEFAULT_TIME_LIMIT


def test_every_mistake_with_its_line(tmp_path: Path) -> None:
    assert mistakes(
        tmp_path,
        """\
[sql]
url = "oracle://db/mosaic"
time_limit = 0
usr = "reader"
[sql.tables]
uasc = "DELETE FROM uasc"
children = 5
""",
    ) == [
        "config.toml:5: sql.url must begin with sqlite:///, postgresql:// or mssql://",
        "config.toml:6: sql.time_limit must be a number of seconds, more than 0 and at most 3600",
        "config.toml:7: sql.usr is not known - did you mean user?",
        "config.toml:9: sql.tables.uasc must be a SELECT, or a WITH that ends in one: nothing else is sent",
        "config.toml:10: sql.tables.children must be text in quotes",
    ]


def test_what_a_database_needs(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "[sql]\n") == [
        "config.toml:4: sql needs url",
        'config.toml:4: sql needs a query for each table, [sql.tables] NAME = "SELECT ...", or ssd = true',
    ]


# --- passwords -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://reader:{SECRET}@db/mosaic",
        f"postgresql://reader:{SECRET}/@:x@db/mosaic",
        f"postgresql://reader:{SECRET}#1@db/mosaic",
        f"mssql://reader:{SECRET}?@db/mosaic",
        f"postgresql://db/mosaic?password={SECRET}",
        f"mssql://db/mosaic?PWD={SECRET}",
    ],
)
def test_a_password_in_the_url_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    tables = '[sql.tables]\nuasc = "SELECT 1"\n'
    assert mistakes(tmp_path, f'[sql]\nurl = "{url}"\n{tables}') == [f"config.toml:5: sql.url {REFUSAL}"]


@pytest.mark.parametrize("name", ["password", "passwd", "pwd"])
def test_a_password_in_the_config_is_refused_and_not_repeated(tmp_path: Path, name: str) -> None:
    text = f'[sql]\nurl = "sqlite:///a.db"\n{name} = "{SECRET}"\n[sql.tables]\nuasc = "SELECT 1"\n'
    assert mistakes(tmp_path, text) == [f"config.toml:6: sql.{name} {REFUSAL}"]


@given(st.text(max_size=30))
def test_a_url_that_is_refused_is_never_repeated(url_tail: str) -> None:
    for kind in ("postgresql", "mssql", "oracle"):
        with pytest.raises(ValueError, match=r".") as caught:
            parse_database_url(f"{kind}://reader:{SECRET}{url_tail}@db/mosaic")
        assert SECRET not in words_of(caught.value)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite://cases.db", "three slashes"),
        ("sqlite:///", "three slashes"),
        ("postgresql://db", "must name the database: postgresql://host/database"),
        ("mssql:///mosaic", "must name the server"),
        (f"postgresql://reader:{SECRET}/mosaic", "a number for a port: postgresql://host:1234/"),
        ("postgresql://db/mosaic?host=other", "may have sslmode, sslrootcert after"),
        ("postgresql://db/mos%00aic", "control characters"),
        ("mssql://db;PWD=x/mosaic", "characters that are not allowed"),
        ("Driver={x};PWD=y", "must begin with"),
    ],
)
def test_what_is_no_place(url: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_database_url(url)
    assert message in words_of(caught.value)
    assert SECRET not in words_of(caught.value)


@pytest.mark.parametrize(
    ("url", "place_text"),
    [
        ("postgresql:///mosaic", "PostgreSQL mosaic"),
        ("postgresql://[::1]:5432/mosaic", "PostgreSQL mosaic on ::1:5432"),
        ("mssql://db\\LIVE/mosaic%20live", "SQL Server mosaic live on db\\live"),
        ("sqlite:////srv/cases.db", "SQLite cases.db"),
    ],
)
def test_a_place_in_words(url: str, place_text: str) -> None:
    assert parse_database_url(url).description == place_text


# --- statements ----------------------------------------------------------------------------------

READING = (
    "SELECT 1",
    "select child from referrals;",
    "-- it's a comment\nSELECT 1 /* DELETE; */ -- and it's over",
    "WITH open AS (SELECT * FROM plans) SELECT * FROM open",
    "(SELECT 1) UNION (SELECT 2)",
    "SELECT 'a;b', 'it''s DELETE', \"update\", [delete], `drop` FROM t",
    "SELECT deleted, last_update, inserted_by, replace(a, 'x', 'y') FROM t",
    "SELECT a[1] FROM t",
)
REFUSED = (
    ("", "must be a SELECT"),
    ("DELETE FROM referrals", "must be a SELECT"),
    ("PRAGMA query_only = OFF", "must be a SELECT"),
    ("ATTACH 'other.db' AS other", "must be a SELECT"),
    ("VALUES (1)", "must be a SELECT"),
    ("WITH a AS (VALUES (1)) TABLE a", "must be a SELECT"),
    ("EXPLAIN SELECT 1", "must be a SELECT"),
    ("SELECT 1; SELECT 2", "several statements"),
    ("SELECT 1;\n-- over\nDROP TABLE t", "several statements"),
    ("SELECT 1 DELETE FROM t", "has the word DELETE"),
    ("SELECT * INTO copy FROM t", "has the word INTO"),
    ("SELECT 1 EXEC sp_who", "has the word EXEC"),
    ("WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone", "has the word DELETE"),
    ("SELECT 1 FROM t FOR UPDATE", "has the word UPDATE"),
    ("SELECT * FROM OPENROWSET('x', 'y', 'z')", "has the word OPENROWSET"),
    ("SELECT 'open", "not closed"),
    ("SELECT 'it\\'s DELETE FROM t --'", "has the word DELETE"),
    ("SELECT 1 /* open", "not closed"),
    ("SELECT 1 /* /* */ ' */ DELETE FROM t -- '", "comment inside a comment"),
    ("SELECT 1 -- \r' \nDELETE FROM t --'", "control characters"),
    ("SELECT '\u202e'", "cannot be seen"),
    ("SELECT '\0'", "control characters"),
)


@pytest.mark.parametrize("text", READING)
def test_what_reads_is_sent_as_it_stands(text: str) -> None:
    assert parse_select_statement(text) == text


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_anything_else_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_select_statement(text)
    assert message in words_of(caught.value)


@given(st.text(alphabet="'\"`[]/*-;\n aDELETE", max_size=40))
def test_no_statement_hides_in_quotes_that_are_not_closed(text: str) -> None:
    """After whatever is taken for closed, a second statement is seen."""
    try:
        parse_select_statement(f"SELECT {text}")
    except ValueError:
        return
    with pytest.raises(ValueError, match=r"."):
        parse_select_statement(f"SELECT {text}\n; DELETE FROM t")
