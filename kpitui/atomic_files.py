"""Write files whole or not at all. This is the only module that opens a file for writing.

New content goes to a temporary file beside the old one, reaches the disk, and then takes its place
in one step. A full disk, a signal or a crash leaves the old file or none. Temporary files have
names of their own, so that those of a killed run are recognised and removed by the next one.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Final
from zlib import crc32

from kpitui.interrupts import run_before_end
from kpitui.regular_files import NotRegularFile

PRIVATE_FILE_MODE: Final = 0o600
PRIVATE_FOLDER_MODE: Final = 0o700
PUBLIC_FILE_MODE: Final = 0o666
"""Less the user's umask."""

_HOST_KEY: Final = f"{crc32(os.uname().nodename.encode()):08x}"
_TEMPORARY_NAME: Final = re.compile(r"\.kpitui-(?P<host>[0-9a-f]{8})-(?P<process>\d{1,10})-[0-9a-f]{8}\.tmp")
_NO_HARD_LINKS: Final = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
_unfinished_paths: set[Path] = set()
"""Temporary files and folders of this process."""


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file's content and keep its mode; a new file is private to its owner.

    Symbolic links are followed. Raises OSError and leaves the old file untouched.
    """
    # os.replace would put the file in place of a symbolic link and leave its target behind.
    target_path = Path(os.path.realpath(path))
    _require_replaceable(target_path)
    with _write_temporary(target_path, [content], PRIVATE_FILE_MODE) as temporary_path:
        with suppress(FileNotFoundError):
            _copy_mode_and_group(target_path, temporary_path)
        os.replace(temporary_path, target_path)


def create_private_file(path: Path, content: bytes) -> None:
    """Write a new private file. Raises FileExistsError if it exists, or another OSError."""
    _create_file(path, content, PRIVATE_FILE_MODE)


def create_numbered_file(folder: Path, file_stem: str, content: bytes) -> Path:
    """Write a text to a new private file, numbered if the name is taken, and return its path."""
    for number in count(1):
        path = folder / (f"{file_stem}.txt" if number == 1 else f"{file_stem} {number}.txt")
        with suppress(FileExistsError):
            create_private_file(path, content)
            return path
    raise AssertionError("there is always a next number")


def write_file(path: Path, content: bytes, *, overwrite: bool, is_private: bool) -> None:
    """Write a file where the user says, replacing an existing one only if `overwrite` is true.

    A file that `is_private` is readable by its owner alone from the first byte; any other new file
    gets its mode from the user's umask. Raises FileExistsError if the file exists and must not be
    replaced, NotRegularFile if it is not a file, and OSError if it cannot be written.
    """
    new_file_mode = PRIVATE_FILE_MODE if is_private else PUBLIC_FILE_MODE
    _require_replaceable(path)
    if not overwrite or not os.path.lexists(path):
        _create_file(path, content, new_file_mode)
        return
    with _write_temporary(path, [content], new_file_mode) as temporary_path:
        if not is_private:
            with suppress(FileNotFoundError):
                _copy_mode_and_group(path, temporary_path)
        os.replace(temporary_path, path)


@contextmanager
def lock_folder(locked_folder: Path) -> Iterator[None]:
    """Keep other kpitui programs from writing to a folder, where the file system has locks."""
    # The folder is locked and not the file: every write replaces the file, and a lock on the old
    # one would guard nothing.
    descriptor = os.open(locked_folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def create_private_folder(folder: Path) -> list[Path]:
    """Create a folder and its missing parents, open to their owner alone; return the new ones.

    A folder that is there keeps its mode. Raises OSError.
    """
    new_folders: list[Path] = []
    for parent in reversed((folder, *folder.parents)):
        # Asked for anyway: another process may create the same folder.
        with suppress(FileExistsError):
            if not parent.is_dir():
                parent.mkdir(PRIVATE_FOLDER_MODE)
                _require_mode(parent, PRIVATE_FOLDER_MODE)
                new_folders.append(parent)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    return new_folders


class StagedFolder:
    """A folder that is being filled with private files, under a temporary name."""

    def __init__(self, staging_path: Path, target_path: Path) -> None:
        self._staging_path, self._target_path = staging_path, target_path

    def create_folder(self, folder_name: str) -> None:
        """Create a folder in it. Raises OSError."""
        with _name_file_in_errors(self._target_path / folder_name):
            create_private_folder(self._staging_path / folder_name)

    def write_file(self, file_name: str, chunks: Iterable[bytes]) -> Path:
        """Write a file, whose name may lead through a new folder, and return its later path.

        Raises OSError.
        """
        staged_path, target_path = self._staging_path / file_name, self._target_path / file_name
        with _name_file_in_errors(target_path):
            create_private_folder(staged_path.parent)
            descriptor = os.open(staged_path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE_MODE)
            _fill_descriptor(descriptor, chunks, PRIVATE_FILE_MODE)
        return target_path


@contextmanager
def fill_new_folder(folder: Path) -> Iterator[StagedFolder]:
    """Fill a new or empty folder with files that appear all at once, at the end of the ``with``.

    Where that is left by an error, there is nothing. Raises FileExistsError if the folder is not
    empty, and OSError if it cannot be written.
    """
    require_empty_folder(folder)
    is_new_folder = not folder.exists()
    new_parents = create_private_folder(folder.parent)
    staging_path = _name_temporary(folder.parent if is_new_folder else folder)
    clear_leftovers(staging_path.parent)
    _unfinished_paths.add(staging_path)
    try:
        with _name_file_in_errors(folder):
            create_private_folder(staging_path)
        yield StagedFolder(staging_path, folder)
        with _name_file_in_errors(folder):
            if is_new_folder:
                os.rename(staging_path, folder)
            else:
                # A folder that is there may be the one that the user is in: it is not replaced.
                _move_entries(staging_path, folder)
        new_parents.clear()
        _sync_folder(folder.parent)
    finally:
        _discard_unfinished(staging_path)
        for parent in reversed(new_parents):
            with suppress(OSError):
                parent.rmdir()


def require_empty_folder(folder: Path) -> None:
    """Raise FileExistsError unless the folder is new or empty: nothing is overwritten."""
    if folder.is_dir():
        clear_leftovers(folder)
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(errno.EEXIST, "is not empty: choose a new folder", str(folder))


def clear_leftovers(folder: Path) -> None:
    """Remove the temporary files that a killed run of this user left in a folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if (name_parts := _TEMPORARY_NAME.fullmatch(entry.name)) and _is_leftover(entry, name_parts):
                _discard_unfinished(Path(entry.path))


_WRITE_FAILURES: Final = {
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EFBIG: "files may not be that large here",
    errno.EIO: "the disk failed",
    errno.ENOENT: "no such folder",
    errno.ENOTDIR: "part of its path is not a folder",
    errno.ENAMETOOLONG: "its name is too long",
    errno.EBADF: "it is closed",
}
_USAGE_ERRORS: Final = {errno.EEXIST, errno.EINVAL, errno.EISDIR, errno.ENAMETOOLONG, errno.ENOENT, errno.ENOTDIR}


def explain_write_failure(error: OSError) -> str:
    """Return a sentence without its full stop: which file cannot be written, and why."""
    if isinstance(error, FileExistsError):
        return f"{error.filename} {error.strerror}"
    return f"{error.filename or 'A file'} cannot be written: {describe_write_error(error)}"


def describe_write_error(error: OSError) -> str:
    """Return in plain words why something cannot be written."""
    # What is raised here has words of its own; the system's are for programmers.
    is_plain = isinstance(error, NotRegularFile) or error.errno not in _WRITE_FAILURES
    return (error.strerror or type(error).__name__) if is_plain else _WRITE_FAILURES[error.errno or 0]


def is_usage_error(error: OSError) -> bool:
    """Say whether another path would help, rather than another state of the disk."""
    return error.errno in _USAGE_ERRORS


@contextmanager
def _write_temporary(target_path: Path, chunks: Iterable[bytes], mode: int) -> Iterator[Path]:
    """Write a temporary file beside `target_path`, and remove it if it is still there at the end.

    Its content is on disk at the beginning of the ``with``, and its new name at the end.
    """
    # In the same folder, since a rename is only atomic within one file system.
    clear_leftovers(target_path.parent)
    temporary_path = _name_temporary(target_path.parent)
    _unfinished_paths.add(temporary_path)
    try:
        with _name_file_in_errors(target_path):
            descriptor = os.open(temporary_path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
            _fill_descriptor(descriptor, chunks, mode)
            yield temporary_path
        _sync_folder(target_path.parent)
    finally:
        _discard_unfinished(temporary_path)


def _create_file(path: Path, content: bytes, mode: int) -> None:
    """Write a new file. Raises FileExistsError if something has its name."""
    # Before anything is written: where the disk is full too, that is not the reason.
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, "already exists", str(path))
    with _write_temporary(path, [content], mode) as temporary_path:
        try:
            # Unlike a rename, a second name for the file never takes the place of another file.
            os.link(temporary_path, path)
        except OSError as error:
            if isinstance(error, FileExistsError) or error.errno not in _NO_HARD_LINKS:
                raise
            # Without hard links the name is taken first, by an empty file.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
            os.replace(temporary_path, path)


def _fill_descriptor(descriptor: int, chunks: Iterable[bytes], mode: int) -> None:
    """Write chunks to a new file, have them on disk, and close it."""
    with open(descriptor, "wb") as stream:
        if mode == PRIVATE_FILE_MODE:
            _require_mode(stream.fileno(), mode)
        for chunk in chunks:
            stream.write(chunk)
        stream.flush()
        # After a crash the new name may otherwise lead to an empty file.
        os.fsync(stream.fileno())


@contextmanager
def _name_file_in_errors(path: Path) -> Iterator[None]:
    """Have every OSError name the file that was to be written, and not a temporary one."""
    try:
        yield
    except FileExistsError:
        raise FileExistsError(errno.EEXIST, "already exists", str(path)) from None
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def _require_replaceable(path: Path) -> None:
    """Raise NotRegularFile if there is something at a path that is not a regular file."""
    with suppress(FileNotFoundError):
        mode = os.lstat(path).st_mode
        if not stat.S_ISREG(mode):
            raise NotRegularFile(path, mode)


def _move_entries(staging_path: Path, folder: Path) -> None:
    """Move what was staged into its folder, or leave the folder empty."""
    moved_paths = [folder / entry.name for entry in staging_path.iterdir()]
    _unfinished_paths.update(moved_paths)
    try:
        for moved_path in moved_paths:
            os.rename(staging_path / moved_path.name, moved_path)
    except BaseException:
        for moved_path in moved_paths:
            _discard_unfinished(moved_path)
        raise
    # At one stroke: a signal finds all of them finished, or none.
    _unfinished_paths.difference_update(moved_paths)


def _name_temporary(folder: Path) -> Path:
    return folder / f".kpitui-{_HOST_KEY}-{os.getpid()}-{os.urandom(4).hex()}.tmp"


def _is_leftover(entry: os.DirEntry[str], name_parts: re.Match[str]) -> bool:
    """Say whether a temporary file is this user's and the process that made it is gone."""
    # On a shared disk, another machine's processes cannot be asked for.
    if name_parts["host"] != _HOST_KEY or entry.is_symlink() or entry.stat(follow_symlinks=False).st_uid != os.getuid():
        return False
    process_id = int(name_parts["process"])
    if process_id == os.getpid():
        return Path(entry.path) not in _unfinished_paths
    try:
        os.kill(process_id, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # another user's process, so that it is alive
        return False
    return False


def _discard_unfinished(path: Path) -> None:
    """Remove a temporary file or folder, if it is there."""
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    _unfinished_paths.discard(path)


def _discard_all_unfinished() -> None:
    for path in tuple(_unfinished_paths):
        _discard_unfinished(path)


run_before_end(_discard_all_unfinished)
# A forked process must not remove what its parent is still writing.
os.register_at_fork(after_in_child=_unfinished_paths.clear)


def _require_mode(path_or_descriptor: Path | int, mode: int) -> None:
    """Give a new file or folder its mode, if its file system has modes at all."""
    # A umask may have taken away what the owner needs. Disks of Windows refuse any change.
    if stat.S_IMODE(os.stat(path_or_descriptor).st_mode) != mode:
        with suppress(PermissionError):
            os.chmod(path_or_descriptor, mode)


def _copy_mode_and_group(source_path: Path, target_path: Path) -> None:
    """Give a file the mode of another, and its group if the user may do that."""
    status = source_path.stat()
    # Only members of a group may give a file to it.
    with suppress(PermissionError):
        os.chown(target_path, -1, status.st_gid)
    _require_mode(target_path, stat.S_IMODE(status.st_mode))


def _sync_folder(folder: Path) -> None:
    """Flush the folder's new entry to disk, if the file system supports it."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
