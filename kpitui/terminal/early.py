"""The first board of all, made by a process of its own while the screen is being made ready.

Most of the time to a first value goes into importing: textual for the screen, polars for the data.
On two cores they can be imported at once.  The process makes the usual board without its variants,
sends it, and ends; the tables are read here afterwards.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from kpitui.model import Board

MOST_BYTES: Final = 30_000_000
"""Of the files of a council that are read twice: the reading of more outlasts any import."""


class Early:
    """A process that makes a board: what it sends, and what it waits for the end of."""

    just_made: Final = True

    def __init__(self, process: int, sent: int, wanted: int) -> None:
        self._process, self._sent, self._wanted = process, sent, wanted

    def board(self) -> Board | None:
        """Wait for the board; None where there is none, for whatever reason."""
        import pickle

        with open(self._sent, "rb") as sent:
            try:
                return cast("Board", pickle.load(sent))
            except EOFError:
                return None
            finally:
                threading.Thread(target=os.waitpid, args=[self._process, 0], daemon=True).start()


def begin(config: Path) -> Early:
    """Have the first board made.  To be called while there are no threads.

    What this module imports is on the way to that board: next to nothing.
    """
    sent, sending = os.pipe()
    waiting, wanted = os.pipe()
    process = os.fork()
    if process:
        os.close(sending)
        os.close(waiting)
        return Early(process, sent, wanted)
    try:
        os.close(sent)
        os.close(wanted)
        threading.Thread(target=_end_unwanted, args=[waiting], daemon=True).start()
        _be_silent()
        if (board := _made(config)) is not None:
            import pickle

            with open(sending, "wb") as out:
                pickle.dump(board, out, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)  # nothing of what this process is a copy of may be tidied up twice


def _end_unwanted(waiting: int) -> None:
    """End as soon as the other process has, however it did."""
    os.read(waiting, 1)
    os._exit(0)


def _be_silent() -> None:
    """The terminal is the other process's."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _made(config: Path) -> Board | None:
    """The usual board of a council with little to read; None for one with much."""
    from dataclasses import replace

    from kpitui.config import load
    from kpitui.snapshot import stamp_of

    settings = load(config)
    size = sum(size for _, size, _ in stamp_of([settings.folder]))
    if settings.database is not None or size > MOST_BYTES:
        return None
    from kpitui.board import build
    from kpitui.council import read_council

    bare = tuple(replace(one, variants=()) for one in settings.indicators)
    return build(read_council(replace(settings, indicators=bare)))
