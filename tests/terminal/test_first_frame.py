"""The board of the run before, on the screen before anything is imported, and when it is not."""

from __future__ import annotations

import os
import signal
import termios
from collections.abc import Callable
from pathlib import Path

import pytest
from terminals import Terminal

from kpitui import first_frame
from kpitui.first_frame import FirstFrame, build_mark, keep_frame
from tests.examples import Example, table

pytestmark = pytest.mark.usefixtures("hangup_ends")
LEFT = b"\x1b[?1049l"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[bytes]:
    """A terminal of 80 by 24 that keeps what is written to it."""
    written: list[bytes] = []
    monkeypatch.setattr(os, "isatty", lambda descriptor: True)
    monkeypatch.setattr(os, "get_terminal_size", lambda descriptor: os.terminal_size((80, 24)))
    monkeypatch.setattr(os, "write", lambda descriptor, content: written.append(content))
    monkeypatch.setattr(first_frame, "end_on_signals", lambda: None)
    monkeypatch.setattr(FirstFrame, "_silence_keys", lambda self: None)
    monkeypatch.setattr("sys.argv", ["kpitui"])
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    return written


def keep(folder: Path) -> Path:
    """Keep a frame that depends on a file and its folder; return the file."""
    data = folder / "data"
    data.mkdir()
    source = data / "schools.csv"
    source.write_text("urn\n1\n")
    watched = [str(folder / "config.toml"), str(data), str(source)]
    keep_frame("THE BOARD", build_mark(watched), watched)
    return source


def test_what_was_sent_last_is_painted_again_and_given_back(terminal: list[bytes], tmp_path: Path) -> None:
    keep(tmp_path)
    frame = FirstFrame()
    assert frame.paint()
    assert b"THE BOARD" in terminal[0]
    assert b" starting " in terminal[0]
    frame.leave()
    assert terminal[1].startswith(LEFT)
    assert not frame.hand_over()
    (kept,) = (tmp_path / "state" / "kpitui" / "frames").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


def touch(source: Path) -> None:
    os.utime(source, (0, 0))


def add_table(source: Path) -> None:
    os.utime(source.parent, (0, 0))
    (source.parent / "new.csv").write_text("x\n")


def find_frame(source: Path) -> Path:
    return next((source.parent.parent / "state" / "kpitui" / "frames").iterdir())


DOUBTS: dict[str, Callable[[Path, pytest.MonkeyPatch], object]] = {
    "a file has changed": lambda source, _: touch(source),
    "a file is new": lambda source, _: add_table(source),
    "a file has gone": lambda source, _: source.unlink(),
    "a nearer config": lambda source, _: (source.parent.parent / "config.toml").write_text(""),
    "an address": lambda _, patch: patch.setattr("sys.argv", ["kpitui", "VP7"]),
    "another size": lambda _, patch: patch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((100, 30))),
    "another terminal": lambda _, patch: patch.setenv("TERM", "vt100"),
    "no colours": lambda _, patch: patch.setenv("NO_COLOR", "1"),
    "another day": lambda _, patch: patch.setattr("time.strftime", lambda _: "2030-01-01"),
    "another version": lambda _, patch: patch.setattr(first_frame, "__version__", "9"),
    "no terminal": lambda _, patch: patch.setattr(os, "isatty", lambda descriptor: descriptor != 1),
    "others may read it": lambda source, _: find_frame(source).chmod(0o640),
    "it is damaged": lambda source, _: find_frame(source).write_bytes(b"\xff\x00\xff"),
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_with_any_doubt_nothing_is_painted(
    doubt: str, terminal: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    DOUBTS[doubt](keep(tmp_path), monkeypatch)
    assert not FirstFrame().paint()
    assert terminal == []


def wait_for_file(folder: Path, program: Terminal) -> None:
    """Wait until the program has kept something in a folder."""
    while not (folder.is_dir() and any(folder.iterdir())):
        assert program.process.poll() is None, "it has ended"
        program.read(quiet=0.05)


def test_the_third_start_begins_with_the_board_and_textual_takes_it_over(example: Example, tmp_path: Path) -> None:
    config = example.write({"referrals": table("child referral_date", "A 2018-05-01", "A 2018-11-05")})
    state, kept = str(tmp_path / "state"), tmp_path / "state" / "kpitui"
    for folder in (kept / "boards", kept / "frames", kept / "frames"):
        is_painted = (kept / "frames").is_dir()
        with Terminal("-m", "kpitui", played=False, XDG_STATE_HOME=state, KPITUI_CONFIG=str(config)) as program:
            sent = program.read(until=b" starting " if is_painted else b"quit")
            if is_painted:
                assert b"RR12" in sent
                assert b"\x1b[?1000h" not in sent[: sent.index(b"RR12")]  # Textual is not there yet
                if b"quit" not in sent.partition(b" starting ")[2]:  # it takes the word away that nothing answers yet
                    sent += program.read(until=b"quit")
                assert sent.count(b"RR12") == 1  # and sends nothing twice
            assert sent.count(b"\x1b[?1049h") == 1
            wait_for_file(folder, program)
            program.send("q")
            program.read(until=LEFT)
            assert program.ended() == 0
            assert termios.tcgetattr(program.slave) == program.before
    for end_signal in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        with Terminal("-m", "kpitui", played=False, XDG_STATE_HOME=state, KPITUI_CONFIG=str(config)) as program:
            program.read(until=b" starting ")
            program.process.send_signal(end_signal)
            assert LEFT in program.read(until=LEFT)
            assert program.ended() == 128 + end_signal
            assert termios.tcgetattr(program.slave) == program.before
