"""Completion for shells, written by shtab from the parser of the command line.

shtab comes with the extra `completion`. Only the command that prints a script imports it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kpitui.cli.output import CommandRefused

if TYPE_CHECKING:
    import argparse

COMPLETED_SHELLS: Final = ("bash", "zsh", "fish")
# What `shtab.FILE` holds for these shells, here so that the parser can be built without shtab.
PATH_COMPLETION: Final[Mapping[str, str]] = {
    "bash": "_shtab_compgen_files",
    "zsh": "_files",
    "fish": "(__fish_complete_path (commandline -ct))",
}


def write_completion_script(parser: argparse.ArgumentParser, shell_name: str) -> str:
    """Write the completion script of a parser for one of COMPLETED_SHELLS.

    Raises CommandRefused with the command that installs shtab where it is missing.
    """
    try:
        import shtab
    except ModuleNotFoundError:
        from kpitui.text import format_install_command

        raise CommandRefused(f"completion needs shtab: {format_install_command('completion')}") from None
    return shtab.complete(parser, shell_name)
