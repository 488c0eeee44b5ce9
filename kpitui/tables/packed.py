"""Archives (.gz and .zip), unpacked as they are read and never onto the disk.

An archive is hostile until shown otherwise, so the number of its members and the bytes that it
unpacks to are limited. Every failure becomes an ArchiveError with a message for the user.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from kpitui.tables.raw import Unreadable
from kpitui.text import clean

MOST_BYTES = 1_000_000_000  # for all members of an archive together
MOST_MEMBERS = 10_000
ENDINGS = (".gz", ".zip")


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive. Each `open` unpacks it again from its beginning."""

    name: str
    unpack: Callable[[], IO[bytes]]

    def open(self) -> BinaryIO:
        """Open the member for reading bytes. Raise ArchiveError where it cannot be unpacked."""
        with _said():
            return cast(BinaryIO, _Unpacking(self.unpack()))


def unpacked(path: Path) -> Iterator[Member]:
    """Yield the files inside an archive, without folders and hidden files.

    Raise ArchiveError where the archive cannot be read, is locked by a password, or is too large.
    """
    if path.suffix.lower() == ".gz":
        yield Member(path.stem, lambda: cast(IO[bytes], gzip.open(path)))  # noqa: SIM115 - a member is opened later
        return
    with _said(), zipfile.ZipFile(path) as packed:
        members = packed.infolist()
    if len(members) > MOST_MEMBERS:
        raise NotUnpacked(f"has more than {MOST_MEMBERS:,} files in it: unpack it first")
    # zipfile reads no more of a member than its header declares, so that the declared sizes can be
    # trusted as a limit before anything is unpacked.
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise _too_much()
    for member in members:
        name = member.filename
        # macOS adds hidden files and a folder __MACOSX, which are not part of the data.
        if member.is_dir() or Path(name).name.startswith((".", "__MACOSX")):
            continue
        yield Member(clean(name), _opener(path, member))


def _opener(path: Path, member: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    """Return a function that opens this member of this archive."""

    def unpack() -> IO[bytes]:
        # Leaving the `with` does not close the file under the member: zipfile counts its readers.
        with zipfile.ZipFile(path) as packed:
            return packed.open(member)

    return unpack


class _Unpacking(io.RawIOBase):
    """A stream that may yield `MAX_UNPACKED_BYTES` at most, and raises ArchiveError on failure."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._left = file, MOST_BYTES

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes, or all. Raise ArchiveError past the limit, or on damage."""
        with _said():
            # One byte more than the limit is enough to see that it is exceeded. A .gz file states
            # no size beforehand that could be relied on.
            content = self._file.read(self._left + 1 if size < 0 else size)
        self._left -= len(content)
        if self._left < 0:
            raise _too_much()
        return content

    def close(self) -> None:
        self._file.close()
        super().close()


class NotUnpacked(Unreadable):
    """An archive that cannot be unpacked, whatever its members hold."""


def _too_much() -> NotUnpacked:
    return NotUnpacked(f"unpacks to more than {MOST_BYTES / 1e9:.0f} GB: unpack it first")


def _cannot(error: Exception, *, broken: bool) -> NotUnpacked:
    return NotUnpacked(f"cannot be unpacked: {clean(str(error))[:120]}", broken=broken)


@contextmanager
def _said() -> Iterator[None]:
    """Turn what gzip, zipfile and zlib raise into an ArchiveError with a message for the user."""
    try:
        yield
    except OSError as error:  # gzip.BadGzipFile is one, and has no strerror
        told = f"cannot be read: {error.strerror or clean(str(error))}"
        raise NotUnpacked(told) from None
    # zipfile raises this for a compression method it does not know, and a plain RuntimeError, its
    # base class, for an encrypted member: the order of these two matters.
    except NotImplementedError as error:
        raise _cannot(error, broken=False) from None
    except RuntimeError:
        raise NotUnpacked("is locked by a password: unpack it first") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise _cannot(error, broken=True) from None
