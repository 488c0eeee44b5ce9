"""The command line.  Standard output is data, standard error is talk, exit codes are an interface.

Nothing of the data is imported before a command needs it: ``--version`` and ``--help`` load neither
polars nor textual, and only the terminal program loads textual.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from kpitui import __version__

if TYPE_CHECKING:
    from kpitui.council import Council
    from kpitui.model import Board, Indicator
    from kpitui.periods import Period

DONE, BUG, USAGE, DATA, INTERRUPTED = 0, 1, 2, 3, 130
WITH_VALUE = frozenset("--config --as-at --period --theme --from --to --variant -o".split())
COMMANDS = ("status", "show", "cases", "changes", "check", "import", "publish", "init")


class Refused(Exception):
    """A command cannot do what was asked: the message says why and what to do next."""

    def __init__(self, message: str, code: int = USAGE) -> None:
        super().__init__(message)
        self.code = code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(given)
    except Refused as refusal:
        _talk(f"kpitui: {refusal}")
        return refusal.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has had enough; Python would complain once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        from kpitui.log import write_bug

        _talk(f"kpitui: something went wrong that should not have: {type(error).__name__}")
        _talk(f"kpitui: {write_bug(error)} says where; no record of a child is in it")
        return BUG


def _run(given: list[str]) -> int:
    options = _parser(given).parse_args(given)
    command: Callable[[argparse.Namespace], int] = options.command
    return command(options)


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of commands, or of an address where no command is named."""
    shared = _shared_options()
    first = next((word for word in _words(given)), None)
    if first is not None and first not in COMMANDS:
        _refuse_misspelt(first)
        return _address_parser(shared)
    parser = argparse.ArgumentParser(
        prog="kpitui",
        description="Children's services indicators: what is red, why, and the cases behind it.",
        epilog="kpitui ADDRESS opens the terminal program at a view: kpitui 'VP7@2018-19 Q3/cases'",
        parents=[shared],
    )
    parser.set_defaults(command=_terminal, address=None)
    commands = parser.add_subparsers(metavar="COMMAND")
    for name, describe in _COMMANDS.items():
        describe(
            commands.add_parser(name, help=_HELP[name], description=_HELP[name], parents=[shared])
        )
    return parser


def _refuse_misspelt(word: str) -> None:
    """A word that is nearly a command is no address: without a terminal nobody would notice."""
    from kpitui.text import nearest

    plain = word.isalpha() and word != "data"
    if plain and (close := nearest(word, COMMANDS)):
        raise Refused(f"{word} is no command - did you mean {close}?")


def _words(given: Sequence[str]) -> list[str]:
    """The words of a command line that are no options, nor the values of options."""
    words, skip = [], False
    for word in given:
        if skip:
            skip = False
        elif word in WITH_VALUE:
            skip = True
        elif not word.startswith("-"):
            words.append(word)
    return words


def _shared_options() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--version", action="version", version=f"kpitui {__version__}")
    shared.add_argument("--config", type=Path, metavar="FILE", help="the config to open")
    shared.add_argument("--as-at", type=_date, metavar="DATE", help="as it was known on a date")
    shared.add_argument("--period", metavar="PERIOD", help="'2018-19 Q3', '2018-19 M09' or 2018-19")
    shared.add_argument("--ascii", action="store_true", help="no block characters on the screen")
    shared.add_argument("--theme", help="default, light, high-contrast, ansi or mono")
    return shared


def _address_parser(shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kpitui", parents=[shared])
    parser.add_argument("address", help="a view: VP7, 'VP7@2018-19 Q3/cases'")
    parser.set_defaults(command=_terminal)
    return parser


def _date(text: str) -> date:
    from kpitui.catalogue.fields import day

    try:
        return day(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date: write 2019-03-25") from None


def _describe_status(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json")
    form.add_argument("--csv", dest="form", action="store_const", const="csv")
    form.add_argument("--md", dest="form", action="store_const", const="md")
    parser.set_defaults(command=_status, form="text")


def _describe_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", help="an indicator's code or id: VP7, permanence")
    parser.add_argument("--json", dest="form", action="store_const", const="json", default="text")
    parser.set_defaults(command=_show)


def _describe_cases(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", help="an indicator's code or id: VP7, permanence")
    parser.add_argument("--variant", help="the rows behind another definition", default=None)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json")
    form.add_argument("--csv", dest="form", action="store_const", const="csv")
    parser.set_defaults(command=_cases, form="text")


def _describe_changes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="first", metavar="PERIOD", help="by default the one before")
    parser.add_argument("--to", dest="last", metavar="PERIOD", help="by default the board's")
    parser.add_argument("--json", dest="form", action="store_const", const="json", default="text")
    parser.set_defaults(command=_changes)


def _describe_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", dest="form", action="store_const", const="json", default="text")
    parser.set_defaults(command=_check)


def _describe_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="FOLDER", help="the files as they come")
    parser.add_argument(
        "-o", dest="target", type=Path, metavar="FOLDER", required=True, help="new or empty"
    )
    parser.set_defaults(command=_import)


def _describe_publish(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_publish)


def _describe_init(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="where to write; must be new or empty"
    )
    parser.set_defaults(command=_init)


_COMMANDS = {
    "status": _describe_status,
    "show": _describe_show,
    "cases": _describe_cases,
    "changes": _describe_changes,
    "check": _describe_check,
    "import": _describe_import,
    "publish": _describe_publish,
    "init": _describe_init,
}
_HELP = {
    "status": "every indicator's latest value and judgement",
    "show": "one indicator: history, definition, variants, comparators, exclusions, commentary",
    "cases": "the rows behind a number: counted, not counted, left out and why",
    "changes": "what moved between two periods, down to the named schools and the cases",
    "check": "read all the config and data, and list every issue; exit 3 if there are any",
    "import": "read a folder of files as they come, and write the clean tables that they make",
    "publish": "keep what the board says today, as counts, to tell later what was restated",
    "init": "a starter config and empty tables to fill",
}


def _terminal(options: argparse.Namespace) -> int:
    if not sys.stdout.isatty() or not sys.stdin.isatty() or os.environ.get("TERM") == "dumb":
        options.form = "text"
        _refuse_no_address(options)
        return _status(options)
    from kpitui import terminal

    return terminal.run(
        getattr(options, "config", None),
        options.address,
        as_at=getattr(options, "as_at", None),
        period=_period(options),
        ascii_only=getattr(options, "ascii", False),
        theme=getattr(options, "theme", None),
    )


def _refuse_no_address(options: argparse.Namespace) -> None:
    """Without a terminal an address opens nothing, but one that is none must not pass unseen."""
    from kpitui.config import ConfigError, find_config, load
    from kpitui.terminal import address

    if options.address is None:
        return
    try:
        indicators = load(find_config(getattr(options, "config", None))).indicators
        address.parse(options.address, [name for one in indicators for name in (one.id, one.code)])
    except ConfigError:
        return  # told when the board is asked for
    except ValueError as error:
        raise Refused(str(error)) from None


def _status(options: argparse.Namespace) -> int:
    from kpitui.report import as_json, as_text, tables

    _, board = _board(options)
    if options.form == "json":
        _print(as_json.dumps(as_json.status(board)))
    elif options.form == "csv":
        _print(tables.comma_separated(tables.STATUS_CSV, map(tables.status_values, board.entries)))
    elif options.form == "md":
        _print(as_text.status_markdown(board))
    else:
        _print(as_text.status(board))
    return DONE


def _show(options: argparse.Namespace) -> int:
    from kpitui.published import responsible
    from kpitui.report import as_json, as_text

    council, board = _board(options, options.code)
    entry = board.entries[0]
    moved = [responsible(council, board, entry, one) for one in entry.restated]
    if options.form == "json":
        _print(as_json.dumps(as_json.show(board, entry, moved)))
    else:
        _print(as_text.show(board, entry, moved))
    return DATA if entry.problem else DONE


def _cases(options: argparse.Namespace) -> int:
    from kpitui.cases import cases, problem_of
    from kpitui.report import as_json, tables

    council, board = _board(options, options.code)
    entry = board.entries[0]
    if options.variant and options.variant not in {rule.id for rule in entry.indicator.variants}:
        known = ", ".join(rule.id for rule in entry.indicator.variants) or "none"
        raise Refused(f"{entry.indicator.code} has no variant {options.variant}: it has {known}")
    found = cases(council, board, entry, options.variant)
    problem = problem_of(entry, options.variant)
    if problem:
        _talk(f"kpitui: {entry.indicator.code} has no value: {problem}")
    if entry.made_up:
        _talk("kpitui: these rows are made up")
    if options.form == "json":
        _print(as_json.dumps(as_json.cases(board, found)))
    elif options.form == "csv":
        _print(tables.comma_separated(found.columns, map(tables.written, found.rows)))
    else:
        columns, rows, empty = tables.without_empty(found)
        if empty:
            _talk(f"kpitui: columns without a cell are not shown: {', '.join(empty)}")
        _print(tables.plain(columns, rows))
    return DATA if problem else DONE


def _changes(options: argparse.Namespace) -> int:
    from kpitui.board import NotYet
    from kpitui.changes import changes
    from kpitui.report import as_json, as_text

    first, last = (_written_period(written) for written in (options.first, options.last))
    council, board = _board(options)
    last = last or board.period
    first = first or last.previous
    if first.start >= last.start:
        raise Refused(f"{first.shown} does not come before {last.shown}: give --from and --to")
    try:
        found = changes(council, board, first, last)
    except NotYet as error:
        raise Refused(str(error)) from None
    if options.form == "json":
        _print(as_json.dumps(as_json.changes(found)))
    else:
        _print(as_text.changes(found))
    return DONE


def _check(options: argparse.Namespace) -> int:
    from kpitui.board import build, misfits
    from kpitui.config import ConfigError
    from kpitui.council import open_council
    from kpitui.report import as_json, as_text

    absent: list[str] = []
    try:
        council = open_council(getattr(options, "config", None))
        board = build(council)
        issues, sources = (*board.issues, *misfits(council, board)), board.sources
        read = {source.table for source in sources}
        absent = [name for name in council.tables.problems if name not in read]
    except ConfigError as error:
        issues, sources = error.issues, ()
    if options.form == "json":
        _print(as_json.dumps(as_json.check(issues, sources)))
    elif issues:
        _print(as_text.check(issues))
    for line in as_text.check_summary(issues, sources, absent).splitlines():
        _talk(line)
    return DATA if issues else DONE


def _import(options: argparse.Namespace) -> int:
    from kpitui.report import as_text
    from kpitui.tables import read_folder
    from kpitui.tables.write import write_folder

    if not options.source.is_dir():
        raise Refused(f"{options.source} is not a folder")
    tables = read_folder(options.source)
    try:
        for path in write_folder(tables, options.target):
            _talk(f"wrote {path}")
    except OSError as error:
        raise Refused(f"{options.target}: {error.strerror or error}") from None
    if tables.issues:
        _print(as_text.check(tables.issues))
    for line in as_text.check_summary(tables.issues, tables.sources, []).splitlines():
        _talk(line)
    return DATA if tables.issues or not tables.frames else DONE


def _publish(options: argparse.Namespace) -> int:
    from kpitui.published import publish

    council, board = _board(options)
    try:
        path = publish(board, council.settings.published)
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}") from None
    _talk(f"wrote {path}")
    return DONE


def _init(options: argparse.Namespace) -> int:
    from kpitui.starter import write_starter

    try:
        for path in write_starter(options.folder):
            _talk(f"wrote {path}")
    except OSError as error:
        raise Refused(f"{options.folder}: {error.strerror or error}") from None
    return DONE


def _board(options: argparse.Namespace, code: str | None = None) -> tuple[Council, Board]:
    """The council and its board, of one indicator alone where its code is given."""
    from kpitui.board import NotYet, build
    from kpitui.config import ConfigError
    from kpitui.council import open_council

    period = _period(options)
    try:
        council = open_council(getattr(options, "config", None))
        only = None if code is None else _indicator(council, code)
        return council, build(council, getattr(options, "as_at", None), period, only)
    except ConfigError as error:
        for issue in error.issues:
            _talk(str(issue))
        raise Refused(f"{len(error.issues)} to put right in the config") from None
    except NotYet as error:
        raise Refused(str(error)) from None


def _period(options: argparse.Namespace) -> Period | None:
    return _written_period(getattr(options, "period", None))


def _written_period(written: str | None) -> Period | None:
    from kpitui.periods import parse

    try:
        return None if written is None else parse(written)
    except ValueError as error:
        raise Refused(str(error)) from None


def _indicator(council: Council, code: str) -> Indicator:
    """An indicator by its code or id, in any capitals."""
    from kpitui.text import nearest

    indicators = council.settings.indicators
    by_name = {name.casefold(): one for one in indicators for name in (one.id, one.code)}
    if code.casefold() in by_name:
        return by_name[code.casefold()]
    close = nearest(code.casefold(), by_name)
    hint = f" - did you mean {by_name[close].code}?" if close else ""
    raise Refused(f"{code} is no indicator{hint}")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _talk(text: str) -> None:
    from kpitui.text import clean

    sys.stderr.write(clean(text) + "\n")


def run() -> NoReturn:
    """The console script.  What it says is UTF-8 in every locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
