"""How the program ends in a real pseudo-terminal, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import termios
import time
from pathlib import Path

import pytest
from terminals import Terminal


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
