"""The ``[keys]`` table of the config: which keys give which command, and any mistakes in it.

Nothing here imports Textual, because ``kpitui check`` uses it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kpitui.config_file.field_errors import InvalidField
from kpitui.model.issues import CodedMessage, Issue, create_message
from kpitui.regular_files import read_regular_file
from kpitui.text import clean_text, find_nearest_name
from kpitui.tui.commands import COMMANDS, KEY_SIGNS, Command, format_key, to_textual_key

if TYPE_CHECKING:
    from kpitui.config_file.toml_document import TomlDocument

_KEYS_TABLE_PATTERN: Final = re.compile(rb"^\s*(\[\s*)?[\"']?keys\b", re.MULTILINE)
_MOUSE_OFF_PATTERN: Final = re.compile(rb"^\s*[\"']?mouse[\"']?\s*=\s*false\b", re.MULTILINE)
_TABLE_PATTERN: Final = re.compile(rb"^\s*\[", re.MULTILINE)
_TERMINAL_KEYS: Final = {f"ctrl+{letter}" for letter in "abhijmqsz"} | {"ctrl+enter"}
"""Keys that tmux, screen, flow or job control take, or that share a code with another key."""
_REQUIRED_COMMANDS: Final = ("open", "back", "help", "quit")
_KEY_NAMES_BY_SIGN: Final = {sign.lower(): name for name, sign in KEY_SIGNS.items()} | {
    f"f{number}": f"f{number}" for number in range(1, 13)
}


KeyMistake = tuple[str, CodedMessage]
"""The id of a command, and what is wrong with its keys."""


def read_key_commands(config_path: Path) -> tuple[tuple[Command, ...], tuple[Issue, ...]]:
    """Return the commands with the config's keys, and every mistake in them with its line.

    With any mistake the default keys stay. A config that cannot be read gives the default keys and
    no issue: reading the settings reports that.
    """
    document = _read_document_with_keys(config_path)
    if document is None:
        return COMMANDS, ()
    keys_table = document.data.get("keys", {})
    if not isinstance(keys_table, dict):
        return COMMANDS, (document.create_issue(("keys",), create_message("config-not-table", example="[keys]")),)
    table, mistakes = remap_commands(keys_table)
    issues = (document.create_issue(("keys", command_id), message) for command_id, message in mistakes)
    sorted_issues = tuple(sorted(issues, key=lambda issue: issue.line or 0))
    return (COMMANDS if sorted_issues else table), sorted_issues


def read_mouse_setting(config_path: Path) -> bool:
    """Return whether the mouse is for the program: unless the config says `mouse = false`."""
    try:
        return not _MOUSE_OFF_PATTERN.search(_TABLE_PATTERN.split(read_regular_file(config_path), maxsplit=1)[0])
    except (OSError, ValueError):
        return True


def _read_document_with_keys(config_path: Path) -> TomlDocument | None:
    """Return the config's document, or None if it has no [keys] or cannot be read."""
    from kpitui.config_file.toml_document import read_toml

    try:
        # This is on the way to the first screen: parse the file only if it may have [keys].
        has_keys = _KEYS_TABLE_PATTERN.search(read_regular_file(config_path))
        return read_toml(config_path) if has_keys else None
    except (OSError, ValueError):
        return None


def remap_commands(keys_table: Mapping[str, object]) -> tuple[tuple[Command, ...], tuple[KeyMistake, ...]]:
    """Return the commands with the table's keys, and (command id, mistake) for each mistake."""
    mistakes: list[KeyMistake] = []
    commands_by_id = {command.id: command for command in COMMANDS}
    keys: dict[str, tuple[str, ...]] = {}
    for command_id, key_value in keys_table.items():
        command = commands_by_id.get(command_id)
        try:
            keys[command_id] = _parse_command_keys(command_id, command, key_value)
        except InvalidField as error:
            mistakes.append((command_id, error.message))
    table = tuple(
        replace(table_command, keys=keys.get(table_command.id, table_command.keys)) for table_command in COMMANDS
    )
    mistakes += _find_key_clashes(table, keys)
    return table, tuple(mistakes)


def _parse_command_keys(command_id: str, command: Command | None, key_value: object) -> tuple[str, ...]:
    """Return a command's keys by Textual's names. Raises InvalidField with what is wrong."""
    if command is None:
        suggestion = find_nearest_name(command_id, [table_command.id for table_command in COMMANDS]) or ""
        raise InvalidField("config-name-not-known", name="", suggestion=suggestion)
    if command.takes_digit:
        raise InvalidField("keys-of-digits")
    key_texts = [key_value] if isinstance(key_value, str) else key_value
    if not isinstance(key_texts, list) or not all(isinstance(key_text, str) for key_text in key_texts):
        raise InvalidField("keys-not-list")
    # An empty list takes a command's keys away, which must not lock anybody in.
    if not key_texts and command_id in _REQUIRED_COMMANDS:
        raise InvalidField("keys-needed")
    return tuple(dict.fromkeys(_parse_key(text) for text in key_texts))


def _parse_key(key_text: str) -> str:
    """Return Textual's name of a key as written in the config: "F2", "Ctrl+O", "x".

    Raises InvalidField for digits, for keys that the terminal takes, and for unknown names.
    """
    if key_text.isdigit():
        raise InvalidField("key-is-digit", name=key_text)
    if len(key_text) == 1 and key_text.isascii() and key_text.isprintable():
        return to_textual_key(key_text)
    key_name = _KEY_NAMES_BY_SIGN.get(key_text.lower(), key_text.lower())
    if key_name in _TERMINAL_KEYS:
        raise InvalidField("key-of-terminal", name=key_text)
    if key_name in _KEY_NAMES_BY_SIGN.values() or re.fullmatch(r"ctrl\+[a-z]", key_name):
        return key_name
    raise InvalidField("key-not-known", name=clean_text(key_text))


def _find_key_clashes(
    command_table: Iterable[Command], assigned_keys: Mapping[str, tuple[str, ...]]
) -> Iterator[KeyMistake]:
    """Yield (command id, mistake) for each remapped command that shares a key on some screen."""
    commands = tuple(command_table)
    for index, command in enumerate(commands):
        if command.id not in assigned_keys:
            continue
        for other_index, other_command in enumerate(commands):
            # A clash of two remapped commands is reported once, at the first of them.
            if other_command is command or (other_command.id in assigned_keys and other_index < index):
                continue
            shared_keys = [name for name in command.keys if name in other_command.keys]
            screens = [screen_name for screen_name in command.screen_names if screen_name in other_command.screen_names]
            if shared_keys and screens:
                key_list = " ".join(format_key(key_name) for key_name in shared_keys)
                values = {"other": other_command.id, "screen": screens[0], "shared": key_list}
                yield command.id, create_message("keys-clash", **values)
