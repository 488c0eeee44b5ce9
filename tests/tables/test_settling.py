"""Files that are still being written are named as such, and none of their rows is used half."""

from __future__ import annotations

import gzip
import os
import time
from pathlib import Path
from threading import Event, Lock

import pytest
from folders import File, counts, folder_of, read, said
from test_layouts_neighbours import NUMBERS, wide
from test_layouts_ssda903 import episodes
from test_layouts_workbooks import ANNEX_A
from workbooks import xlsx

from kpitui.issue_wording import describe_problem
from kpitui.model.board import ReadingProgress
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.readers import text_blocks
from kpitui.tables import LoadedTables, load_folder, read_folder
from kpitui.wording import describe_progress

HEADER = "child,referral_date,source\n"
RETURN = episodes("1 15/02/2016 S C2 U1 14/08/2017 X1").encode()
HALF = {
    "a.csv.gz": gzip.compress(RETURN)[:-9],
    "a.zip": b"PK\x03\x04 half of it",
    "a.xlsx": xlsx(ANNEX_A)[:-100],
    "a.xml": b"<Message><Child><ChildIdentifiers>",
    "referrals.parquet": b"PAR1 half",
    "referrals.csv": b"",
}


def aged(place: Path, files: dict[str, File], seconds: float) -> Path:
    """A folder of files that were last changed so many seconds ago."""
    folder = folder_of(place, files)
    for path in folder.iterdir():
        os.utime(path, (time.time() - seconds,) * 2)
    return folder


@pytest.mark.parametrize("name", HALF)
def test_half_a_file_may_not_be_whole_yet_while_it_is_fresh(tmp_path: Path, name: str) -> None:
    new_file, old = read(tmp_path, {name: HALF[name]}), read_folder(aged(tmp_path, {}, 3_600))
    assert [Path(file).name for file in new_file.unsettled_files] == [name]
    assert said(new_file)[0].endswith("it changed a moment ago, and may not be whole yet. The file was not used.")
    assert old.unsettled_files == ()
    assert said(new_file)[0].startswith(said(old)[0].removesuffix(". The file was not used."))


def test_a_last_line_that_breaks_off(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": HEADER + "A,2018-10-01,x\nB,2018-1"})
    assert counts(tables, "referrals") == (2, 1, 1)
    assert said(tables) == [
        "referrals.csv:3: the file breaks off after 2 of 3 cells: it may not be whole yet. The row was left out."
    ]
    assert [Path(file).name for file in tables.unsettled_files] == ["referrals.csv"]


def test_a_last_line_that_breaks_off_in_a_layout_that_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several pieces it is the last that says so."""
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", 40)
    text = wide(NUMBERS, name="SN_{n}", closeness="SN_{n}P") + "873,Cambr"
    tables = read(tmp_path, {"sn_model_2025.csv": text})
    assert counts(tables, "statistical_neighbours") == (11, 10, 1)
    assert [Path(file).name for file in tables.unsettled_files] == ["sn_model_2025.csv"]


@pytest.mark.parametrize("name", ["referrals.csv", "episodes.csv"])
def test_a_file_that_grows_while_it_is_read_is_not_used(tmp_path: Path, name: str) -> None:
    content = RETURN if name == "episodes.csv" else f"{HEADER}A,2018-10-01,x\n".encode()
    folder = aged(tmp_path, {name: content, "uasc.csv": b"child,duc\nA,\n"}, 3_600)

    def grow(progress: ReadingProgress) -> None:
        if progress.file_name == name:
            with (folder / name).open("ab") as file:
                file.write(b"B")

    tables: LoadedTables = read_folder(folder, report_progress=grow)
    table = "referrals" if name == "referrals.csv" else "care_episodes"
    assert set(tables.frames) == {"uasc"}
    assert "is still being written: it changed while it was read" in describe_problem(tables.problems[table])
    assert [Path(file).name for file in tables.unsettled_files] == [name]
    # The next reading finds it at rest.
    assert table in read_folder(folder).frames


def test_how_far_the_reading_is(tmp_path: Path) -> None:
    reports: list[ReadingProgress] = []
    files: dict[str, File] = {"referrals.csv": f"{HEADER}A,2018-10-01,x\n", "a.csv": RETURN}
    read_folder(folder_of(tmp_path, files), report_progress=reports.append)
    assert [(report.file_name, report.file_number, report.file_count, report.rows_read) for report in reports] == [
        ("referrals.csv", 1, 2, 0),
        ("referrals.csv", 1, 2, 1),
        ("a.csv", 2, 2, 1),
        ("a.csv", 2, 2, 2),
    ]
    assert describe_progress(reports[-1]) == "file 2 of 2, 2 rows so far: a.csv"


class WatchedLock:
    """A lock that says when a second thread waits for it."""

    def __init__(self) -> None:
        self.lock, self.is_awaited = Lock(), Event()

    def __enter__(self) -> None:
        if not self.lock.acquire(blocking=False):
            self.is_awaited.set()
            self.lock.acquire()

    def __exit__(self, *exception: object) -> None:
        self.lock.release()


def test_the_reading_is_told_of_by_one_thread_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two small tables are read at a time: every file and every row is counted all the same."""
    names = ("referrals", "protection_plans", "protection_visits", "care_episodes", "uasc")
    columns = {column for name in names for column in CLEAN_TABLES[name].columns}
    text = "".join(f"{','.join(cells)}\n" for cells in (columns, *[columns] * 3))
    reports: list[ReadingProgress] = []
    watched_lock, reporting = WatchedLock(), Lock()
    monkeypatch.setattr(load_folder, "Lock", lambda: watched_lock)

    def report(progress: ReadingProgress) -> None:
        assert reporting.acquire(blocking=False)
        assert reports or watched_lock.is_awaited.wait(60)  # the first report lasts until the other thread has one
        reports.append(progress)
        reporting.release()

    read_folder(folder_of(tmp_path, {f"{name}.csv": text for name in names}), report_progress=report)
    assert len(reports) == 2 * len(names)
    assert max(progress.file_number for progress in reports) == len(names)
    assert reports[-1].rows_read == 3 * len(names)
