"""Tables from SQLite: rows of queries, read as a file of them would be, and never written to."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from datetime import date
from pathlib import Path

import pytest
from databases import columns_of, config_of, csv_tables, opened, rows_of, source_of, sqlite_file, told
from hypothesis import given, settings
from hypothesis import strategies as st

from kpitui import snapshot
from kpitui.board import build_board
from kpitui.cli import main
from kpitui.config_file.database_settings import DatabaseAddress, DatabaseSettings
from kpitui.council import Council, open_council
from kpitui.issue_wording import describe_issue, describe_problem
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.table_schema import ColumnType
from kpitui.readers.data_files import BATCH_ROWS
from kpitui.readers.databases import DatabaseUnreachable, QueryFailed, connect_database
from kpitui.tables.database_queries import read_queries
from kpitui.tui.council_desk import CouncilDesk
from kpitui.tui.council_reader import QueriesNotAnswered
from kpitui.tui.views.source_rows import build_source_rows
from tests import councils

REFERRALS = """
CREATE TABLE referrals (child, referral_date, source, nfa);
INSERT INTO referrals VALUES
    ('A', '2018-11-05', 'school', 1),
    (7, '05/11/2018', NULL, 'no'),
    ('B', '2018-13-01', '', NULL),
    (NULL, '2018-11-05', NULL, NULL),
    ('A', '2018-11-05', 'again', NULL);
"""
ASK = {"referrals": "SELECT * FROM referrals"}
FOREVER = "WITH RECURSIVE n(child) AS (SELECT 1 UNION ALL SELECT child + 1 FROM n)"


def asked(folder: Path, schema_script: str, query: str, table: str = "referrals", more: str = "") -> Council:
    """A council with one query over a new database."""
    return opened(folder, sqlite_file(folder / "cases.db", schema_script), {table: query}, more)


# --- rows ----------------------------------------------------------------------------------------


def test_rows_are_read_and_doubted_as_those_of_a_file(tmp_path: Path) -> None:
    tables = asked(tmp_path, REFERRALS, ASK["referrals"]).tables
    assert rows_of(tables, "referrals", "child", "referral_date", "source", "nfa") == [
        ("7", date(2018, 11, 5), None, "N"),
        ("A", date(2018, 11, 5), "again", None),
    ]
    assert told(tables) == [
        "sql: referrals:1: 1 duplicate row, with the same child and referral_date. The row was left out.",
        "sql: referrals:2: 1 date in referral_date is written day first: 05/11/2018. Read as day/month/year.",
        "sql: referrals:3: 1 date in referral_date could not be read: 2018-13-01. The row was left out.",
        "sql: referrals:4: 1 row has no child. The row was left out.",
    ]


def test_rows_read_are_rows_used_and_rows_refused(tmp_path: Path) -> None:
    source = source_of(asked(tmp_path, REFERRALS, ASK["referrals"]).tables, "referrals")
    assert (source.rows_read, source.rows_used, source.rows_refused) == (5, 2, 3)
    assert (source.file, source.recognised_as) == ("sql: referrals", "SQLite cases.db")
    assert source.read_at is not None
    assert not source.is_watched


def test_the_same_rows_in_a_file_have_the_same_issues(tmp_path: Path) -> None:
    queried = asked(tmp_path, REFERRALS, ASK["referrals"]).tables
    file = tmp_path / "tables" / "referrals.csv"
    file.write_text(
        "child,referral_date,source,nfa\nA,2018-11-05,school,1\n7,05/11/2018,,no\n"
        "B,2018-13-01,,\n,2018-11-05,,\nA,2018-11-05,again,\n",
        encoding="utf-8",
    )
    config = tmp_path / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").split("[sql]")[0], encoding="utf-8")
    tables = open_council(config).tables
    # A file's first row stands in its second line.
    assert [(describe_issue(issue), (issue.line or 0) + 1) for issue in queried.issues] == [
        (describe_issue(issue), issue.line) for issue in tables.issues
    ]
    columns = ("child", "referral_date", "source", "nfa")
    assert rows_of(queried, "referrals", *columns) == rows_of(tables, "referrals", *columns)


def test_numbers_and_flags_as_a_database_holds_them(tmp_path: Path) -> None:
    text = """
    CREATE TABLE staff (worker, start_date, fte, agency, registered, team, voluntary);
    INSERT INTO staff VALUES (12, '2018-01-01', 0.5, 0, 1, 3.0, 'Y'),
        (13.0, '2018-01-02', 1, 'yes', 2, 9e999, 'N');
    """
    tables = asked(tmp_path, text, "SELECT * FROM staff", "social_workers").tables
    columns = ("worker", "fte", "agency", "registered", "team")
    assert rows_of(tables, "social_workers", *columns) == [("12", 0.5, "N", "Y", "3"), ("13", 1.0, "Y", None, "inf")]
    assert told(tables) == [
        "sql: social_workers:2: 1 cell of registered should be Y or N: 2. The cell was read as missing."
    ]


def test_an_empty_answer_is_an_empty_table(tmp_path: Path) -> None:
    tables = asked(tmp_path, REFERRALS, "SELECT * FROM referrals WHERE child = 'Z'").tables
    assert rows_of(tables, "referrals", "child") == []
    assert (told(tables), source_of(tables, "referrals").problem) == ([], None)


def test_more_rows_than_come_at_once(tmp_path: Path) -> None:
    query = f"{FOREVER} SELECT child, '2018-11-05' AS referral_date FROM n LIMIT {BATCH_ROWS + 1}"
    tables = asked(tmp_path, REFERRALS, query).tables
    assert source_of(tables, "referrals").rows_used == BATCH_ROWS + 1
    assert told(tables) == []


def test_text_that_would_control_a_terminal(tmp_path: Path) -> None:
    schema_script = """
    CREATE TABLE r (child, referral_date, source, nfa, "note\x1b");
    INSERT INTO r VALUES ('A\x1b[31m', '2018-11-05', '\u202egnp', 'N', 'x');
    """
    tables = asked(tmp_path, schema_script, "SELECT * FROM r").tables
    frame = tables.frames["referrals"].collect()
    assert frame["child"].to_list() == ["A\ufffd[31m"]
    assert "note\ufffd" in frame.columns
    assert all(text.isprintable() for text in told(tables))
    assert len(tables.issues) == 2


def test_bytes_say_nothing_and_are_counted(tmp_path: Path) -> None:
    text = """
    CREATE TABLE r (child, referral_date, source);
    INSERT INTO r VALUES ('A', '2018-11-05', 'x'), ('B', '2018-11-05', x'00ff');
    """
    tables = asked(tmp_path, text, "SELECT * FROM r").tables
    assert rows_of(tables, "referrals", "source") == [("x",), (None,)]
    assert told(tables) == ["sql: referrals:2: 1 cell of source holds bytes. The cell was read as missing."]


def test_text_in_another_encoding_is_named(tmp_path: Path) -> None:
    text = """
    CREATE TABLE r (child, referral_date, source);
    INSERT INTO r VALUES ('A', '2018-11-05', CAST(x'4a6f73e9' AS TEXT));
    """
    tables = asked(tmp_path, text, "SELECT * FROM r").tables
    assert rows_of(tables, "referrals", "source") == [("José",)]
    assert told(tables) == ["sql: referrals: 1 cell is not UTF-8. Read as Windows-1252."]


def test_columns_that_are_named_twice(tmp_path: Path) -> None:
    query = "SELECT child, referral_date, source, nfa AS Source FROM referrals LIMIT 1"
    tables = asked(tmp_path, REFERRALS, query).tables
    assert told(tables) == ["sql: referrals: the column source appears twice. The first was used."]
    assert rows_of(tables, "referrals", "source", "source_4") == [("school", "1")]


@given(
    st.lists(
        st.tuples(*[
            st.one_of(
                st.none(),
                st.text(max_size=8),
                st.binary(max_size=4),
                st.integers(-(2**63), 2**63 - 1),
                st.floats(),
                st.sampled_from(["2018-11-05", "5/11/2018", "Y", "1", 43465]),
            )
        ] * 4),
        max_size=6,
    )
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_whatever_the_cells_hold_every_row_is_used_or_refused(rows: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.db"
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE r (worker, start_date, fte, voluntary)")
        text = [tuple(cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell
                      for cell in row) for row in rows]  # fmt: skip
        connection.executemany("INSERT INTO r VALUES (?, ?, ?, ?)", text)
        connection.commit()
        connection.close()
        database = DatabaseSettings(DatabaseAddress("sqlite", str(path)), {"social_workers": "SELECT * FROM r"})
        parts, issues = read_queries(database, CLEAN_TABLES)
    assert issues == ()
    assert parts["social_workers"].problem is None
    assert parts["social_workers"].read_count == len(rows)


# --- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * FROM contacts", "the query failed: no such table: contacts"),
        ("SELECT kid AS child FROM referrals", "the query failed: no such column: kid"),
        ("SELECT child FROM referrals", "no column referral_date"),
        (
            "SELECT child, referral_date AS referral_dat FROM referrals",
            "no column referral_date; the nearest is referral_dat",
        ),
        ("SELECT load_extension('x')", "the query failed: not authorized"),
    ],
)
def test_a_query_that_fails_leaves_the_others(tmp_path: Path, query: str, reason: str) -> None:
    schema_script = REFERRALS + "CREATE TABLE uasc (child); INSERT INTO uasc VALUES ('A');"
    url = sqlite_file(tmp_path / "cases.db", schema_script)
    council = opened(tmp_path, url, {"referrals": query, "uasc": "SELECT * FROM uasc"})
    assert rows_of(council.tables, "uasc", "child") == [("A",)]
    assert describe_problem(council.tables.problems["referrals"]) == f"sql: referrals: {reason}"
    assert [issue.partition(". The ")[0] for issue in told(council.tables)] == [f"sql: referrals: {reason}"]
    problems = {entry.indicator.code: describe_problem(entry.problem) for entry in build_board(council).entries}
    assert problems["RR12"] == f"sql: referrals: {reason}"


@pytest.mark.parametrize("query", [f"{FOREVER} SELECT max(child) AS child FROM n", FOREVER])
def test_a_query_that_never_ends_is_ended(tmp_path: Path, query: str) -> None:
    """Whether it gives no row at all, or rows without end."""
    query = query if query != FOREVER else f"{FOREVER} SELECT child FROM n"
    url = sqlite_file(tmp_path / "cases.db", REFERRALS)
    tables = opened(tmp_path, url, {"uasc": query} | ASK, "time_limit = 0.2").tables
    assert describe_problem(tables.problems["uasc"]).startswith(
        "sql: uasc: the query took longer than 0.2 seconds: ask for"
    )
    assert source_of(tables, "referrals").rows_used == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "SQLite cases.db: no such file: correct sql.url"),
        (b"child,referral_date\n" * 100, "SQLite cases.db: could not be read: file is not a database"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, content: bytes | None, reason: str) -> None:
    if content:
        (tmp_path / "cases.db").write_bytes(content)
    queries = ASK | {"uasc": "SELECT 1"}
    tables = opened(tmp_path, "sqlite:///cases.db", queries).tables
    assert told(tables) == [f"sql: {reason}. Its tables were not read."]
    for name in queries:
        assert describe_problem(tables.problems[name]) == f"sql: {name}: {reason}"
    assert (tmp_path / "cases.db").exists() == (content is not None)


def test_a_query_for_no_table_is_not_asked(tmp_path: Path) -> None:
    tables = asked(tmp_path, REFERRALS, "SELECT * FROM nowhere", "referals").tables
    assert told(tables) == [
        f"{tmp_path}/config.toml:14: sql.tables.referals does not name a known table"
        " - did you mean referrals? The query was not run."
    ]


# --- nothing is written --------------------------------------------------------------------------

WRITES = (
    "DELETE FROM referrals",
    "CREATE TABLE other (a)",
    "INSERT INTO referrals VALUES (1, 2, 3, 4)",
    "PRAGMA user_version = 5",
    "ATTACH 'other.db' AS other",
    "ATTACH ':memory:' AS other",
    "VACUUM INTO 'other.db'",
)


@pytest.mark.parametrize("statement", WRITES)
def test_the_file_itself_refuses_what_would_have_passed(
    tmp_path: Path, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the look at the statement were not there."""
    monkeypatch.chdir(tmp_path)
    sqlite_file(tmp_path / "cases.db", REFERRALS)
    before = (tmp_path / "cases.db").read_bytes()
    place = DatabaseAddress("sqlite", str(tmp_path / "cases.db"))
    with connect_database(DatabaseSettings(place, {})) as ask, pytest.raises(QueryFailed):
        list(ask(statement))
    assert (tmp_path / "cases.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["cases.db"]


def test_only_looking_is_switched_on_twice(tmp_path: Path) -> None:
    """Where the file could be written to after all, the connection still refuses."""
    sqlite_file(tmp_path / "cases.db", REFERRALS)
    with connect_database(DatabaseSettings(DatabaseAddress("sqlite", str(tmp_path / "cases.db")), {})) as ask:
        (batch, *_) = ask("SELECT query_only FROM pragma_query_only")
        assert list(batch.rows) == [(1,)]


def test_a_folder_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    place = DatabaseAddress("sqlite", str(tmp_path / "in" / "cases.db"))
    with pytest.raises(DatabaseUnreachable), connect_database(DatabaseSettings(place, {})):
        pass
    assert list(tmp_path.iterdir()) == []


def test_all_tables_are_of_one_moment(tmp_path: Path) -> None:
    sqlite_file(tmp_path / "cases.db", "PRAGMA journal_mode = WAL;", REFERRALS)
    with connect_database(DatabaseSettings(DatabaseAddress("sqlite", str(tmp_path / "cases.db")), {})) as ask:
        counting = "SELECT count(*) FROM referrals"
        before = [list(batch.rows) for batch in ask(counting)]
        with sqlite3.connect(tmp_path / "cases.db") as writer:
            writer.execute("DELETE FROM referrals WHERE rowid > (SELECT min(rowid) FROM referrals)")
        writer.close()
        assert [list(batch.rows) for batch in ask(counting)] == before


# --- beside files --------------------------------------------------------------------------------


def test_a_query_adds_to_the_files_of_its_table_and_is_the_later(tmp_path: Path) -> None:
    url = sqlite_file(tmp_path / "cases.db", REFERRALS)
    config = config_of(tmp_path, url, {"referrals": "SELECT * FROM referrals LIMIT 1"})
    (tmp_path / "tables" / "referrals.csv").write_text(
        "child,referral_date,source\nA,2018-11-05,home\nC,2018-12-05,home\n", encoding="utf-8"
    )
    tables = open_council(config).tables
    child_ids = sorted(rows_of(tables, "referrals", "child", "source"))
    assert child_ids == [("A", "school"), ("C", "home")]
    assert [(source.rows_read, source.rows_used) for source in tables.sources] == [(2, 1), (1, 1)]


def test_a_table_of_the_councils_own(tmp_path: Path) -> None:
    text = """
    CREATE TABLE help (done, days); INSERT INTO help VALUES ('2018-11-05', 5), ('2018-11-06', 50);
    """
    config_text = """
    [indicators.own]
    title = "Early help in time"
    table = "early_help"
    date = "done"
    polarity = "high"
    counted = { days = { at_most = 45 } }
    [board]
    show = ["own"]
    """
    url = sqlite_file(tmp_path / "cases.db", text)
    council = opened(tmp_path, url, {"early_help": "SELECT * FROM help"}, before=config_text)
    (entry,) = build_board(council).entries
    assert (entry.point.count.numerator, entry.point.count.denominator) == (1, 2)


@pytest.mark.parametrize("seed", [3, 11])
def test_the_same_numbers_from_files_and_from_a_database(tmp_path: Path, seed: int) -> None:
    files = tmp_path / "files"
    council = councils.write_council(files, seed)
    types = {ColumnType.NUMBER: "numeric", ColumnType.DATE: "text"}
    connection = sqlite3.connect(tmp_path / "cases.db")
    for name, (header, *rows) in csv_tables(files).items():
        connection.execute(f"CREATE TABLE {name} ({columns_of(name, header, types)})")
        marks = ", ".join("?" for _ in header)
        cells = ([cell or None for cell in row] for row in rows)
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", cells)
    connection.commit()
    connection.close()
    queries = {name: f"SELECT * FROM {name}" for name in csv_tables(files)}
    queried = opened(tmp_path, "sqlite:///cases.db", queries)
    config = config_of(files, "sqlite:///none.db", {"uasc": "SELECT 1"})
    text = config.read_text(encoding="utf-8").split("[sql]")[0].replace('"tables"', '"."')
    config.write_text(text, encoding="utf-8")
    file_council = open_council(config)
    assert queried.tables.frames.keys() == file_council.tables.frames.keys()
    theirs, ours = (build_board(each_council, council.as_at).entries for each_council in (queried, file_council))
    assert [their.history for their in theirs] == [our.history for our in ours]
    assert [their.variants for their in theirs] == [our.variants for our in ours]


# --- front ends ----------------------------------------------------------------------------------


def test_check_tells_of_queries_as_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = config_of(tmp_path, sqlite_file(tmp_path / "cases.db", REFERRALS), ASK)
    assert main(["check", "--config", str(config)]) == 3
    out, err = capsys.readouterr()
    assert "sql: referrals:4: 1 row has no child. The row was left out." in out.splitlines()
    told_of = "referrals: 5 rows read, 2 used, 3 left out - sql: referrals, SQLite cases.db"
    assert told_of in err.splitlines()


def test_a_database_can_be_written_out_as_clean_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = config_of(tmp_path, sqlite_file(tmp_path / "cases.db", REFERRALS), ASK)
    assert main(["import", "--config", str(config), "-o", str(tmp_path / "clean")]) == 3
    text = (tmp_path / "clean" / "referrals.csv").read_text(encoding="utf-8")
    assert text.splitlines()[1:] == ["7,2018-11-05,,N,", "A,2018-11-05,again,,"]


def test_looking_for_changes_leaves_the_database_alone(tmp_path: Path) -> None:
    """What is looked at every other second are files; reading again by hand asks again."""
    config = config_of(tmp_path, sqlite_file(tmp_path / "cases.db", REFERRALS), ASK)
    desk = CouncilDesk(config)
    board = desk.build_board(None, None, reread=False)
    before = desk.stamp_files()
    with sqlite3.connect(tmp_path / "cases.db") as writer:
        writer.execute("DELETE FROM referrals WHERE rowid > (SELECT min(rowid) FROM referrals)")
    writer.close()
    os.utime(tmp_path / "cases.db", (1, 1))
    assert desk.stamp_files() == before
    board_result = desk.build_board(None, None, reread=True)
    assert [source.rows_used for source in (*board.sources, *board_result.sources)] == [2, 1]


def test_a_board_that_a_database_gave_nothing_for_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    config = config_of(tmp_path, sqlite_file(tmp_path / "cases.db", REFERRALS), ASK)
    desk = CouncilDesk(config)
    desk.save_snapshot(desk.build_board(None, None, reread=True))
    assert snapshot.recall_board(config) is not None
    (tmp_path / "cases.db").unlink()
    desk = CouncilDesk(config)
    desk.save_snapshot(desk.build_board(None, None, reread=False))
    recalled_board = snapshot.recall_board(config)
    assert recalled_board is not None
    assert [source.rows_used for source in recalled_board.sources] == [2]


def test_a_database_that_is_away_leaves_what_was_read_of_it(tmp_path: Path) -> None:
    config = config_of(tmp_path, sqlite_file(tmp_path / "cases.db", REFERRALS), ASK)
    desk = CouncilDesk(config)
    before = desk.build_board(None, None, reread=False)
    (tmp_path / "cases.db").rename(tmp_path / "away.db")
    text = r"^The board has not changed; press R to try again. sql: SQLite cases.db: no such file"
    with pytest.raises(QueriesNotAnswered, match=text):
        desk.build_board(None, None, reread=True)
    assert desk.build_board(None, None, reread=False).sources == before.sources
    (tmp_path / "away.db").rename(tmp_path / "cases.db")
    assert [source.rows_used for source in desk.build_board(None, None, reread=True).sources] == [2]


def test_a_query_that_fails_now_leaves_what_it_gave_before(tmp_path: Path) -> None:
    config = config_of(tmp_path, sqlite_file(tmp_path / "cases.db", REFERRALS), ASK)
    desk = CouncilDesk(config)
    desk.build_board(None, None, reread=False)
    with sqlite3.connect(tmp_path / "cases.db") as writer:
        writer.execute("DROP TABLE referrals")
    writer.close()
    with pytest.raises(
        QueriesNotAnswered, match=r"press R to try again\. sql: referrals: the query failed: no such table"
    ):
        desk.build_board(None, None, reread=True)


def test_a_database_that_was_never_there_keeps_nothing_back(tmp_path: Path) -> None:
    """At a first start the other tables are shown, and again when they are read again."""
    config = config_of(tmp_path, "sqlite:///nowhere.db", ASK)
    desk = CouncilDesk(config)
    for reread in (False, True):
        (source,) = desk.build_board(None, None, reread=reread).sources
        assert "nowhere.db: no such file" in describe_problem(source.problem)


def test_the_data_says_when_a_database_was_read(tmp_path: Path) -> None:
    config = config_of(tmp_path, sqlite_file(tmp_path / "cases.db", REFERRALS), ASK)
    board = CouncilDesk(config).build_board(None, None, reread=False)
    ((*_, file_cell),) = build_source_rows(board.sources, board.as_at)
    read = board.sources[0].read_at
    assert read is not None
    text = "".join(span.text for span in file_cell)
    assert text == f"sql: referrals, SQLite cases.db, read {read.astimezone():%H:%M on %d %B %Y}"
