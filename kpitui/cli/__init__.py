"""The command line: data on standard output, messages on standard error, stable exit codes.

Nothing is imported before a command needs it: ``--version`` and ``--help`` load neither polars
nor textual, and only the terminal program loads textual.
"""

from __future__ import annotations

import gc
import io
import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NoReturn

from kpitui.cli.arguments import COMMAND_NAMES, build_parser
from kpitui.cli.commands import run_terminal
from kpitui.cli.output import (
    EXIT_BUG,
    EXIT_INTERRUPTED,
    EXIT_OK,
    CommandRefused,
    print_message,
    redirect_to_nowhere,
    refuse_output,
)
from kpitui.interrupts import end_process, install_end_signals, watch_end_signals

if TYPE_CHECKING:
    import argparse

__all__ = ["COMMAND_NAMES", "main", "run_console_script"]

GC_THRESHOLD: Final = 100_000
"""New objects before Python's garbage collector runs.  At the default of 700 it runs some 300 times
while modules are imported, and frees nothing: an eighth of the time to the first screen."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code, printing errors; wrong usage raises SystemExit."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run_command(words)
    except CommandRefused as refusal:
        print_message(f"kpitui: {refusal}")
        return refusal.exit_code
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) closed the pipe, and has all that it wanted.
        redirect_to_nowhere(1)
        return EXIT_OK
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic in polars is not an Exception
        return _report_bug(error)


def _run_command(argument_words: list[str]) -> int:
    options = build_parser(argument_words).parse_args(argument_words)
    command: Callable[[argparse.Namespace], int] = options.command
    # The terminal program starts a process first, which must not have a second thread.
    if command is not run_terminal:
        watch_end_signals()
    return command(options)


def _report_bug(error: BaseException) -> int:
    # An exception may quote a cell of the data, so its message goes nowhere: not even the log.
    from kpitui.log import log_or_explain

    print_message(f"kpitui: unexpected error: {type(error).__name__}")
    print_message(f"kpitui: {log_or_explain(error)}")
    return EXIT_BUG


def run_console_script() -> NoReturn:
    """Run the console script and exit. Its output is UTF-8 in every locale."""
    install_end_signals()
    _catch_stray_errors()
    _prepare_streams()
    gc.set_threshold(GC_THRESHOLD)
    try:
        exit_code = main()
    except SystemExit as end:
        exit_code = end.code if isinstance(end.code, int) else EXIT_OK
    exit_code = _flush_output(exit_code)
    # Without taking the interpreter apart: a thread that is still inside a library could fail then.
    end_process(exit_code)


def _prepare_streams() -> None:
    """Have three open streams, and UTF-8 on those for output."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            # A file opened later would get the free number, and be printed to.
            os.open(os.devnull, os.O_RDWR)
    # Python has None for a stream that was closed. Data that nobody gets is refused later.
    sys.stdin = sys.stdin or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _catch_stray_errors() -> None:
    """Log errors that come up outside of any command, and print no traceback."""
    sys.excepthook = lambda error_type, error, trace: end_process(_report_bug(error))
    threading.excepthook = _log_thread_error
    # While an object is deleted, for instance: nothing is lost, and nobody can help it.
    sys.unraisablehook = lambda failure: None


def _log_thread_error(failure: threading.ExceptHookArgs) -> None:
    # The terminal program has the screen while its threads run: nothing may be printed.
    from kpitui.log import log_or_explain

    if failure.exc_value is not None:
        log_or_explain(failure.exc_value)


def _flush_output(exit_code: int) -> int:
    """Write out what is still buffered, and return the exit code or another one if that fails."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
        return exit_code
    except BrokenPipeError:
        return exit_code
    except OSError as error:
        refusal = refuse_output(error)
        print_message(f"kpitui: {refusal}")
        return refusal.exit_code
