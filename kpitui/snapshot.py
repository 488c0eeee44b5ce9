"""The last board shown, saved so that it is on screen before the tables are read again.

A snapshot holds counts, never a row: issues and commentary quote the tables and are left out. Only
its owner can read it. It is used only while the config and the files that it was made from are
unchanged. It lists them itself, so that the config need not be parsed first.

A change inside a database cannot be seen from outside. A board for which a database gave nothing is
therefore not saved: nothing would show when the database is back.
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
"""Snapshots to keep, one for each config."""

Stamp = tuple[tuple[str, int, int], ...]


def stamp_of(places: Iterable[Path]) -> Stamp:
    """Return name, size and time of each file, and of each file directly in a folder.

    Paths that do not exist are left out. The result is sorted, so that two can be compared.
    """
    found: list[tuple[str, int, int]] = []
    for place in places:
        try:
            with os.scandir(place) as entries:
                found += [_stamp(entry.path, entry.stat()) for entry in entries if entry.is_file()]
        # A path is a file or a folder; scandir says which, without asking first.
        except NotADirectoryError:
            found.append(_stamp(str(place), place.stat()))
        except OSError:
            continue
    return tuple(sorted(found))


def _stamp(name: str, found: os.stat_result) -> tuple[str, int, int]:
    return name, found.st_size, found.st_mtime_ns


@dataclass(frozen=True, slots=True)
class Basis:
    """What a council's usual board is made from, as it was when last looked at.

    `as_at` is the meeting's date in the config, None for today. `source_paths` are files and
    folders.
    """

    config: Path
    places: tuple[Path, ...]
    as_at: date | None
    stamp: Stamp

    @property
    def mark(self) -> int:
        """Return a number that differs for any other program version, model, day or file."""
        # A board for today is another board tomorrow, though no file has changed.
        day = (self.as_at or date.today()).isoformat()
        return crc32(repr((__version__, _shapes(), day, self.stamp)).encode())

    def again(self) -> Stamp:
        """Stamp the same config and files as they are now."""
        return stamp_of([self.config, *self.places])


def look(config: Path, places: tuple[Path, ...], as_at: date | None) -> Basis:
    """Stamp the config and the files, before they are read.

    What is read afterwards is at least as new as the stamps, so that no change goes unnoticed.
    """
    there = config.absolute()
    here = tuple(place.absolute() for place in places)
    return Basis(there, here, as_at, stamp_of([there, *here]))


def save(board: Board, basis: Basis) -> None:
    """Save a config's usual board, or do nothing where the disk is full or read-only."""
    # Notes and overdue actions quote the commentary table.
    bare = tuple(replace(entry, notes=(), overdue=()) for entry in board.entries)
    places = [str(place) for place in basis.places]
    made_from = _plain({"mark": basis.mark, "places": places, "as_at": basis.as_at})
    with suppress(OSError):
        path = board_file(basis.config)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = _plain(replace(board, entries=bare, issues=()))
        # The header has a line to itself: a board that is out of date is never parsed.
        replace_whole(path, f"{json.dumps(made_from)}\n{json.dumps(kept)}".encode())
        # Without a limit, configs that are opened once would fill the state folder.
        for old in sorted(path.parent.glob("*.json"), key=os.path.getmtime)[:-MOST]:
            old.unlink()


def recall(config: Path) -> Board | None:
    """Return the board saved for a config, or None if anything that it depends on has changed."""
    try:
        head, _, text = board_file(config).read_text(encoding="utf-8").partition("\n")
        made_from = json.loads(head, object_hook=_made_again)
        places = tuple(Path(place) for place in made_from["places"])
        if made_from["mark"] != look(config, places, made_from["as_at"]).mark:
            return None
        board = json.loads(text, object_hook=_made_again)
        return board if isinstance(board, Board) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None  # a damaged file is as good as none: the board is built again


# A type that JSON lacks is written as an object of these two keys.
_KIND, _OF = "kind", "of"


def _plain(value: Any) -> Any:
    """Convert a value of the model to what JSON can hold."""
    if is_dataclass(value):
        of: Any = [_plain(getattr(value, one.name)) for one in fields(value)]
        return {_KIND: type(value).__name__, _OF: of}
    if isinstance(value, date):  # datetime is a subclass of date
        return {_KIND: type(value).__name__, _OF: value.isoformat()}
    if isinstance(value, Mapping):
        of = [[name, _plain(item)] for name, item in value.items()]
        return {_KIND: "Mapping", _OF: of}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _made_again(held: Mapping[str, Any]) -> Any:
    """Rebuild a value of the model from its JSON object.

    Raises TypeError or AttributeError for a type that is not one of the model's own.
    """
    kind, of = held[_KIND], held[_OF]
    if made := _OTHER_KINDS.get(kind):
        return made(of)
    # The type's name comes from a file: nothing but the model's dataclasses may be called.
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
    """Turn lists back into the tuples that they were."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _shapes() -> list[tuple[str, ...]]:
    """Return the field names of every class that a board is made of."""
    # Values are stored without field names: a field that moves must make every snapshot stale.
    return [vars(one)["__match_args__"] for one in vars(model).values() if is_dataclass(one)]
