"""The board that is on screen before the tables are read: counts, never a row."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from kpitui import snapshot
from kpitui.board import build
from kpitui.council import Council
from kpitui.model import Board
from tests.examples import Example, table

TABLES = {
    "care_episodes": table(
        "child decom rne ls place dec rec",
        "NELLIE 2017-01-01 S C2 U6 2018-11-01 E11",
        "ARTHUR 2017-01-01 S XX U6 2018-11-01 E5",
    ),
    "commentary": table("indicator period text kind", "VP7 2018-19~Q3 Nellie~was~adopted reason"),
}
CONFIG = """
[indicators.permanence]
targets = [{ from = "2018-19 Q1", value = 45, review = 2019-06-01 }]
breaks = [{ date = 2018-04-01, note = "A new case system" }]
"""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def mark_of(council: Council, board: Board) -> str:
    settings = council.settings
    return snapshot.fingerprint(settings.file, settings.folder, board.as_at, None)


def kept_files(state: Path) -> list[Path]:
    return sorted((state / "kpitui" / "boards").iterdir())


def test_a_board_comes_back_as_it_was_but_for_what_quotes_the_tables(example: Example) -> None:
    council = example.council(TABLES, CONFIG)
    board = build(council)
    assert board.issues, "the example has an unknown code"
    snapshot.save(board, mark_of(council, board))
    bare = tuple(replace(entry, notes=()) for entry in board.entries)
    assert snapshot.recall(mark_of(council, board)) == replace(board, entries=bare, issues=())


def test_no_child_is_in_it_and_only_its_owner_reads_it(example: Example, state: Path) -> None:
    council = example.council(TABLES, CONFIG)
    board = build(council)
    snapshot.save(board, mark_of(council, board))
    (kept,) = kept_files(state)
    text = kept.read_text(encoding="utf-8").lower()
    assert "nellie" not in text
    assert "arthur" not in text
    assert kept.stat().st_mode & 0o077 == 0


def test_only_the_last_is_kept(example: Example, state: Path) -> None:
    board = build(example.council(TABLES))
    snapshot.save(board, "one")
    snapshot.save(board, "other")
    assert [path.stem for path in kept_files(state)] == ["other"]


@pytest.mark.parametrize("change", ["config.toml", "tables/care_episodes.csv"])
def test_a_file_that_changes_makes_it_another_board(example: Example, change: str) -> None:
    council = example.council(TABLES)
    board = build(council)
    before = mark_of(council, board)
    path = council.settings.file.parent / change
    os.utime(path, ns=(1, 1))
    assert mark_of(council, board) != before


@pytest.mark.parametrize("broken", ["", "{}", "[]", '{"council": 1}', "\0"])
def test_a_broken_one_is_none(example: Example, state: Path, broken: str) -> None:
    snapshot.save(build(example.council(TABLES)), "mark")
    kept_files(state)[0].write_text(broken, encoding="utf-8")
    assert snapshot.recall("mark") is None


def test_there_is_none_to_begin_with() -> None:
    assert snapshot.recall("mark") is None
