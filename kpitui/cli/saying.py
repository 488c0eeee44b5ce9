"""How a command speaks: what it prints, what it says beside, and how it ends."""

from __future__ import annotations

import sys

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


def talk(text: str) -> None:
    """Say something beside the data, to standard error, cleaned of what controls a terminal."""
    from kpitui.text import clean

    sys.stderr.write(clean(text) + "\n")
