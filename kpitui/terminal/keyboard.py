"""The ``[keys]`` table of the config: which keys give which command, and any mistakes in it.

Nothing here imports Textual, because ``kpitui check`` uses it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from kpitui.model import Issue
from kpitui.terminal.commands import COMMANDS, SIGNS, Command, named, sign
from kpitui.text import clean, nearest

_ASKS: Final = re.compile(rb"^\s*(\[\s*)?[\"']?keys\b", re.MULTILINE)
_TAKEN: Final = {f"ctrl+{letter}" for letter in "abhijmqsz"} | {"ctrl+enter"}
"""Keys that tmux, screen, flow or job control take, or that share a code with another key."""
_NEEDED: Final = ("open", "back", "help", "quit")
_NAMED: Final = {told.lower(): key for key, told in SIGNS.items()} | {
    f"f{number}": f"f{number}" for number in range(1, 13)
}


def keyboard(config: Path) -> tuple[tuple[Command, ...], tuple[Issue, ...]]:
    """Return the commands with the config's keys, and every mistake in them with its line.

    With any mistake the default keys stay. A config that cannot be read gives the default keys and
    no issue: reading the settings reports that.
    """
    from kpitui.toml import read_toml

    try:
        # This is on the way to the first screen: parse the file only if it may have [keys].
        if not _ASKS.search(config.read_bytes()):
            return COMMANDS, ()
        document = read_toml(config)
    except (OSError, ValueError):
        return COMMANDS, ()
    asked = document.data.get("keys", {})
    if not isinstance(asked, dict):
        return COMMANDS, (document.issue(("keys",), "keys must be a table: [keys]"),)
    table, mistakes = remapped(asked)
    issues = (
        document.issue(("keys", name), f"keys.{clean(name)} {wrong}") for name, wrong in mistakes
    )
    found = tuple(sorted(issues, key=lambda issue: issue.line or 0))
    return (COMMANDS if found else table), found


def remapped(
    asked: Mapping[str, object],
) -> tuple[tuple[Command, ...], tuple[tuple[str, str], ...]]:
    """Return the commands with the table's keys, and (command id, mistake) for each mistake."""
    mistakes: list[tuple[str, str]] = []
    known = {command.id: command for command in COMMANDS}
    given: dict[str, tuple[str, ...]] = {}
    for name, value in asked.items():
        command = known.get(name)
        try:
            given[name] = _keys(name, command, value)
        except ValueError as wrong:
            mistakes.append((name, str(wrong)))
    table = tuple(replace(one, keys=given.get(one.id, one.keys)) for one in COMMANDS)
    mistakes += _clashes(table, given)
    return table, tuple(mistakes)


def _keys(name: str, command: Command | None, value: object) -> tuple[str, ...]:
    """Return a command's keys by Textual's names. Raises ValueError with what is wrong."""
    if command is None:
        near = nearest(name, [one.id for one in COMMANDS])
        raise ValueError("is not known" + (f" - did you mean {near}?" if near else ""))
    if command.numbered:
        raise ValueError("takes the digits, and no other key")
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not all(isinstance(one, str) for one in keys):
        raise ValueError('must be a key or a list of keys: "x", ["F2", "Ctrl+O"]')
    # An empty list takes a command's keys away, which must not lock anybody in.
    if not keys and name in _NEEDED:
        raise ValueError("needs a key")
    return tuple(dict.fromkeys(_key(one) for one in keys))


def _key(told: str) -> str:
    """Return Textual's name of a key as written in the config: "F2", "Ctrl+O", "x".

    Raises ValueError for digits, for keys that the terminal takes, and for unknown names.
    """
    if told.isdigit():
        raise ValueError(f"{told}: the digits are for columns and sections")
    if len(told) == 1 and told.isascii() and told.isprintable():
        return named(told)
    key = _NAMED.get(told.lower(), told.lower())
    if key in _TAKEN:
        raise ValueError(f"{told}: the terminal takes that key itself")
    if key in _NAMED.values() or re.fullmatch(r"ctrl\+[a-z]", key):
        return key
    raise ValueError(f"{clean(told)!r} is not a key: write one letter or sign, F2, Ctrl+O or PgDn")


def _clashes(
    table: Iterable[Command], given: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    """Yield (command id, mistake) for each remapped command that shares a key on some screen."""
    commands = tuple(table)
    for number, one in enumerate(commands):
        if one.id not in given:
            continue
        for other_number, other in enumerate(commands):
            # A clash of two remapped commands is reported once, at the first of them.
            if other is one or (other.id in given and other_number < number):
                continue
            both = [key for key in one.keys if key in other.keys]
            where = [screen for screen in one.where if screen in other.where]
            if both and where:
                told = " ".join(sign(key) for key in both)
                yield one.id, f"clashes with {other.id} on {where[0]}: both have {told}"
