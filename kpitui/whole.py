"""Write files atomically: readers and crashes never see half a file."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

PRIVATE = 0o600


def replace_whole(path: Path, content: bytes) -> None:
    """Replace a file's content and keep its mode; a new file is private to its owner.

    The new content is on disk before it takes the old one's place. Symbolic links are followed.
    Raises OSError and leaves the old file untouched.
    """
    # os.replace would put the file in place of a symbolic link and leave its target behind.
    path = Path(os.path.realpath(path))
    # In the same folder, since a rename is only atomic within one file system.
    number, name = mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    try:
        with open(number, "wb") as out:
            out.write(content)
            out.flush()
            # After a crash the new name may otherwise lead to an empty file.
            os.fsync(out.fileno())
        with suppress(FileNotFoundError):
            _like(path, name)
        os.replace(name, path)
    # Ctrl+C must not leave the temporary file behind either.
    except BaseException:
        os.unlink(name)
        raise
    _settle(path.parent)


def create_whole(path: Path, content: bytes) -> None:
    """Write a new private file. Raises FileExistsError if it exists, or another OSError."""
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def write_whole(path: Path, content: bytes, *, over: bool, private: bool) -> None:
    """Write a file, replacing an existing one only if `overwrite` is true.

    A file that `is_private` is readable by its owner alone from the first byte; any other new file
    gets its mode from the user's umask. Raises FileExistsError if the file exists and must not be
    replaced, and OSError if it cannot be written.
    """
    new = not path.exists()
    # Create the file first: of two writers only one can.
    taking = os.O_CREAT | os.O_WRONLY | (0 if over else os.O_EXCL)
    number = os.open(path, taking, PRIVATE if private else 0o666)  # less the user's umask
    try:
        if private:
            # os.open only sets the mode of a new file. `replace_file` passes this one on.
            os.fchmod(number, PRIVATE)
        replace_whole(path, content)
    except OSError:
        # The empty file made above would look like a result.
        if new:
            os.unlink(path)
        raise
    finally:
        os.close(number)


def _like(path: Path, name: str) -> None:
    """Give a file the mode of another, and its group if the user may do that."""
    about = path.stat()
    # Only members of a group may give a file to it.
    with suppress(PermissionError):
        os.chown(name, -1, about.st_gid)
    os.chmod(name, about.st_mode & 0o7777)


def _settle(folder: Path) -> None:
    """Flush the folder's new entry to disk, if the file system supports it."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
