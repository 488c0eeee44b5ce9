"""A second process that makes the usual board while this one imports Textual.

Most of the time to the first figure is spent on imports: Textual for the screen, polars for the
data. Two processes import them at once. The second one ends when the board is made, so a screen on
which nobody opens the cases holds neither tables nor polars. Tables are read here when they are
first needed.
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
"""Size of a council's files up to which they may be read twice, once in each process."""
_SCRIPT: Final = "from kpitui.terminal.maker import make; make()"
_BOTH: Final = "both"


class Maker:
    """Makes a config's usual board once, in a process that never outlives this one.

    With `start_now` it is forked now, so no thread may have been started yet; otherwise it is
    spawned when the board is asked for. Where the machine has no room for a process, there is no
    board.
    """

    def __init__(self, config: Path, *, at_once: bool) -> None:
        self._config = config
        self._begun = at_once
        self._process = _or_none(_forked, config) if at_once else None

    def first(self) -> Board | None:
        """Return the board without its variants as soon as it is made, or None if none is made."""
        process = self._asked(both=True)
        board: Board | None = process.next() if process else None
        return board

    def whole(self) -> tuple[Board, Basis] | None:
        """Return the board and the files' state before it was made, or None if none is made."""
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
    """A process that sends boards, and ends when it has no work or `alive_writer` is closed."""

    def __init__(self, sent: int, wanted: int, wait: Callable[[], object]) -> None:
        self._sent = open(sent, "rb")  # noqa: SIM115 - closed when all is read
        self._wanted, self._wait = wanted, wait

    def next(self) -> Any:
        """Return the next thing it sends, or None at the end."""
        import pickle

        try:
            return pickle.load(self._sent)
        except EOFError:
            return None

    def end(self) -> None:
        """Let the process end in its own time."""
        self._sent.close()
        # Somebody has to wait for it, or it stays as a zombie.
        threading.Thread(target=self._wait, name="kpitui maker", daemon=True).start()


def _or_none(begin: Callable[..., _Process], *how: object) -> _Process | None:
    try:
        return begin(*how)
    except OSError:
        return None


def _forked(config: Path) -> _Process:
    """Fork a process that makes both boards.

    This is on the way to the first figure, so the module imports next to nothing.
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
        for stream in (0, 1, 2):  # only the parent may use the terminal
            os.dup2(nowhere, stream)
        _send(config, True, sending, waiting)
    finally:
        # Exit handlers and buffers are copies of the parent's and must not run twice.
        os._exit(0)


def _spawned(config: Path, both: bool) -> _Process:
    """Start a fresh process: a fork of one that has threads may hang."""
    import subprocess

    # -P: a module in the folder where the user is must not be imported.
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
    """Make the boards that the command line asks for: what a spawned process runs."""
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
    """End this process as soon as the parent ends, however that happens."""
    # Nothing is ever written: the read returns when the parent's end of the pipe closes.
    os.read(waiting, 1)
    os._exit(0)


def _made(config: Path, both: bool) -> Iterator[Board | tuple[Board, Basis]]:
    """Yield the boards of a council with little to read.

    With `both_boards` the first one has no variants, and is ready sooner.
    """
    from dataclasses import replace

    from kpitui import snapshot
    from kpitui.config import load

    settings = load(config)
    places = (settings.folder, settings.published)
    size = sum(size for _, size, _ in snapshot.stamp_of(places))
    # What may take long is read only once, by the process that keeps it: queries, large files.
    if settings.database is not None or size > MOST_BYTES:
        return
    from kpitui.board import build
    from kpitui.council import read_council

    # Before reading, so that a file changed meanwhile makes the board out of date.
    basis = snapshot.look(settings.file, places, settings.as_at)
    council = read_council(settings)
    if both:
        bare = tuple(replace(one, variants=()) for one in settings.indicators)
        yield build(replace(council, settings=replace(settings, indicators=bare)))
    board = build(council)
    yield board, basis
    snapshot.save(board, basis)
