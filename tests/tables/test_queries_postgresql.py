"""Tables from PostgreSQL, asked of a server of the tests' own."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from databases import columns_of, config_of, csv_tables, opened, rows_of, source_of, told
from servers import READER, READERS_PASSWORD, Server, postgresql

from kpitui.board import build_board
from kpitui.cli import main
from kpitui.config_file.database_settings import DatabaseSettings, parse_database_url
from kpitui.council import open_council
from kpitui.issue_wording import describe_problem
from kpitui.model.table_schema import ColumnType
from kpitui.readers.data_files import BATCH_ROWS
from kpitui.readers.databases import QueryFailed, connect_database
from kpitui.readers.databases.credentials import PASSWORD_VARIABLE, USER_VARIABLE
from kpitui.tables import LoadedTables
from kpitui.tui.council_desk import CouncilDesk
from kpitui.tui.council_reader import QueriesNotAnswered
from tests import councils
from tests.safeguarding_dataset import ECLIPSE, Row, make_tables

ONE = "SELECT 'A' AS child, date '2018-11-05' AS referral_date"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql() as running:
        yield running


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(USER_VARIABLE, raising=False)
    monkeypatch.setenv(PASSWORD_VARIABLE, READERS_PASSWORD)


def asked(folder: Path, server: Server, query: str, table: str = "referrals") -> LoadedTables:
    return opened(folder, server.url(), {table: query}).tables


def value(server: Server, expression: str) -> object:
    return server.run(f"SELECT {expression}")[0][0]


# --- rows ----------------------------------------------------------------------------------------


def test_days_moments_numbers_and_flags(tmp_path: Path, server: Server) -> None:
    query = """
    SELECT 12 AS worker, timestamp '2018-01-01 14:30' AS start_date, date '2018-12-31' AS end_date,
        true AS voluntary, 0.50::numeric(4, 2) AS fte, 3.00::numeric AS grade, NULL AS note,
        timestamp '2018-01-01 14:30' AS seen, '{"a": 1e9}'::json AS details, ARRAY[1, 2] AS several
    """
    tables = asked(tmp_path, server, query, "social_workers")
    columns = ("worker", "start_date", "end_date", "voluntary", "fte")
    assert rows_of(tables, "social_workers", *columns) == [("12", date(2018, 1, 1), date(2018, 12, 31), "Y", 0.5)]
    # `grade` is a name that a later step gives: the column steps aside.
    assert rows_of(tables, "social_workers", "grade_in_file", "note", "seen", "details") == [
        ("3", None, "2018-01-01 14:30:00", '{"a": 1e9}')
    ]
    assert told(tables) == ["sql: social_workers: the column grade is kept as grade_in_file"]


def test_a_moment_is_of_the_day_that_it_was_in_england(tmp_path: Path, server: Server) -> None:
    """Half past eleven at night in summer, as the server keeps it, is the next day."""
    query = """
    SELECT child, made AS referral_date FROM (VALUES
        ('summer', timestamptz '2018-07-01 23:30:00.5+00'),
        ('winter', timestamptz '2018-12-01 23:30:00+00')
    ) AS contacts (child, made)
    """
    tables = asked(tmp_path, server, query)
    assert rows_of(tables, "referrals", "child", "referral_date") == [
        ("summer", date(2018, 7, 2)),
        ("winter", date(2018, 12, 1)),
    ]


def test_dates_that_no_calendar_has(tmp_path: Path, server: Server) -> None:
    """An end that is `infinity` is one that did not happen, and is named like any odd cell."""
    query = """
    SELECT child, start_date, end_date FROM (VALUES
        ('A', date '2018-01-01', date 'infinity'),
        ('B', date '2018-01-02', date '0044-03-15 BC')
    ) AS plans (child, start_date, end_date)
    """
    tables = asked(tmp_path, server, query, "protection_plans")
    assert rows_of(tables, "protection_plans", "end_date") == [(None,), (None,)]
    assert told(tables) == [
        "sql: protection_plans:1: 2 dates in end_date could not be read, on lines 1 and 2: infinity, 0044-03-15 BC. "
        "The cells were read as missing."
    ]


def test_moments_that_no_calendar_has(tmp_path: Path, server: Server) -> None:
    tables = asked(tmp_path, server, "SELECT 'A' AS child, timestamptz 'infinity' AS referral_date")
    assert told(tables)[0] == (
        "sql: referrals:1: 1 date in referral_date could not be read: infinity. The row was left out."
    )


def test_numbers_that_are_none(tmp_path: Path, server: Server) -> None:
    query = """
    SELECT worker, date '2018-01-01' AS start_date, fte FROM (VALUES
        ('A', 'NaN'::numeric), ('B', 'Infinity'::float8), ('C', 1e30::numeric)
    ) AS staff (worker, fte)
    """
    query = query.replace("'Infinity'::float8", "'Infinity'::numeric")
    tables = asked(tmp_path, server, query, "social_workers")
    assert rows_of(tables, "social_workers", "fte") == [(None,), (None,), (None,)]
    assert told(tables) == [
        "sql: social_workers:1: 1 cell of fte says NaN. The cell was read as missing.",
        "sql: social_workers:2: 1 cell of fte should be a number: Infinity. The cell was read as missing.",
        f"sql: social_workers:3: 1 number in fte is not between 0 and 2: 1{'0' * 30}. The cell was read as missing.",
    ]


def test_more_rows_than_come_at_once(tmp_path: Path, server: Server) -> None:
    query = f"{ONE} FROM generate_series(1, 1) UNION ALL SELECT n::text, date '2018-11-05'"
    query += f" FROM generate_series(1, {BATCH_ROWS}) AS n"
    tables = asked(tmp_path, server, query)
    assert source_of(tables, "referrals").rows_used == BATCH_ROWS + 1


def test_a_statement_is_sent_as_it_stands(tmp_path: Path, server: Server) -> None:
    query = "SELECT '100%s' AS child, date '2018-11-05' AS referral_date -- it's 5 % of all\n;"
    tables = asked(tmp_path, server, query)
    assert rows_of(tables, "referrals", "child") == [("100%s",)]


@pytest.mark.parametrize("seed", [3, 11])
def test_the_same_numbers_from_files_and_from_a_database(tmp_path: Path, server: Server, seed: int) -> None:
    """With the types that a database gives to days and numbers."""
    files = tmp_path / "files"
    council = councils.write_council(files, seed)
    types = {ColumnType.NUMBER: "numeric", ColumnType.DATE: "date"}
    schema = f"council_{seed}"
    statements = [f"CREATE SCHEMA {schema}"]
    for name, (header, *rows) in csv_tables(files).items():
        statements.append(f"CREATE TABLE {schema}.{name} ({columns_of(name, header, types)})")
        for row in rows:
            cells = ", ".join(f"'{cell.replace(chr(39), chr(39) * 2)}'" if cell else "NULL"
                              for cell in row)  # fmt: skip
            statements.append(f"INSERT INTO {schema}.{name} VALUES ({cells})")
    server.run(*statements)
    queries = {name: f"SELECT * FROM {schema}.{name}" for name in csv_tables(files)}
    queried = opened(tmp_path, server.url(), queries)
    config = config_of(files, server.url(), {"uasc": "SELECT 1"})
    text = config.read_text(encoding="utf-8").split("[sql]")[0].replace('"tables"', '"."')
    config.write_text(text, encoding="utf-8")
    file_council = open_council(config)
    assert queried.tables.frames.keys() == file_council.tables.frames.keys()
    theirs, ours = (build_board(each_council, council.as_at).entries for each_council in (queried, file_council))
    assert [their.history for their in theirs] == [our.history for our in ours]
    assert [their.variants for their in theirs] == [our.variants for our in ours]


# --- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * FROM nowhere", 'the query failed: relation "nowhere" does not exist'),
        ("SELECT 1 / 0 AS child", "the query failed: division by zero"),
        ("SELECT 'A' AS child", "no column referral_date"),
        ("SELECT", "the query gives no table"),
        ("SELECT time '24:00' AS child", "a value could not be read: cast it to text in the query"),
        ("SELECT child FROM", "the query failed: syntax error at end of input"),
    ],
)
def test_a_query_that_fails_leaves_the_others(tmp_path: Path, server: Server, query: str, reason: str) -> None:
    queries = {"referrals": query, "uasc": "SELECT 'A' AS child"}
    tables = opened(tmp_path, server.url(), queries).tables
    assert rows_of(tables, "uasc", "child") == [("A",)]
    assert [issue.partition(". The ")[0] for issue in told(tables)] == [f"sql: referrals: {reason}"]


def test_a_failure_does_not_tell_what_a_cell_holds(tmp_path: Path, server: Server) -> None:
    """What is said of a table is kept in snapshots: a record must not come there that way."""
    query = "SELECT name::int AS child FROM (VALUES ('Nellie \"O'' Brien')) AS r (name)"
    tables = asked(tmp_path, server, query)
    (issue,) = told(tables)
    assert (
        issue == "sql: referrals: the query failed: invalid input syntax for type integer: ... The table was not read."
    )


@pytest.mark.parametrize(
    "query",
    [
        "SELECT pg_sleep(3000)::text AS child",
        "SELECT n::text AS child FROM generate_series(1, 1000000000000) AS n",
        "SELECT pg_sleep(0.01)::text AS child FROM generate_series(1, 1000000)",
    ],
)
def test_a_query_that_takes_too_long_is_ended(tmp_path: Path, server: Server, query: str) -> None:
    queries = {"uasc": query, "referrals": ONE}
    tables = opened(tmp_path, server.url(), queries, "time_limit = 0.3").tables
    assert describe_problem(tables.problems["uasc"]).startswith("sql: uasc: the query took longer than 0.3 seconds")
    assert source_of(tables, "referrals").rows_used == 1


def test_a_wrong_password_is_said_once_and_never_shown(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv(PASSWORD_VARIABLE, "hunter2")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    config = config_of(tmp_path, server.url(), {"referrals": ONE, "uasc": ONE})
    assert main(["check", "--config", str(config)]) == 3
    out, err = capsys.readouterr()
    assert out == (
        f"sql: PostgreSQL postgres on 127.0.0.1:{server.port}: could not be opened: password"
        f' authentication failed for user "{READER}". It was tried as {READER}, with the password'
        f" of {PASSWORD_VARIABLE}: put right what is wrong of these or sql.url. Its tables were not read.\n"
    )
    assert "sql: uasc: PostgreSQL postgres" in err
    desk = CouncilDesk(config)
    desk.save_snapshot(desk.build_board(None, None, reread=True))
    file_texts = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.json")]
    assert "hunter2" not in "".join([out, err, *file_texts])


def test_without_a_password_it_says_where_one_can_be_put(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE)
    (issue,) = told(asked(tmp_path, server, ONE))
    assert f"tried as {READER}, without a password: {PASSWORD_VARIABLE} is not set, and " in issue


def test_the_user_of_the_environment_comes_first(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(USER_VARIABLE, "nobody_known")
    (issue,) = told(asked(tmp_path, server, ONE))
    assert 'for user "nobody_known"' in issue


def test_the_user_of_the_config(tmp_path: Path, server: Server) -> None:
    url = server.url().replace(f"{READER}@", "")
    tables = opened(tmp_path, url, {"referrals": ONE}, f'user = "{READER}"').tables
    assert told(tables) == []


def test_a_server_that_is_not_there_leaves_the_files_on_screen(tmp_path: Path, server: Server) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"postgresql://127.0.0.1:{nobody.getsockname()[1]}/mosaic"
        config = config_of(tmp_path, url, {"uasc": "SELECT child FROM uasc"})
        (tmp_path / "tables" / "referrals.csv").write_text("child,referral_date\nA,2018-11-05\n", encoding="utf-8")
        council = open_council(config)
    (issue,) = told(council.tables)
    assert "could not be opened: Connection refused" in issue
    entries = {entry.indicator.code: entry for entry in build_board(council).entries}
    assert entries["RR12"].problem is None


def test_a_server_that_is_away_for_now_leaves_what_was_read_of_it(tmp_path: Path, server: Server) -> None:
    desk = CouncilDesk(config_of(tmp_path, server.url(), {"uasc": "SELECT 'A' AS child"}))
    before = desk.build_board(None, None, reread=False)
    server.run(f"ALTER ROLE {READER} NOLOGIN")
    try:
        with pytest.raises(QueriesNotAnswered, match=r"press R to try again\. sql: PostgreSQL .* could not be opened"):
            desk.build_board(None, None, reread=True)
    finally:
        server.run(f"ALTER ROLE {READER} LOGIN")
    assert desk.build_board(None, None, reread=False).sources == before.sources
    assert [source.rows_used for source in desk.build_board(None, None, reread=True).sources] == [1]


def test_a_server_that_goes_away_half_way(tmp_path: Path, server: Server) -> None:
    """The query that is cut off says so, and so does each that comes after it."""
    queries = {"uasc": "SELECT pg_sleep(20)::text AS child", "referrals": ONE}
    readings: list[LoadedTables] = []
    reading = Thread(target=lambda: readings.append(opened(tmp_path, server.url(), queries).tables))
    reading.start()
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    ended += " WHERE application_name = 'kpitui' AND query LIKE 'FETCH%' AND state = 'active'"
    while not server.run(ended):  # until the server has the query
        reading.join(0.05)
        assert reading.is_alive()
    reading.join()
    (tables,) = readings
    assert describe_problem(tables.problems["uasc"]).startswith("sql: uasc: the query failed: ")
    assert describe_problem(tables.problems["referrals"]).startswith("sql: referrals: the query failed: ")


# --- nothing is written --------------------------------------------------------------------------

WRITES = (
    "INSERT INTO ours VALUES (2)",
    "WITH gone AS (DELETE FROM ours RETURNING a) SELECT * FROM gone",
    "SELECT nextval('numbers')",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "SELECT 1 FROM ours FOR UPDATE",
    "CREATE TABLE theirs (a int)",
    "COMMIT",
)


@pytest.mark.parametrize("statement", WRITES)
def test_the_transaction_itself_refuses_what_would_have_passed(server: Server, statement: str) -> None:
    """As if the look at the statement were not there; the user may write all that there is."""
    server.run(
        "CREATE TABLE IF NOT EXISTS ours (a int)",
        "TRUNCATE ours",
        "INSERT INTO ours VALUES (1)",
        "CREATE SEQUENCE IF NOT EXISTS numbers",
        f"GRANT ALL ON ours, numbers TO {READER}",
    )
    with connect_database(DatabaseSettings(parse_database_url(server.url()), {})) as ask:
        with pytest.raises(QueryFailed):
            list(ask(statement))
        assert next(ask("SELECT a FROM ours")).rows == [(1,)]
    assert value(server, "array_agg(a) FROM ours") == [1]
    assert value(server, "is_called FROM numbers") is False
    assert value(server, "to_regclass('theirs')") is None


def test_what_a_function_makes_all_the_same_is_not_kept(tmp_path: Path, server: Server) -> None:
    asked(tmp_path, server, "SELECT lo_creat(-1)::text AS child, date '2018-11-05' AS referral_date")
    assert value(server, "count(*) FROM pg_largeobject_metadata") == 0


def test_all_tables_are_of_one_moment(server: Server) -> None:
    server.run("CREATE TABLE IF NOT EXISTS moment (a int)", "TRUNCATE moment")
    server.run(f"GRANT ALL ON moment TO {READER}")
    counting = "SELECT count(*) FROM moment"
    with connect_database(DatabaseSettings(parse_database_url(server.url()), {})) as ask:
        before = [list(batch.rows) for batch in ask(counting)]
        server.run("INSERT INTO moment VALUES (1)")
        assert [list(batch.rows) for batch in ask(counting)] == before


# --- the Standard Safeguarding Dataset ------------------------------------------------------------


def test_the_safeguarding_dataset_is_found_in_its_schema(tmp_path: Path, server: Server) -> None:
    """As Eclipse has it: moments as timestamps, in a schema of its own; in a second one it must be named."""
    (tmp_path / "tables").mkdir()
    tables = {name: rows[:200] for name, rows in make_tables(ECLIPSE).items()}
    create_safeguarding_tables(server, "ssd_development", tables)
    readings = opened(tmp_path, server.url(), {}, "ssd = true\n").tables
    assert {source.table for source in readings.sources} == set(
        "children care_episodes referrals need_episodes protection_plans protection_visits uasc".split()
    )
    assert all(source.rows_used and not source.problem for source in readings.sources)
    first_child = min(str(row["clae_person_id"]).strip() for row in tables["ssd_cla_episodes"])
    assert rows_of(readings, "care_episodes", "child", "decom", "ls")[0][0] == first_child
    server.run("CREATE SCHEMA other", "CREATE TABLE other.ssd_person (pers_person_id text, pers_dob timestamp)")
    schema_council = opened(tmp_path, server.url(), {}, "ssd = true\n").tables
    assert schema_council.problems["children"].code == "ssd-in-several-schemas"
    assert told(schema_council)[0].startswith(
        "sql: the Standard Safeguarding Dataset is in several schemas: other, ssd_development."
    )
    named_council = opened(tmp_path, server.url(), {}, 'ssd = true\nschema = "SSD_Development"\n').tables
    assert source_of(named_council, "care_episodes").rows_used == source_of(readings, "care_episodes").rows_used
    none = opened(tmp_path, server.url(), {}, 'ssd = true\nschema = "dbo"\n').tables
    assert "in schema dbo that this user can read" in told(none)[0]


def create_safeguarding_tables(server: Server, schema: str, tables: Mapping[str, list[Row]]) -> None:
    statements = [f"CREATE SCHEMA {schema}"]
    for name, rows in tables.items():
        types = [f"{column} {'timestamp' if column.endswith(('_date', '_dob')) else 'text'}" for column in rows[0]]
        statements.append(f"CREATE TABLE {schema}.{name} ({', '.join(types)})")
        cells = [", ".join(quote(cell) for cell in row.values()) for row in rows]
        statements.append(f"INSERT INTO {schema}.{name} VALUES ({'), ('.join(cells)})")
    server.run(*statements)


def quote(cell: object) -> str:
    return "NULL" if cell in (None, "") else f"'{cell}'"
