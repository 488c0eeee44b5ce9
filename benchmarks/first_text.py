"""Time to the first useful screen: a real value in the terminal program over the sample.

The floor is the smallest Textual program with a table of 40 rows, to its first cell.  Both are
whole processes on a pseudo-terminal of 120 columns and 40 lines, each with an empty home, so that
nothing is remembered from the run before.
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
from pathlib import Path

from benchmarks.measuring import ROOT, Measure, Taken, start, wait

COLUMNS, LINES = 120, 40
PATIENCE = 60  # seconds
_SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[@-Z\\-_]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


def measure(folder: Path, quick: bool) -> Measure:
    """The value waited for is that of primary schools in the sample."""
    return Measure(
        "terminal program to its first value, the sample",
        lambda: until(b"87.8%", "-m", "kpitui", "--config", ROOT / "config.toml"),
        lambda: until(b"cell 0", "-m", "benchmarks.first_text"),
        rounds=3 if quick else 9,
    )


def until(text: bytes, *arguments: str | Path) -> Taken:
    """From the start of a program on a terminal to the moment when it has written a text."""
    terminal, inside = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    with tempfile.TemporaryDirectory(prefix="kpitui-home-") as home:
        env = os.environ | {"HOME": home, "TERM": "xterm-256color", "XDG_STATE_HOME": home}
        began = time.perf_counter()
        process = start(arguments, env=env, stdin=inside, stdout=inside, stderr=inside)
        os.close(inside)
        try:
            took = _wait_for(text, terminal, began)
        finally:
            # Ended at once: what an orderly end takes is not part of the measure.
            os.kill(process.pid, signal.SIGKILL)
            _, cpu = wait(process)
            os.close(terminal)
    return Taken(took, cpu)


def _wait_for(text: bytes, terminal: int, began: float) -> float:
    written = b""
    while (took := time.perf_counter() - began) < PATIENCE:
        if select.select([terminal], [], [], 0.5)[0]:
            written += os.read(terminal, 65_536)
            if text in _SEQUENCE.sub(b"", written):
                return time.perf_counter() - began
    raise RuntimeError(f"no {text.decode()} within {took:.0f} seconds")


def run_table() -> None:
    """The floor."""
    from textual.app import App, ComposeResult
    from textual.widgets import DataTable

    class Table(App[None]):
        def compose(self) -> ComposeResult:
            table: DataTable[str] = DataTable()
            table.add_columns("one", "two", "three")
            table.add_rows([f"cell {row}", "87.8%", "43 of 49"] for row in range(40))
            yield table

    Table().run()


if __name__ == "__main__":
    run_table()
