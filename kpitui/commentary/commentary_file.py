"""The commentary file, parsed so that single rows can be changed.

Every row keeps its exact text, so that whatever is not changed is written back byte for byte:
encoding, line endings, columns of the council's own, even rows that could not be read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.readers.csv_records import MAX_CELL_CHARACTERS
from kpitui.readers.data_files import find_header_candidates
from kpitui.readers.text_blocks import TextFile

COMMENTARY_COLUMNS = tuple(CLEAN_TABLES["commentary"].columns)
REQUIRED_COLUMNS = tuple(column.name for column in CLEAN_TABLES["commentary"].columns.values() if column.required)
_MARKED_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_BLANK_CHARACTERS = " \N{NO-BREAK SPACE}"

CommentaryRow = Mapping[str, str]
"""The cells of a row that are not empty, by column name."""


class UnwritableFile(ValueError):
    """Raised for a file that cannot be changed without harm; the message says why."""


class RowConflict(ValueError):
    """Raised where a row to be changed is no longer in the file as it was."""


@dataclass(frozen=True, slots=True)
class CommentaryRecord:
    """A row: its text with the line ending, its first line, and its cells (none if unusable)."""

    text: str
    line_number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row to be replaced. A new row has no `old_row`, a deleted one no `new_row`."""

    old_row: CommentaryRow | None
    new_row: CommentaryRow | None


@dataclass(frozen=True, slots=True)
class CommentaryFile:
    """A parsed file: how it is written, the text down to its header, its columns and its rows."""

    encoding: str
    byte_order_mark: bytes
    separator: str
    line_ending: str
    header_text: str
    column_names: tuple[str, ...]
    records: tuple[CommentaryRecord, ...]

    def read_row(self, record: CommentaryRecord) -> CommentaryRow:
        """Return the cells of a record that are not empty, without the spaces around them."""
        named_cells = zip(self.column_names, record.cells, strict=False)
        return {name: stripped_cell for name, cell in named_cells if (stripped_cell := cell.strip(_BLANK_CHARACTERS))}

    @property
    def filled_rows(self) -> tuple[CommentaryRow, ...]:
        """Return every usable row."""
        return tuple(self.read_row(record) for record in self.records if record.cells)


def create_empty_commentary() -> CommentaryFile:
    """Return a table without rows, for a council that has no file yet."""
    return CommentaryFile("utf-8", b"", ",", "\n", ",".join(COMMENTARY_COLUMNS) + "\n", COMMENTARY_COLUMNS, ())


def parse_commentary_file(file_bytes: bytes) -> CommentaryFile:
    """Parse a file of commentary.

    Raises UnwritableFile where it has no header, breaks off within a row, or would not be written
    back as the same bytes.
    """
    order_mark, encoding = next(
        (mark_encoding for mark_encoding in _MARKED_ENCODINGS if file_bytes.startswith(mark_encoding[0])),
        (b"", "utf-8"),
    )
    file_text, encoding = _decode_content(file_bytes[len(order_mark) :], encoding)
    # newline="" keeps \n, \r\n and \r as they are.
    text_lines = list(io.StringIO(file_text, newline=""))
    header_line, separator, column_names = _find_header_row(file_text)
    records = tuple(_split_commentary_records(text_lines, header_line, separator, len(column_names)))
    line_ending = next(
        (ending for ending in ("\r\n", "\n", "\r") if text_lines[header_line - 1].endswith(ending)), "\n"
    )
    commentary = CommentaryFile(
        encoding, order_mark, separator, line_ending, "".join(text_lines[:header_line]), column_names, records
    )
    # The proof that nothing will be lost, before anything is changed.
    if encode_commentary_file(commentary) != file_bytes:
        raise UnwritableFile("cannot be written again as it stands: save it as UTF-8 first")
    return commentary


def encode_commentary_file(commentary: CommentaryFile) -> bytes:
    """Return the bytes of a file.

    Raises UnwritableFile for a character that its encoding lacks.
    """
    file_text = commentary.header_text + "".join(record.text for record in commentary.records)
    try:
        return commentary.byte_order_mark + file_text.encode(
            commentary.encoding, _choose_error_handler(commentary.encoding)
        )
    except UnicodeEncodeError as encode_error:
        letter = encode_error.object[encode_error.start]
        raise UnwritableFile(f"is {commentary.encoding}, which has no {letter!r}: save it as UTF-8 first") from None


def apply_row_changes(commentary: CommentaryFile, row_changes: Iterable[RowChange]) -> CommentaryFile:
    """Return the file with rows changed where they are, deleted, or added at its end.

    A row is identified by what it says. One that already says what it should is left alone. Raises
    RowConflict for the first row that is not there as it was.
    """
    records: list[CommentaryRecord | None] = list(commentary.records)
    added_rows: list[CommentaryRow] = []
    changes = [change for change in row_changes if change.old_row != change.new_row]
    for row_change in changes:
        # All columns are added first, so that every row is then compared and written at full width.
        commentary, records = _add_missing_columns(commentary, records, row_change.new_row or {})
    for row_change in changes:
        record_index = (
            None if row_change.old_row is None else _find_record_index(commentary, records, row_change.old_row)
        )
        if record_index is not None:
            new_row = row_change.new_row
            records[record_index] = (
                None if new_row is None else _change_record(commentary, records[record_index], new_row)
            )
        # A row that already says this was written by an earlier attempt or by somebody else: it is
        # not added a second time.
        elif row_change.new_row is None or _find_record_index(commentary, records, row_change.new_row) is None:
            if row_change.old_row is not None:
                raise RowConflict(row_change.old_row.get("text", ""))
            added_rows.append(row_change.new_row or {})
    remaining_records = [record for record in records if record is not None]
    commentary = _end_last_line(replace(commentary, records=tuple(remaining_records)))
    added_records = (
        _format_record(commentary, [row.get(name, "") for name in commentary.column_names]) for row in added_rows
    )
    return replace(commentary, records=(*commentary.records, *added_records))


def _decode_content(text_bytes: bytes, encoding: str) -> tuple[str, str]:
    """Decode text as `encoding`, or else as Windows-1252; return it with the encoding used."""
    try:
        return text_bytes.decode(encoding), encoding
    except UnicodeDecodeError:
        # Tables are read the same way. `surrogateescape` keeps the five bytes that Windows-1252
        # does not define, so that they are written back as they were.
        return text_bytes.decode("cp1252", _choose_error_handler("cp1252")), "cp1252"


def _choose_error_handler(encoding: str) -> str:
    return "surrogateescape" if encoding == "cp1252" else "strict"


def _find_header_row(file_text: str) -> tuple[int, str, tuple[str, ...]]:
    """Return the header's line, its separator and its column names."""
    # Line endings are made alike for the search alone; the lines keep theirs.
    decoded_text = TextFile(b"", file_text.replace("\r\n", "\n").replace("\r", "\n"))
    for header in find_header_candidates(decoded_text):
        if set(REQUIRED_COLUMNS) <= set(header.column_names):
            return header.line_number, header.separator, header.column_names
    raise UnwritableFile(f"has no header with {', '.join(REQUIRED_COLUMNS)}")


def _split_commentary_records(
    text_lines: Sequence[str], header_line: int, separator: str, column_count: int
) -> Iterable[CommentaryRecord]:
    """Yield each row after the header; one that does not fit the header has text but no cells."""
    # The csv module refuses cells of more than 128 KB unless told otherwise.
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    body_lines = text_lines[header_line:]
    csv_reader = csv.reader(iter(body_lines), delimiter=separator)
    lines_read = 0
    while lines_read < len(body_lines):
        try:
            cells = next(csv_reader)
        except (StopIteration, csv.Error) as csv_error:
            raise UnwritableFile(f"breaks off at line {header_line + lines_read + 1}: {csv_error}") from None
        # A quoted cell may hold line breaks: line_num says how many lines the reader has taken.
        record_text = "".join(body_lines[lines_read : csv_reader.line_num])
        # Spreadsheets often end rows with a few separators too many.
        fits_header = len(cells) == column_count or (len(cells) > column_count and not any(cells[column_count:]))
        is_usable = fits_header and any(cell.strip() for cell in cells)
        yield CommentaryRecord(record_text, header_line + lines_read + 1, tuple(cells) if is_usable else ())
        lines_read = csv_reader.line_num


def _find_record_index(
    commentary: CommentaryFile, records: Sequence[CommentaryRecord | None], sought_row: CommentaryRow
) -> int | None:
    """Return the position of the first row that says this, or None."""
    for record_index, record in enumerate(records):
        if record is not None and record.cells and commentary.read_row(record) == sought_row:
            return record_index
    return None


def _add_missing_columns(
    commentary: CommentaryFile, records: list[CommentaryRecord | None], new_row: CommentaryRow
) -> tuple[CommentaryFile, list[CommentaryRecord | None]]:
    """Return the file with every column of a row, adding missing ones at the end."""
    columns = [name for name in new_row if name not in commentary.column_names]
    if not columns:
        return commentary, records
    addition = "".join(commentary.separator + column_name for column_name in columns)
    blank_cells = commentary.separator * len(columns)
    widened_records = [record and _widen_record(record, blank_cells, len(columns)) for record in records]
    column_names = (*commentary.column_names, *columns)
    return replace(
        commentary, header_text=_insert_before_line_end(commentary.header_text, addition), column_names=column_names
    ), widened_records


def _widen_record(record: CommentaryRecord, blank_cells: str, added_columns: int) -> CommentaryRecord:
    """Add empty cells to a record; a blank line stays blank."""
    if not record.text.strip():
        return record
    widened_text = _insert_before_line_end(record.text, blank_cells)
    return CommentaryRecord(
        widened_text, record.line_number, (*record.cells, *[""] * added_columns) if record.cells else ()
    )


def _insert_before_line_end(line_text: str, inserted_text: str) -> str:
    """Insert text before the line ending of the last line."""
    bare_text = line_text.rstrip("\r\n")
    return bare_text + inserted_text + line_text[len(bare_text) :]


def _change_record(
    commentary: CommentaryFile, record: CommentaryRecord | None, new_row: CommentaryRow
) -> CommentaryRecord:
    """Return a record that says something else; cells that say the same keep their exact text."""
    assert record is not None
    named_cells = zip(commentary.column_names, record.cells, strict=False)
    cells = [
        cell if cell.strip(_BLANK_CHARACTERS) == new_row.get(name, "") else new_row.get(name, "")
        for name, cell in named_cells
    ]
    return replace(_format_record(commentary, cells), line_number=record.line_number)


def _format_record(commentary: CommentaryFile, cells: Sequence[str]) -> CommentaryRecord:
    csv_output = io.StringIO()
    csv.writer(csv_output, delimiter=commentary.separator, lineterminator=commentary.line_ending).writerow(cells)
    return CommentaryRecord(csv_output.getvalue(), 0, tuple(cells))


def _end_last_line(commentary: CommentaryFile) -> CommentaryFile:
    """Return the file with a line ending on its last line, so that another row can follow."""
    if not commentary.records:
        is_ended = commentary.header_text.endswith(("\n", "\r"))
        return (
            commentary if is_ended else replace(commentary, header_text=commentary.header_text + commentary.line_ending)
        )
    *records, last_record = commentary.records
    if last_record.text.endswith(("\n", "\r")):
        return commentary
    return replace(commentary, records=(*records, replace(last_record, text=last_record.text + commentary.line_ending)))
