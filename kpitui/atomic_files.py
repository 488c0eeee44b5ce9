"""Write files atomically: readers and crashes never see half a file."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

PRIVATE_MODE = 0o600


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file's content and keep its mode; a new file is private to its owner.

    The new content is on disk before it takes the old one's place. Symbolic links are followed.
    Raises OSError and leaves the old file untouched.
    """
    # os.replace would put the file in place of a symbolic link and leave its target behind.
    path = Path(os.path.realpath(path))
    # In the same folder, since a rename is only atomic within one file system.
    descriptor, name = mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    try:
        with open(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            # After a crash the new name may otherwise lead to an empty file.
            os.fsync(stream.fileno())
        with suppress(FileNotFoundError):
            _copy_mode_and_group(path, name)
        os.replace(name, path)
    # Ctrl+C must not leave the temporary file behind either.
    except BaseException:
        os.unlink(name)
        raise
    _sync_folder(path.parent)


def create_private_file(path: Path, content: bytes) -> None:
    """Write a new private file. Raises FileExistsError if it exists, or another OSError."""
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_MODE), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def write_file(path: Path, content: bytes, *, overwrite: bool, is_private: bool) -> None:
    """Write a file, replacing an existing one only if `overwrite` is true.

    A file that `is_private` is readable by its owner alone from the first byte; any other new file
    gets its mode from the user's umask. Raises FileExistsError if the file exists and must not be
    replaced, and OSError if it cannot be written.
    """
    is_new_file = not path.exists()
    # Create the file first: of two writers only one can.
    open_flags = os.O_CREAT | os.O_WRONLY | (0 if overwrite else os.O_EXCL)
    descriptor = os.open(path, open_flags, PRIVATE_MODE if is_private else 0o666)  # less the user's umask
    try:
        if is_private:
            # os.open only sets the mode of a new file. `replace_file` passes this one on.
            os.fchmod(descriptor, PRIVATE_MODE)
        replace_file(path, content)
    except OSError:
        # The empty file made above would look like a result.
        if is_new_file:
            os.unlink(path)
        raise
    finally:
        os.close(descriptor)


def _copy_mode_and_group(source_path: Path, target_name: str) -> None:
    """Give a file the mode of another, and its group if the user may do that."""
    status = source_path.stat()
    # Only members of a group may give a file to it.
    with suppress(PermissionError):
        os.chown(target_name, -1, status.st_gid)
    os.chmod(target_name, status.st_mode & 0o7777)


def _sync_folder(folder: Path) -> None:
    """Flush the folder's new entry to disk, if the file system supports it."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
