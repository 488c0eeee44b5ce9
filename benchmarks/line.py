"""What goes over the line: bytes of keys and screens, and what an idle program costs.

On a pseudo-terminal of 120 columns and 40 lines, over the sample.  The floor of a key is the
smallest Textual program with a table of 40 rows, as in `first_text`.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.first_text import COLUMNS, LINES, PATIENCE
from benchmarks.measuring import ROOT, children_of, cpu_of, start

SAMPLE = ("-m", "kpitui", "--config", str(ROOT / "config.toml"))
TABLE = ("-m", "benchmarks.first_text")
Row = tuple[str, int, int, float]
"""A key's name, the middle and the most bytes that it sends, seconds to the first of them."""
PATIENT = 2.0
"""Seconds in which a key is answered at all, if it is."""
SETTLED = 0.5
"""Seconds of silence after which a key has been answered in full, the reason below included."""


class Line:
    """A program at the other end of a line."""

    def __init__(self, terminal: int, process: subprocess.Popen[bytes]) -> None:
        self.terminal, self.process = terminal, process

    def send(self, keys: str) -> tuple[int, float, bytes]:
        """Send keys: the bytes that come back until it is still, and the seconds to the first."""
        began = time.perf_counter()
        os.write(self.terminal, keys.encode())
        first, sent = 0.0, b""
        while select.select([self.terminal], [], [], SETTLED if sent else PATIENT)[0]:
            sent += os.read(self.terminal, 65_536)
            first = first or time.perf_counter() - began
        return len(sent), first, sent

    def until(self, text: bytes) -> bytes:
        """All that is sent until a text was there and it is still."""
        sent, end = b"", time.perf_counter() + PATIENCE
        while text not in sent:
            if time.perf_counter() > end:
                raise RuntimeError(f"no {text.decode()}")
            if select.select([self.terminal], [], [], 0.5)[0]:
                sent += os.read(self.terminal, 65_536)
        while select.select([self.terminal], [], [], 1.5)[0]:
            sent += os.read(self.terminal, 65_536)
        return sent

    def idle(self, seconds: float) -> tuple[int, float]:
        """Bytes that come unasked, and seconds of CPU, while nothing happens."""
        before, sent, end = self.cpu(), 0, time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self.terminal], [], [], left)[0]:
                sent += len(os.read(self.terminal, 65_536))
        return sent, self.cpu() - before

    def cpu(self) -> float:
        return cpu_of(self.process.pid)

    def memory(self) -> float:
        """Of the program and of the processes that it has begun."""
        pid = self.process.pid
        return sum(map(memory_of, (pid, *children_of(pid))))


def memory_of(process: int) -> float:
    """Megabytes that a process holds, its share of what it has in common with others."""
    for row in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if row.startswith("Pss:"):
            return int(row.split()[1]) / 1024
    raise RuntimeError("no memory is told of")


@contextmanager
def opened(arguments: Sequence[str], home: str = "/nonexistent") -> Iterator[Line]:
    """A program on a terminal of its own."""
    terminal, inside = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    env = os.environ | {"HOME": home, "XDG_STATE_HOME": home, "TERM": "xterm-256color"}
    process = start(arguments, env=env, stdin=inside, stdout=inside, stderr=inside)
    os.close(inside)
    try:
        yield Line(terminal, process)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        os.close(terminal)


def bytes_of_keys() -> Iterator[Row]:
    """What each key sends, over the sample; paging and moving in cases over many of them."""
    with opened(SAMPLE) as line:
        first = len(line.until(b"87.8%"))
        yield "first screen", first, first, 0.0
        down = [line.send("j") for _ in range(12)] + [line.send("k") for _ in range(12)]
        yield _told("cursor down or up, the board", down)
        yield _told("open an indicator", [line.send("\r")])
        yield _told("page down, an indicator", [line.send(" "), line.send(" ")])
        yield _told("open its cases", [line.send("\r")])
        yield _told("open a case", [line.send("\r")])
        yield _told("back to its cases", [line.send("\x1b")])
        yield _told("open the data", [line.send("d")])
        yield _told("open what moved", [line.send("m")])
        yield _told("open the keys", [line.send("?")])
    with opened(("-m", "benchmarks.many_cases", "1000000")) as line:
        line.until(b"87.8%")
        os.write(line.terminal, b"c")
        line.until(b"C00000004")
        yield _told("cursor down, cases", [line.send("j") for _ in range(40)])
        yield _told("page down, 1,000,000 cases", [line.send(" ") for _ in range(4)])


def _told(name: str, found: list[tuple[int, float, bytes]]) -> Row:
    sizes = [size for size, _, _ in found]
    return name, round(median(sizes)), max(sizes), median(first for _, first, _ in found)


if __name__ == "__main__":
    for row in bytes_of_keys():
        print(*row, sep="\t", flush=True)
