"""How a command speaks: what it prints, what it says beside, and how it ends."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpitui.model import Progress

DONE, BUG, USAGE, DATA, INTERRUPTED = 0, 1, 2, 3, 130


class Refused(Exception):
    """A command cannot do what was asked: the message says why and what to do next."""

    def __init__(self, message: str, code: int = USAGE) -> None:
        super().__init__(message)
        self.code = code


def put(text: str) -> None:
    """Print data, to standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Waiting:
    """Says how far the reading is, once a second, to whoever waits for it at a terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._next = time.monotonic() + 1

    def __call__(self, progress: Progress) -> None:
        if self._shown and time.monotonic() >= self._next:
            talk(f"kpitui: reading {progress.shown}")
            self._next = time.monotonic() + 1


def talk(text: str) -> None:
    """Say something beside the data, to standard error, cleaned of what controls a terminal."""
    from kpitui.text import clean

    sys.stderr.write(clean(text) + "\n")
