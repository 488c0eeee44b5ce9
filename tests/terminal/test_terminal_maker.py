"""The usual board is made by a process of its own, which leaves nothing behind it."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
from terminals import ROOT, Terminal

from kpitui.tui.board_process import MAX_TWICE_READ_BYTES

CONFIG = ROOT / "config.toml"
BEGUN = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from kpitui.tui import board_process

config, at_once = Path(sys.argv[1]), sys.argv[2] == "at once"
"""
MAKE = f"""{BEGUN}
asked = board_process.BoardProcess(config, start_now=at_once)
first = asked.receive_first_board() if at_once else None
whole = asked.receive_full_board()
assert not [name for name in sys.modules if name.startswith(("polars", "narwhals"))]

from kpitui.board import build_board
from kpitui.council import open_council

council = open_council(config)
board, basis = whole
expected = build_board(council)
timeless = lambda one: replace(
    one,
    sources=tuple(replace(source, read_at=None) for source in one.sources),
    entries=tuple(
        replace(entry, sources=tuple(replace(source, read_at=None) for source in entry.sources))
        for entry in one.entries
    ),
)
assert timeless(board) == timeless(expected)
assert basis.file_stamps == basis.stamp_current_files()
if at_once:
    assert [entry.point for entry in first.entries] == [entry.point for entry in expected.entries]
    assert not any(entry.variants for entry in first.entries)
"""
NONE_MADE = f"""{BEGUN}
asked = board_process.BoardProcess(config, start_now=at_once)
assert at_once is False or asked.receive_first_board() is None
assert asked.receive_full_board() is None
"""
NO_ROOM = NONE_MADE.replace(
    "asked =",
    """
def full(*words, **options):
    raise BlockingIOError(11, "Resource temporarily unavailable")
import subprocess
os.fork = subprocess.Popen = full
asked =""",
)
HOLD_ON = f"""{BEGUN}
asked = board_process.BoardProcess(config, start_now=at_once)
asked._start_worker(both_boards=True)
here = os.getpid()
print(Path(f"/proc/{{here}}/task/{{here}}/children").read_text(), flush=True)
signal.pause()
"""


def run(script: str, config: Path, start_time: str, *, home: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", script, str(config), start_time],
        cwd=ROOT, env=os.environ | {"XDG_STATE_HOME": str(home)}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""


@pytest.mark.parametrize("start_time", ["at once", "when asked"])
def test_it_makes_the_board_and_keeps_it(start_time: str, tmp_path: Path) -> None:
    run(MAKE, CONFIG, start_time, home=tmp_path)
    (board_file,) = (tmp_path / "kpitui" / "boards").iterdir()
    assert board_file.stat().st_mode & 0o777 == 0o600


COUNCIL = '[council]\nname = "A"\nla_code = "872"\n'


@pytest.mark.parametrize("start_time", ["at once", "when asked"])
@pytest.mark.parametrize(
    ("config_text", "size"),
    [(COUNCIL, MAX_TWICE_READ_BYTES + 1), (f'{COUNCIL}[sql]\nurl = "sqlite:///a.db"\n', 1), ("[council\n", 1)],
    ids=["much to read", "a database", "a broken config"],
)
def test_it_makes_none_of_what_is_read_and_told_where_it_is_asked_for(
    start_time: str, config_text: str, size: int, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(config_text)
    with open(tmp_path / "visits.csv", "wb") as large:
        large.truncate(size)
    run(NONE_MADE, tmp_path / "config.toml", start_time, home=tmp_path)


@pytest.mark.parametrize("start_time", ["at once", "when asked"])
def test_it_makes_none_where_there_is_no_room_for_a_process(start_time: str, tmp_path: Path) -> None:
    run(NO_ROOM, CONFIG, start_time, home=tmp_path)


@pytest.mark.parametrize("start_time", ["at once", "when asked"])
def test_it_ends_with_who_asked(start_time: str, tmp_path: Path) -> None:
    asking = subprocess.Popen(
        [sys.executable, "-c", HOLD_ON, str(CONFIG), start_time],
        cwd=ROOT, env=os.environ | {"XDG_STATE_HOME": str(tmp_path)}, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert asking.stdout is not None
    made_by = int(asking.stdout.readline())
    asking.kill()
    asking.wait()
    asking.stdout.close()
    with contextlib.suppress(ProcessLookupError):  # it may have ended by now
        worker = os.pidfd_open(made_by)
        select.select([worker], [], [])  # as long as it takes: a process that stays makes the test hang
        os.close(worker)


def children(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(word) for word in text.split()]


def holds_polars(process: int) -> bool:
    return "_polars_runtime" in Path(f"/proc/{process}/maps").read_text()


def test_the_screen_holds_no_tables_until_somebody_looks_behind_a_number(tmp_path: Path) -> None:
    words = ("-m", "kpitui", "--config", str(CONFIG))
    for _ in ("the first time", "opened again"):
        with Terminal(*words, played=False, size=(120, 40), XDG_STATE_HOME=str(tmp_path)) as terminal:
            terminal.read(until=b"87.8%", seconds=30)
            pid = terminal.process.pid
            while children(pid):
                terminal.read(seconds=0.3, quiet=0.1)
            assert not holds_polars(pid)
            terminal.send("\r")
            while not holds_polars(pid):  # the cases are likely to be asked for next
                terminal.read(seconds=0.3, quiet=0.1)
            terminal.send("c")
            assert b"Counted?" in terminal.read(until=b"Counted?", seconds=20)
            terminal.send("q")
            assert terminal.ended() == 0
