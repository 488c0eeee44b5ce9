"""The status that is printed again: only where nothing it is made from has changed, and without polars."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from kpitui.cli import main
from kpitui.printed_status import recall_status, save_status
from tests.examples import Example, table

PLANS = table("child start_date end_date category", "A 2018-11-01 . NEG", "B 2018-11-05 2018-12-05 NEG")


@pytest.fixture
def config(example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A council whose files are an hour old, and a state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = example.write({"protection_plans": PLANS})
    age_files(path.parent)
    return path


def age_files(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))


def print_status(config: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["status", "--config", str(config), *options]) == 0
    return capsys.readouterr().out


def test_an_unchanged_council_is_printed_again_without_polars(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = print_status(config, capsys)
    assert recall_status(config) == printed.removesuffix("\n")
    script = f"import sys; from kpitui.cli import main; main(['status', '--config', {str(config)!r}]);"
    script += (
        "print(sorted({'polars', 'narwhals', 'textual', 'kpitui.model.board'} & set(sys.modules)), file=sys.stderr)"
    )
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert (process.stdout, process.stderr) == (printed, "[]\n")


@pytest.mark.parametrize("name", ["config.toml", "tables/protection_plans.csv", "tables/new.csv", "published/new.csv"])
def test_any_change_is_seen(name: str, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_status(config, capsys)
    path = config.parent / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(path.read_text(encoding="utf-8") + "\n" if path.exists() else "x\n", encoding="utf-8")
    assert recall_status(config) is None


def test_files_changed_just_now_are_not_trusted(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (config.parent / "tables" / "protection_plans.csv").touch()
    print_status(config, capsys)
    assert recall_status(config) is None


@pytest.mark.parametrize("options", [("--period", "2018-19"), ("--as-at", "2019-01-20"), ("--public",), ("--md",)])
def test_another_view_is_neither_kept_nor_taken(
    options: tuple[str, ...], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other_view = print_status(config, capsys, *options)
    assert recall_status(config) is None
    usual_view = print_status(config, capsys)
    assert print_status(config, capsys, *options) == other_view != usual_view


def test_a_text_that_quotes_a_cell_is_not_kept(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An overdue action of the commentary stands in the status, and nowhere in the state folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    commentary = "indicator,period,text,kind,due_date\nCP24,2018-19 Q3,Call Mrs Marker,action,2019-01-01\n"
    path = example.write({"protection_plans": PLANS, "commentary": commentary})
    age_files(path.parent)
    assert "Call Mrs Marker" in print_status(path, capsys)
    assert recall_status(path) is None


def test_a_status_for_today_is_another_tomorrow(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_status("text", config, [config.parent / "tables"], None)
    assert recall_status(config) == "text"

    tomorrow = date.fromordinal(date.today().toordinal() + 1)
    monkeypatch.setattr("kpitui.printed_status.find_today", lambda: tomorrow)
    assert recall_status(config) is None


@pytest.mark.parametrize("damage", ["", "[]", '{"text": 1}', "{"])
def test_a_damaged_file_is_as_good_as_none(
    damage: str, config: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    printed = print_status(config, capsys)
    (status_path,) = (tmp_path / "state").rglob("*.status")
    status_path.write_text(damage, encoding="utf-8")
    assert print_status(config, capsys) == printed
    changed = status_path.read_text(encoding="utf-8").replace("CP24", "CP25")
    status_path.write_text(changed, encoding="utf-8")
    assert recall_status(config) is None
