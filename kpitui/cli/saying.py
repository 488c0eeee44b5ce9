"""Prints data and messages, and defines the exit codes."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpitui.model import Progress

# Contract section 5. 130 is what shells give for an interrupt (128 + SIGINT).
DONE, BUG, USAGE, DATA, INTERRUPTED = 0, 1, 2, 3, 130


class Refused(Exception):
    """A command cannot do what was asked; the message says why and what to do next."""

    def __init__(self, message: str, code: int = USAGE) -> None:
        super().__init__(message)
        self.code = code


def put(text: str) -> None:
    """Print data to standard output."""
    sys.stdout.write(text + "\n")
    # A closed pipe is noticed here, inside main, and not when Python exits.
    sys.stdout.flush()


class Waiting:
    """Prints how far reading has got, once a second, if a person is watching a terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._next = time.monotonic() + 1

    def __call__(self, progress: Progress) -> None:
        if self._shown and time.monotonic() >= self._next:
            talk(f"kpitui: reading {progress.shown}")
            self._next = time.monotonic() + 1


def talk(text: str) -> None:
    """Print a message to standard error, without characters that control a terminal."""
    # A message may quote a file name or a cell.
    from kpitui.text import clean

    sys.stderr.write(clean(text) + "\n")
