"""The last board shown, saved so that it is on screen before the tables are read again.

A snapshot holds counts, and nothing of a row: what quotes the tables is left out. Only
its owner can read it. It is used only while the config and the files that it was made from are
unchanged. It lists them itself, so that the config need not be parsed first.

A change inside a database cannot be seen from outside. A board for which a database gave nothing is
therefore not saved: nothing would show when the database is back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from kpitui import __version__
from kpitui.atomic_files import clear_leftovers, create_private_folder, replace_file
from kpitui.file_stamps import FileStamps, stamp_files
from kpitui.locations import get_snapshot_path
from kpitui.model import board as board_types
from kpitui.model import catalogue, issues, periods
from kpitui.model.board import Board
from kpitui.model.figure_codes import FIGURE_WORDS
from kpitui.regular_files import read_regular_file

MAX_SNAPSHOTS: Final = 8
"""Snapshots to keep, one for each config."""


@dataclass(frozen=True, slots=True)
class SnapshotBasis:
    """What a council's usual board is made from, as it was when last looked at.

    `as_at` is the meeting's date in the config, None for today. `source_paths` are files and
    folders.
    """

    config_path: Path
    source_paths: tuple[Path, ...]
    as_at: date | None
    file_stamps: FileStamps

    @property
    def checksum(self) -> int:
        """Return a number that differs for any other program version, model, day or file."""
        # A board for today is another board tomorrow, though no file has changed.
        board_day = (self.as_at or date.today()).isoformat()
        return crc32(repr((__version__, _list_model_fields(), board_day, self.file_stamps)).encode())

    def stamp_current_files(self) -> FileStamps:
        """Stamp the same config and files as they are now."""
        return stamp_files([self.config_path, *self.source_paths])


def record_basis(config_path: Path, source_paths: tuple[Path, ...], as_at: date | None) -> SnapshotBasis:
    """Stamp the config and the files, before they are read.

    What is read afterwards is at least as new as the stamps, so that no change goes unnoticed.
    """
    config = config_path.absolute()
    sources = tuple(path.absolute() for path in source_paths)
    return SnapshotBasis(config, sources, as_at, stamp_files([config, *sources]))


def save_snapshot(board: Board, basis: SnapshotBasis) -> None:
    """Save a config's usual board, or do nothing where the disk is full or read-only."""
    # Imported late: the start of the program recalls a board, and saves none.
    from kpitui.disclosure.cell_values import hide_board_cells

    source_names = [str(path) for path in basis.source_paths]
    board_text = json.dumps(_encode_model_value(hide_board_cells(board)), allow_nan=False)
    header = {"mark": basis.checksum, "places": source_names, "as_at": basis.as_at, "sum": _checksum_text(board_text)}
    with suppress(OSError):
        snapshot_path = get_snapshot_path(basis.config_path)
        create_private_folder(snapshot_path.parent)
        # The folder of saved views is written to so seldom that nothing else would clear it.
        clear_leftovers(snapshot_path.parent.parent)
        # The header has a line to itself: a board that is out of date is never parsed.
        header_line = json.dumps(_encode_model_value(header), allow_nan=False)
        replace_file(snapshot_path, f"{header_line}\n{board_text}".encode())
        # Without a limit, configs that are opened once would fill the state folder.
        for old_snapshot in sorted(snapshot_path.parent.glob("*.json"), key=os.path.getmtime)[:-MAX_SNAPSHOTS]:
            old_snapshot.unlink()


def recall_board(config_path: Path) -> Board | None:
    """Return the board saved for a config, or None if anything that it depends on has changed."""
    try:
        snapshot_text = read_regular_file(get_snapshot_path(config_path)).decode()
        header_line, _, board_text = snapshot_text.partition("\n")
        header = json.loads(header_line, object_hook=_decode_model_object)
        source_paths = tuple(Path(name) for name in header["places"])
        if header["mark"] != record_basis(config_path, source_paths, header["as_at"]).checksum:
            return None
        # A value of another type would only be noticed by the screen that shows it.
        if header["sum"] != _checksum_text(board_text):
            return None
        board = json.loads(board_text, object_hook=_decode_model_object)
        return board if isinstance(board, Board) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError):
        return None  # a damaged file is as good as none: the board is built again


def _checksum_text(text: str) -> int:
    return crc32(text.encode())


# A type that JSON lacks is written as an object of these two keys.
_TYPE_KEY, _VALUE_KEY = "kind", "of"


def _encode_model_value(model_value: Any) -> Any:
    """Convert a value of the model to what JSON can hold."""
    if is_dataclass(model_value):
        value: Any = [_encode_model_value(getattr(model_value, field.name)) for field in fields(model_value)]
        return {_TYPE_KEY: type(model_value).__name__, _VALUE_KEY: value}
    if isinstance(model_value, date):  # datetime is a subclass of date
        return {_TYPE_KEY: type(model_value).__name__, _VALUE_KEY: model_value.isoformat()}
    if isinstance(model_value, float) and not isfinite(model_value):
        # A number that is hidden, which JSON has no number for.
        return {_TYPE_KEY: "float", _VALUE_KEY: str(model_value)}
    if isinstance(model_value, Mapping):
        value = [[key, _encode_model_value(item)] for key, item in model_value.items()]
        return {_TYPE_KEY: "Mapping", _VALUE_KEY: value}
    if isinstance(model_value, tuple | list):
        return [_encode_model_value(sequence_item) for sequence_item in model_value]
    return model_value


def _decode_model_object(json_object: Mapping[str, Any]) -> Any:
    """Rebuild a value of the model from its JSON object.

    Raises KeyError for a type that is not one of the model's own.
    """
    type_name, value = json_object[_TYPE_KEY], json_object[_VALUE_KEY]
    if decode_value := _VALUE_DECODERS.get(type_name):
        return decode_value(value)
    # The type's name comes from a file: nothing but the model's dataclasses may be called.
    return _MODEL_CLASSES[type_name](*map(_freeze_lists, value))


_MODEL_CLASSES: Final[dict[str, type[Any]]] = {
    model_class.__name__: model_class
    for module in (board_types, catalogue, issues, periods)
    for model_class in vars(module).values()
    if isinstance(model_class, type) and is_dataclass(model_class)
}
_VALUE_DECODERS: Final[dict[str, Callable[[Any], Any]]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "float": float,
    "Mapping": lambda pairs: {key: _freeze_lists(item) for key, item in pairs},
}


def _freeze_lists(json_value: Any) -> Any:
    """Turn lists back into the tuples that they were."""
    return tuple(map(_freeze_lists, json_value)) if isinstance(json_value, list) else json_value


def _list_model_fields() -> list[tuple[str, ...]]:
    """Return the field names of every class that a board is made of, and the codes of its messages."""
    # Values are stored without field names: a field that moves must make every snapshot stale.
    return [*(vars(model_class)["__match_args__"] for model_class in _MODEL_CLASSES.values()), tuple(FIGURE_WORDS)]
