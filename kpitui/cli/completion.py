"""Completion for shells, made from the parser of the command line: it cannot drift from it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from shlex import quote
from typing import Final

NAME: Final = "kpitui"


def parts(parser: argparse.ArgumentParser) -> tuple[argparse.Action, ...]:
    """What a parser takes, but for its commands."""
    return tuple(action for action in parser._actions if not isinstance(action, argparse._SubParsersAction))


def commands(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """The parsers of the commands, by name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def takes(action: argparse.Action) -> str:
    """What an option or word may be: ``nothing``, ``path``, words to choose from, or anything."""
    if action.choices:
        return " ".join(map(str, action.choices))
    if action.option_strings and action.nargs == 0:
        return "nothing"
    return "path" if action.type is Path else ""


def bash(parser: argparse.ArgumentParser) -> str:
    """A script for bash, to be sourced."""
    cases = "\n".join(_bash_value(action) for action in _with_value(parser))
    words = "\n".join(
        f"        {name}) words={quote(' '.join(_words(one)))} paths={_paths(one)} ;;"
        for name, one in commands(parser).items()
    )
    names = " ".join(commands(parser))
    top = " ".join((*names.split(), *_options(parser)))
    return f"""\
# Completion of {NAME} for bash, written by `{NAME} completion bash`.
_{NAME}() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}}
    local word command= words paths=
    COMPREPLY=()
    case $before in
{cases}
    esac
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case $word in
            {names.replace(" ", "|")}) command=$word; break ;;
        esac
    done
    case $command in
{words}
        *) words={quote(top)} ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    if [[ -n $paths && $current != -* ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t -O "${{#COMPREPLY[@]}}" COMPREPLY < <(compgen -f -- "$current")
    fi
}}
complete -F _{NAME} {NAME}
"""


def _bash_value(action: argparse.Action) -> str:
    """What comes after an option that takes a value."""
    names = "|".join(action.option_strings)
    found = takes(action)
    if found == "path":
        how = 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); '
    elif found:
        how = f'mapfile -t COMPREPLY < <(compgen -W {quote(found)} -- "$current"); '
    else:
        how = ""
    return f"        {names}) {how}return ;;"


def zsh(parser: argparse.ArgumentParser) -> str:
    """A script for zsh, to be put where it looks for completions."""
    listed = "\n".join(f"        {quote(f'{name}:{one.description}')}" for name, one in commands(parser).items())
    cases = "\n".join(
        f"        {name}) _arguments {' '.join(_zsh_parts(one))} ;;" for name, one in commands(parser).items()
    )
    return f"""\
#compdef {NAME}
# Completion of {NAME} for zsh, written by `{NAME} completion zsh`.
_{NAME}() {{
    local curcontext=$curcontext state line
    local -a commands
    commands=(
{listed}
    )
    _arguments -C {" ".join(_zsh_parts(parser))} '1: :->command' '*:: :->rest'
    case $state in
        command) _describe command commands ;;
        rest)
            case $line[1] in
{cases}
            esac ;;
    esac
}}
if [[ $funcstack[1] == _{NAME} ]]; then _{NAME} "$@"; else compdef _{NAME} {NAME}; fi
"""


def _zsh_parts(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parts(parser):
        told = re.sub(r"[\[\]:]", " ", action.help or action.dest)
        found = takes(action)
        value = "" if found == "nothing" else f":{action.metavar or action.dest}:"
        value += "_files" if found == "path" else f"({found})" if value and found else ""
        for name in action.option_strings:
            yield quote(f"{name}[{told}]{value}")
        if not action.option_strings:
            yield quote(f":{told}{value.removeprefix(f':{action.metavar or action.dest}')}")


def fish(parser: argparse.ArgumentParser) -> str:
    """A script for fish, to be put where it looks for completions."""
    lines = [f"# Completion of {NAME} for fish, written by `{NAME} completion fish`."]
    lines.append(f"complete -c {NAME} -f")
    names = " ".join(commands(parser))
    none = quote(f"not __fish_seen_subcommand_from {names}")
    for name, one in commands(parser).items():
        lines.append(f"complete -c {NAME} -n {none} -a {name} -d {quote(one.description or '')}")
    lines += _fish_parts(parser, none)
    for name, one in commands(parser).items():
        lines += _fish_parts(one, quote(f"__fish_seen_subcommand_from {name}"))
    return "\n".join(lines) + "\n"


def _fish_parts(parser: argparse.ArgumentParser, when: str) -> Iterator[str]:
    for action in parts(parser):
        found = takes(action)
        values = {"nothing": "", "path": " -r -F", "": " -x"}.get(found, f" -x -a {quote(found)}")
        names = "".join(
            f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}" for name in action.option_strings
        )
        if names:
            yield f"complete -c {NAME} -n {when}{names}{values} -d {quote(action.help or '')}"
        elif found == "path":
            yield f"complete -c {NAME} -n {when} -F"
        elif found:
            yield f"complete -c {NAME} -n {when} -a {quote(found)}"


def _with_value(parser: argparse.ArgumentParser) -> tuple[argparse.Action, ...]:
    """Every option that takes a value, of any command, once."""
    found: dict[tuple[str, ...], argparse.Action] = {}
    for one in (parser, *commands(parser).values()):
        for action in parts(one):
            if action.option_strings and takes(action) != "nothing":
                found.setdefault(tuple(action.option_strings), action)
    return tuple(found.values())


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parts(parser):
        yield from action.option_strings


def _words(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The options of a command, and the words that may stand in it."""
    for action in parts(parser):
        yield from action.option_strings or map(str, action.choices or ())


def _paths(parser: argparse.ArgumentParser) -> str:
    paths = any(not one.option_strings and takes(one) == "path" for one in parts(parser))
    return "yes" if paths else ""


SHELLS: Final = {"bash": bash, "zsh": zsh, "fish": fish}
