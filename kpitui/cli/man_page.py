"""The man page, made from the parser of the command line and from the table of keys."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from kpitui import __version__
from kpitui.cli.completion import NAME, commands, parts, takes
from kpitui.tui.commands import COMMANDS, format_command_keys

ENDS = (
    ("0", "done"),
    ("1", "a bug: a log file is named"),
    ("2", "wrong usage or config"),
    ("3", "data missing or refused, or check found issues"),
    ("130", "interrupted"),
)
PLACES = (
    ("./config.toml, ~/.config/kpitui/config.toml", "the config, where none is named"),
    ("~/.local/state/kpitui", "the log of bugs, and the last board, as counts alone"),
)
VARIABLES = (
    ("KPITUI_CONFIG", "the config to open"),
    ("NO_COLOR", "no colour code is sent"),
    ("XDG_CONFIG_HOME, XDG_STATE_HOME", "instead of ~/.config and ~/.local/state"),
)


def page(parser: argparse.ArgumentParser) -> str:
    """The page as man reads it."""
    return "\n".join(_lines(parser)) + "\n"


def _lines(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f'.TH {NAME.upper()} 1 "" "{NAME} {__version__}" "User Commands"'
    yield ".SH NAME"
    yield _text(f"{NAME} - {(parser.description or '').rstrip('.').lower()}")
    yield ".SH SYNOPSIS"
    for rest in ("[options] [ADDRESS]", "COMMAND [options]"):
        yield f".B {NAME}\n{_text(rest)}\n.br"
    yield ".SH DESCRIPTION"
    yield _text(f"{parser.description} {parser.epilog}.")
    yield from _options(parser)
    yield ".SH COMMANDS"
    for name, one in commands(parser).items():
        yield f".SS {name}"
        yield _text(f"{one.description}.")
        yield from _parts(one, besides=parser)
    yield ".SH KEYS"
    for group in dict.fromkeys(command.group for command in COMMANDS):
        yield f".SS {group}"
        for command in (one for one in COMMANDS if one.group == group):
            yield from _told(format_command_keys(command), command.title)
    for title, told in (
        ("EXIT STATUS", ENDS), ("FILES", PLACES), ("ENVIRONMENT", VARIABLES),
    ):  # fmt: skip
        yield f".SH {title}"
        for name, said in told:
            yield from _told(name, said)


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield ".SH OPTIONS"
    yield from _parts(parser)


def _parts(parser: argparse.ArgumentParser, besides: argparse.ArgumentParser | None = None) -> Iterator[str]:
    """What a parser takes, without the options that another has too."""
    shared = {name for one in parts(besides) for name in one.option_strings} if besides else set()
    for action in parts(parser):
        if shared.intersection(action.option_strings):
            continue
        value = "" if takes(action) == "nothing" else _value(action)
        names = ", ".join(action.option_strings)
        yield from _told(f"{names} {value}".strip(), action.help or "")


def _value(action: argparse.Action) -> str:
    if action.metavar or not action.choices:
        return str(action.metavar or action.dest.upper())
    return "|".join(map(str, action.choices))


def _told(name: str, said: str) -> Iterator[str]:
    yield f".TP\n.B {_text(name)}\n{_text(said)}"


def _text(text: str) -> str:
    """Text in which nothing is a command of man's: hyphens stay hyphens, a dot may begin a line."""
    plain = text.replace("\\", "\\e").replace("-", "\\-")
    plain = "".join(one if one.isascii() else f"\\[u{ord(one):04X}]" for one in plain)
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain
