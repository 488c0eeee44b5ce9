"""``python docs/recording.py``: record the way down to a case on the sample, in asciinema's format.

It writes ``docs/drilldown.cast``, to be played by ``asciinema play docs/drilldown.cast``. What is
recorded is what the program sends to a terminal of 100 by 34; the times are those of a reader, not
of this machine.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
CAST = HERE / "drilldown.cast"
COLUMNS, LINES = 100, 34
QUIET_SECONDS = 1.5  # nothing more is drawn
START_SECONDS = 60  # for the first board to be made
KEYS: tuple[tuple[str, float], ...] = (
    ("j", 2.0), ("j", 1.5), ("\r", 2.5), ("c", 3.0), ("j", 1.5), ("j", 0.8), ("j", 0.8), ("\r", 2.5), ("n", 3.0),
    ("\x1b", 3.0), ("g", 1.5), ("b", 1.0), ("\r", 1.0), ("b", 3.0), (":", 1.5), ("not good", 1.0), ("\r", 2.0),
    ("b", 3.0),
)  # fmt: skip
"""What is typed, each after so many seconds of reading."""


def record() -> Iterator[tuple[float, str]]:
    """Yield what the program sends, each time with the second at which a reader sees it."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "XDG_STATE_HOME": home}
        environment["PYTHONPATH"] = str(HERE.parent)
        program = subprocess.Popen(
            [sys.executable, "-m", "kpitui"], stdin=slave, stdout=slave, stderr=slave, cwd=HERE.parent,
            start_new_session=True, env=environment,
        )  # fmt: skip
        clock = 0.5
        yield clock, _read_quiet(master, b"EA1iii", START_SECONDS)
        for keys, reading_seconds in KEYS:
            clock += reading_seconds
            os.write(master, keys.encode())
            yield round(clock, 2), _read_quiet(master)
        program.terminate()
        program.wait()


def _read_quiet(master: int, awaited: bytes = b"", seconds: float = QUIET_SECONDS) -> str:
    """Read until nothing has come for a while; what is awaited must have come first."""
    sent = b""
    while select.select([master], [], [], QUIET_SECONDS if awaited in sent else seconds)[0]:
        sent += os.read(master, 65536)
    return sent.decode(errors="replace")


def main() -> int:
    """Write the recording."""
    header = {"version": 2, "width": COLUMNS, "height": LINES, "title": "kpitui: from a red figure to a case"}
    events = [json.dumps([second, "o", sent], ensure_ascii=False) for second, sent in record() if sent]
    CAST.write_text("\n".join((json.dumps(header), *events)) + "\n", encoding="utf-8")
    print(f"{CAST.name}: {len(events)} screens, {CAST.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
