"""Folders: which files are tables, which columns they have, what becomes of the others."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from folders import counts, folder_of, read, rows, said, unused

from kpitui.issue_wording import describe_problem
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.table_schema import ColumnType
from kpitui.tables import read_folder
from kpitui.tables.polars_types import get_polars_type
from tests.examples import table

REFERRALS = table("child referral_date", "A 2018-10-01")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    tables = read_folder(tmp_path / "none")
    assert said(tables) == ["none: the folder none could not be read: No such file or directory"]
    assert set(tables.problems) == set(CLEAN_TABLES)
    assert not tables.unreadable_tables


def test_tables_that_have_no_file_are_named(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": REFERRALS})
    assert set(tables.frames) == {"referrals"}
    assert set(tables.problems) == set(CLEAN_TABLES) - {"referrals"}
    assert describe_problem(tables.problems["uasc"]).startswith("no uasc.csv or uasc.parquet in ")


def test_files_that_are_no_tables_are_named_as_such_and_hidden_ones_are_not(tmp_path: Path) -> None:
    files = {"referrals.csv": REFERRALS, "notes.doc": "x", ".schools.csv": "x", "a.log": "x"}
    tables = read(tmp_path, dict(files))
    assert said(tables) == []
    assert [unused_file.split("/")[-1] for unused_file in unused(tables)] == [
        "a.log: not a kind of file that holds tables. It was left alone.",
        "notes.doc: not a kind of file that holds tables. It was left alone.",
    ]  # fmt: skip


def test_a_folder_inside_with_tables_is_told_and_one_without_is_not(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"referrals.csv": REFERRALS})
    for name in ("2019/plans.csv", "letters/a.doc"):
        (folder / name).parent.mkdir()
        (folder / name).write_text("x")
    text = "2019: this is a folder: move its files up if they are needed. Its files were not read."
    assert said(read_folder(folder)) == [text]


def test_a_name_that_is_nearly_a_tables(tmp_path: Path) -> None:
    tables = read(tmp_path, {"refferals.csv": "a,b\n"})
    assert said(tables) == [
        "refferals.csv:1: not recognised: its columns are a, b. If it is meant to be a table, "
        "save it as referrals.csv. The file was not used."
    ]


def test_names_in_capitals(tmp_path: Path) -> None:
    assert counts(read(tmp_path, {"Referrals.CSV": REFERRALS}), "referrals") == (1, 1, 0)


def test_two_files_of_one_table(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": REFERRALS, "referrals.parquet": b"PAR1"})
    assert counts(tables, "referrals") == (1, 1, 0)
    assert said(tables) == ["referrals.parquet: referrals.csv is there too. Only that one was used."]


def test_a_column_that_is_lacking_takes_the_table_with_it(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": "child,referal_date\nA,2018-10-01\n"})
    assert "referrals" not in tables.frames
    problem = "no column referral_date; the nearest is referal_date"
    assert describe_problem(tables.problems["referrals"]).endswith(problem)
    assert dict(tables.unreadable_tables) == {"referrals": tables.problems["referrals"]}
    assert said(tables) == [f"referrals.csv:1: {problem}. The file was not used."]


def test_columns_are_named_with_the_line_of_the_header_under_its_title(tmp_path: Path) -> None:
    title = "Referrals to 31 December\n\n"
    spelt = read(tmp_path, {"referrals.csv": f"{title}child,referral_date,sourse\nA,2018-10-01,x\n"})
    assert said(spelt) == [
        "referrals.csv:3: the header is here. The 2 lines before it were skipped.",
        "referrals.csv:3: the column sourse is not known - did you mean source?",
    ]
    lacking = read(tmp_path, {"referrals.csv": f"{title}child,referal_date,source\nA,,x\n"})
    assert said(lacking) == [
        "referrals.csv:3: no column referral_date; the nearest is referal_date. The file was not used."
    ]


def test_columns_of_parquet_stand_in_no_line(tmp_path: Path) -> None:
    pl.DataFrame({"child": ["A"], "duk": ["2018-10-01"]}).write_parquet(tmp_path / "uasc.parquet")
    assert said(read(tmp_path, {})) == ["uasc.parquet: the column duk is not known - did you mean duc?"]


def test_a_misspelt_column_is_kept_and_named(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": "child,referral_date,sourse\nA,2018-10-01,x\n"})
    assert rows(tables, "referrals", "source", "sourse") == [(None, "x")]
    assert said(tables) == ["referrals.csv:1: the column sourse is not known - did you mean source?"]


def test_optional_columns_that_are_not_there_are_empty(tmp_path: Path) -> None:
    frame = read(tmp_path, {"referrals.csv": REFERRALS}).frames["referrals"].collect()
    assert dict(frame.schema) == {
        column.name: get_polars_type(column.column_type) for column in CLEAN_TABLES["referrals"].columns.values()
    }


def test_extra_columns_are_kept_as_text(tmp_path: Path) -> None:
    text = table("child team referral_date count", "A 007 2018-10-01 1")
    assert rows(read(tmp_path, {"referrals.csv": text}), "referrals", "team", "count") == [("007", "1")]


def test_the_columns_of_a_councils_own_table_have_types(tmp_path: Path) -> None:
    types = {"early_help": {"completed_date": ColumnType.DATE, "days_taken": ColumnType.NUMBER}}
    text = table("family completed_date days_taken", "F1 2018-10-01 45", "F2 x y")
    tables = read(tmp_path, {"early_help.csv": text}, types=types)
    assert rows(tables, "early_help", "family", "days_taken") == [("F1", 45.0), ("F2", None)]
    assert said(tables) == [
        "early_help.csv:3: 1 date in completed_date could not be read: x. The cell was read as missing.",
        "early_help.csv:3: 1 cell of days_taken should be a number: y. The cell was read as missing.",
    ]
    lacking = read(tmp_path / "b", {"early_help.csv": "family,done\n"}, types=types)
    assert "early_help" in lacking.problems


def test_an_own_table_of_which_nothing_is_asked(tmp_path: Path) -> None:
    tables = read(tmp_path, {"early_help.csv": "family,team\nF1,x\n"}, types={"early_help": {}})
    assert rows(tables, "early_help", "family", "team") == [("F1", "x")]


def test_extra_columns_of_a_clean_table_may_have_types(tmp_path: Path) -> None:
    types = {"referrals": {"days": ColumnType.NUMBER}}
    tables = read(tmp_path, {"referrals.csv": "child,referral_date,days\nA,2018-10-01,3\n"},
                  types=types)  # fmt: skip
    assert rows(tables, "referrals", "days") == [(3.0,)]


def test_made_up_tables_are_marked(tmp_path: Path) -> None:
    (source,) = read(tmp_path, {"referrals.csv": REFERRALS}, made_up=["referrals"]).sources
    assert source.made_up


@pytest.mark.parametrize("name", list(CLEAN_TABLES))
def test_every_table_reads_its_own_header(tmp_path: Path, name: str) -> None:
    tables = read(tmp_path, {f"{name}.csv": ",".join(CLEAN_TABLES[name].columns) + "\n"})
    assert said(tables) == []
    assert counts(tables, name) == (0, 0, 0)


def test_reading_changes_no_file(tmp_path: Path) -> None:
    folder_of(tmp_path, {"referrals.csv": REFERRALS, "schools.csv": b"\xff\xfe\0", "x.csv": "a"})
    before = {path: (path.read_bytes(), os.stat(path)) for path in tmp_path.iterdir()}
    read_folder(tmp_path)
    after = {path: (path.read_bytes(), os.stat(path)) for path in tmp_path.iterdir()}
    assert {path: content for path, (content, _) in after.items()} == {
        path: content for path, (content, _) in before.items()
    }
    assert all(after[path][1].st_mtime == before[path][1].st_mtime for path in before)
