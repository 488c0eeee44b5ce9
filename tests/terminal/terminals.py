"""A pseudo-terminal of one's own with the program in it, for tests of bytes and of endings."""

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

ROOT = Path(__file__).parents[2]
PLAYED = Path(__file__).with_name("played.py")
SENT_TO_TERMINAL = re.compile(rb"\x1b\]22;default\x07|\x1b\[[0-9;:?<>=!$]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>78c]")
PATIENCE_SECONDS = 60.0  # for what will not happen any more; what does happen is waited for
COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


class Terminal:
    """A program in a pseudo-terminal of its own."""

    def __init__(self, *words: str, size: tuple[int, int] = (80, 24), played: bool = True, **environ: str) -> None:
        script = [str(PLAYED)] if played else []
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        environ = {"XDG_STATE_HOME": "/nonexistent", **environ}
        keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, *script, *words],
            stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, start_new_session=True,
            env={**keep, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **environ},
        )  # fmt: skip

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for end in (self.master, self.slave):
            with contextlib.suppress(OSError):
                os.close(end)

    def read(self, until: bytes | None = None, seconds: float = PATIENCE_SECONDS, quiet: float = 0.4) -> bytes:
        """What is sent until some text was there, or until nothing came for a while."""
        screen_bytes = b""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            wait = 0.1 if until is not None else quiet
            if not select.select([self.master], [], [], wait)[0]:
                if until is None:
                    break
                continue
            try:
                screen_bytes += os.read(self.master, 65536)
            except OSError:
                break
            if until is not None and until in screen_bytes:
                until = None
        return screen_bytes

    def resize(self, columns: int, rows: int) -> None:
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
        self.process.send_signal(signal.SIGWINCH)

    def send(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def ended(self, seconds: float = PATIENCE_SECONDS) -> int:
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
