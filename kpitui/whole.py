"""Files written whole or not at all: a reader never sees half of one, nor a crash leave one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

PRIVATE = 0o600


def replace_whole(path: Path, content: bytes) -> None:
    """Put `content` in the place of a file, which keeps its mode; a new one is its owner's alone.

    The content is on the disk before it takes the file's place.  A link is followed, and stays.
    Raises OSError, the file being as it was.
    """
    path = Path(os.path.realpath(path))
    number, name = mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    try:
        with open(number, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileNotFoundError):
            _like(path, name)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    _settle(path.parent)


def create_whole(path: Path, content: bytes) -> None:
    """Write a new file, its owner's alone.  Raises FileExistsError, or another OSError."""
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def write_whole(path: Path, content: bytes, *, over: bool, private: bool) -> None:
    """Write a file, over another only if `over`; a new one as the system has it.

    `private` files are readable by their owner alone, from the first byte on.  Raises
    FileExistsError where there is one and it is not to be written over, and OSError where nothing
    can be written.
    """
    new = not path.exists()
    # The name is taken first: two writers cannot both find it free.
    taking = os.O_CREAT | os.O_WRONLY | (0 if over else os.O_EXCL)
    number = os.open(path, taking, PRIVATE if private else 0o666)  # less the user's umask
    try:
        if private:
            os.fchmod(number, PRIVATE)
        replace_whole(path, content)
    except OSError:
        if new:
            os.unlink(path)
        raise
    finally:
        os.close(number)


def _like(path: Path, name: str) -> None:
    """The mode of a file for its successor, and its group where that may be given."""
    about = path.stat()
    with suppress(PermissionError):
        os.chown(name, -1, about.st_gid)
    os.chmod(name, about.st_mode & 0o7777)


def _settle(folder: Path) -> None:
    """Have the folder's new entry on the disk too, where the file system can do that."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
