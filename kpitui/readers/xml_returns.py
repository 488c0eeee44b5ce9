"""Returns in XML, read as tables: one for each kind of record, with the line of each record.

Some programs write all of a return on one line. There a record has its number in place of its line.

A record's row has its own cells and those that identify its child or worker. A document type
declaration is refused: no return has one, and attacks on XML parsers begin there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

import polars as pl

from kpitui.model.issues import create_message
from kpitui.readers.compact_pieces import CompactStore
from kpitui.readers.raw_table import LINE_COLUMN, RawTable, UnreadableTable
from kpitui.readers.text_blocks import FileInput, open_binary
from kpitui.text import clean_text

# The element of each child or worker in the SSDA903, the CIN census and the workforce census, and
# the elements inside it that identify them.
SUBJECT_TAGS = ("CHILD", "Child", "CSWWWorker")
IDENTITY_TAGS = ("HEADER", "ChildIdentifiers", "ChildCharacteristics")
RECORD_TAGS = ("EPISODE", "CINdetails", "Assessments", "Section47", "ChildProtectionPlans", "Reviews")
# A return may leave out an element that is empty in all its records. The column must still be
# there, because a layout requires it.
OMITTED_COLUMNS = {"EPISODE": ("dec", "rec"), "CINdetails": ("referralsource",)}
_DECLARATION_BYTES = 200  # bytes in which the declaration of the encoding is
# A database writes its text as UTF-8 and leaves the declaration as UTF-16, which no ASCII byte can be.
_UNTRUE_DECLARATION = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]{,150}encoding=["']utf-16""", re.IGNORECASE)
RECORDS_PER_FRAME = 5_000  # records of one kind that are turned into a frame at once
ROWS_PER_PIECE = 25_000  # rows in a piece
MAX_DEPTH = 50  # levels of elements; returns have a tenth of this
# An element takes few bytes packed and many in memory: returns have a tenth of these at most.
MAX_ELEMENTS, MAX_SUBJECT_ELEMENTS, MAX_RECORDS = 5_000_000, 20_000, 300_000
MAX_RECORD_COLUMNS = 300
AUTHORITY_TAG = "LEA"
"""The element of the header of a return that has the number of the authority that made it."""

RecordCells = dict[str, str | int]


@dataclass(slots=True)
class _XmlElement:
    """An element of the subject being read, with the line it begins on."""

    tag: str
    line_number: int
    text_chunks: list[str] = field(default_factory=list)
    child_elements: list[_XmlElement] = field(default_factory=list)

    def collect_cells(self) -> RecordCells:
        """Return the text of the child elements that have no children, by lower-case tag."""
        return {
            clean_text(child.tag).lower(): "".join(child.text_chunks).strip()
            for child in self.child_elements
            if not child.child_elements
        }

    def find_descendants(self, tags: tuple[str, ...]) -> list[_XmlElement]:
        """Return all descendants with one of these tags, in document order."""
        descendants = []
        for child in self.child_elements:
            descendants += [child] if child.tag in tags else []
            descendants += child.find_descendants(tags)
        return descendants


class _RecordTable:
    """The rows of one kind of record, kept in compact pieces."""

    def __init__(self, tag: str, *, numbers_records: bool) -> None:
        self._numbers_records = numbers_records
        self._record_count = 0
        self._compact_pieces = CompactStore()
        self._pending_records: list[RecordCells] = []
        self._column_names: dict[str, object] = dict.fromkeys(OMITTED_COLUMNS.get(tag, ()))

    def add_record(self, cells: RecordCells, line_number: int) -> None:
        """Add a record; every so many are turned into a frame."""
        self._record_count += 1
        record_number = self._record_count if self._numbers_records else line_number
        self._pending_records.append({**cells, LINE_COLUMN: record_number})
        self._column_names |= cells
        if len(self._column_names) > MAX_RECORD_COLUMNS:
            raise UnreadableTable(create_message("xml-too-large", parts="kinds of element", most=MAX_RECORD_COLUMNS))
        if len(self._pending_records) == RECORDS_PER_FRAME:
            self._compact_pending()

    def release_table(self) -> tuple[list[str], Iterator[RawTable]]:
        """Return the columns, and the rows in pieces that each have all the columns.

        The rows are released as the pieces are taken, so they can be read only once.
        """
        self._compact_pending()
        return [*self._column_names], self._release_pieces()

    def _release_pieces(self) -> Iterator[RawTable]:
        """Yield the rows in pieces, releasing the memory of each as it goes."""
        pieces = self._compact_pieces.release_pieces()
        while pieces:
            # Popped, so that a piece can be freed before the next one is expanded.
            for piece in pieces.pop(0).split_rows(ROWS_PER_PIECE):
                piece_rows = piece.expand_rows()
                column_cells = (
                    # An element may occur for the first time long after the first records were
                    # compacted.
                    name if name in piece_rows.columns else pl.lit(None, dtype=pl.String).alias(name)
                    for name in self._column_names
                )
                record_rows = piece_rows.select(LINE_COLUMN, *column_cells)
                yield RawTable(record_rows, ascii_only=False, numbers_records=self._numbers_records)

    def _compact_pending(self) -> None:
        """Turn the pending records into a frame and compact it."""
        column_names = dict.fromkeys(name for record in self._pending_records for name in record if name != LINE_COLUMN)
        frame_schema = {**dict.fromkeys(column_names, pl.String), LINE_COLUMN: pl.UInt32}
        record_cells = [[record.get(column_name) for column_name in frame_schema] for record in self._pending_records]
        self._compact_pieces.add_frame(pl.DataFrame(record_cells, schema=frame_schema, orient="row"))
        self._pending_records = []


class _ReturnParser:
    """An expat parser that holds one subject at a time, and keeps only its records."""

    def __init__(self, encoding: str | None) -> None:
        self.expat_parser = expat.ParserCreate(encoding)
        # Otherwise expat reports the text of one element in many small parts.
        self.expat_parser.buffer_text = True
        self.expat_parser.StartElementHandler = self._start_element
        self.expat_parser.EndElementHandler = self._end_element
        self.expat_parser.CharacterDataHandler = self._add_text
        self.expat_parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.open_elements: list[_XmlElement] = []
        self._depth = 0  # elements that are not closed yet, the outermost one among them
        self.element_count = self.subject_element_count = self.record_count = 0
        self.record_tables: dict[str, _RecordTable] = {}
        self._numbers_records: bool | None = None  # not known before the first subject
        self._authority_chunks: list[str] = []
        self._is_in_authority = False

    def parse_rest(self, head_bytes: bytes, xml_file: BinaryIO) -> None:
        """Parse a file of which the head has been read. Raise ExpatError where it is not complete XML."""
        try:
            self.expat_parser.Parse(head_bytes)
            self.expat_parser.ParseFile(xml_file)
        except expat.ExpatError as error:
            # Old programs end a file with 0x1A, and copies of a disk with NULs: the return is whole.
            is_whole = self.element_count > 0 and not self._depth
            if not is_whole or error.code != expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]:
                raise

    def _start_element(self, qualified_name: str, attributes: Mapping[str, str]) -> None:
        tag = qualified_name.rpartition(":")[2]
        self._depth += 1
        if len(self.open_elements) > MAX_DEPTH:
            raise UnreadableTable(create_message("xml-too-deep", levels=MAX_DEPTH))
        self._count_element(starts_subject=not self.open_elements)
        # What is outside the subjects, such as the header of the return, is not kept.
        self._is_in_authority = tag == AUTHORITY_TAG and not self.open_elements
        if self.open_elements or tag in SUBJECT_TAGS:
            self.open_elements.append(_XmlElement(tag, self.expat_parser.CurrentLineNumber))

    def _count_element(self, *, starts_subject: bool) -> None:
        """Count an element. Raise UnreadableTable where there are more than any return has."""
        self.element_count += 1
        self.subject_element_count = 0 if starts_subject else self.subject_element_count + 1
        if self.element_count > MAX_ELEMENTS:
            raise UnreadableTable(create_message("xml-too-large", parts="elements", most=MAX_ELEMENTS))
        if self.subject_element_count > MAX_SUBJECT_ELEMENTS:
            message = create_message("xml-too-large", parts="elements in one record", most=MAX_SUBJECT_ELEMENTS)
            raise UnreadableTable(message, self.expat_parser.CurrentLineNumber)

    def _add_text(self, text_chunk: str) -> None:
        if self.open_elements:
            self.open_elements[-1].text_chunks.append(text_chunk)
        elif self._is_in_authority:
            self._authority_chunks.append(text_chunk)

    def _end_element(self, qualified_name: str) -> None:
        self._depth -= 1
        self._is_in_authority = False
        if not self.open_elements:
            return
        element = self.open_elements.pop()
        if self.open_elements:
            self.open_elements[-1].child_elements.append(element)
        else:
            self._take_subject(element)

    def _take_subject(self, subject: _XmlElement) -> None:
        """Turn a complete subject into rows: one of its own, and one for each of its records."""
        if self._numbers_records is None:
            # What is inside a subject has lines of its own, or none of the file has.
            self._numbers_records = subject.line_number == self.expat_parser.CurrentLineNumber
        authority = "".join(self._authority_chunks).strip()
        cells: RecordCells = {AUTHORITY_TAG.lower(): authority} if authority else {}
        cells |= subject.collect_cells()
        for element in subject.find_descendants(IDENTITY_TAGS):
            cells |= element.collect_cells()
        self._add_record(subject, cells)
        for record_element in subject.find_descendants(RECORD_TAGS):
            # A record's own cell wins over an identity cell with the same tag.
            self._add_record(record_element, {**cells, **record_element.collect_cells()})

    def _add_record(self, element: _XmlElement, cells: RecordCells) -> None:
        self.record_count += 1
        if self.record_count > MAX_RECORDS:
            raise UnreadableTable(create_message("xml-too-large", parts="records", most=MAX_RECORDS))
        if element.tag not in self.record_tables:
            numbers_records = bool(self._numbers_records)
            self.record_tables[element.tag] = _RecordTable(element.tag, numbers_records=numbers_records)
        self.record_tables[element.tag].add_record(cells, element.line_number)

    def _refuse_doctype(self, *declaration: object) -> None:
        # Entities are declared there: a few lines of them can expand to gigabytes, or name other
        # files.
        raise UnreadableTable(create_message("xml-with-doctype"))


def read_xml_return(file_source: FileInput) -> dict[str, tuple[list[str], Iterator[RawTable]]]:
    """Read a return as tables by the tag of their records: the columns, and the rows in pieces.

    The pieces can be read once. Raise UnreadableTable where the file is not complete XML, has a
    document type declaration, or has more levels of elements than any return.
    """
    try:
        with closing(open_binary(file_source)) as xml_file:
            head_bytes = xml_file.read(_DECLARATION_BYTES)
            parser = _ReturnParser("utf-8" if _UNTRUE_DECLARATION.match(head_bytes) else None)
            parser.parse_rest(head_bytes, xml_file)
    except OSError as error:
        raise UnreadableTable(create_message("file-not-readable", reason=error.strerror or "")) from None
    except expat.ExpatError as error:
        message = create_message("xml-broken-off", reason=expat.ErrorString(error.code))
        raise UnreadableTable(message, error.lineno, truncated=True) from None
    except (LookupError, ValueError) as error:  # an unknown encoding
        raise UnreadableTable(create_message("xml-not-readable", reason=clean_text(str(error))[:120])) from None
    return {tag: table.release_table() for tag, table in parser.record_tables.items()}
