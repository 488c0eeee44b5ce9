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

from kpitui.model.issues import create_message
from kpitui.readers.raw_table import ReaderNote, UnreadableTable
from kpitui.regular_files import open_regular_file

BLOCK_BYTES = 2 * 2**20  # bytes
HEAD_BYTES = BLOCK_BYTES  # the header is looked for in this many bytes
# A file of NULs or of random bytes may have no line end at all: stop before it fills the memory.
MAX_LINE_BYTES = 16 * BLOCK_BYTES
# The bytes of an ordinary table. A block of these alone needs no search for hostile characters.
_PRINTABLE_ASCII = bytes(range(0x20, 0x7F)) + b"\t\r\n"
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_FALLBACK_ENCODING = "cp1252"
_SNIFFED_BYTES = 512  # bytes in which UTF-16 without a mark shows itself
# DOS ended a text with 0x1A, and some programs fill the last block of a file with NULs.
_FILE_END_BYTES = b"\0\x1a"


class ReopenableFile(Protocol):
    """A member of an archive: it can be opened any number of times, each time from its start."""

    def open(self) -> BinaryIO: ...


FileInput = Path | bytes | ReopenableFile


def open_binary(file_input: FileInput) -> BinaryIO:
    """Open a file for reading bytes, from its start. Raise OSError where it cannot be opened."""
    if isinstance(file_input, bytes):
        return io.BytesIO(file_input)
    return open_regular_file(file_input) if isinstance(file_input, Path) else file_input.open()


def read_all_bytes(file_input: FileInput) -> bytes:
    """Read a whole file, for formats that cannot be read in pieces.

    Raise UnreadableTable where the file cannot be opened or read.
    """
    if isinstance(file_input, bytes):
        return file_input
    try:
        with closing(open_binary(file_input)) as binary_file:
            return binary_file.read()
    except OSError as error:
        raise UnreadableTable(create_message("file-not-readable", reason=error.strerror or "")) from None


@dataclass(slots=True)
class TextFile:
    """A text file whose encoding is known, with the notes that the first pass made.

    `head_text` holds the first lines, where the header is looked for. `cached_bytes` holds the
    whole file where it fits in one block, so that it is not opened a second time.
    """

    file_input: FileInput
    head_text: str
    encoding: str = "utf-8"
    bom_length: int = 0  # bytes
    has_cr_line_ends: bool = False  # lines end in a carriage return alone, as on old Macs
    cached_bytes: bytes | None = None
    encoding_notes: list[ReaderNote] = field(default_factory=list)

    def iter_blocks(self) -> Iterator[bytes]:
        """Yield the text as UTF-8, in blocks of whole lines.

        Raise UnreadableTable where the file cannot be read, or has a line over `MAX_LINE_BYTES`.
        """
        file_input = self.file_input if self.cached_bytes is None else self.cached_bytes
        try:
            with closing(open_binary(file_input)) as binary_file:
                binary_file.read(self.bom_length)
                yield from _split_at_line_ends(self._iter_utf8_chunks(binary_file))
        except OSError as error:
            raise UnreadableTable(create_message("file-not-readable", reason=error.strerror or "")) from None

    def _iter_utf8_chunks(self, binary_file: BinaryIO) -> Iterator[bytes]:
        utf8_chunks = _strip_file_end(_recode_chunks(_read_chunks(binary_file), self.encoding))
        return (chunk.replace(b"\r", b"\n") for chunk in utf8_chunks) if self.has_cr_line_ends else utf8_chunks


def open_text_file(file_input: FileInput, max_bytes: int | None = None) -> TextFile:
    """Find the encoding and the first lines of a text file.

    All of the file is scanned, or only its first `max_bytes`, which is enough to look at a header.
    Raise UnreadableTable where the file is empty, cannot be read, or contradicts its byte order
    mark.
    """
    try:
        with closing(open_binary(file_input)) as binary_file:
            head_bytes = binary_file.read(max_bytes or HEAD_BYTES)
            is_complete = len(head_bytes) < (max_bytes or HEAD_BYTES)
            head_bytes = _cut_at_line_end(head_bytes) if max_bytes and not is_complete else head_bytes
            chunks: Iterable[bytes] = () if is_complete or max_bytes else _read_chunks(binary_file)
            return _scan_text_file(file_input, head_bytes, chunks, is_complete)
    except OSError as error:
        raise UnreadableTable(create_message("file-not-readable", reason=error.strerror or "")) from None


def _cut_at_line_end(head_bytes: bytes) -> bytes:
    """Return the head of a file up to its last line end."""
    # A head that ends inside a character would make a UTF-8 file look like Windows-1252. UTF-16 is
    # left as it is: its line end is two bytes, and the cut would split them.
    if head_bytes.startswith((_BYTE_ORDER_MARKS[1][0], _BYTE_ORDER_MARKS[2][0])) or _sniff_utf16(head_bytes):
        return head_bytes
    return head_bytes[: head_bytes.rfind(b"\n") + 1] or head_bytes


def _sniff_utf16(head_bytes: bytes) -> str:
    """Return the encoding of UTF-16 without a byte order mark, or an empty text.

    Every other byte of Western text in it is NUL, and no byte of text in another encoding is.
    """
    sniffed_bytes = head_bytes[:_SNIFFED_BYTES]
    even_nuls, odd_nuls = sniffed_bytes[::2].count(0), sniffed_bytes[1::2].count(0)
    if not even_nuls and odd_nuls * 4 > len(sniffed_bytes):
        return "utf-16-le"
    return "utf-16-be" if not odd_nuls and even_nuls * 4 > len(sniffed_bytes) else ""


def is_printable_ascii(block: bytes) -> bool:
    """Say whether a block has only printable ASCII, tabs and line ends."""
    return not block.translate(None, _PRINTABLE_ASCII)


def _scan_text_file(
    file_input: FileInput, head_bytes: bytes, remaining_chunks: Iterable[bytes], is_complete: bool
) -> TextFile:
    """Scan the head and the remaining chunks once, for the encoding, line ends and emptiness."""
    marks = ((mark, name) for mark, name in _BYTE_ORDER_MARKS if head_bytes.startswith(mark))
    order_mark, marked_encoding = next(marks, (b"", _sniff_utf16(head_bytes)))
    chunk_scan = _ChunkScan()
    chunks = chunk_scan.watch_chunks(chain((head_bytes,), remaining_chunks))
    encoding, notes = _detect_encoding(marked_encoding, len(order_mark), chunks)
    if chunk_scan.is_empty:
        raise UnreadableTable(create_message("file-empty"), truncated=True)
    # The head may end in the middle of a character: only the header is taken from it.
    head_text = head_bytes[len(order_mark) :].decode(encoding, errors="replace")
    head_text = head_text if chunk_scan.has_newlines else head_text.replace("\r", "\n")
    cached_bytes = head_bytes if is_complete else None
    head_text = head_text.rstrip(_FILE_END_BYTES.decode()) if is_complete else head_text
    return TextFile(file_input, head_text, encoding, len(order_mark), not chunk_scan.has_newlines, cached_bytes, notes)


def _detect_encoding(marked_encoding: str, bom_length: int, chunks: Iterable[bytes]) -> tuple[str, list[ReaderNote]]:
    """Return the encoding of a file and the notes about it; all of its chunks are read.

    `marked_encoding` is that of its byte order mark, or empty. Raise UnreadableTable where the file
    contradicts it.
    """
    # Some programs write the mark of UTF-8 before a text that is not: its bytes decide.
    if marked_encoding not in ("", "utf-8"):
        _check_encoding(marked_encoding, bom_length, chunks)
        message = create_message("encoding-marked", encoding=marked_encoding.upper())
        return marked_encoding, [ReaderNote(None, message)]
    bad_line = _find_first_non_utf8_line(chunks)
    if bad_line is None:
        return "utf-8", []
    # Some files of Ofsted and of Get Information About Schools are in Windows-1252.
    return _FALLBACK_ENCODING, [ReaderNote(bad_line, create_message("encoding-not-utf-8"))]


@dataclass(slots=True)
class _ChunkScan:
    """What has been seen in the chunks of a file so far."""

    is_empty: bool = True
    has_newlines: bool = False  # without any, a carriage return ends a line

    def watch_chunks(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Pass the chunks on, noting whether any has text and whether any has a line feed."""
        for chunk in chunks:
            self.is_empty = self.is_empty and not chunk.removeprefix(_BYTE_ORDER_MARKS[0][0]).strip()
            self.has_newlines = self.has_newlines or b"\n" in chunk
            yield chunk


def _check_encoding(encoding: str, bom_length: int, chunks: Iterable[bytes]) -> None:
    """Raise UnreadableTable where a file is not in the encoding of its byte order mark."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk_index, chunk in enumerate(chunks):
            decoder.decode(chunk if chunk_index else chunk[bom_length:])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise UnreadableTable(create_message("encoding-contradicted", encoding=encoding.upper())) from None


def _find_first_non_utf8_line(chunks: Iterable[bytes]) -> int | None:
    """Return the number of the first line that is not UTF-8, or None.

    All chunks are read, even after that line: `_ChunkScan` has to see them.
    """
    bad_line, line_number = None, 1
    # Whole lines, because a chunk may end in the middle of a character.
    for block in _split_at_line_ends(chunks):
        if bad_line is None and not block.isascii():
            try:
                block.decode()
            except UnicodeDecodeError as decode_error:
                bad_line = line_number + block.count(b"\n", 0, decode_error.start)
        line_number += block.count(b"\n")
    return bad_line


def _read_chunks(binary_file: BinaryIO) -> Iterator[bytes]:
    while chunk := binary_file.read(BLOCK_BYTES):
        yield chunk


def _recode_chunks(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Convert chunks to UTF-8. What cannot be decoded becomes U+FFFD."""
    if encoding == "utf-8":
        yield from chunks
        return
    # Incremental, because a chunk may end between the two bytes of a UTF-16 character.
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def _strip_file_end(utf8_chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Strip what ended a text in DOS, and the NULs that fill the last block of a file."""
    pending_end = b""
    for chunk in utf8_chunks:
        text = chunk.rstrip(_FILE_END_BYTES)
        if text:
            yield pending_end + text if pending_end else text
            pending_end = chunk[len(text) :]
        elif len(pending_end) < MAX_LINE_BYTES:
            pending_end += chunk


def _split_at_line_ends(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Regroup chunks as blocks that end at a line end.

    Raise UnreadableTable where a line is longer than `MAX_LINE_BYTES`.
    """
    line = b""
    for chunk in chunks:
        line_end = chunk.rfind(b"\n") + 1
        if line_end:
            yield line + chunk[:line_end]
            line = chunk[line_end:]
        else:
            line += chunk
        if len(line) > MAX_LINE_BYTES:
            raise UnreadableTable(create_message("line-too-long", megabytes=MAX_LINE_BYTES >> 20))
    if line:
        yield line
