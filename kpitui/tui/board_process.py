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
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kpitui.interrupts import end_process

if TYPE_CHECKING:
    from kpitui.council import Council
    from kpitui.model.board import Board
    from kpitui.snapshot import SnapshotBasis

MAX_TWICE_READ_BYTES: Final = 30_000_000
"""Size of a council's files up to which they may be read twice, once in each process."""
_PROCESS_SCRIPT: Final = "from kpitui.tui.board_process import run_board_process; run_board_process()"
_BOTH_BOARDS_ARGUMENT: Final = "both"


class BoardProcess:
    """Makes a config's usual board once, in a process that never outlives this one.

    With `start_now` it is forked now, so no thread may have been started yet; otherwise it is
    spawned when the board is asked for. Where the machine has no room for a process, there is no
    board.
    """

    def __init__(self, config_path: Path, *, start_now: bool) -> None:
        self._config_path = config_path
        self._is_started = start_now
        self._worker = _start_or_none(_fork_worker, config_path) if start_now else None

    def receive_first_board(self) -> Board | None:
        """Return the board without its variants as soon as it is made, or None if none is made."""
        worker = self._start_worker(both_boards=True)
        first_board: Board | None = worker.read_next_result() if worker else None
        return first_board

    def receive_full_board(self) -> tuple[Board, SnapshotBasis] | None:
        """Return the board and the files' state before it was made, or None if none is made."""
        worker = self._start_worker(both_boards=False)
        board_and_basis: tuple[Board, SnapshotBasis] | None = worker.read_next_result() if worker else None
        if worker:
            worker.reap_in_background()
        return board_and_basis

    def _start_worker(self, *, both_boards: bool) -> _WorkerProcess | None:
        if not self._is_started:
            self._is_started = True
            self._worker = _start_or_none(_spawn_worker, self._config_path, both_boards)
        return self._worker


class _WorkerProcess:
    """A process that sends boards, and ends when it has no work or `alive_writer` is closed."""

    def __init__(self, result_reader: int, alive_writer: int, wait_for_end: Callable[[], object]) -> None:
        self._results = open(result_reader, "rb")  # noqa: SIM115 - closed when all is read
        self._alive_writer, self._wait_for_end = alive_writer, wait_for_end

    def read_next_result(self) -> Any:
        """Return the next thing it sends, or None at the end or if it breaks off."""
        import pickle

        try:
            return pickle.load(self._results)
        except (EOFError, pickle.UnpicklingError):
            return None

    def reap_in_background(self) -> None:
        """Let the process end in its own time."""
        self._results.close()
        # Somebody has to wait for it, or it stays as a zombie.
        threading.Thread(target=self._wait_for_end, name="kpitui maker", daemon=True).start()


def _start_or_none(start_worker: Callable[..., _WorkerProcess], *start_arguments: object) -> _WorkerProcess | None:
    try:
        return start_worker(*start_arguments)
    except OSError:
        return None


def _fork_worker(config_path: Path) -> _WorkerProcess:
    """Fork a process that makes both boards.

    This is on the way to the first figure, so the module imports next to nothing.
    """
    # Not spawned: with a spawned process the first figure came a tenth later (docs/speed.md).
    reader, writer = os.pipe()
    alive_reader, alive_writer = os.pipe()
    child_pid = os.fork()
    if child_pid:
        os.close(writer)
        os.close(alive_reader)
        return _WorkerProcess(reader, alive_writer, lambda: os.waitpid(child_pid, 0))
    try:
        os.close(reader)
        os.close(alive_writer)
        null_device = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # only the parent may use the terminal
            os.dup2(null_device, stream)
        _send_boards(config_path, True, writer, alive_reader)
    finally:
        # Exit handlers and buffers are copies of the parent's and must not run twice.
        os._exit(0)


def _spawn_worker(config_path: Path, both_boards: bool) -> _WorkerProcess:
    """Start a fresh process: a fork of one that has threads may hang."""
    import subprocess

    # -P: a module in the folder where the user is must not be imported.
    command_line = [
        sys.executable,
        "-P",
        "-c",
        _PROCESS_SCRIPT,
        str(config_path),
        *([_BOTH_BOARDS_ARGUMENT] if both_boards else []),
    ]
    pipe, null_device = subprocess.PIPE, subprocess.DEVNULL
    process = subprocess.Popen(command_line, stdin=pipe, stdout=pipe, stderr=null_device)
    assert process.stdin is not None
    assert process.stdout is not None
    reader, alive_writer = os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())
    process.stdin.close()
    process.stdout.close()
    return _WorkerProcess(reader, alive_writer, process.wait)


def run_board_process() -> None:
    """Make the boards that the command line asks for: what a spawned process runs."""
    _, argument, *options = sys.argv
    _send_boards(Path(argument), _BOTH_BOARDS_ARGUMENT in options, sys.stdout.fileno(), sys.stdin.fileno())


def _send_boards(config_path: Path, both_boards: bool, result_writer: int, alive_reader: int) -> None:
    import pickle

    threading.Thread(target=_exit_with_parent, args=[alive_reader], daemon=True).start()
    for made_board in _make_boards(config_path, both_boards):
        remaining_bytes = memoryview(pickle.dumps(made_board, pickle.HIGHEST_PROTOCOL))
        # A pipe takes as much as fits at a time.
        while remaining_bytes:
            remaining_bytes = remaining_bytes[os.write(result_writer, remaining_bytes) :]


def _exit_with_parent(alive_reader: int) -> None:
    """End this process as soon as the parent ends, however that happens."""
    # Nothing is ever written: the read returns when the parent's end of the pipe closes.
    os.read(alive_reader, 1)
    end_process(0)


def _make_boards(config_path: Path, both_boards: bool) -> Iterator[Board | tuple[Board, SnapshotBasis]]:
    """Yield the boards of a council with little to read.

    With `both_boards` the first one has no variants, and is ready sooner.
    """
    from kpitui import snapshot
    from kpitui.config.settings import load_settings

    settings = load_settings(config_path)
    source_paths = (settings.tables_folder, settings.saved_figures_folder)
    # What may take long is read only once, by the process that keeps it: queries, large files.
    if settings.database is not None or _sum_bytes(source_paths) > MAX_TWICE_READ_BYTES:
        return
    from kpitui.board import build_board
    from kpitui.council import read_council

    # Before reading, so that a file changed meanwhile makes the board out of date.
    basis = snapshot.record_basis(settings.config_path, source_paths, settings.as_at)
    council = read_council(settings)
    if both_boards:
        yield build_board(_leave_out_variants(council))
    board = build_board(council)
    yield board, basis
    snapshot.save_snapshot(board, basis)


def _sum_bytes(source_paths: Sequence[Path]) -> int:
    from kpitui.file_stamps import stamp_files

    return sum(file_bytes for _, file_bytes, _ in stamp_files(source_paths))


def _leave_out_variants(council: Council) -> Council:
    """Return the council with only the main definition of each indicator."""
    from dataclasses import replace

    indicators = tuple(replace(indicator, variants=()) for indicator in council.settings.indicators)
    return replace(council, settings=replace(council.settings, indicators=indicators))
