"""The last board that was drawn, kept to be on screen before the tables are read again.

A snapshot is counts, never a row: issues and commentary, which quote the tables, are left out.  It
is readable by its owner alone, and is used only while the config and the files are those that it
was made from.
"""

from __future__ import annotations

import json
import os
import types
import typing
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args, get_origin

from kpitui import __version__
from kpitui.log import state_folder
from kpitui.model import Board
from kpitui.periods import Period


def fingerprint(
    config: Path, folder: Path, as_at: date, period: Period | None, others: Iterable[Path] = ()
) -> str:
    """What a board depends on: the version, the question, and every file's name, size and time.

    Raises OSError where a file cannot be looked at.
    """
    files = [config, *others, *(path for path in sorted(folder.iterdir()) if path.is_file())]
    looked = [(str(path.resolve()), *_look(path)) for path in files]
    asked = (__version__, as_at.isoformat(), str(period))
    return sha256(repr((asked, looked)).encode()).hexdigest()


def save(board: Board, mark: str) -> None:
    """Keep a board under its fingerprint; a disk that is full or read-only is no matter."""
    bare = tuple(replace(entry, notes=(), overdue=()) for entry in board.entries)
    kept = _plain(replace(board, entries=bare, issues=()))
    with suppress(OSError):
        path = _path(mark)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        with open(os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as out:
            json.dump(kept, out)
        fresh.replace(path)
        for old in path.parent.glob("*.json"):
            if old != path:
                old.unlink()


def recall(mark: str) -> Board | None:
    """The board that was kept under a fingerprint, without issues and commentary."""
    try:
        kept = json.loads(_path(mark).read_text(encoding="utf-8"))
        return typing.cast(Board, _built(Board, kept))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError, StopIteration):
        # Whatever a damaged file may hold: it is only a convenience.
        return None


def _path(mark: str) -> Path:
    return state_folder() / "boards" / f"{mark}.json"


def _look(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_size, about.st_mtime_ns


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


def _built(kind: Any, value: Any) -> Any:
    """A value of the model from what JSON held, by its declared type."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _built(_one_of(inner, value), value)
    if isinstance(kind, type) and is_dataclass(kind):
        declared = _declared(kind)
        return kind(**{name: _built(declared[name], value[name]) for name in declared})
    if origin is tuple:
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_built(one, item) for one, item in zip(kinds, value, strict=True))
    if origin in (Mapping, dict):
        return {name: _built(inner[1], item) for name, item in value.items()}
    return kind.fromisoformat(value) if kind in (date, datetime) else value


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    """The member of a union that a value is of; JSON holds lists and texts for several of them."""
    if isinstance(value, list):
        return next(kind for kind in kinds if get_origin(kind) is tuple)
    if isinstance(value, dict):
        return next(kind for kind in kinds if is_dataclass(kind))
    if isinstance(value, str) and str not in kinds:
        return next((kind for kind in kinds if kind in (date, datetime)), str)
    return type(value)


@cache
def _declared(kind: type) -> dict[str, Any]:
    """The declared types of a class of the model, by field."""
    return typing.get_type_hints(kind)
