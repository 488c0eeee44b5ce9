"""TOML documents with the line of every key, so that a mistake can be located."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli

from kpitui.model.issues import CodedMessage, Issue
from kpitui.regular_files import read_regular_file
from kpitui.text import clean_text

KeyPath = tuple[str, ...]

_TABLE_HEADER = re.compile(r"\s*\[\[?(?P<name>[^\]]+)\]\]?\s*(?:#.*)?$")
_KEY_PATTERN = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_KEY_VALUE_LINE = re.compile(rf"\s*(?P<name>{_KEY_PATTERN}(?:\s*\.\s*{_KEY_PATTERN})*)\s*=")
_KEY_NAME = re.compile(_KEY_PATTERN)
_MULTILINE_QUOTES = ('"""', "'''")


@dataclass(frozen=True, slots=True)
class TomlDocument:
    """A TOML file: its data, and the line number of each key."""

    file: str
    data: dict[str, Any]
    key_lines: Mapping[KeyPath, int]

    def create_issue(self, key_path: KeyPath, message: CodedMessage) -> Issue:
        """Create an issue about a key, which its words begin with.

        A key inside an inline table gets the line of the table; an absent key that of its parent, or
        the first line of the file.
        """
        key_line = next(
            (self.key_lines[key_path[:length]] for length in range(len(key_path), 0, -1)
             if key_path[:length] in self.key_lines), 1,
        )  # fmt: skip
        return Issue(message.add_values(key=clean_text(".".join(key_path))), self.file, key_line)

    def rename_keys(self, table_path: KeyPath, new_names: Mapping[str, str]) -> TomlDocument:
        """Return the document with other names for the keys of one table; their lines stay the same."""
        data = _rename_in(self.data, table_path, new_names)
        depth = len(table_path)
        key_lines = {
            (*path[:depth], new_names.get(path[depth], path[depth]), *path[depth + 1 :])
            if len(path) > depth and path[:depth] == table_path
            else path: line
            for path, line in self.key_lines.items()
        }
        return TomlDocument(self.file, data, key_lines)

    def has_key(self, key_path: KeyPath) -> bool:
        """Say whether the file has a value at this path of keys."""
        value: Any = self.data
        for key in key_path:
            if not isinstance(value, dict) or key not in value:
                return False
            value = value[key]
        return True


def read_toml(path: Path) -> TomlDocument:
    """Read a TOML file. Raises OSError, UnicodeDecodeError, or ValueError, mostly with `lineno`."""
    # Editors on Windows may write a byte order mark, which is not TOML.
    toml_text = read_regular_file(path).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    try:
        toml_data = tomli.loads(toml_text)
    except RecursionError:
        raise ValueError("its values are nested too deeply") from None
    return TomlDocument(str(path), toml_data, dict(_find_key_lines(toml_text)))


def _rename_in(values: dict[str, Any], table_path: KeyPath, new_names: Mapping[str, str]) -> dict[str, Any]:
    """Return a copy of nested tables in which the keys of one have other names, in the same order."""
    if not table_path:
        return {new_names.get(name, name): value for name, value in values.items()}
    return values | {table_path[0]: _rename_in(values[table_path[0]], table_path[1:], new_names)}


def _find_key_lines(toml_text: str) -> Iterator[tuple[KeyPath, int]]:
    """Find the line number of every table header and key."""
    # Neither tomli nor tomlkit gives the line of a key, hence this scan of the text.
    table_path: KeyPath = ()
    open_quote = ""
    for line_number, line in enumerate(toml_text.splitlines(), 1):
        # Inside a multi-line string nothing is a key.
        if open_quote:
            open_quote = "" if open_quote in line else open_quote
            continue
        if match := _TABLE_HEADER.match(line):
            table_path = _split_dotted_key(match["name"])
            yield table_path, line_number
        elif match := _KEY_VALUE_LINE.match(line):
            yield table_path + _split_dotted_key(match["name"]), line_number
        # An odd number of marks leaves a string open at the end of the line.
        open_quote = next((mark for mark in _MULTILINE_QUOTES if line.count(mark) % 2), "")


def _split_dotted_key(dotted_key: str) -> KeyPath:
    return tuple(name.strip("\"'") for name in _KEY_NAME.findall(dotted_key))
