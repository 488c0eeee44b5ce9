"""Saving what is seen: where one says, never over a file unasked, for its owner alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from boards import FakeDesk
from driving import Driver, opened, press, rows, settled, text, until

from kpitui.tui.app import KpituiApp


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def saved(app: KpituiApp, pilot: Driver, *keys: str) -> None:
    await press(pilot, "w", *keys, "enter")
    await until(pilot, lambda: "Saved" in text(app) or "cannot be" in text(app))


async def test_the_board_is_saved_as_it_is_filtered_and_ordered(folder: Path) -> None:
    async with opened(size=(160, 40)) as (app, pilot):
        await press(pilot, "slash", *"protection", "enter", "1")
        await saved(app, pilot)
        assert str(folder / "board-2018-19-Q3.csv") in rows(app)[-1]
    path = folder / "board-2018-19-Q3.csv"
    assert [row["code"] for row in read(path)] == ["CP24", "CPEV", "VP8"]
    assert float(read(path)[2]["value"]) == pytest.approx(100 * 601 / 743)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("address", "name", "row_count"),
    [
        ("VP7", "VP7-history.csv", 15 + 2 + 3),
        ("VP7/cases", "VP7-cases-2018-19-Q3.csv", 18),
        ("changes", "changes-2018-19-Q2-to-2018-19-Q3.csv", 13),
    ],
)
async def test_history_cases_and_changes_are_saved(folder: Path, address: str, name: str, row_count: int) -> None:
    async with opened(address) as (app, pilot):
        await saved(app, pilot)
    assert len(read(folder / name)) == row_count


async def test_cases_are_saved_as_filtered_and_nothing_in_them_can_run(folder: Path) -> None:
    async with opened("VP7/cases", desk=FakeDesk(hostile="\x1b[31m")) as (app, pilot):
        await press(pilot, "slash", *"left out", "enter")
        await saved(app, pilot)
    saved_rows = read(folder / "VP7-cases-2018-19-Q3.csv")
    assert len(saved_rows) == 3
    assert saved_rows[0]["counted"] == "N"
    assert "\x1b" not in (folder / "VP7-cases-2018-19-Q3.csv").read_text()


async def test_a_file_is_written_over_only_when_asked_again(folder: Path) -> None:
    path = folder / "mine.csv"
    path.write_text("kept\n")
    async with opened() as (app, pilot):
        await press(pilot, "w", "ctrl+u", *"mine.csv", "enter")
        assert "already exists" in rows(app)[-1]
        await press(pilot, *"no", "enter")
        assert "Nothing was saved" in rows(app)[-1]
        assert path.read_text() == "kept\n"
        await press(pilot, "w", "ctrl+u", *"mine.csv", "enter", "escape")
        assert path.read_text() == "kept\n"
        await press(pilot, "w", "ctrl+u", *"mine.csv", "enter")
        await press(pilot, *"yes", "enter")
        await until(pilot, lambda: "Saved 13 rows" in text(app))
        await settled(pilot)
    assert len(read(path)) == 13
    assert path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["mine.csv"]


async def test_a_folder_that_is_not_there_is_said(folder: Path) -> None:
    async with opened(size=(160, 40)) as (app, pilot):
        await saved(app, pilot, "ctrl+u", *"none/mine.csv")
        assert "no such folder" in text(app)


async def test_a_row_and_a_table_are_sent_with_tabs_between_their_cells() -> None:
    async with opened("VP7/cases") as (app, pilot):
        await press(pilot, "Y")
        assert app.clipboard.split("\t")[:2] == ["MU0002", "Child 2"]
        await press(pilot, "slash", *"short", "enter", "T")
        head, *copied_rows = app.clipboard.split("\n")
        assert head.split("\t")[0] == "child"
        assert "4 lines, the headings" in rows(app)[-1]
        assert all("short break" in row for row in copied_rows)


async def test_a_table_that_no_terminal_takes_is_to_be_saved() -> None:
    async with opened("VP7/cases", desk=FakeDesk(rows=4_000)) as (app, pilot):
        await press(pilot, "T")
        assert "Too much for the clipboard: press w to save it as a file" in rows(app)[-1]
        assert not app.clipboard
