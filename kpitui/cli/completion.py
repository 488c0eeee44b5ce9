"""Completion for shells, written by shtab from the parser of the command line.

shtab comes with the extra `completion`. Only the command that prints a script imports it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, get_args

from kpitui.cli.output import CommandRefused

if TYPE_CHECKING:
    import argparse

    from kpitui.config.settings import Settings

COMPLETED_SHELLS: Final = ("bash", "zsh", "fish")
# What `shtab.FILE` holds for these shells, here so that the parser can be built without shtab.
PATH_COMPLETION: Final[Mapping[str, str]] = {
    "bash": "_shtab_compgen_files",
    "zsh": "_files",
    "fish": "(__fish_complete_path (commandline -ct))",
}


WordKind = Literal["codes", "lists", "periods", "profiles"]
WORD_KINDS: Final[tuple[WordKind, ...]] = get_args(WordKind)
"""What only the config and the date know: the script asks the program for these words when they are needed."""
COMPLETED_PERIODS: Final = 12
_WORDS_COMMAND = "kpitui completion --words {kind} 2>/dev/null"
# A function for each kind of word. A name with blanks is one word in zsh and fish; bash has no such names.
_PREAMBLES: Final[Mapping[str, str]] = {
    "bash": '_kpitui_{kind}() {{ compgen -W "$(' + _WORDS_COMMAND + ')" -- "$1"; }}\n',
    "zsh": '_kpitui_{kind}() {{ compadd -- "${{(@f)$(' + _WORDS_COMMAND + ')}}"; }}\n',
    "fish": "",
}


def make_word_completion(kind: WordKind) -> dict[str, str]:
    """Make the attribute `complete` of an argument whose words the program knows."""
    return {"bash": f"_kpitui_{kind}", "zsh": f"_kpitui_{kind}", "fish": f"({_WORDS_COMMAND.format(kind=kind)})"}


def list_words(kind: WordKind, settings: Settings) -> list[str]:
    """List the words of a kind: those of the config, or the latest periods by its date."""
    if kind == "codes":
        return [indicator.code for indicator in settings.indicators]
    if kind == "lists":
        return [due_list.code for due_list in settings.due_lists]
    if kind == "profiles":
        return [*settings.profiles]
    from kpitui.model.periods import Period, find_latest_complete

    latest = find_latest_complete(settings.get_meeting_date())
    quarters = [Period("quarter", latest.index - number) for number in range(COMPLETED_PERIODS)]
    # Without a blank, which a shell would take for the end of a word.
    return [str(quarter).replace(" ", "") for quarter in quarters]


def write_completion_script(parser: argparse.ArgumentParser, shell_name: str) -> str:
    """Write the completion script of a parser for one of COMPLETED_SHELLS.

    Raises CommandRefused with the command that installs shtab where it is missing.
    """
    try:
        import shtab
    except ModuleNotFoundError:
        from kpitui.text import format_install_command

        raise CommandRefused(f"completion needs shtab: {format_install_command('completion')}") from None
    preamble = "".join(_PREAMBLES[shell_name].format(kind=kind) for kind in WORD_KINDS)
    return shtab.complete(parser, shell_name, preamble=preamble)
