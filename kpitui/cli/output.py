"""Prints data and messages, and defines the exit codes."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from kpitui.model.board import ReadingProgress

# Contract section 5. 130 is what shells give for an interrupt (128 + SIGINT).
EXIT_OK, EXIT_BUG, EXIT_USAGE, EXIT_DATA_ISSUES, EXIT_INTERRUPTED = 0, 1, 2, 3, 130


class CommandRefused(Exception):
    """A command cannot do what was asked; the message says why and what to do next."""

    def __init__(self, message: str, exit_code: int = EXIT_USAGE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def print_data(text: str) -> None:
    """Print lines of data to standard output, cleaned. Raises CommandRefused if it cannot be written."""
    from kpitui.text import clean_lines

    try:
        # Python has no stream where there was none to begin with.
        if sys.stdout is None:
            raise OSError(errno.EBADF, "it is closed")
        _write_whole(sys.stdout, clean_lines(text) + "\n")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise refuse_output(error) from None


def _write_whole(stream: TextIO, text: str) -> None:
    """Write a text to a stream, and have it leave the process. Raises OSError."""
    if not hasattr(stream, "buffer"):
        stream.write(text)
        return
    remaining_bytes = memoryview(text.encode(errors="replace"))
    # With PYTHONUNBUFFERED a stream writes what the disk has room for, and Python drops the rest.
    while remaining_bytes:
        remaining_bytes = remaining_bytes[stream.buffer.write(remaining_bytes) :]
    # A full disk or a closed pipe is noticed here, inside main, and not when Python exits.
    stream.buffer.flush()


def refuse_output(error: OSError) -> CommandRefused:
    """Return the refusal for an error of standard output, which gets nothing more."""
    from kpitui.atomic_files import describe_write_error

    # What is still buffered would fail once more when Python exits.
    redirect_to_nowhere(1)
    return CommandRefused(f"standard output cannot be written: {describe_write_error(error)}", EXIT_DATA_ISSUES)


def redirect_to_nowhere(descriptor: int) -> None:
    """Have everything that is still written to a descriptor vanish."""
    with suppress(OSError):
        null_device = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null_device, descriptor)
        os.close(null_device)


class ProgressPrinter:
    """Prints how far reading has got, once a second, if a person is watching a terminal."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._next_report = time.monotonic() + 1

    def __call__(self, progress: ReadingProgress) -> None:
        if self._is_terminal and time.monotonic() >= self._next_report:
            from kpitui.wording import describe_progress

            print_message(f"kpitui: reading {describe_progress(progress)}")
            self._next_report = time.monotonic() + 1


def print_message(text: str) -> None:
    """Print a message to standard error, without characters that control a terminal."""
    # A message may quote a file name or a cell.
    from kpitui.text import clean_text

    try:
        sys.stderr.write(clean_text(text) + "\n")
        sys.stderr.flush()
    # Nobody can be told. The data and the exit code do not depend on it.
    except OSError:
        redirect_to_nowhere(2)
