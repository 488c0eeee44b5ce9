"""Noticing that files have changed, by name, size and time: it works on network drives too."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

EVERY: Final = 2.0
"""Seconds between two looks."""

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


@dataclass(slots=True)
class Watch:
    """What was seen last, and what may still be being written."""

    seen: Stamp | None = None
    settling: Stamp | None = None

    def notice(self, stamp: Stamp) -> bool:
        """Whether files changed and have stayed the same for one look since.

        A file that is half written looks different at each look; the old board stays meanwhile.
        """
        if self.seen is None or stamp == self.seen:
            self.seen, self.settling = stamp, None
            return False
        if stamp != self.settling:
            self.settling = stamp
            return False
        self.seen, self.settling = stamp, None
        return True
