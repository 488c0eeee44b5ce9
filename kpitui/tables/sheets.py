"""Workbooks (XLSX, XLS, ODS), read sheet by sheet as rows of text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from kpitui.tables.blocks import Source, content_of
from kpitui.tables.files import column_names
from kpitui.tables.raw import LINE, Note, Raw, Unreadable
from kpitui.text import clean

MOST_BYTES = 1_000_000_000  # unpacked
MOST_CELLS = 30_000_000  # of a sheet, by the size that it declares
ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
# The first bytes of a workbook: the first is a ZIP archive, the second is from before Excel 2007.
BEGINNINGS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Excel wraps a workbook with a password in a container of the older kind, in which this is the name
# of a stream.
LOCKED = "is locked by a password: open it, and save it without one"
_LOCKED = "EncryptedPackage".encode("utf-16-le")

Rows = Sequence[Sequence[str]]


def read_sheets(source: Source) -> Iterator[tuple[str, Rows]]:
    """Yield the name and the rows of every sheet; row 1 of the sheet comes first.

    Raise UnreadableTable where the workbook is locked, too large or damaged, or where the extra
    that reads workbooks is not installed.
    """
    try:
        from python_calamine import CalamineWorkbook
    except ImportError:
        raise Unreadable(
            "is a workbook: save its sheets as CSV, or install kpitui[sheets] to read it"
        ) from None
    whole = content_of(source)
    if whole.startswith(BEGINNINGS[1]) and _LOCKED in whole:
        raise Unreadable(LOCKED)
    content = io.BytesIO(whole)
    try:
        _unpacks_to_little(content)
        workbook = CalamineWorkbook.from_filelike(content)
        for name in workbook.sheet_names:
            yield clean(name), _rows(workbook.get_sheet_by_name(name))
    except (KeyboardInterrupt, SystemExit, GeneratorExit, Unreadable):
        raise
    except BaseException as error:  # a panic in calamine is not an Exception
        said = clean(str(error).splitlines()[0] if str(error) else type(error).__name__)
        if "password" in said.lower():
            raise Unreadable(LOCKED) from None
        told = f"is not a workbook that can be read: {said[:120]}"
        raise Unreadable(told, broken=True) from None


def under(rows: Rows, place: int) -> Raw:
    """Return the rows below the header row, which is counted from 1, without empty rows."""
    notes: list[Note] = []
    names = column_names(rows[place - 1], notes, place)
    body = [
        [*((cell or None) for cell in row), number]
        for number, row in enumerate(rows[place:], place + 1)
        if any(cell.strip() for cell in row)
    ]
    schema = {**dict.fromkeys(names, pl.String), LINE: pl.UInt32}
    # Cells of a workbook may hold any character, so they are never marked as printable ASCII.
    return Raw(pl.DataFrame(body, schema=schema, orient="row"), plain=False, header=place)


def _unpacks_to_little(content: io.BytesIO) -> None:
    """Raise UnreadableTable where a workbook would unpack to more than the limit."""
    packed = zipfile.is_zipfile(content)
    size = sum(one.file_size for one in zipfile.ZipFile(content).infolist()) if packed else 0
    content.seek(0)  # is_zipfile has moved it
    if size > MOST_BYTES:
        raise Unreadable(f"unpacks to more than {MOST_BYTES / 1e9:.0f} GB: save it as CSV")


def _rows(sheet: Any) -> Rows:
    """Return the cells of a sheet as text. Raise UnreadableTable where it declares too many."""
    # Checked before any row is read: a file of a few bytes can declare a sheet that fills the
    # memory.
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise Unreadable(f"has a sheet of more than {MOST_CELLS:,} cells: save it as CSV")
    # Empty rows and columns at the top are kept, so that row numbers are those of the sheet.
    return [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _text(cell: object) -> str:
    """Convert a cell to the text of a CSV file: ISO dates, whole numbers without a point."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    # Excel stores every number as a float; a URN must not read 121646.0.
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
