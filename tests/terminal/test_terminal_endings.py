"""How the program ends in a real pseudo-terminal, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import termios
from pathlib import Path

import pytest
from driving import opened
from terminals import Terminal

ENTERED, LEFT = b"\x1b[?1049h", b"\x1b[?1049l"


pytestmark = pytest.mark.usefixtures("hangup_ends")
CODES = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]


@pytest.mark.parametrize(("number", "code"), CODES)
def test_a_signal_ends_it_in_order(number: signal.Signals, code: int, tmp_path: Path) -> None:
    with Terminal(XDG_STATE_HOME=str(tmp_path)) as terminal:
        terminal.read(until=b"MADE-UP DATA")
        terminal.process.send_signal(number)
        sent = terminal.read(until=LEFT)
        assert terminal.ended() == code
        assert termios.tcgetattr(terminal.slave) == terminal.before
    assert LEFT in sent
    assert b"Traceback" not in sent
    assert not list(tmp_path.rglob("*.log"))


WAIT_AT = """
import sys, threading
class Finder:
    def find_spec(name, path, target=None):
        if name == {module!r}:
            print("WAITING", flush=True)
            threading.Event().wait()
sys.meta_path.insert(0, Finder)
sys.argv = ["kpitui", "--config", "config.toml"]
from kpitui.__main__ import start_console_script
start_console_script()
"""


@pytest.mark.parametrize(("number", "code"), CODES)
@pytest.mark.parametrize("module", ["kpitui.tui", "kpitui.tui.council_desk", "textual.app", "kpitui.tui.app"])
def test_a_signal_ends_it_while_it_is_still_importing(
    module: str, number: signal.Signals, code: int, tmp_path: Path
) -> None:
    with Terminal("-c", WAIT_AT.format(module=module), played=False, XDG_STATE_HOME=str(tmp_path)) as terminal:
        sent = terminal.read(until=b"WAITING")
        terminal.process.send_signal(number)
        assert terminal.ended() == code
        sent += terminal.read(seconds=1)
        assert termios.tcgetattr(terminal.slave) == terminal.before
    assert sent.strip() == b"WAITING"
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".kpitui-") or path.suffix == ".log"]


@pytest.mark.parametrize(("number", "code"), CODES)
def test_a_signal_ends_it_though_it_hangs_and_the_terminal_is_given_back(number: signal.Signals, code: int) -> None:
    with Terminal("hang=yes") as terminal:
        terminal.read(until=b"MADE-UP DATA")
        terminal.send("q")
        terminal.read(until=b"HANGING")
        terminal.process.send_signal(number)
        sent = terminal.read(until=LEFT, seconds=20)
        assert terminal.ended(20) == code
        assert termios.tcgetattr(terminal.slave) == terminal.before
    assert LEFT in sent
    assert b"Traceback" not in sent


def wait_until_stopped(process: int) -> None:
    """Wait until a child process is stopped; it must not end instead."""
    change = os.waitid(os.P_PID, process, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    assert change is not None
    assert change.si_code == os.CLD_STOPPED, "it has ended"


@pytest.mark.parametrize("signal_name", ["the key", "the signal"])
def test_it_is_suspended_and_comes_back_as_it_was(signal_name: str) -> None:
    with Terminal("address=VP7/cases") as terminal:
        terminal.read(until=b"MU0005")
        terminal.send("j")
        terminal.read(seconds=1)
        if signal_name == "the key":
            terminal.send("\x1a")
        else:
            terminal.process.send_signal(signal.SIGTSTP)
        sent = terminal.read(until=LEFT)
        wait_until_stopped(terminal.process.pid)
        assert LEFT in sent
        assert termios.tcgetattr(terminal.slave) == terminal.before
        terminal.process.send_signal(signal.SIGCONT)
        screen_text = terminal.read(until=b"MU0005")
        assert ENTERED in screen_text
        assert b"Counted?" in screen_text  # the whole screen, not what differs from before
        terminal.send("\r")
        assert b"MU0003" in terminal.read(until=b"MU0003")  # the cursor is where it was
        terminal.send("q")
        assert terminal.ended() == 0
        assert termios.tcgetattr(terminal.slave) == terminal.before


@pytest.mark.parametrize("signal_name", ["stopped from outside", "never stopped"])
def test_going_on_without_having_been_to_the_shell_takes_the_terminal_once(signal_name: str) -> None:
    with Terminal("address=VP7/cases") as terminal:
        sent = terminal.read(until=b"MU0005")
        if signal_name == "stopped from outside":
            terminal.process.send_signal(signal.SIGSTOP)
            wait_until_stopped(terminal.process.pid)
        terminal.process.send_signal(signal.SIGCONT)
        screen_text = terminal.read(until=b"MU0005")
        assert b"Counted?" in screen_text  # the whole screen: others may have drawn on it
        terminal.send("q")
        sent += screen_text + terminal.read(until=LEFT)
        assert terminal.ended() == 0
        assert termios.tcgetattr(terminal.slave) == terminal.before
    assert sent.count(ENTERED) == sent.count(LEFT) == 1


def test_a_session_that_is_ended_may_tell_it_to_go_on_as_well() -> None:
    with Terminal() as terminal:
        terminal.read(until=b"MADE-UP DATA")
        terminal.process.send_signal(signal.SIGTERM)
        terminal.process.send_signal(signal.SIGCONT)
        assert terminal.ended() == 143
        assert termios.tcgetattr(terminal.slave) == terminal.before


def test_a_terminal_closed_while_it_reads_leaves_no_process(tmp_path: Path) -> None:
    with Terminal("address=VP7/cases", XDG_STATE_HOME=str(tmp_path)) as terminal:
        os.close(terminal.slave)
        os.close(terminal.master)
        terminal.process.wait(60)
    assert not list(tmp_path.rglob("*.log"))


def test_a_closed_terminal_ends_it() -> None:
    with Terminal() as terminal:
        terminal.read(until=b"MADE-UP DATA")
        os.close(terminal.slave)
        os.close(terminal.master)
        terminal.process.wait(60)


async def test_what_fails_behind_the_end_is_no_error() -> None:
    async with opened() as (app, _):
        app.exit(143, return_code=143)
        app._handle_exception(LookupError("a screen that was half there"))
        assert app.unexpected_error is None
        assert app.return_code == 143


def test_an_error_nobody_foresaw_leaves_the_terminal_and_names_the_log(tmp_path: Path) -> None:
    with Terminal("address=VP7/cases", "fail=yes", XDG_STATE_HOME=str(tmp_path)) as terminal:
        sent = terminal.read(until=b"has the details")
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
