"""The last board that was drawn, kept to be on screen before the tables are read again.

A snapshot is counts, never a row: issues and commentary, which quote the tables, are left out.  It
is readable by its owner alone, and is used only while the config and the files are those that it
was made from.  It says itself what those are, so that the config need not be read first.  Whether a
database still holds what it did cannot be seen from outside: one that gave nothing is not kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from kpitui import __version__, model
from kpitui.model import Board
from kpitui.places import board_file
from kpitui.whole import replace_whole

MOST: Final = 8
"""Snapshots that are kept, of as many configs."""

Stamp = tuple[tuple[str, int, int], ...]


def stamp_of(places: Iterable[Path]) -> Stamp:
    """Name, size and time of each file and of each file in a folder; the missing are left out."""
    found: list[tuple[str, int, int]] = []
    for place in places:
        try:
            with os.scandir(place) as entries:
                found += [_stamp(entry.path, entry.stat()) for entry in entries if entry.is_file()]
        except NotADirectoryError:
            found.append(_stamp(str(place), place.stat()))
        except OSError:
            continue
    return tuple(sorted(found))


def _stamp(name: str, found: os.stat_result) -> tuple[str, int, int]:
    return name, found.st_size, found.st_mtime_ns


@dataclass(frozen=True, slots=True)
class Basis:
    """What a council's usual board is made from, as it was when it was looked at.

    `as_at` is the config's date of the meeting, None for today; `places` are files and folders.
    """

    config: Path
    places: tuple[Path, ...]
    as_at: date | None
    stamp: Stamp

    @property
    def mark(self) -> int:
        """What tells it from any other, the date of a board for today included."""
        day = (self.as_at or date.today()).isoformat()
        return crc32(repr((__version__, _shapes(), day, self.stamp)).encode())

    def again(self) -> Stamp:
        """What it looks like now."""
        return stamp_of([self.config, *self.places])


def look(config: Path, places: tuple[Path, ...], as_at: date | None) -> Basis:
    """Look at the config and the files; what is read afterwards is at least as new as that."""
    there = config.absolute()
    here = tuple(place.absolute() for place in places)
    return Basis(there, here, as_at, stamp_of([there, *here]))


def save(board: Board, basis: Basis) -> None:
    """Keep a config's usual board; a disk that is full or read-only is no matter."""
    bare = tuple(replace(entry, notes=(), overdue=()) for entry in board.entries)
    places = [str(place) for place in basis.places]
    made_from = _plain({"mark": basis.mark, "places": places, "as_at": basis.as_at})
    with suppress(OSError):
        path = board_file(basis.config)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = _plain(replace(board, entries=bare, issues=()))
        replace_whole(path, f"{json.dumps(made_from)}\n{json.dumps(kept)}".encode())
        for old in sorted(path.parent.glob("*.json"), key=os.path.getmtime)[:-MOST]:
            old.unlink()


def recall(config: Path) -> Board | None:
    """The board that was kept for a config, if nothing that it depends on has changed since."""
    try:
        head, _, text = board_file(config).read_text(encoding="utf-8").partition("\n")
        made_from = json.loads(head, object_hook=_made_again)
        places = tuple(Path(place) for place in made_from["places"])
        if made_from["mark"] != look(config, places, made_from["as_at"]).mark:
            return None
        board = json.loads(text, object_hook=_made_again)
        return board if isinstance(board, Board) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None  # whatever a damaged file may hold: it is only a convenience


_KIND, _OF = "kind", "of"  # what JSON has no word for is written as an object of these two


def _plain(value: Any) -> Any:
    """Anything of the model as what JSON can hold."""
    if is_dataclass(value):
        of: Any = [_plain(getattr(value, one.name)) for one in fields(value)]
        return {_KIND: type(value).__name__, _OF: of}
    if isinstance(value, date):  # or a moment
        return {_KIND: type(value).__name__, _OF: value.isoformat()}
    if isinstance(value, Mapping):
        of = [[name, _plain(item)] for name, item in value.items()]
        return {_KIND: "Mapping", _OF: of}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _made_again(held: Mapping[str, Any]) -> Any:
    """A value of the model from what JSON held of it; nothing but the model's own kinds."""
    kind, of = held[_KIND], held[_OF]
    if made := _OTHER_KINDS.get(kind):
        return made(of)
    declared = getattr(model, kind)
    if not (isinstance(declared, type) and is_dataclass(declared)):
        raise TypeError(kind)
    return declared(*map(_frozen, of))


_OTHER_KINDS: Final[dict[str, Callable[[Any], Any]]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "Mapping": lambda pairs: {name: _frozen(item) for name, item in pairs},
}


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _shapes() -> list[tuple[str, ...]]:
    """The fields of everything that a board is made of: values are kept without their names."""
    return [vars(one)["__match_args__"] for one in vars(model).values() if is_dataclass(one)]
