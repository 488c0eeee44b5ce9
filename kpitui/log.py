"""A log of bugs in the user's state folder: what failed and where, never a child's record.

An exception's message may quote a cell. Only its type and the lines of code are written.
"""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kpitui import __version__
from kpitui.atomic_files import create_private_folder, describe_write_error, replace_file
from kpitui.locations import get_state_folder
from kpitui.regular_files import read_regular_file
from kpitui.text import clean_text

MAX_LOG_BYTES: Final = 200_000


def log_bug(error: BaseException) -> Path:
    """Add an error to the log, readable by its owner alone, and return the log's path.

    The oldest entries go when the log is full. Raises OSError if it cannot be written.
    """
    log_path = get_state_folder() / "kpitui.log"
    create_private_folder(log_path.parent)
    earlier_entries = read_regular_file(log_path) if log_path.exists() else b""
    replace_file(log_path, (earlier_entries + format_error_trace(error).encode())[-MAX_LOG_BYTES:])
    return log_path


def log_or_explain(error: BaseException) -> str:
    """Log an error, and return a sentence that says where it is or why there is no log."""
    try:
        return f"{log_bug(error)} has the details, and no child's record"
    except OSError as log_error:
        return f"no log could be written: {describe_write_error(log_error)}"
    # The net under everything else: an error here would hide the one before.
    except Exception as log_error:
        return f"no log could be written: {type(log_error).__name__}"


def format_error_trace(error: BaseException) -> str:
    """Format an error's type and the lines of code it passed through, without its message."""
    timestamp = datetime.now(UTC).isoformat(timespec="seconds")
    trace_lines = (
        clean_text(f"  {frame.filename}:{frame.lineno} in {frame.name}")
        for frame in traceback.extract_tb(error.__traceback__)
    )
    return "\n".join([f"{timestamp} kpitui {__version__} {type(error).__qualname__}", *trace_lines, ""])
