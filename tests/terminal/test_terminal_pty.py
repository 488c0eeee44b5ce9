"""The program in a real pseudo-terminal: what bytes it sends, and how it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType

import pytest

ROOT = Path(__file__).parents[2]
PLAYED = Path(__file__).with_name("played.py")
SENT_TO_TERMINAL = re.compile(
    rb"\x1b\]22;default\x07|\x1b\[[0-9;:?<>=!$]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>78c]"
)
COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


class Terminal:
    """A program in a pseudo-terminal of its own."""

    def __init__(self, *words: str, size: tuple[int, int] = (80, 24), **environ: str) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        environ = {"XDG_STATE_HOME": "/nonexistent", **environ}
        keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, str(PLAYED), *words],
            stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, start_new_session=True,
            env={**keep, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **environ},
        )  # fmt: skip

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for end in (self.master, self.slave):
            with contextlib.suppress(OSError):
                os.close(end)

    def read(self, until: bytes | None = None, seconds: float = 10.0, quiet: float = 0.4) -> bytes:
        """What is sent until some text was there, or until nothing came for a while."""
        found = b""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            wait = 0.1 if until is not None else quiet
            if not select.select([self.master], [], [], wait)[0]:
                if until is None:
                    break
                continue
            try:
                found += os.read(self.master, 65536)
            except OSError:
                break
            if until is not None and until in found:
                until = None
        return found

    def send(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def ended(self, seconds: float = 5.0) -> int:
        """Wait for the end, reading what is still sent, and return the exit code."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(OSError):
                if select.select([self.master], [], [], 0.05)[0]:
                    os.read(self.master, 65536)
        assert self.process.poll() is not None, "it did not end"
        return int(self.process.returncode)


def words_of(sent: bytes) -> str:
    """What is left when everything that rightly controls a terminal is taken out."""
    return SENT_TO_TERMINAL.sub(b"", sent).decode("utf-8", "replace")


SCREENS = ("board", "VP7", "VP7/cases", "VP7/cases/MU0001", "data", "changes")


@pytest.mark.parametrize("address", SCREENS)
def test_hostile_names_reach_no_screen_as_controls(address: str) -> None:
    with Terminal(f"address={address}", "hostile=yes", size=(120, 40)) as terminal:
        sent = terminal.read(until=b"MADE-UP DATA")
        for keys in ("G", "/", "a\r", "\x1b", "?", "\x1b", ":", "\x1b", "y"):
            terminal.send(keys)
            sent += terminal.read(seconds=2, quiet=0.2)
        terminal.send("q")
        sent += terminal.read(seconds=3)
    text = words_of(re.sub(rb"\x1b\]52;c;[A-Za-z0-9+/=]*\x07", _expected_copy, sent))
    assert not re.search("[\x00-\x06\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", text)
    assert "aGk=" not in re.sub(r"\ufffd\]52;c;aGk=\ufffd", "", text)
    assert "[/][@click=app.quit]x[/]" in text


def _expected_copy(match: re.Match[bytes]) -> bytes:
    """Only the address that was asked for may be sent to the clipboard, never a name's own."""
    assert match.group() != b"\x1b]52;c;aGk=\x07"
    return b""


def test_no_color_sends_no_colour_code() -> None:
    with Terminal(NO_COLOR="1") as terminal:
        sent = terminal.read(until=b"MADE-UP DATA")
        for keys in ("j", "\r", "\r", "t", "\x1b"):
            terminal.send(keys)
            sent += terminal.read(seconds=2, quiet=0.2)
    codes = {code for part in COLOUR.findall(sent) for code in part[2:-1].split(b";")}
    assert codes <= {b"", b"0", b"1", b"2", b"3", b"4", b"7", b"39", b"49"}, codes


def test_ascii_sends_nothing_that_needs_a_font() -> None:
    with Terminal("ascii=yes") as terminal:
        sent = terminal.read(until=b"MADE-UP DATA")
        for keys in ("\r", " ", "\r"):
            terminal.send(keys)
            sent += terminal.read(seconds=2, quiet=0.2)
    assert words_of(sent).isascii(), {c for c in words_of(sent) if not c.isascii()}


def test_an_idle_screen_sends_nothing() -> None:
    with Terminal() as terminal:
        terminal.read(until=b"MADE-UP DATA")
        terminal.read(seconds=2)
        terminal.send("/")
        terminal.read(seconds=2)
        assert terminal.read(seconds=3, quiet=3.0) == b""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_within_two_seconds(number: signal.Signals, code: int) -> None:
    with Terminal() as terminal:
        terminal.read(until=b"MADE-UP DATA")
        began = time.monotonic()
        terminal.process.send_signal(number)
        assert terminal.ended() == code
        assert time.monotonic() - began < 2


def test_a_closed_terminal_ends_it_within_two_seconds() -> None:
    with Terminal() as terminal:
        terminal.read(until=b"MADE-UP DATA")
        began = time.monotonic()
        os.close(terminal.slave)
        os.close(terminal.master)
        terminal.process.wait(5)
        assert time.monotonic() - began < 2.5


def test_an_error_nobody_foresaw_leaves_the_terminal_and_names_the_log(tmp_path: Path) -> None:
    with Terminal("address=VP7/cases", "fail=yes", XDG_STATE_HOME=str(tmp_path)) as terminal:
        sent = terminal.read(until=b"Log:", seconds=8)
        assert terminal.ended() == 1
        assert termios.tcgetattr(terminal.slave) == terminal.before
    log = tmp_path / "kpitui" / "kpitui.log"
    assert str(log).encode() in sent.replace(b"\r\n", b"")
    assert b"\x1b[?1049l" in sent
    assert log.stat().st_mode & 0o777 == 0o600
    assert "RuntimeError" in log.read_text()
    assert "MU0001" not in log.read_text()
    assert b"MU0001 is in this message" not in sent


def test_quitting_leaves_the_terminal_as_it_was_found() -> None:
    with Terminal() as terminal:
        sent = terminal.read(until=b"MADE-UP DATA")
        terminal.send("q")
        sent += terminal.read(seconds=3)
        assert terminal.ended() == 0
        assert termios.tcgetattr(terminal.slave) == terminal.before
    assert sent.count(b"\x1b[?1049h") == sent.count(b"\x1b[?1049l") == 1
    assert b"\x1b[?25h" in sent


def test_control_c_interrupts() -> None:
    with Terminal() as terminal:
        terminal.read(until=b"MADE-UP DATA")
        terminal.send("\x03")
        assert terminal.ended() == 130


def test_moving_the_cursor_is_cheap() -> None:
    with Terminal(size=(120, 40)) as terminal:
        terminal.read(until=b"MADE-UP DATA")
        terminal.read(seconds=1)
        terminal.send("j")
        sent = terminal.read(seconds=1)
        assert 0 < len(sent) < 2500, sent
