"""Packed files (.gz, .zip): what is in them, in memory and never on the disk."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from kpitui.tables.files import Unreadable
from kpitui.text import clean

MOST_BYTES = 1_000_000_000  # of everything that a file unpacks to
ENDINGS = (".gz", ".zip")


def unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files in a packed file, each by its name.  Raises Unreadable."""
    try:
        if path.suffix.lower() == ".gz":
            with gzip.open(path) as packed:
                yield path.stem, _at_most(packed.read(MOST_BYTES + 1), MOST_BYTES)
        else:
            yield from _members(path)
    except OSError as error:  # among them what gzip says of a file that is none
        raise Unreadable(f"cannot be read: {error.strerror or clean(str(error))}") from None
    except RuntimeError:
        raise Unreadable("is locked by a password: unpack it first") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise Unreadable(f"cannot be unpacked: {clean(str(error))[:120]}") from None


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    left = MOST_BYTES
    with zipfile.ZipFile(path) as packed:
        for member in packed.infolist():
            name = member.filename
            if member.is_dir() or Path(name).name.startswith((".", "__MACOSX")):
                continue
            with packed.open(member) as file:
                content = _at_most(file.read(left + 1), left)
            left -= len(content)
            yield clean(name), content


def _at_most(content: bytes, most: int) -> bytes:
    if len(content) > most:
        raise Unreadable(f"unpacks to more than {MOST_BYTES / 1e9:.0f} GB: unpack it first")
    return content
