"""The commentary file, parsed so that single rows can be changed.

Every row keeps its exact text, so that whatever is not changed is written back byte for byte:
encoding, line endings, columns of the council's own, even rows that could not be read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kpitui.tables.blocks import Text
from kpitui.tables.csv_rows import LONGEST
from kpitui.tables.files import headers
from kpitui.tables.schema import TABLES

COLUMNS = tuple(TABLES["commentary"].columns)
NEEDED = tuple(one.name for one in TABLES["commentary"].columns.values() if one.required)
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_BLANKS = " \N{NO-BREAK SPACE}"

Row = Mapping[str, str]
"""The cells of a row that are not empty, by column name."""


class Unwritable(ValueError):
    """Raised for a file that cannot be changed without harm; the message says why."""


class Gone(ValueError):
    """Raised where a row to be changed is no longer in the file as it was."""


@dataclass(frozen=True, slots=True)
class Record:
    """A row: its text with the line ending, its first line, and its cells (none if unusable)."""

    text: str
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A row to be replaced. A new row has no `old_row`, a deleted one no `new_row`."""

    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class Table:
    """A parsed file: how it is written, the text down to its header, its columns and its rows."""

    encoding: str
    mark: bytes
    separator: str
    end: str
    head: str
    names: tuple[str, ...]
    records: tuple[Record, ...]

    def row(self, record: Record) -> Row:
        """Return the cells of a record that are not empty, without the spaces around them."""
        cells = zip(self.names, record.cells, strict=False)
        return {name: kept for name, cell in cells if (kept := cell.strip(_BLANKS))}

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return every usable row."""
        return tuple(self.row(record) for record in self.records if record.cells)


def new_table() -> Table:
    """Return a table without rows, for a council that has no file yet."""
    return Table("utf-8", b"", ",", "\n", ",".join(COLUMNS) + "\n", COLUMNS, ())


def read_table(content: bytes) -> Table:
    """Parse a file of commentary.

    Raises UnwritableFile where it has no header, breaks off within a row, or would not be written
    back as the same bytes.
    """
    mark, encoding = next((one for one in _MARKS if content.startswith(one[0])), (b"", "utf-8"))
    text, encoding = _decoded(content[len(mark) :], encoding)
    # newline="" keeps \n, \r\n and \r as they are.
    lines = list(io.StringIO(text, newline=""))
    place, separator, names = _header(text)
    records = tuple(_records(lines, place, separator, len(names)))
    end = next((mark for mark in ("\r\n", "\n", "\r") if lines[place - 1].endswith(mark)), "\n")
    table = Table(encoding, mark, separator, end, "".join(lines[:place]), names, records)
    # The proof that nothing will be lost, before anything is changed.
    if written(table) != content:
        raise Unwritable("cannot be written again as it stands: save it as UTF-8 first")
    return table


def written(table: Table) -> bytes:
    """Return the bytes of a file.

    Raises UnwritableFile for a character that its encoding lacks.
    """
    text = table.head + "".join(record.text for record in table.records)
    try:
        return table.mark + text.encode(table.encoding, _errors(table.encoding))
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        raise Unwritable(
            f"is {table.encoding}, which has no {letter!r}: save it as UTF-8 first"
        ) from None


def changed(table: Table, changes: Iterable[Change]) -> Table:
    """Return the file with rows changed where they are, deleted, or added at its end.

    A row is identified by what it says. One that already says what it should is left alone. Raises
    RowConflict for the first row that is not there as it was.
    """
    records: list[Record | None] = list(table.records)
    added: list[Row] = []
    wanted = [one for one in changes if one.before != one.after]
    for one in wanted:
        # All columns are added first, so that every row is then compared and written at full width.
        table, records = _with_columns(table, records, one.after or {})
    for one in wanted:
        place = None if one.before is None else _place(table, records, one.before)
        if place is not None:
            after = one.after
            records[place] = None if after is None else _altered(table, records[place], after)
        # A row that already says this was written by an earlier attempt or by somebody else: it is
        # not added a second time.
        elif one.after is None or _place(table, records, one.after) is None:
            if one.before is not None:
                raise Gone(one.before.get("text", ""))
            added.append(one.after or {})
    kept = [record for record in records if record is not None]
    table = _ended(replace(table, records=tuple(kept)))
    fresh = (_record(table, [row.get(name, "") for name in table.names]) for row in added)
    return replace(table, records=(*table.records, *fresh))


def _decoded(content: bytes, encoding: str) -> tuple[str, str]:
    """Decode text as `encoding`, or else as Windows-1252; return it with the encoding used."""
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError:
        # Tables are read the same way. `surrogateescape` keeps the five bytes that Windows-1252
        # does not define, so that they are written back as they were.
        return content.decode("cp1252", _errors("cp1252")), "cp1252"


def _errors(encoding: str) -> str:
    return "surrogateescape" if encoding == "cp1252" else "strict"


def _header(text: str) -> tuple[int, str, tuple[str, ...]]:
    """Return the header's line, its separator and its column names."""
    # Line endings are made alike for the search alone; the lines keep theirs.
    opened = Text(b"", text.replace("\r\n", "\n").replace("\r", "\n"))
    for header in headers(opened):
        if set(NEEDED) <= set(header.names):
            return header.place, header.separator, header.names
    raise Unwritable(f"has no header with {', '.join(NEEDED)}")


def _records(lines: Sequence[str], place: int, separator: str, many: int) -> Iterable[Record]:
    """Yield each row after the header; one that does not fit the header has text but no cells."""
    # The csv module refuses cells of more than 128 KB unless told otherwise.
    csv.field_size_limit(LONGEST)
    body = lines[place:]
    reader = csv.reader(iter(body), delimiter=separator)
    last = 0
    while last < len(body):
        try:
            cells = next(reader)
        except (StopIteration, csv.Error) as error:
            raise Unwritable(f"breaks off at line {place + last + 1}: {error}") from None
        # A quoted cell may hold line breaks: line_num says how many lines the reader has taken.
        text = "".join(body[last : reader.line_num])
        # Spreadsheets often end rows with a few separators too many.
        fits = len(cells) == many or (len(cells) > many and not any(cells[many:]))
        usable = fits and any(cell.strip() for cell in cells)
        yield Record(text, place + last + 1, tuple(cells) if usable else ())
        last = reader.line_num


def _place(table: Table, records: Sequence[Record | None], row: Row) -> int | None:
    """Return the position of the first row that says this, or None."""
    for place, record in enumerate(records):
        if record is not None and record.cells and table.row(record) == row:
            return place
    return None


def _with_columns(
    table: Table, records: list[Record | None], row: Row
) -> tuple[Table, list[Record | None]]:
    """Return the file with every column of a row, adding missing ones at the end."""
    further = [name for name in row if name not in table.names]
    if not further:
        return table, records
    more = "".join(table.separator + name for name in further)
    blank = table.separator * len(further)
    wider = [record and _wider(record, blank, len(further)) for record in records]
    names = (*table.names, *further)
    return replace(table, head=_before_end(table.head, more), names=names), wider


def _wider(record: Record, blank: str, many: int) -> Record:
    """Add empty cells to a record; a blank line stays blank."""
    if not record.text.strip():
        return record
    text = _before_end(record.text, blank)
    return Record(text, record.line, (*record.cells, *[""] * many) if record.cells else ())


def _before_end(text: str, more: str) -> str:
    """Insert text before the line ending of the last line."""
    bare = text.rstrip("\r\n")
    return bare + more + text[len(bare) :]


def _altered(table: Table, record: Record | None, row: Row) -> Record:
    """Return a record that says something else; cells that say the same keep their exact text."""
    assert record is not None
    cells = zip(table.names, record.cells, strict=False)
    now = [
        cell if cell.strip(_BLANKS) == row.get(name, "") else row.get(name, "")
        for name, cell in cells
    ]
    return replace(_record(table, now), line=record.line)


def _record(table: Table, cells: Sequence[str]) -> Record:
    out = io.StringIO()
    csv.writer(out, delimiter=table.separator, lineterminator=table.end).writerow(cells)
    return Record(out.getvalue(), 0, tuple(cells))


def _ended(table: Table) -> Table:
    """Return the file with a line ending on its last line, so that another row can follow."""
    if not table.records:
        whole = table.head.endswith(("\n", "\r"))
        return table if whole else replace(table, head=table.head + table.end)
    *before, last = table.records
    if last.text.endswith(("\n", "\r")):
        return table
    return replace(table, records=(*before, replace(last, text=last.text + table.end)))
