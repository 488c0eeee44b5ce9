"""Detect files that are still being written: they change while they are read, or end too soon."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

# A file that ends too soon may still be growing if it changed within this many seconds.
FRESH = 60
WRITTEN = "is still being written: it changed while it was read, and is not used before it rests"


@dataclass(frozen=True, slots=True)
class Look:
    """The size and modification time of a file; both are 0 where it does not exist."""

    size: int = 0
    changed: int = 0  # nanoseconds

    @property
    def fresh(self) -> bool:
        """Say whether the file changed less than a minute ago."""
        # Absolute, because a file may carry a time that is ahead of this machine's clock.
        return abs(time.time() - self.changed / 1e9) < FRESH


def look(path: Path) -> Look:
    """Return the state of a file now. Compare it with an earlier one to see whether it changed."""
    try:
        found = os.stat(path)
    except OSError:
        return Look()
    return Look(found.st_size, found.st_mtime_ns)
