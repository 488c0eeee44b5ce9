"""The command line: data on standard output, messages on standard error, stable exit codes.

Nothing is imported before a command needs it: ``--version`` and ``--help`` load neither polars
nor textual, and only the terminal program loads textual.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final, NoReturn

from kpitui.cli.arguments import COMMAND_NAMES, build_parser
from kpitui.cli.output import EXIT_BUG, EXIT_INTERRUPTED, EXIT_OK, CommandRefused, print_message

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
        # The reader (head, less) closed the pipe. Python flushes stdout again when it exits,
        # and would print the error then, so stdout is pointed elsewhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except Exception as error:
        # An exception may quote a cell of the data, so its message goes nowhere: not even the log.
        from kpitui.log import log_bug

        print_message(f"kpitui: something went wrong that should not have: {type(error).__name__}")
        print_message(f"kpitui: {log_bug(error)} says where; no record of a child is in it")
        return EXIT_BUG


def _run_command(argument_words: list[str]) -> int:
    options = build_parser(argument_words).parse_args(argument_words)
    command: Callable[[argparse.Namespace], int] = options.command
    return command(options)


def run_console_script() -> NoReturn:
    """Run the console script and exit. Its output is UTF-8 in every locale."""
    gc.set_threshold(GC_THRESHOLD)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
