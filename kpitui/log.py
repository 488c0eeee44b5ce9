"""A log of bugs in the user's state folder: what failed and where, never a child's record.

An exception's message may quote a cell. Only its type and the lines of code are written.
"""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

from kpitui import __version__
from kpitui.locations import get_state_folder


def log_bug(error: BaseException) -> Path:
    """Append an error to the log, readable by its owner alone, and return the log's path."""
    log_path = get_state_folder() / "kpitui.log"
    log_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(
        # Path.open cannot create a file with a mode of its own.
        os.open(log_path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600),
        "a",
        encoding="utf-8",
    ) as log_file:
        log_file.write(format_error_trace(error))
    return log_path


def format_error_trace(error: BaseException) -> str:
    """Format an error's type and the lines of code it passed through, without its message."""
    timestamp = datetime.now(UTC).isoformat(timespec="seconds")
    trace_lines = (
        f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    )
    return "\n".join([f"{timestamp} kpitui {__version__} {type(error).__qualname__}", *trace_lines, ""])
