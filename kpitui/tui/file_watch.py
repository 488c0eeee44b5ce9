"""Noticing changed files by name, size and time, because inotify does not see network drives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kpitui.file_stamps import FileStamps

LOOK_INTERVAL: Final = 2.0
"""Seconds between two looks at the files."""


@dataclass(slots=True)
class FileWatch:
    """The stamp of the files that were read, and of those that may still be changing."""

    accepted_stamp: FileStamps | None = None
    changed_stamp: FileStamps | None = None

    def detect_settled_change(self, current_stamp: FileStamps) -> bool:
        """Say whether files have changed and then stayed the same for one more look.

        A half-written file looks different at each look; the old board stays until it is complete.
        """
        if self.accepted_stamp is None or current_stamp == self.accepted_stamp:
            self.accepted_stamp, self.changed_stamp = current_stamp, None
            return False
        if current_stamp != self.changed_stamp:
            self.changed_stamp = current_stamp
            return False
        self.accepted_stamp, self.changed_stamp = current_stamp, None
        return True
