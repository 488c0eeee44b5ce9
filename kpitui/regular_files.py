"""Open regular files alone for reading: a pipe may wait for ever, and a device may do anything."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

_FILE_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)


class NotRegularFile(OSError):
    """A path leads to something that is not a regular file; `strerror` says to what."""

    def __init__(self, path: Path, mode: int) -> None:
        kind = next((name for is_kind, name in _FILE_KINDS if is_kind(mode)), "a device")
        super().__init__(errno.EINVAL, f"it is {kind}, not a file", str(path))


def open_regular_file(path: Path) -> BinaryIO:
    """Open a regular file for reading bytes. Raises NotRegularFile at once, or another OSError."""
    # Opening a device can already have an effect, so it is looked at first.
    require_regular_file(path)
    # It may have become a pipe since: with this flag, opening one does not wait.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise NotRegularFile(path, mode)
        return open(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_regular_file(path: Path) -> bytes:
    """Return the content of a regular file. Raises OSError."""
    with open_regular_file(path) as stream:
        return stream.read()


def require_regular_file(path: Path) -> None:
    """Raise NotRegularFile unless a path leads to a regular file, and OSError if it leads nowhere.

    For libraries that open a path themselves.
    """
    mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode):
        raise NotRegularFile(path, mode)
