"""The usual board, made by a process of its own.

Most of the time to a first value goes into importing: textual for the screen, polars for the data.
Two processes import them at once.  And a screen on which nobody looks behind a number holds neither
tables nor polars: this process ends when the board is made, and the tables are read where the
screen is when they are first asked for.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kpitui.model import Board
    from kpitui.snapshot import Basis

MOST_BYTES: Final = 30_000_000
"""Of the files of a council that are read twice; what takes long to read is read once, at once."""
_BOTH, _WHOLE = b"b", b"w"


class Maker:
    """A process that waits to be asked for the usual board, once."""

    def __init__(self, process: int, sent: int, asking: int, asked: bool) -> None:
        self._process, self._asking, self._asked = process, asking, asked
        self._sent = open(sent, "rb")  # noqa: SIM115 - closed when all is read

    def first(self) -> Board | None:
        """The board without its variants, as soon as it can be; None where it is not made."""
        self._ask(_BOTH)
        board: Board | None = self._next()
        return board

    def whole(self) -> tuple[Board, Basis] | None:
        """The board, and the files as they were before it was made; None where it is not made."""
        self._ask(_WHOLE)
        made: tuple[Board, Basis] | None = self._next()
        self._sent.close()
        threading.Thread(target=os.waitpid, args=[self._process, 0], daemon=True).start()
        return made

    def _ask(self, what: bytes) -> None:
        if not self._asked:
            self._asked = True
            os.write(self._asking, what)

    def _next(self) -> Any:
        import pickle

        try:
            return pickle.load(self._sent)
        except EOFError:
            return None


def begin(config: Path, *, at_once: bool) -> Maker:
    """A process that is ready to make a board.  To be called while there are no threads.

    With `at_once` it begins with the first one without being asked.

    What this module imports is on the way to the first value: next to nothing.
    """
    sent, sending = os.pipe()
    asked, asking = os.pipe()
    process = os.fork()
    if process:
        os.close(sending)
        os.close(asked)
        return Maker(process, sent, asking, at_once)
    try:
        os.close(sent)
        os.close(asking)
        _be_silent()
        if what := _BOTH if at_once else os.read(asked, 1):
            threading.Thread(target=_end_unwanted, args=[asked], daemon=True).start()
            _send(config, both=what == _BOTH, sending=sending)
    finally:
        os._exit(0)  # nothing of what this process is a copy of may be tidied up twice


def _be_silent() -> None:
    """The terminal is the other process's."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _end_unwanted(asked: int) -> None:
    """End as soon as the other process has, however it did."""
    os.read(asked, 1)
    os._exit(0)


def _send(config: Path, *, both: bool, sending: int) -> None:
    import pickle

    with open(sending, "wb") as out:
        for made in _made(config, both):
            pickle.dump(made, out, pickle.HIGHEST_PROTOCOL)
            out.flush()


def _made(config: Path, both: bool) -> Iterator[Board | tuple[Board, Basis]]:
    """The boards of a council with little to read: first the one without variants, if wanted."""
    from dataclasses import replace

    from kpitui import snapshot
    from kpitui.config import load

    settings = load(config)
    places = (settings.folder, settings.published)
    size = sum(size for _, size, _ in snapshot.stamp_of(places))
    if settings.database is not None or size > MOST_BYTES:
        return
    from kpitui.board import build
    from kpitui.council import read_council

    basis = snapshot.look(settings.file, places, settings.as_at)
    council = read_council(settings)
    if both:
        bare = tuple(replace(one, variants=()) for one in settings.indicators)
        yield build(replace(council, settings=replace(settings, indicators=bare)))
    board = build(council)
    yield board, basis
    snapshot.save(board, basis)
