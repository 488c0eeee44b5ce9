"""A log of bugs in the user's state folder: what failed and where, never a child's record.

An exception's message may quote a cell. Only its type and the lines of code are written.
"""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

from kpitui import __version__
from kpitui.places import state_folder


def write_bug(error: BaseException) -> Path:
    """Append an error to the log, readable by its owner alone, and return the log's path."""
    path = state_folder() / "kpitui.log"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(
        # Path.open cannot create a file with a mode of its own.
        os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a", encoding="utf-8"
    ) as log:
        log.write(describe(error))
    return path


def describe(error: BaseException) -> str:
    """Format an error's type and the lines of code it passed through, without its message."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    places = (
        f"  {frame.filename}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    )
    return "\n".join([f"{when} kpitui {__version__} {type(error).__qualname__}", *places, ""])
