"""The board that is on screen before the tables are read: counts, never a row."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from kpitui import snapshot
from kpitui.board import build_board
from kpitui.council import Council, open_council
from kpitui.disclosure.cell_values import hide_board_cells
from kpitui.model import board
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


def basis_of(council: Council) -> snapshot.SnapshotBasis:
    settings = council.settings
    return snapshot.record_basis(
        settings.config_path, (settings.tables_folder, settings.saved_figures_folder), settings.as_at
    )


def kept_files(state: Path) -> list[Path]:
    return sorted((state / "kpitui" / "boards").iterdir())


def test_a_board_comes_back_as_it_was_but_for_what_quotes_the_tables(example: Example) -> None:
    council = example.council(TABLES, CONFIG)
    board = build_board(council)
    assert board.issues, "the example has an unknown code"
    snapshot.save_snapshot(board, basis_of(council))
    assert snapshot.recall_board(council.settings.config_path) == hide_board_cells(board)


def test_no_child_is_in_it_and_only_its_owner_reads_it(example: Example, state: Path) -> None:
    council = example.council(TABLES, CONFIG)
    board = build_board(council)
    snapshot.save_snapshot(board, basis_of(council))
    (board_file,) = kept_files(state)
    text = board_file.read_text(encoding="utf-8").lower()
    assert "nellie" not in text
    assert "arthur" not in text
    assert board_file.stat().st_mode & 0o077 == 0


def test_each_config_has_its_own_and_the_oldest_go(example: Example, state: Path, tmp_path: Path) -> None:
    board = build_board(example.council(TABLES))
    configs = [tmp_path / f"{number}.toml" for number in range(snapshot.MAX_SNAPSHOTS + 2)]
    for second, config in enumerate(configs):
        snapshot.save_snapshot(board, snapshot.record_basis(config, (), date(2019, 3, 31)))
        for path in kept_files(state):
            if path.stat().st_mtime > 1_000_000:
                os.utime(path, (second, second))
    is_kept = [snapshot.recall_board(config) is not None for config in configs]
    assert is_kept == [False, False, *[True] * snapshot.MAX_SNAPSHOTS]


@pytest.mark.parametrize("change", ["config.toml", "tables/care_episodes.csv", "published/2019-01-31.json"])
def test_a_file_that_changes_makes_it_another_board(example: Example, change: str) -> None:
    council = example.council(TABLES)
    path = council.settings.config_path.parent / change
    path.parent.mkdir(exist_ok=True)
    path.touch()
    snapshot.save_snapshot(build_board(council), basis_of(council))
    assert snapshot.recall_board(council.settings.config_path) is not None
    os.utime(path, ns=(1, 1))
    assert snapshot.recall_board(council.settings.config_path) is None


def test_a_config_is_the_same_by_its_relative_name(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    council = example.council(TABLES)
    snapshot.save_snapshot(build_board(council), basis_of(council))
    monkeypatch.chdir(council.settings.config_path.parent)
    assert snapshot.recall_board(Path(council.settings.config_path.name)) is not None


def test_a_file_more_makes_it_another_board(example: Example) -> None:
    council = example.council(TABLES)
    snapshot.save_snapshot(build_board(council), basis_of(council))
    (council.settings.tables_folder / "plans.csv").touch()
    assert snapshot.recall_board(council.settings.config_path) is None


def test_today_is_another_board_tomorrow(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    council = example.council(TABLES)
    config, board = council.settings.config_path, build_board(council)
    snapshot.save_snapshot(board, snapshot.record_basis(config, (), None))
    assert snapshot.recall_board(config) == hide_board_cells(board)

    class Tomorrow(date):
        @classmethod
        def today(cls) -> Tomorrow:
            return cls.fromordinal(date.today().toordinal() + 1)

    monkeypatch.setattr(snapshot, "date", Tomorrow)
    assert snapshot.recall_board(config) is None


NO_BOARD = '{"kind": "Issue", "of": ["file", "message"]}'


@pytest.mark.parametrize("broken", ["", "{}", "[]", '{"kind": "Any", "of": []}', "\0", NO_BOARD])
def test_a_broken_one_is_none(example: Example, state: Path, broken: str) -> None:
    council = example.council(TABLES)
    snapshot.save_snapshot(build_board(council), basis_of(council))
    kept_files(state)[0].write_text(broken, encoding="utf-8")
    assert snapshot.recall_board(council.settings.config_path) is None


@pytest.mark.parametrize("broken", ["", "[]", '{"kind": "Any", "of": []}', NO_BOARD])
def test_a_broken_board_is_none(example: Example, state: Path, broken: str) -> None:
    council = example.council(TABLES)
    snapshot.save_snapshot(build_board(council), basis_of(council))
    (path,) = kept_files(state)
    head, _, _ = path.read_text(encoding="utf-8").partition("\n")
    path.write_text(f"{head}\n{broken}", encoding="utf-8")
    assert snapshot.recall_board(council.settings.config_path) is None


def test_a_board_of_another_shape_is_none(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    council = example.council(TABLES)
    snapshot.save_snapshot(build_board(council), basis_of(council))
    monkeypatch.setattr(board.Count, "__match_args__", ("denominator", "numerator", "excluded"))
    assert snapshot.recall_board(council.settings.config_path) is None


def test_there_is_none_to_begin_with(tmp_path: Path) -> None:
    assert snapshot.recall_board(tmp_path / "config.toml") is None


def test_a_config_may_have_a_name_that_is_not_utf_8(example: Example) -> None:
    config = example.write(TABLES)
    odd = config.rename(config.with_name(os.fsdecode(b"config \xff.toml")))
    council = open_council(odd)
    snapshot.save_snapshot(build_board(council), basis_of(council))
    assert snapshot.recall_board(odd) is not None
