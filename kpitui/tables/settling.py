"""Files that are still being written: they change while they are read, or end too soon."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

FRESH = 60  # seconds since a file changed in which what it lacks may be on its way
WRITTEN = "is still being written: it changed while it was read, and is not used before it rests"


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looks like from outside: size and time, or nothing where it is not there."""

    size: int = 0
    changed: int = 0  # nanoseconds

    @property
    def fresh(self) -> bool:
        """Whether it changed a moment ago."""
        return abs(time.time() - self.changed / 1e9) < FRESH


def look(path: Path) -> Look:
    """How a file looks now."""
    try:
        found = os.stat(path)
    except OSError:
        return Look()
    return Look(found.st_size, found.st_mtime_ns)
