"""TOML documents with the line of every key, so that a mistake can be located."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli

from kpitui.model import Issue

Keys = tuple[str, ...]

_TABLE = re.compile(r"\s*\[\[?(?P<name>[^\]]+)\]\]?\s*(?:#.*)?$")
_KEY = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_PAIR = re.compile(rf"\s*(?P<name>{_KEY}(?:\s*\.\s*{_KEY})*)\s*=")
_NAME = re.compile(_KEY)
_FENCES = ('"""', "'''")


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML file: its data, and the line number of each key."""

    file: str
    data: dict[str, Any]
    lines: Mapping[Keys, int]

    def issue(self, keys: Keys, message: str) -> Issue:
        """Create an issue about a key, with its line.

        A key inside an inline table gets the line of the table; an absent key that of its parent.
        """
        for length in range(len(keys), 0, -1):
            if keys[:length] in self.lines:
                return Issue(self.file, message, self.lines[keys[:length]])
        return Issue(self.file, message)

    def has(self, keys: Keys) -> bool:
        """Say whether the file has a value at this path of keys."""
        value: Any = self.data
        for key in keys:
            if not isinstance(value, dict) or key not in value:
                return False
            value = value[key]
        return True


def read_toml(path: Path) -> Document:
    """Read a TOML file. Raises OSError, UnicodeDecodeError, or ValueError with `lineno`."""
    # Editors on Windows may write a byte order mark, which is not TOML.
    text = path.read_text(encoding="utf-8-sig")
    return Document(str(path), tomli.loads(text), dict(_lines(text)))


def _lines(text: str) -> Iterator[tuple[Keys, int]]:
    """Find the line number of every table header and key."""
    # Neither tomli nor tomlkit gives the line of a key, hence this scan of the text.
    table: Keys = ()
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        # Inside a multi-line string nothing is a key.
        if fence:
            fence = "" if fence in line else fence
            continue
        if match := _TABLE.match(line):
            table = _names(match["name"])
            yield table, number
        elif match := _PAIR.match(line):
            yield table + _names(match["name"]), number
        # An odd number of marks leaves a string open at the end of the line.
        fence = next((mark for mark in _FENCES if line.count(mark) % 2), "")


def _names(dotted: str) -> Keys:
    return tuple(name.strip("\"'") for name in _NAME.findall(dotted))
