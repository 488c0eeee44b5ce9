"""The last board that was drawn, kept to be on screen before the tables are read again.

A snapshot is counts, never a row: issues and commentary, which quote the tables, are left out.  It
is readable by its owner alone, and is used only while the config and the files are those that it
was made from.  It says itself what those are, so that the config need not be read first.  Whether a
database still holds what it did cannot be seen from outside: one that gave nothing is not kept.
"""

from __future__ import annotations

import json
import os
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Final, get_args, get_origin

from kpitui import __version__
from kpitui.model import Board
from kpitui.places import board_file

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
    mark: str


def look(config: Path, places: tuple[Path, ...], as_at: date | None) -> Basis:
    """Look at the config and the files; what is read afterwards is at least as new as the mark."""
    here = tuple(place.absolute() for place in places)
    stamp = stamp_of([config.absolute(), *here])
    asked = repr((__version__, (as_at or date.today()).isoformat(), stamp))
    return Basis(config, here, as_at, sha256(asked.encode()).hexdigest())


def save(board: Board, basis: Basis) -> None:
    """Keep a config's usual board; a disk that is full or read-only is no matter."""
    bare = tuple(replace(entry, notes=(), overdue=()) for entry in board.entries)
    places = [str(place) for place in basis.places]
    made_from = {"mark": basis.mark, "places": places, "as_at": _plain(basis.as_at)}
    with suppress(OSError):
        path = board_file(basis.config)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        with open(os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as out:
            kept = _plain(replace(board, entries=bare, issues=()))
            out.write(f"{json.dumps(made_from)}\n{json.dumps(kept)}")
        fresh.replace(path)
        for old in sorted(path.parent.glob("*.json"), key=os.path.getmtime)[:-MOST]:
            old.unlink()


@dataclass(frozen=True, slots=True)
class Kept:
    """The board of a run before this one; to make it of its text takes a moment."""

    just_made: ClassVar[bool] = False
    text: str

    def board(self) -> Board | None:
        """None where the text is damaged: it is only a convenience."""
        try:
            return typing.cast(Board, _reader(Board)(json.loads(self.text)))
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, StopIteration):
            return None


def recall(config: Path) -> Kept | None:
    """What was kept for a config, if nothing that it depends on has changed since."""
    try:
        head, _, text = board_file(config).read_text(encoding="utf-8").partition("\n")
        made_from = json.loads(head)
        as_at = _reader(date | None)(made_from["as_at"])
        basis = look(config, tuple(Path(place) for place in made_from["places"]), as_at)
        return Kept(text) if made_from["mark"] == basis.mark else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _plain(value: Any) -> Any:
    """Anything of the model as what JSON can hold."""
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


Reader = Callable[[Any], Any]


@cache
def _reader(kind: Any) -> Reader:
    """What makes a value of a declared type of the model from what JSON held."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _union_reader(inner)
    if isinstance(kind, type) and is_dataclass(kind):
        declared = typing.get_type_hints(kind)
        readers = tuple((name, _reader(declared[name])) for name in declared)
        return lambda value: kind(*[read(value[name]) for name, read in readers])
    if origin is tuple and inner[-1] is Ellipsis:
        each = _reader(inner[0])
        return tuple if each is _as_it_is else lambda value: tuple(map(each, value))
    if origin is tuple:
        several = tuple(map(_reader, inner))
        return lambda value: tuple(read(item) for read, item in zip(several, value, strict=True))
    if origin in (Mapping, dict):
        each = _reader(inner[1])
        return lambda value: {name: each(item) for name, item in value.items()}
    return kind.fromisoformat if kind in (date, datetime) else _as_it_is


def _union_reader(kinds: tuple[Any, ...]) -> Reader:
    """By the kind of the value: JSON holds a list, an object and a text for several of them."""
    by_kind: dict[type, Reader] = {}
    for kind in kinds:
        held = list if get_origin(kind) is tuple else dict if is_dataclass(kind) else str
        if held is not str or (kind in (date, datetime) and str not in kinds):
            by_kind[held] = _reader(kind)
    return lambda value: by_kind.get(type(value), _as_it_is)(value)


def _as_it_is(value: Any) -> Any:
    return value
