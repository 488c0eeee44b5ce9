"""Defines the command line. No command is imported before it runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from kpitui import __version__
from kpitui.cli import area_commands, commands, due_command, flow_command
from kpitui.cli.completion import COMPLETED_SHELLS, PATH_COMPLETION, WORD_KINDS, WordKind, make_word_completion
from kpitui.cli.output import CommandRefused, print_data, print_message

# Kept by hand: words and options are separated before any parser is built.
OPTIONS_WITH_VALUE = frozenset(
    (
        "--config --area --as-at --period --theme --from --to --variant -o --profile --table --within --team --by --of"
        " --what --reason"
    ).split()
)
COMMAND_NAMES = tuple(
    "status show cases due flow changes check report areas counts import map publish release init completion".split()
)
THEME_NAMES = ("default", "light", "high-contrast", "ansi", "mono")


class CommandParser(argparse.ArgumentParser):
    """A parser whose help is data and whose errors are messages, as those of the commands are."""

    def error(self, message: str) -> NoReturn:
        """Exit with a message, in which argparse repeats arguments with whatever is in them."""
        from kpitui.text import clean_text

        super().error(clean_text(message))

    def _print_message(self, message: str, file: object = None) -> None:
        # argparse itself drops errors of writing, and takes standard error if there is no other.
        if file is sys.stderr:
            for line in message.splitlines():
                print_message(line)
        else:
            print_data(message.removesuffix("\n"))


def build_parser(argument_words: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser for these arguments: of all commands, or of an address without a command.

    Building the parsers of all commands takes time, which the terminal program cannot spare.
    Raises CommandRefused for a first word that looks like a misspelt command.
    """
    first_word = next((word for word in _find_positional_words(argument_words)), None)
    if first_word in COMMAND_NAMES or (first_word is None and {"-h", "--help"}.intersection(argument_words)):
        return build_command_parser()
    if first_word is not None:
        _refuse_misspelt_command(first_word)
    return _build_address_parser(_build_shared_parser())


def build_command_parser() -> CommandParser:
    """Return the parser that knows every command."""
    parser = _build_shared_parser()
    top_parser = CommandParser(
        prog="kpitui",
        description="Children's services indicators: what is red, why, and the cases behind it.",
        epilog="kpitui ADDRESS opens the terminal program at a view: kpitui 'VP7@2018-19 Q3/cases'",
        parents=[parser],
    )
    top_parser.set_defaults(command=commands.run_terminal, address=None)
    parsers = top_parser.add_subparsers(metavar="COMMAND")
    for command_name, arguments in _COMMAND_ARGUMENTS.items():
        arguments(
            parsers.add_parser(
                command_name,
                help=_COMMAND_HELP[command_name],
                description=_COMMAND_HELP[command_name],
                parents=[parser],
            )
        )
    # The command `completion` describes the whole parser, its own part included.
    top_parser.set_defaults(command_parser=top_parser)
    return top_parser


def _refuse_misspelt_command(word: str) -> None:
    """Refuse a word close to a command name: as an address it would go unnoticed in a pipe."""
    from kpitui.text import format_name_hint

    is_candidate = word.isalpha() and word != "data"
    if is_candidate and (name_hint := format_name_hint(word, COMMAND_NAMES)):
        raise CommandRefused(f"no such command: {word}{name_hint}")


def _find_positional_words(argument_words: Sequence[str]) -> list[str]:
    """Return the words that are neither options nor values of options."""
    words, is_option_value = [], False
    for word in argument_words:
        if is_option_value:
            is_option_value = False
        elif word in OPTIONS_WITH_VALUE:
            is_option_value = True
        elif not word.startswith("-"):
            words.append(word)
    return words


def _build_shared_parser() -> CommandParser:
    # SUPPRESS: a subparser would otherwise reset to None what stands before the command.
    parser = CommandParser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("--version", action="version", version=f"kpitui {__version__}")
    _add_path_argument(parser, "--config", metavar="FILE", help="the config to open")
    parser.add_argument("--area", metavar="COUNCIL", help="another council's figures, by its number or name")
    parser.add_argument("--as-at", type=_parse_date_argument, metavar="DATE", help="show what was known on this date")
    _add_word_argument(parser, "periods", "--period", metavar="PERIOD", help="'2018-19 Q3', '2018-19 M09' or 2018-19")
    parser.add_argument("--ascii", action="store_true", help="no block characters on the screen")
    parser.add_argument("--theme", metavar="NAME", choices=THEME_NAMES, help=f"{', '.join(THEME_NAMES)}")
    return parser


def _build_address_parser(shared_parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser = CommandParser(prog="kpitui", parents=[shared_parser])
    parser.add_argument("address", nargs="?", help="a view: VP7, 'VP7@2018-19 Q3/cases'")
    parser.set_defaults(command=commands.run_terminal)
    return parser


def _parse_date_argument(date_text: str) -> date:
    # Imported only for a date: --help and --version load as little as possible.
    from kpitui.config_file.field_parsers import parse_date_field
    from kpitui.model.typed_dates import parse_typed_date

    try:
        return parse_date_field(parse_typed_date(date_text))
    except ValueError:
        # argparse replaces the message of a ValueError, but prints this one.
        message = f"{date_text!r} is not a date: write 2019-03-25, 25/3/2019 or 25 March 2019"
        raise argparse.ArgumentTypeError(message) from None


def _add_path_argument(parser: argparse.ArgumentParser, *flags: str, **options: Any) -> None:
    """Add an argument that is a path, which shells complete as one."""
    action = parser.add_argument(*flags, type=Path, **options)
    action.complete = PATH_COMPLETION  # type: ignore[attr-defined]  # read by shtab alone


def _add_word_argument(parser: argparse.ArgumentParser, kind: WordKind, *names: str, **fields: Any) -> None:
    """Add an argument whose words the shell asks the program for."""
    argument = parser.add_argument(*names, **fields)
    argument.complete = make_word_completion(kind)  # type: ignore[attr-defined]


def _add_public_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--public", action="store_true", help="hide small counts of children and anything that reveals them"
    )


def _add_status_arguments(parser: argparse.ArgumentParser) -> None:
    _add_public_option(parser)
    _add_table_formats(parser)
    parser.set_defaults(command=commands.run_status)


def _add_table_formats(parser: argparse.ArgumentParser) -> None:
    format_group = parser.add_mutually_exclusive_group()
    format_group.add_argument("--json", dest="form", action="store_const", const="json", help="as JSON")
    format_group.add_argument("--csv", dest="form", action="store_const", const="csv", help="as CSV")
    format_group.add_argument("--md", dest="form", action="store_const", const="md", help="as Markdown")
    parser.set_defaults(form="text")


def _add_show_arguments(parser: argparse.ArgumentParser) -> None:
    _add_public_option(parser)
    _add_word_argument(parser, "codes", "code", help="an indicator's code or id: VP7, permanence")
    parser.add_argument(
        "--by", metavar="COLUMN", help="split it by a column of its cases or of the child: sex, ethnic, age, place"
    )
    parser.add_argument("--json", dest="form", action="store_const", const="json", default="text", help="as JSON")
    parser.set_defaults(command=commands.run_show)


def _add_cases_arguments(parser: argparse.ArgumentParser) -> None:
    _add_public_option(parser)
    _add_word_argument(parser, "codes", "code", help="an indicator's code or id: VP7, permanence")
    parser.add_argument("--variant", help="the rows of another definition", default=None)
    format_group = parser.add_mutually_exclusive_group()
    format_group.add_argument("--json", dest="form", action="store_const", const="json", help="as JSON")
    format_group.add_argument("--csv", dest="form", action="store_const", const="csv", help="as CSV")
    parser.set_defaults(command=commands.run_cases, form="text")


def _add_due_arguments(parser: argparse.ArgumentParser) -> None:
    _add_public_option(parser)
    _add_word_argument(
        parser, "lists", "list_name", nargs="?", metavar="LIST",
        help="a list, by code, id or its indicator: L1, VP8; default: all",
    )  # fmt: skip
    parser.add_argument(
        "--within", type=_parse_days_argument, metavar="DAYS", help="look so many days ahead; of visits, working days"
    )
    parser.add_argument("--team", metavar="TEAM", help="only the cases of one team")
    format_group = parser.add_mutually_exclusive_group()
    format_group.add_argument("--json", dest="form", action="store_const", const="json", help="as JSON")
    format_group.add_argument("--csv", dest="form", action="store_const", const="csv", help="as CSV")
    parser.set_defaults(command=due_command.run_due, form="text")


def _add_flow_arguments(parser: argparse.ArgumentParser) -> None:
    _add_public_option(parser)
    parser.add_argument("--json", dest="form", action="store_const", const="json", default="text", help="as JSON")
    parser.set_defaults(command=flow_command.run_flow)


def _parse_days_argument(days_text: str) -> int:
    if not days_text.isdecimal():
        raise argparse.ArgumentTypeError(f"{days_text!r} is not a number of days: write 10")
    return int(days_text)


def _add_changes_arguments(parser: argparse.ArgumentParser) -> None:
    _add_public_option(parser)
    _add_word_argument(parser, "periods", "--from", dest="first", metavar="PERIOD", help="default: the period before")
    _add_word_argument(parser, "periods", "--to", dest="last", metavar="PERIOD", help="default: the board's period")
    parser.add_argument("--json", dest="form", action="store_const", const="json", default="text", help="as JSON")
    parser.set_defaults(command=commands.run_changes)


def _add_check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", dest="form", action="store_const", const="json", default="text", help="as JSON")
    parser.add_argument("--new", action="store_true", help="only doubts and faults that are new since the last publish")
    parser.set_defaults(command=commands.run_check)


def _add_report_arguments(parser: argparse.ArgumentParser) -> None:
    _add_path_argument(
        parser, "-o", dest="target", metavar="FILE", default=None,
        help="where to save, as .html, .pdf, .docx, .xlsx, .md or .csv; default: print Markdown",
    )  # fmt: skip
    _add_word_argument(
        parser, "profiles", "--profile", metavar="NAME", help="a briefing profile in the config", default=None
    )
    parser.add_argument("--internal", action="store_true", help="include small numbers; not for publication")
    parser.add_argument(
        "--final", action="store_true", help="refuse to write while a red indicator has no reason that can be printed"
    )
    parser.add_argument("--replace", action="store_true", help="replace an existing file")
    parser.set_defaults(command=commands.run_report)


def _add_areas_arguments(parser: argparse.ArgumentParser) -> None:
    _add_public_option(parser)
    parser.add_argument(
        "--by", choices=("council", "region"), default="council", help="a row for each; default: council"
    )
    parser.add_argument("--of", metavar="PLACE", default="", help="only the councils of a region or group")
    _add_table_formats(parser)
    parser.set_defaults(command=area_commands.run_areas)


def _add_counts_arguments(parser: argparse.ArgumentParser) -> None:
    _add_path_argument(
        parser, "-o", dest="target", metavar="FILE", required=True, help="the file to write: 872.parquet"
    )
    parser.add_argument("--replace", action="store_true", help="replace an existing file")
    parser.set_defaults(command=area_commands.run_counts)


def _add_import_arguments(parser: argparse.ArgumentParser) -> None:
    _add_path_argument(
        parser, "source", nargs="?", metavar="FOLDER",
        help="a folder of files as they come; default: the folder and queries in the config",
    )  # fmt: skip
    _add_path_argument(parser, "-o", dest="target", metavar="FOLDER", required=True, help="a new or empty folder")
    parser.set_defaults(command=commands.run_import)


def _add_map_arguments(parser: argparse.ArgumentParser) -> None:
    _add_path_argument(parser, "file", metavar="FILE", help="the file, also by its name in the folder of tables")
    parser.add_argument("--table", metavar="TABLE", default=None, help="which table it is; without it, the nearest")
    parser.set_defaults(command=commands.run_map)


def _add_publish_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=commands.run_publish)


def _add_release_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("indicator", metavar="CODE", help="the code or the id of an indicator")
    parser.add_argument("--what", required=True, help="value, outcomes, 'left out', notes, or the id of a variant")
    parser.add_argument("--by", required=True, metavar="NAME", help="the officer who decides it")
    parser.add_argument("--reason", required=True, help="why it may be published")
    parser.add_argument("--yes", action="store_true", help="record the release; without it, only list what it shows")
    parser.set_defaults(command=commands.run_release)


def _add_init_arguments(parser: argparse.ArgumentParser) -> None:
    _add_path_argument(parser, "folder", metavar="DIR", help="the folder to write to; must be new or empty")
    parser.set_defaults(command=commands.run_init)


def _add_completion_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", nargs="?", choices=COMPLETED_SHELLS, help="your shell")
    parser.add_argument("--words", choices=WORD_KINDS, help="print the words of a kind instead, for the script")
    parser.set_defaults(command=commands.run_completion)


_COMMAND_ARGUMENTS = {
    "status": _add_status_arguments,
    "show": _add_show_arguments,
    "cases": _add_cases_arguments,
    "due": _add_due_arguments,
    "flow": _add_flow_arguments,
    "changes": _add_changes_arguments,
    "check": _add_check_arguments,
    "report": _add_report_arguments,
    "areas": _add_areas_arguments,
    "counts": _add_counts_arguments,
    "import": _add_import_arguments,
    "map": _add_map_arguments,
    "publish": _add_publish_arguments,
    "release": _add_release_arguments,
    "init": _add_init_arguments,
    "completion": _add_completion_arguments,
}
_COMMAND_HELP = {
    "status": "every indicator's latest value and judgement",
    "show": "one indicator: history, definition, variants, comparators, exclusions, commentary",
    "cases": "the rows behind a number: counted, not counted, left out and why",
    "due": "who is due or overdue now, by the same clocks as the indicators",
    "flow": "from referral to care in a period: how many go on at each step, and who does not",
    "changes": "what moved between two periods, down to the named schools and the cases",
    "check": "check the config and the data, and list every issue; exit 3 if there are doubts or faults",
    "report": "the committee briefing as a web page, PDF, Word document, workbook, Markdown or CSV",
    "areas": "many councils side by side, from their files of counts",
    "counts": "save every count of this council, without any record, for a region to compare",
    "import": "turn files as they come, or a database, into clean tables",
    "map": "ask which columns of a file are those of a table, and add the answers to the config",
    "publish": "save today's figures, so that later boards can show what was revised",
    "release": "publish a small number by a named officer's decision, and list first what else it gives away",
    "init": "create a config to fill in, and a template for each table",
    "completion": "print a script that completes commands and options in your shell",
}
