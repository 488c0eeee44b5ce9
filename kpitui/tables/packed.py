"""Packed files (.gz, .zip): what is in them, unpacked as it is read and never on the disk."""

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

MOST_BYTES = 1_000_000_000  # of everything that a file unpacks to
MOST_MEMBERS = 10_000
ENDINGS = (".gz", ".zip")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a packed file, unpacked from its beginning whenever it is opened."""

    name: str
    unpack: Callable[[], IO[bytes]]

    def open(self) -> BinaryIO:
        """Raises NotUnpacked."""
        with _said():
            return cast(BinaryIO, _Unpacking(self.unpack()))


def unpacked(path: Path) -> Iterator[Member]:
    """The files in a packed file.  Raises NotUnpacked."""
    if path.suffix.lower() == ".gz":
        yield Member(path.stem, lambda: cast(IO[bytes], gzip.open(path)))  # noqa: SIM115 - a member is opened later
        return
    with _said(), zipfile.ZipFile(path) as packed:
        members = packed.infolist()
    if len(members) > MOST_MEMBERS:
        raise NotUnpacked(f"has more than {MOST_MEMBERS:,} files in it: unpack it first")
    # No member unpacks to more than it says: what it says may be checked beforehand.
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise _too_much()
    for member in members:
        name = member.filename
        if member.is_dir() or Path(name).name.startswith((".", "__MACOSX")):
            continue
        yield Member(clean(name), _opener(path, member))


def _opener(path: Path, member: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def unpack() -> IO[bytes]:
        # The member keeps the packed file open for as long as it is read.
        with zipfile.ZipFile(path) as packed:
            return packed.open(member)

    return unpack


class _Unpacking(io.RawIOBase):
    """What is unpacked, up to so many bytes; whatever goes wrong is said in our words."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._left = file, MOST_BYTES

    def read(self, size: int = -1) -> bytes:
        with _said():
            content = self._file.read(self._left + 1 if size < 0 else size)
        self._left -= len(content)
        if self._left < 0:
            raise _too_much()
        return content

    def close(self) -> None:
        self._file.close()
        super().close()


class NotUnpacked(Unreadable):
    """It is the packing that is wrong, whatever is in it."""


def _too_much() -> NotUnpacked:
    return NotUnpacked(f"unpacks to more than {MOST_BYTES / 1e9:.0f} GB: unpack it first")


def _cannot(error: Exception, *, broken: bool) -> NotUnpacked:
    return NotUnpacked(f"cannot be unpacked: {clean(str(error))[:120]}", broken=broken)


@contextmanager
def _said() -> Iterator[None]:
    """Whatever is wrong with a packed file in our words.  Raises NotUnpacked."""
    try:
        yield
    except OSError as error:  # among them what gzip says of a file that is none
        told = f"cannot be read: {error.strerror or clean(str(error))}"
        raise NotUnpacked(told) from None
    except NotImplementedError as error:
        raise _cannot(error, broken=False) from None
    except RuntimeError:
        raise NotUnpacked("is locked by a password: unpack it first") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise _cannot(error, broken=True) from None
