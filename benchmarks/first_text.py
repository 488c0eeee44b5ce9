"""Time to the first useful screen: a real value in the terminal program over the sample.

The floor is the smallest Textual program with a table of 40 rows, to its first cell.  Both are
whole processes on a pseudo-terminal of 120 columns and 40 lines.  The first time the home is empty;
the second time there is what a run before it left there.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import tempfile
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from benchmarks.measuring import ROOT, Measure, Taken, children_of, cpu_of, start, wait

COLUMNS, LINES = 120, 40
PATIENCE = 60  # seconds
MOST_PREPARING_RUNS = 6
_SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[@-Z\\-_]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


def first(folder: Path, quick: bool) -> Measure:
    """Each run with an empty home.  The value waited for is that of primary schools."""

    def subject() -> Taken:
        with tempfile.TemporaryDirectory(dir=folder) as home:
            return _kpitui(Path(home))

    return Measure("terminal program to its first value", subject, _table, 3 if quick else 9)


def again(folder: Path, quick: bool) -> Measure:
    """All runs with one home, which a run that is not measured has prepared."""
    home = folder / "home"
    home.mkdir()
    _kpitui(home, linger=5)
    name = "terminal program to its first value, again"
    return Measure(name, lambda: _kpitui(home, linger=0.5), _table, 3 if quick else 9)


def at_once(folder: Path, quick: bool) -> Measure:
    """Without arguments, where two runs have left their first screen; the floor is Python that prints a line."""
    home = folder / "home at once"
    home.mkdir()
    config = {"KPITUI_CONFIG": str(ROOT / "config.toml")}

    def subject(linger: float = 0.5) -> Taken:
        return until(b"87.8%", home, "-m", "kpitui", linger=linger, variables=config)

    for _ in range(MOST_PREPARING_RUNS):
        # A slow machine needs longer for the tables, after which the frame is kept.
        if (home / "kpitui" / "frames").is_dir():
            break
        subject(linger=8)
    name = "terminal program to its first value, nothing changed"
    print_line = ("-c", "print('87.8%')")
    return Measure(name, subject, lambda: until(b"87.8%", Path("/"), *print_line), 3 if quick else 9)


def _kpitui(home: Path, linger: float = 0) -> Taken:
    sample = ROOT / "config.toml"
    return until(b"87.8%", home, "-m", "kpitui", "--config", sample, linger=linger)


def _table() -> Taken:
    return until(b"cell 0", Path("/"), ROOT / "benchmarks" / "minimal_table.py")


def until(
    text: bytes,
    home: Path,
    *arguments: str | Path,
    linger: float = 0,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> Taken:
    """From the start of a program on a terminal to the moment when it has written a text.

    It goes on for `linger` seconds, which are not measured, except that their CPU is in that of
    the whole process.
    """
    terminal, inside = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    env = os.environ | {"HOME": str(home), "XDG_STATE_HOME": str(home), "TERM": "xterm-256color"} | dict(variables)
    began = time.perf_counter()
    process = start(arguments, env=env, stdin=inside, stdout=inside, stderr=inside)
    os.close(inside)
    try:
        took = _wait_for(text, terminal, began)
        _read_on(terminal, linger)
    finally:
        beside = sum(map(cpu_of, children_of(process.pid)))
        # Ended at once: what an orderly end takes is not part of the measure.
        os.kill(process.pid, signal.SIGKILL)
        _, cpu = wait(process)
        os.close(terminal)
    return Taken(took, cpu + beside)


def _wait_for(text: bytes, terminal: int, began: float) -> float:
    written = b""
    while (took := time.perf_counter() - began) < PATIENCE:
        if select.select([terminal], [], [], 0.5)[0]:
            written += os.read(terminal, 65_536)
            if text in _SEQUENCE.sub(b"", written):
                return time.perf_counter() - began
    raise RuntimeError(f"no {text.decode()} within {took:.0f} seconds")


def _read_on(terminal: int, seconds: float) -> None:
    """Let a program go on: one whose terminal is not read stands still."""
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        if select.select([terminal], [], [], left)[0]:
            os.read(terminal, 65_536)
