"""A mark in every cell of every table of people: no public page, and no file of the program's own, has it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from kpitui import council, log, snapshot
from kpitui.board import build_board
from kpitui.cli import main
from kpitui.council import open_council
from kpitui.disclosure.cell_values import hide_board_cells, hide_problem_cells
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.issues import Issue, create_message
from kpitui.model.table_schema import CleanTable, ColumnType
from tests.examples import Example

MARK = re.compile(r"mark\d+z", re.IGNORECASE)
LAST_DAY = re.compile(r"17 february 2019|2019-02-17|feb(ruary)? 17", re.IGNORECASE)
PEOPLE = [name for name, table in CLEAN_TABLES.items() if not table.subject.has_public_rows]
EVENT_DAYS = ("2017-01-05", "2018-11-14", "2019-02-17")
OWN_INDICATOR = """
[indicators.early-help]
title = "Early help"
code = "EH"
table = "early_help"
date = "closed"
counted = { result = "good" }
outcomes = "result"
polarity = "high"
[stale]
care_episodes = 5
referrals = 5
"""


def mark_cells(table: CleanTable, row_count: int = 9) -> str:
    """Fill a table with marks; where a cell must be of a type, it is of that type."""
    rows = [[_mark_cell(table, name, row) for name in table.columns] for row in range(row_count)]
    return write_csv([list(table.columns), *rows])


def _mark_cell(table: CleanTable, column_name: str, row: int) -> str:
    column = table.columns[column_name]
    if column.column_type is ColumnType.DATE:
        is_end = table.span_columns is not None and column_name == table.span_columns[1]
        return EVENT_DAYS[2] if is_end else EVENT_DAYS[0] if column_name == "dob" else EVENT_DAYS[1]
    if column.column_type is ColumnType.NUMBER:
        return "1"
    if column.column_type is ColumnType.YES_NO:
        return "Y"
    return "S" if column_name == "rne" else f"Mark{row}z"


def write_csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def own_table() -> str:
    return write_csv(
        [
            ["family", "closed", "result", "note"],
            *[[f"Mark{n}z", EVENT_DAYS[1], f"Mark{n}z", "Mark0z"] for n in range(9)],
        ]
    )


def marked_council(example: Example, *, with_headers: bool) -> Path:
    tables = {name: mark_cells(CLEAN_TABLES[name]) for name in PEOPLE} | {"early_help": own_table()}
    if not with_headers:
        tables = {name: text.partition("\n")[2] for name, text in tables.items()}
    return example.write(tables, OWN_INDICATOR)


def public_commands(folder: Path) -> Iterator[list[str]]:
    codes = ("VP7", "CE20", "CC20", "RR12", "CP24", "CPEV", "VP8", "EA11", "EH")
    for form in ([], ["--json"], ["--csv"], ["--md"]):
        yield ["status", "--public", *form]
        yield ["status", "--public", "--period", "2018-19 M11", *form]
    for form in ([], ["--json"]):
        yield ["changes", "--public", *form]
        yield from (["show", code, "--public", *form] for code in codes)
    yield from (["report", "-o", str(folder / f"briefing.{ending}")] for ending in ("html", "md", "csv"))


@pytest.mark.parametrize("with_headers", [True, False])
def test_no_public_output_has_a_cell_of_a_person(
    example: Example,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    with_headers: bool,
) -> None:
    path = marked_council(example, with_headers=with_headers)
    open_once = cache(council.open_council)
    monkeypatch.setattr(council, "open_council", lambda config_path, *_: open_once(config_path))
    (out := tmp_path / "out").mkdir()
    for command in public_commands(out):
        assert main([*command, "--config", str(path)]) in (0, 3), command
        printed = capsys.readouterr().out
        assert printed or "report" in command
        assert find_marks(printed) == [], command
    texts = [file.read_text(encoding="utf-8") for file in out.iterdir()]
    assert len(texts) == 3
    assert [find_marks(text) for text in texts] == [[], [], []]


@pytest.mark.parametrize("with_headers", [True, False])
def test_no_file_of_the_programs_own_has_a_cell(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_headers: bool
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = marked_council(example, with_headers=with_headers)
    marked = open_council(path)
    board = build_board(marked)
    settings = marked.settings
    snapshot.save_snapshot(board, snapshot.record_basis(path, (settings.tables_folder,), settings.as_at))
    log.log_bug(ValueError("Mark3z"))
    assert main(["publish", "--config", str(path)]) == 0
    own_files = [
        file for file in (*(tmp_path / "state").rglob("*"), *settings.saved_figures_folder.rglob("*")) if file.is_file()
    ]
    assert len(own_files) >= 3
    assert {file.name: find_marks(file.read_text(encoding="utf-8")) for file in own_files} == {
        file.name: [] for file in own_files
    }
    assert snapshot.recall_board(path) == hide_board_cells(board)


def test_the_marks_are_there_to_be_found(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    """The internal view has them: the search does find what it looks for."""
    path = marked_council(example, with_headers=True)
    for command in (["show", "VP7"], ["status", "--json"]):
        assert main([*command, "--config", str(path)]) == 0
        assert find_marks(capsys.readouterr().out), command


def find_marks(text: str) -> list[str]:
    return [match[0] for pattern in (MARK, LAST_DAY) for match in pattern.finditer(text)][:3]


def test_a_problem_keeps_its_code_and_loses_its_cells() -> None:
    message = create_message("header-missing", line_count=10, all_columns=("child",), first_words="Mark1z")
    hidden = hide_problem_cells(Issue(message, "referrals.csv", 1, "referrals"))
    assert hidden is not None
    assert hidden.message == create_message("reason-not-public", problem_code="header-missing")
    missing = Issue(
        create_message("table-without-file", table="referrals", folder="tables"), "tables", None, "referrals"
    )
    assert hide_problem_cells(missing) == missing
    nearly = create_message("column-missing", all_columns=("child",), similar="Mark1z")
    hidden = hide_problem_cells(Issue(nearly, "referrals.csv", 1, "referrals"))
    assert hidden is not None
    assert hidden.message == create_message("column-missing", all_columns=("child",), similar="")
