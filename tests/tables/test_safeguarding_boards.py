"""The sample from the Standard Safeguarding Dataset, in three dialects: the board of the returns."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from kpitui.board import build_board
from kpitui.config_file.database_settings import parse_select_statement
from kpitui.council import open_council
from kpitui.model.board import Board
from kpitui.tables.safeguarding_queries import StoredTable, build_select, list_needed_columns
from tests.safeguarding_dataset import (
    DATA,
    DIALECTS,
    ECLIPSE,
    MOSAIC,
    SYSTEMC,
    Dialect,
    Row,
    make_address,
    make_tables,
    write_database,
    write_files,
    write_returns,
)

INDICATORS = ("CE20", "CC20", "RR12", "CP24", "CPEV", "VP7", "VP8")
CONFIG = f"""
as_at = 2019-03-25
history_from = "2017-18 Q1"
[council]
name = "Wokingham"
la_code = "872"
[tables]
folder = "tables"
[board]
show = {list(INDICATORS)}
[ssd]
home_types = ["home", "main"]
"""
tables_of = cache(make_tables)


def open_board(folder: Path, more: str = "") -> Board:
    shutil.copy(DATA / "postcodes.csv", folder / "tables")
    config = folder / "config.toml"
    config.write_text(CONFIG + more, encoding="utf-8")
    return build_board(open_council(config))


def list_counts(board: Board) -> dict[str, object]:
    """What every indicator counts in each period of its history, and what is unknown."""
    return {
        entry.indicator.code: [
            (point.period.label, point.count.numerator, point.count.denominator, dict(point.count.unknown))
            for point in entry.history
        ]
        for entry in board.entries
    }


@cache
def list_counts_of_returns(folder: Path, marks_authorities: bool) -> dict[str, object]:
    place = folder / f"returns-{marks_authorities}"
    (place / "tables").mkdir(parents=True)
    write_returns(place / "tables", marks_authorities)
    return list_counts(open_board(place))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("returns")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_database_of_each_system_gives_the_board_of_the_returns(
    tmp_path: Path, shared: Path, dialect: Dialect
) -> None:
    (tmp_path / "tables").mkdir()
    write_database(tmp_path / "ssd.db", tables_of(dialect))
    board = open_board(tmp_path, '[sql]\nurl = "sqlite:///ssd.db"\nssd = true\n')
    assert list_counts(board) == list_counts_of_returns(shared, dialect.marks_authorities)
    assert all(entry.point.count.denominator for entry in board.entries)
    assert not any(entry.problem for entry in board.entries)
    # Plans of more than six years ago are not there: "ever" may be more, and never less.
    (ever,) = (entry.point.count for entry in board.entries if entry.indicator.code == "CPEV")
    if dialect.marks_authorities:
        assert ever.unknown["number of earlier plans not known"] == ever.denominator - ever.numerator
        assert ever.bounds is not None
        assert ever.bounds.lowest == (ever.numerator, ever.denominator)
        assert ever.bounds.highest == (ever.denominator, ever.denominator)


def test_files_give_the_board_of_the_returns(tmp_path: Path, shared: Path) -> None:
    (tmp_path / "tables").mkdir()
    write_files(tmp_path / "tables", tables_of(SYSTEMC))
    assert list_counts(open_board(tmp_path)) == list_counts_of_returns(shared, True)


def issue_codes(board_folder: Path, tables: dict[str, list[Row]]) -> tuple[Board, set[tuple[str, str]]]:
    (board_folder / "tables").mkdir()
    write_files(board_folder / "tables", tables)
    board = open_board(board_folder)
    return board, {(issue.code, Path(issue.file).name) for issue in board.issues}


def test_what_is_missing_is_named_with_what_it_costs(tmp_path: Path) -> None:
    tables = {name: rows[:] for name, rows in tables_of(SYSTEMC).items()}
    del tables["ssd_cla_placement"], tables["ssd_address"]
    board, codes = issue_codes(tmp_path, tables)
    assert {
        ("ssd-without-placements", "dbo.ssd_cla_episodes.csv"),
        ("ssd-without-addresses", "dbo.ssd_cla_episodes.csv"),
        ("file-completes-table", "dbo.ssd_legal_status.csv"),
        ("file-not-needed", "dbo.ssd_contacts.csv"),
    } <= codes
    counts = {entry.indicator.code: entry.point.count for entry in board.entries}
    # Nobody knows where the children are: there is no distance, and no figure from one.
    assert counts["CE20"].denominator == counts["CC20"].denominator == 0
    assert counts["CC20"].unknown["distance unknown"] > 20
    assert counts["VP7"].denominator > 0


def test_without_legal_statuses_there_is_no_figure_of_care(tmp_path: Path) -> None:
    tables = {name: rows for name, rows in tables_of(MOSAIC).items() if name != "ssd_legal_status"}
    board, _ = issue_codes(tmp_path, tables)
    problems = {entry.indicator.code: entry.problem.code for entry in board.entries if entry.problem}
    assert problems == dict.fromkeys(("CE20", "CC20", "VP7"), "ssd-without-legal-status")


def test_latest_addresses_are_no_homes(tmp_path: Path) -> None:
    """Eclipse may keep the most recent address alone, which is the placement."""
    tables = dict(tables_of(ECLIPSE))
    tables["ssd_address"] = [
        make_address(str(row["clap_person_id"]), "Home", "2000-01-01", str(row["clap_cla_placement_postcode"]))
        for row in tables["ssd_cla_placement"]
    ]
    board, codes = issue_codes(tmp_path, tables)
    assert ("ssd-home-is-placement", "dbo.ssd_cla_episodes.csv") in codes
    assert {entry.point.count.denominator for entry in board.entries if entry.indicator.code == "CC20"} == {0}


def test_only_what_is_needed_is_asked_for() -> None:
    """No name, number of a pupil or free text leaves the database, and every statement only reads."""
    stored = [StoredTable("ssd]x", name, tuple(rows[0])) for name, rows in tables_of(SYSTEMC).items()]
    statements = {
        table.name: build_select(table, list_needed_columns(table.columns, table.layout), "mssql")
        for table in stored
        if table.layout
    }
    assert statements["ssd_person"] == (
        "SELECT [pers_person_id], [pers_sex], [pers_dob], [pers_expected_dob], [pers_ethnicity] "
        "FROM [ssd]]x].[ssd_person] ORDER BY 1, 2"
    )
    assert set(statements) == {*tables_of(SYSTEMC)} - {"ssd_contacts"}
    for statement in statements.values():
        assert parse_select_statement(statement) == statement
        assert not any(word in statement for word in ("forename", "surname", "upn", "json", "legacy"))
