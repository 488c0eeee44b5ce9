"""Detect files that are still being written: they change while they are read, or end too soon."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

# A file that ends too soon may still be growing if it changed within this many seconds.
RECENT_SECONDS = 60
CHANGED_WHILE_READ = "file-changed-while-read"


@dataclass(frozen=True, slots=True)
class FileState:
    """The size and modification time of a file; both are 0 where it does not exist."""

    size_bytes: int = 0
    modified_ns: int = 0  # nanoseconds

    @property
    def is_recent(self) -> bool:
        """Say whether the file changed less than a minute ago."""
        # Absolute, because a file may carry a time that is ahead of this machine's clock.
        return abs(time.time() - self.modified_ns / 1e9) < RECENT_SECONDS


def read_file_state(file_path: Path) -> FileState:
    """Return the state of a file now. Compare it with an earlier one to see whether it changed."""
    try:
        file_status = os.stat(file_path)
    except OSError:
        return FileState()
    return FileState(file_status.st_size, file_status.st_mtime_ns)
