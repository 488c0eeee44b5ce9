"""Defines the command line. No command is imported before it runs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from kpitui import __version__
from kpitui.cli import commands
from kpitui.cli.saying import Refused

# Kept by hand: words and options are separated before any parser is built.
WITH_VALUE = frozenset(
    "--config --as-at --period --theme --from --to --variant -o --profile".split()
)
COMMANDS = tuple(
    "status show cases changes check report import publish init completion man".split()
)
THEMES = ("default", "light", "high-contrast", "ansi", "mono")


def parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser for these arguments: of all commands, or of an address without a command.

    Building the parsers of all commands takes time, which the terminal program cannot spare.
    Raises CommandRefused for a first word that looks like a misspelt command.
    """
    first = next((word for word in _words(given)), None)
    if first in COMMANDS or (first is None and {"-h", "--help"}.intersection(given)):
        return parser_of_commands()
    if first is not None:
        _refuse_misspelt(first)
    return _address_parser(_shared_options())


def parser_of_commands() -> argparse.ArgumentParser:
    """Return the parser that knows every command."""
    shared = _shared_options()
    top = argparse.ArgumentParser(
        prog="kpitui",
        description="Children's services indicators: what is red, why, and the cases behind it.",
        epilog="kpitui ADDRESS opens the terminal program at a view: kpitui 'VP7@2018-19 Q3/cases'",
        parents=[shared],
    )
    top.set_defaults(command=commands.terminal, address=None)
    known = top.add_subparsers(metavar="COMMAND")
    for name, describe in _COMMANDS.items():
        describe(
            known.add_parser(name, help=_HELP[name], description=_HELP[name], parents=[shared])
        )
    return top


def _refuse_misspelt(word: str) -> None:
    """Refuse a word close to a command name: as an address it would go unnoticed in a pipe."""
    from kpitui.text import nearest

    plain = word.isalpha() and word != "data"
    if plain and (close := nearest(word, COMMANDS)):
        raise Refused(f"{word} is no command - did you mean {close}?")


def _words(given: Sequence[str]) -> list[str]:
    """Return the words that are neither options nor values of options."""
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
    # SUPPRESS: a subparser would otherwise reset to None what stands before the command.
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--version", action="version", version=f"kpitui {__version__}")
    shared.add_argument("--config", type=Path, metavar="FILE", help="the config to open")
    shared.add_argument("--as-at", type=_date, metavar="DATE", help="as it was known on a date")
    shared.add_argument("--period", metavar="PERIOD", help="'2018-19 Q3', '2018-19 M09' or 2018-19")
    shared.add_argument("--ascii", action="store_true", help="no block characters on the screen")
    shared.add_argument("--theme", metavar="NAME", choices=THEMES, help=f"{', '.join(THEMES)}")
    return shared


def _address_parser(shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kpitui", parents=[shared])
    parser.add_argument("address", nargs="?", help="a view: VP7, 'VP7@2018-19 Q3/cases'")
    parser.set_defaults(command=commands.terminal)
    return parser


def _date(text: str) -> date:
    # Imported only for a date: --help and --version load as little as possible.
    from kpitui.catalogue.fields import day

    try:
        return day(text)
    except ValueError:
        # argparse replaces the message of a ValueError, but prints this one.
        raise argparse.ArgumentTypeError(f"{text!r} is not a date: write 2019-03-25") from None


def _describe_public(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--public",
        action="store_true",
        help="small counts of children hidden, with all that gives them away",
    )


def _describe_status(parser: argparse.ArgumentParser) -> None:
    _describe_public(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json", help="as JSON")
    form.add_argument("--csv", dest="form", action="store_const", const="csv", help="as CSV")
    form.add_argument("--md", dest="form", action="store_const", const="md", help="as Markdown")
    parser.set_defaults(command=commands.status, form="text")


def _describe_show(parser: argparse.ArgumentParser) -> None:
    _describe_public(parser)
    parser.add_argument("code", help="an indicator's code or id: VP7, permanence")
    parser.add_argument(
        "--json", dest="form", action="store_const", const="json", default="text", help="as JSON"
    )
    parser.set_defaults(command=commands.show)


def _describe_cases(parser: argparse.ArgumentParser) -> None:
    _describe_public(parser)
    parser.add_argument("code", help="an indicator's code or id: VP7, permanence")
    parser.add_argument("--variant", help="the rows behind another definition", default=None)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json", help="as JSON")
    form.add_argument("--csv", dest="form", action="store_const", const="csv", help="as CSV")
    parser.set_defaults(command=commands.cases, form="text")


def _describe_changes(parser: argparse.ArgumentParser) -> None:
    _describe_public(parser)
    parser.add_argument("--from", dest="first", metavar="PERIOD", help="by default the one before")
    parser.add_argument("--to", dest="last", metavar="PERIOD", help="by default the board's")
    parser.add_argument(
        "--json", dest="form", action="store_const", const="json", default="text", help="as JSON"
    )
    parser.set_defaults(command=commands.changes)


_EACH = "a line for every issue, and not one for all of a kind in a file"


def _describe_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", dest="form", action="store_const", const="json", default="text", help="as JSON"
    )
    parser.add_argument("--each", action="store_true", help=_EACH)
    parser.set_defaults(command=commands.check)


def _describe_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", dest="target", type=Path, metavar="FILE", default=None,
        help="its ending chooses the form: .html, .pdf, .xlsx, .md, .csv; else Markdown is printed",
    )  # fmt: skip
    parser.add_argument("--profile", metavar="NAME", help="a profile of the config", default=None)
    parser.add_argument(
        "--internal", action="store_true", help="with small numbers, not to be published"
    )
    parser.add_argument("--replace", action="store_true", help="write over a file that is there")
    parser.set_defaults(command=commands.report)


def _describe_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source", type=Path, nargs="?", metavar="FOLDER",
        help="the files as they come; without it, the folder and the queries of the config",
    )  # fmt: skip
    parser.add_argument(
        "-o", dest="target", type=Path, metavar="FOLDER", required=True, help="new or empty"
    )
    parser.add_argument("--each", action="store_true", help=_EACH)
    parser.set_defaults(command=commands.import_)


def _describe_publish(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=commands.publish)


def _describe_init(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="where to write; must be new or empty"
    )
    parser.set_defaults(command=commands.init)


def _describe_completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell it is for")
    parser.set_defaults(command=commands.completion)


def _describe_man(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=commands.man)


_COMMANDS = {
    "status": _describe_status,
    "show": _describe_show,
    "cases": _describe_cases,
    "changes": _describe_changes,
    "check": _describe_check,
    "report": _describe_report,
    "import": _describe_import,
    "publish": _describe_publish,
    "init": _describe_init,
    "completion": _describe_completion,
    "man": _describe_man,
}
_HELP = {
    "status": "every indicator's latest value and judgement",
    "show": "one indicator: history, definition, variants, comparators, exclusions, commentary",
    "cases": "the rows behind a number: counted, not counted, left out and why",
    "changes": "what moved between two periods, down to the named schools and the cases",
    "check": "read all the config and data, and list every issue; exit 3 if there are any",
    "report": "the briefing for a committee, as a page, pages to hand out, a workbook or text",
    "import": "read files as they come, or a database, and write the clean tables that they make",
    "publish": "keep what the board says today, as counts, to tell later what was restated",
    "init": "a starter config and empty tables to fill",
    "completion": "a script that completes commands and options in a shell",
    "man": "the manual page, for man to read",
}
