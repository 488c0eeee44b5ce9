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

from kpitui.cli.arguments import COMMANDS, parser
from kpitui.cli.saying import BUG, DONE, INTERRUPTED, Refused, talk

if TYPE_CHECKING:
    import argparse

__all__ = ["COMMANDS", "main", "run"]

OBJECTS: Final = 100_000
"""New objects before Python's garbage collector runs.  At the default of 700 it runs some 300 times
while modules are imported, and frees nothing: an eighth of the time to the first screen."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code, printing errors; wrong usage raises SystemExit."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(given)
    except Refused as refusal:
        talk(f"kpitui: {refusal}")
        return refusal.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) closed the pipe. Python flushes stdout again when it exits,
        # and would print the error then, so stdout is pointed elsewhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        # An exception may quote a cell of the data, so its message goes nowhere: not even the log.
        from kpitui.log import write_bug

        talk(f"kpitui: something went wrong that should not have: {type(error).__name__}")
        talk(f"kpitui: {write_bug(error)} says where; no record of a child is in it")
        return BUG


def _run(given: list[str]) -> int:
    options = parser(given).parse_args(given)
    command: Callable[[argparse.Namespace], int] = options.command
    return command(options)


def run() -> NoReturn:
    """Run the console script and exit. Its output is UTF-8 in every locale."""
    gc.set_threshold(OBJECTS)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
