"""What `kpitui status` printed last for a config, to print it again where nothing has changed.

It is printed without polars and without the model of a board, in a tenth of the time. Only a text that
quotes no cell is kept: that of a board whose every text from a cell is left out, with the number of its
issues. Nor is it kept where a change could not be seen: of a database, or of files changed just now.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from kpitui import __version__
from kpitui.atomic_files import create_private_folder, replace_file
from kpitui.file_stamps import FileStamps, stamp_files
from kpitui.locations import get_snapshot_path
from kpitui.regular_files import read_regular_file

_SUFFIX: Final = ".status"
_MOST_KEPT: Final = 8
_SETTLED_NANOSECONDS: Final = 2_000_000_000
"""A file that is older than this has not been written to since it was read."""
_PROGRAM_FOLDERS: Final = (Path(__file__).parent, *(Path(__file__).parent / name for name in ("model", "report")))


def recall_status(config_path: Path) -> str | None:
    """Return what was printed for a config, or None if anything that it depends on has changed."""
    try:
        document: Any = json.loads(read_regular_file(_find_status_path(config_path)))
        text, sources = document["text"], [Path(name) for name in document["sources"]]
        as_at = date.fromisoformat(document["as_at"]) if document["as_at"] else None
        if document["mark"] == _compute_mark(text, config_path, sources, as_at):
            return str(text)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass  # a damaged file is as good as none
    return None


def save_status(text: str, config_path: Path, source_paths: Sequence[Path], as_at: date | None) -> None:
    """Save what was printed for a config; `as_at` is the date in the config, None for today.

    Does nothing where a file has changed in the last seconds, or the disk is full or read-only.
    """
    sources = [path.absolute() for path in source_paths]
    newest = max((changed for _, _, changed in stamp_files([config_path, *sources])), default=0)
    if time.time_ns() - newest < _SETTLED_NANOSECONDS:
        return
    document = {
        "mark": _compute_mark(text, config_path, sources, as_at),
        "sources": [str(path) for path in sources],
        "as_at": as_at.isoformat() if as_at else "",
        "text": text,
    }
    with suppress(OSError):
        status_path = _find_status_path(config_path)
        create_private_folder(status_path.parent)
        replace_file(status_path, json.dumps(document).encode())
        for old_path in sorted(status_path.parent.glob(f"*{_SUFFIX}"), key=os.path.getmtime)[:-_MOST_KEPT]:
            old_path.unlink()


def find_today() -> date:
    """Return the day, for a config whose meeting is today."""
    return date.today()


def _find_status_path(config_path: Path) -> Path:
    return get_snapshot_path(config_path).with_suffix(_SUFFIX)


def _compute_mark(text: str, config_path: Path, sources: Sequence[Path], as_at: date | None) -> int:
    """Return a number that differs for any other text, program, day or file."""
    stamps: FileStamps = stamp_files([config_path.absolute(), *sources, *_PROGRAM_FOLDERS])
    # A status for today is another one tomorrow, though no file has changed.
    day = (as_at or find_today()).isoformat()
    return crc32(repr((__version__, day, stamps, text)).encode())
