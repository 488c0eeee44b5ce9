"""The program in a process of its own, with limits, and stopped where a test wants it stopped."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
SMALL = 1024
"""Bytes that a file may have, as with ``ulimit -f 1``."""
COMMAND = "from kpitui.__main__ import start_console_script; start_console_script()"
# Says that it is there, and waits: in Python's code, where a handler runs, or in a library's.
WAIT = """
import os, sys, threading
def wait_here(*arguments, **options):
    os.write({ready}, b"x")
    {waiting}
"""
WAITING = {
    "python": "threading.Event().wait()",
    "library": """import ctypes
    mutex, locker = ctypes.create_string_buffer(128), ctypes.CDLL(None).pthread_mutex_lock
    locker(mutex), locker(mutex)""",
}


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


def environment(state: Path, **more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(state)} | more


def run(
    *arguments: str,
    state: Path,
    script: str = COMMAND,
    bytes_each: int | None = None,
    stdout: IO[bytes] | int = subprocess.PIPE,
    before: Callable[[], object] = lambda: None,
    environ: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> Ended:
    """Run the command line, or another script, in a process whose files stay below a size."""

    def limit() -> None:
        if bytes_each is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_each, bytes_each))
        before()

    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments], stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE,
        env=environment(state) if environ is None else environ, preexec_fn=limit, timeout=120, check=False, cwd=folder,
    )  # fmt: skip
    assert b"Traceback" not in ended.stderr
    return Ended(ended.returncode, (ended.stdout or b"").decode(), ended.stderr.decode())


@contextmanager
def waiting(
    *arguments: str, at: str, state: Path, where: str = "python", set_up: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """A command that has come to a function, and waits there."""
    ready, says = os.pipe()
    module, _, name = at.rpartition(".")
    stop = WAIT.format(ready=says, waiting=WAITING[where]) + f"import {module} as stopped\nstopped.{name} = wait_here\n"
    process = subprocess.Popen(
        [sys.executable, "-c", set_up + stop + COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment(state), pass_fds=[says], cwd=ROOT,
    )  # fmt: skip
    os.close(says)
    try:
        assert os.read(ready, 1) == b"x", process.communicate()
        yield process
    finally:
        os.close(ready)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.communicate()


def end(process: subprocess.Popen[bytes], number: signal.Signals) -> Ended:
    """Send a signal and wait for the end, which a hanging process never reaches."""
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return Ended(process.returncode, out.decode(), err.decode())


def left_in(folder: Path) -> list[str]:
    """The names of all files and folders in a folder and below."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
