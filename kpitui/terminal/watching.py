"""Noticing that files have changed, by name, size and time: it works on network drives too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kpitui.snapshot import Stamp

EVERY: Final = 2.0
"""Seconds between two looks."""


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
