"""The usual board, made by a process of its own.

Most of the time to a first value goes into importing: textual for the screen, polars for the data.
Two processes import them at once.  And a screen on which nobody looks behind a number holds neither
tables nor polars: this process ends when the board is made, and the tables are read where the
screen is when they are first asked for.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kpitui.model import Board
    from kpitui.snapshot import Basis

MOST_BYTES: Final = 30_000_000
"""Of the files of a council that are read twice; what takes long to read is read once, at once."""
_SCRIPT: Final = "from kpitui.terminal.maker import make; make()"
_BOTH: Final = "both"


class Maker:
    """Makes the usual board of a config, once, in a process that ends with this one at the latest.

    With `at_once` it begins now, for which there must be no threads yet; else when it is asked.
    Where the machine has no room for a process it makes nothing.
    """

    def __init__(self, config: Path, *, at_once: bool) -> None:
        self._config = config
        self._begun = at_once
        self._process = _or_none(_forked, config) if at_once else None

    def first(self) -> Board | None:
        """The board without its variants, as soon as it can be; None where it is not made."""
        process = self._asked(both=True)
        board: Board | None = process.next() if process else None
        return board

    def whole(self) -> tuple[Board, Basis] | None:
        """The board, and the files as they were before it was made; None where it is not made."""
        process = self._asked(both=False)
        made: tuple[Board, Basis] | None = process.next() if process else None
        if process:
            process.end()
        return made

    def _asked(self, *, both: bool) -> _Process | None:
        if not self._begun:
            self._begun = True
            self._process = _or_none(_spawned, self._config, both)
        return self._process


class _Process:
    """A process that sends what it makes, and lives as long as `wanted` is open and it has work."""

    def __init__(self, sent: int, wanted: int, wait: Callable[[], object]) -> None:
        self._sent = open(sent, "rb")  # noqa: SIM115 - closed when all is read
        self._wanted, self._wait = wanted, wait

    def next(self) -> Any:
        """What it sends next; None where it sends no more."""
        import pickle

        try:
            return pickle.load(self._sent)
        except EOFError:
            return None

    def end(self) -> None:
        """It may end, in its own time."""
        self._sent.close()
        threading.Thread(target=self._wait, name="kpitui maker", daemon=True).start()


def _or_none(begin: Callable[..., _Process], *how: object) -> _Process | None:
    try:
        return begin(*how)
    except OSError:
        return None


def _forked(config: Path) -> _Process:
    """A process that makes both boards.

    What this module imports is on the way to the first value: next to nothing.
    """
    sent, sending = os.pipe()
    waiting, wanted = os.pipe()
    process = os.fork()
    if process:
        os.close(sending)
        os.close(waiting)
        return _Process(sent, wanted, lambda: os.waitpid(process, 0))
    try:
        os.close(sent)
        os.close(wanted)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # the terminal is the other process's
            os.dup2(nowhere, stream)
        _send(config, True, sending, waiting)
    finally:
        os._exit(0)  # nothing of what this process is a copy of may be tidied up twice


def _spawned(config: Path, both: bool) -> _Process:
    """A process of its own from the beginning, since a copy of one with threads may stand still."""
    import subprocess

    words = [sys.executable, "-P", "-c", _SCRIPT, str(config), *([_BOTH] if both else [])]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    process = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=nowhere)
    assert process.stdin is not None
    assert process.stdout is not None
    sent, wanted = os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())
    process.stdin.close()
    process.stdout.close()
    return _Process(sent, wanted, process.wait)


def make() -> None:
    """What a process of its own from the beginning does."""
    _, config, *how = sys.argv
    _send(Path(config), _BOTH in how, sys.stdout.fileno(), sys.stdin.fileno())


def _send(config: Path, both: bool, sending: int, waiting: int) -> None:
    import pickle

    threading.Thread(target=_end_unwanted, args=[waiting], daemon=True).start()
    with open(sending, "wb", closefd=False) as out:
        for made in _made(config, both):
            pickle.dump(made, out, pickle.HIGHEST_PROTOCOL)
            out.flush()


def _end_unwanted(waiting: int) -> None:
    """End as soon as the other process has, however it did."""
    os.read(waiting, 1)
    os._exit(0)


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
