"""Archives (.gz and .zip), unpacked as they are read and never onto the disk.

An archive is hostile until shown otherwise, so the number of its members and the bytes that it
unpacks to are limited, by its own size. Every failure becomes an ArchiveError with a message for the user.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, cast

from kpitui.model.issues import create_message
from kpitui.readers.expansion_limits import limit_unpacked_bytes
from kpitui.readers.raw_table import UnreadableTable
from kpitui.text import clean_text

MAX_MEMBERS = 10_000
ARCHIVE_SUFFIXES = (".gz", ".zip")


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file inside an archive. Each `open` unpacks it again from its beginning."""

    member_name: str
    open_stream: Callable[[], IO[bytes]]
    max_bytes: int

    def open(self) -> BinaryIO:
        """Open the member for reading bytes. Raise ArchiveError where it cannot be unpacked."""
        with _translate_archive_errors():
            return cast(BinaryIO, _LimitedStream(self.open_stream(), self.max_bytes))


def iter_members(archive_path: Path) -> Iterator[ArchiveMember]:
    """Yield the files inside an archive, without folders and hidden files.

    Raise ArchiveError where the archive cannot be read, is locked by a password, or is too large.
    """
    with _translate_archive_errors():
        max_bytes = limit_unpacked_bytes(archive_path.stat().st_size)
    if archive_path.suffix.lower() == ".gz":
        # A member is opened later.
        yield ArchiveMember(archive_path.stem, lambda: cast(IO[bytes], gzip.open(archive_path)), max_bytes)  # noqa: SIM115
        return
    with _translate_archive_errors():
        # Opened once: to read the list of members again for each of them would be quadratic. It is
        # closed when the last member is gone.
        archive = zipfile.ZipFile(archive_path)
        members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise ArchiveError(create_message("archive-of-too-many-files", file_count=MAX_MEMBERS))
    # zipfile reads no more of a member than its header declares, so that the declared sizes can be
    # trusted as a limit before anything is unpacked.
    if sum(member.file_size for member in members) > max_bytes:
        raise _build_size_error(max_bytes)
    for member in members:
        member_name = member.filename
        # macOS adds hidden files and a folder __MACOSX, which are not part of the data.
        if member.is_dir() or Path(member_name).name.startswith((".", "__MACOSX")):
            continue
        yield ArchiveMember(clean_text(member_name), partial(archive.open, member), max_bytes)


class _LimitedStream(io.RawIOBase):
    """A stream that may yield so many bytes at most, and raises ArchiveError on failure."""

    def __init__(self, stream: IO[bytes], max_bytes: int) -> None:
        self._stream, self._max_bytes, self._remaining_bytes = stream, max_bytes, max_bytes

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes, or all. Raise ArchiveError past the limit, or on damage."""
        with _translate_archive_errors():
            # One byte more than the limit is enough to see that it is exceeded. A .gz file states
            # no size beforehand that could be relied on.
            chunk = self._stream.read(self._remaining_bytes + 1 if size < 0 else size)
        self._remaining_bytes -= len(chunk)
        if self._remaining_bytes < 0:
            raise _build_size_error(self._max_bytes)
        return chunk

    def close(self) -> None:
        self._stream.close()
        super().close()


class ArchiveError(UnreadableTable):
    """An archive that cannot be unpacked, whatever its members hold."""


def _build_size_error(max_bytes: int) -> ArchiveError:
    return ArchiveError(create_message("archive-too-large", megabytes=max_bytes // 10**6))


def _build_unpacking_error(error: Exception, *, truncated: bool) -> ArchiveError:
    return ArchiveError(
        create_message("archive-not-readable", reason=clean_text(str(error))[:120]), truncated=truncated
    )


@contextmanager
def _translate_archive_errors() -> Iterator[None]:
    """Turn what gzip, zipfile and zlib raise into an ArchiveError with a message for the user."""
    try:
        yield
    except OSError as error:  # gzip.BadGzipFile is one, and has no strerror
        reason = error.strerror or clean_text(str(error))
        raise ArchiveError(create_message("file-not-readable", reason=reason)) from None
    # zipfile raises this for a compression method it does not know, and a plain RuntimeError, its
    # base class, for an encrypted member: the order of these two matters.
    except NotImplementedError as error:
        raise _build_unpacking_error(error, truncated=False) from None
    except RuntimeError:
        raise ArchiveError(create_message("archive-locked")) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise _build_unpacking_error(error, truncated=True) from None
