"""Text files, read as blocks of UTF-8 that end at a line end.

A file is never held in memory whole, unless it is smaller than one block. Its encoding is decided
by a first pass over all of it, because one byte near the end can show that a file is not UTF-8.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Protocol

from kpitui.tables.raw import Note, Unreadable

BLOCK = 2 * 2**20  # bytes
HEAD = BLOCK  # the header is looked for in this many bytes
# A file of NULs or of random bytes may have no line end at all: stop before it fills the memory.
LONGEST_LINE = 16 * BLOCK
# The bytes of an ordinary table. A block of these alone needs no search for hostile characters.
_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\r\n"
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_WINDOWS = "cp1252"


class Packed(Protocol):
    """A member of an archive: it can be opened any number of times, each time from its start."""

    def open(self) -> BinaryIO: ...


Source = Path | bytes | Packed


def opened(source: Source) -> BinaryIO:
    """Open a file for reading bytes, from its start. Raise OSError where it cannot be opened."""
    if isinstance(source, bytes):
        return io.BytesIO(source)
    return source.open("rb") if isinstance(source, Path) else source.open()


def content_of(source: Source) -> bytes:
    """Read a whole file, for formats that cannot be read in pieces.

    Raise UnreadableTable where the file cannot be opened or read.
    """
    if isinstance(source, bytes):
        return source
    try:
        with closing(opened(source)) as file:
            return file.read()
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None


@dataclass(slots=True)
class Text:
    """A text file whose encoding is known, with the notes that the first pass made.

    `head_text` holds the first lines, where the header is looked for. `cached_bytes` holds the
    whole file where it fits in one block, so that it is not opened a second time.
    """

    source: Source
    head: str
    encoding: str = "utf-8"
    mark: int = 0  # bytes
    old_ends: bool = False  # lines end in a carriage return alone, as on old Macs
    content: bytes | None = None
    notes: list[Note] = field(default_factory=list)

    def blocks(self) -> Iterator[bytes]:
        """Yield the text as UTF-8, in blocks of whole lines.

        Raise UnreadableTable where the file cannot be read, or has a line over `MAX_LINE_BYTES`.
        """
        source = self.source if self.content is None else self.content
        try:
            with closing(opened(source)) as file:
                file.read(self.mark)
                yield from _whole_lines(self._recoded(file))
        except OSError as error:
            raise Unreadable(f"cannot be read: {error.strerror}") from None

    def _recoded(self, file: BinaryIO) -> Iterator[bytes]:
        chunks = _recoded(_chunks(file), self.encoding)
        return (chunk.replace(b"\r", b"\n") for chunk in chunks) if self.old_ends else chunks


def open_text(source: Source, most: int | None = None) -> Text:
    """Find the encoding and the first lines of a text file.

    All of the file is scanned, or only its first `max_bytes`, which is enough to look at a header.
    Raise UnreadableTable where the file is empty, cannot be read, or contradicts its byte order
    mark.
    """
    try:
        with closing(opened(source)) as file:
            head = file.read(most or HEAD)
            whole = len(head) < (most or HEAD)
            # A head that ends inside a character would make a UTF-8 file look like Windows-1252.
            # UTF-16 is left as it is: its line end is two bytes, and the cut would split them.
            if most and not whole and not head.startswith((_BOMS[1][0], _BOMS[2][0])):
                head = head[: head.rfind(b"\n") + 1] or head
            rest: Iterable[bytes] = () if whole or most else _chunks(file)
            return _looked_through(source, head, rest, whole)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None


def plain(block: bytes) -> bool:
    """Say whether a block has only printable ASCII, tabs and line ends."""
    return not block.translate(None, _PLAIN)


def _looked_through(source: Source, head: bytes, rest: Iterable[bytes], whole: bool) -> Text:
    """Scan the head and the remaining chunks once, for the encoding, line ends and emptiness."""
    mark, encoding = next(((m, name) for m, name in _BOMS if head.startswith(m)), (b"", ""))
    notes: list[Note] = []
    seen = _Seen()
    chunks = seen.each(chain((head,), rest))
    if encoding:
        _check(encoding, len(mark), chunks)
        if encoding != "utf-8":
            notes.append((None, f"read as {encoding.upper()}"))
    elif (line := _first_strange(chunks)) is not None:
        # Some files of Ofsted and of Get Information About Schools are in Windows-1252.
        encoding = _WINDOWS
        notes.append((line, "is not UTF-8 from here on: the file is read as Windows-1252"))
    if seen.empty:
        raise Unreadable("is empty: a table has at least a header", broken=True)
    # The head may end in the middle of a character: only the header is taken from it.
    shown = head[len(mark) :].decode(encoding or "utf-8", errors="replace")
    return Text(
        source,
        shown if seen.ends else shown.replace("\r", "\n"),
        encoding or "utf-8",
        len(mark),
        not seen.ends,
        head if whole else None,
        notes,
    )


@dataclass(slots=True)
class _Seen:
    """What has been seen in the chunks of a file so far."""

    empty: bool = True
    ends: bool = False  # without any, a carriage return ends a line

    def each(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Pass the chunks on, noting whether any has text and whether any has a line feed."""
        for chunk in chunks:
            self.empty = self.empty and not chunk.removeprefix(_BOMS[0][0]).strip()
            self.ends = self.ends or b"\n" in chunk
            yield chunk


def _check(encoding: str, mark: int, chunks: Iterable[bytes]) -> None:
    """Raise UnreadableTable where a file is not in the encoding of its byte order mark."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for number, chunk in enumerate(chunks):
            decoder.decode(chunk if number else chunk[mark:])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise Unreadable(f"begins as {encoding} and goes on as something else") from None


def _first_strange(chunks: Iterable[bytes]) -> int | None:
    """Return the number of the first line that is not UTF-8, or None.

    All chunks are read, even after that line: `_ChunkScan` has to see them.
    """
    found, line = None, 1
    # Whole lines, because a chunk may end in the middle of a character.
    for block in _whole_lines(chunks):
        if found is None and not block.isascii():
            try:
                block.decode()
            except UnicodeDecodeError as error:
                found = line + block.count(b"\n", 0, error.start)
        line += block.count(b"\n")
    return found


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(BLOCK):
        yield chunk


def _recoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Convert chunks to UTF-8. What cannot be decoded becomes U+FFFD."""
    if encoding == "utf-8":
        yield from chunks
        return
    # Incremental, because a chunk may end between the two bytes of a UTF-16 character.
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def _whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Regroup chunks as blocks that end at a line end.

    Raise UnreadableTable where a line is longer than `MAX_LINE_BYTES`.
    """
    rest = b""
    for chunk in chunks:
        cut = chunk.rfind(b"\n") + 1
        if cut:
            yield rest + chunk[:cut]
            rest = chunk[cut:]
        else:
            rest += chunk
        if len(rest) > LONGEST_LINE:
            raise Unreadable(f"has a line of more than {LONGEST_LINE >> 20} MB: it is no table")
    if rest:
        yield rest
