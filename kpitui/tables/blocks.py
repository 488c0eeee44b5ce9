"""Files as blocks of UTF-8 text, each ending at a line's end, so that no file is in memory whole.

What a file is written in is told by looking through all of it first: a file is not UTF-8 in its
first half and Windows-1252 in its second.
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
HEAD = BLOCK  # in which the header stands
LONGEST_LINE = 16 * BLOCK
# What a table of plain text is made of; anything else is looked at closely.
_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\r\n"
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_WINDOWS = "cp1252"


class Packed(Protocol):
    """A file inside another, which can be opened again and again."""

    def open(self) -> BinaryIO: ...


Source = Path | bytes | Packed


def opened(source: Source) -> BinaryIO:
    """A file from its beginning.  Raises OSError."""
    if isinstance(source, bytes):
        return io.BytesIO(source)
    return source.open("rb") if isinstance(source, Path) else source.open()


def content_of(source: Source) -> bytes:
    """All of a file at once, for formats that cannot be read piece by piece.  Raises Unreadable."""
    if isinstance(source, bytes):
        return source
    try:
        with closing(opened(source)) as file:
            return file.read()
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None


@dataclass(slots=True)
class Text:
    """A file of text: what it is written in, and what was found on the way.

    `head` are its first lines, in which the header stands.  `content` is all of it, where it is
    small.
    """

    source: Source
    head: str
    encoding: str = "utf-8"
    mark: int = 0  # bytes of a byte order mark
    old_ends: bool = False  # lines end in a carriage return alone, as old Macs wrote them
    content: bytes | None = None
    notes: list[Note] = field(default_factory=list)

    def blocks(self) -> Iterator[bytes]:
        """The text in UTF-8, in blocks of whole lines.  Raises Unreadable."""
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
    """What a file of text is written in, by all of it or its first `most` bytes.

    Raises Unreadable.
    """
    try:
        with closing(opened(source)) as file:
            head = file.read(most or HEAD)
            whole = len(head) < (most or HEAD)
            if most and not whole and not head.startswith((_BOMS[1][0], _BOMS[2][0])):
                head = head[: head.rfind(b"\n") + 1] or head
            rest: Iterable[bytes] = () if whole or most else _chunks(file)
            return _looked_through(source, head, rest, whole)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None


def plain(block: bytes) -> bool:
    """Whether a block is printable ASCII, tabs and line ends alone."""
    return not block.translate(None, _PLAIN)


def _looked_through(source: Source, head: bytes, rest: Iterable[bytes], whole: bool) -> Text:
    mark, encoding = next(((m, name) for m, name in _BOMS if head.startswith(m)), (b"", ""))
    notes: list[Note] = []
    seen = _Seen()
    chunks = seen.each(chain((head,), rest))
    if encoding:
        _check(encoding, len(mark), chunks)
        if encoding != "utf-8":
            notes.append((None, f"read as {encoding.upper()}"))
    elif (line := _first_strange(chunks)) is not None:
        encoding = _WINDOWS
        notes.append((line, "is not UTF-8 from here on: the file is read as Windows-1252"))
    if seen.empty:
        raise Unreadable("is empty: a table has at least a header", broken=True)
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
    """What there is in any of a file's chunks."""

    empty: bool = True
    ends: bool = False  # of lines, as they are written today

    def each(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.empty = self.empty and not chunk.removeprefix(_BOMS[0][0]).strip()
            self.ends = self.ends or b"\n" in chunk
            yield chunk


def _check(encoding: str, mark: int, chunks: Iterable[bytes]) -> None:
    """That a file is what its mark says that it is.  Raises Unreadable."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for number, chunk in enumerate(chunks):
            decoder.decode(chunk if number else chunk[mark:])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise Unreadable(f"begins as {encoding} and goes on as something else") from None


def _first_strange(chunks: Iterable[bytes]) -> int | None:
    """The line of the first byte that is not UTF-8; all the chunks are looked at."""
    found, line = None, 1
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
    """Chunks in UTF-8."""
    if encoding == "utf-8":
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def _whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Chunks as blocks that end where a line does.  Raises Unreadable."""
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
