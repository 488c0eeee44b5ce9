"""Noticing changed files by name, size and time, because inotify does not see network drives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kpitui.snapshot import Stamp

EVERY: Final = 2.0
"""Seconds between two looks at the files."""


@dataclass(slots=True)
class Watch:
    """The stamp of the files that were read, and of those that may still be changing."""

    seen: Stamp | None = None
    settling: Stamp | None = None

    def notice(self, stamp: Stamp) -> bool:
        """Say whether files have changed and then stayed the same for one more look.

        A half-written file looks different at each look; the old board stays until it is complete.
        """
        if self.seen is None or stamp == self.seen:
            self.seen, self.settling = stamp, None
            return False
        if stamp != self.settling:
            self.settling = stamp
            return False
        self.seen, self.settling = stamp, None
        return True
