"""Workbooks (XLSX, XLS, ODS), read sheet by sheet as rows of text."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from kpitui.model.issues import create_message
from kpitui.readers.data_files import normalise_column_names
from kpitui.readers.raw_table import LINE_COLUMN, RawTable, ReaderNote, UnreadableTable
from kpitui.readers.text_blocks import FileInput, read_all_bytes
from kpitui.text import clean_text, format_install_command

MAX_WORKBOOK_BYTES = 1_000_000_000  # unpacked
MAX_SHEET_CELLS = 30_000_000  # of a sheet, by the size that it declares
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
# The first bytes of a workbook: the first is a ZIP archive, the second is from before Excel 2007.
WORKBOOK_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Excel wraps a workbook with a password in a container of the older kind, in which this is the name
# of a stream.
_ENCRYPTION_MARK = "EncryptedPackage".encode("utf-16-le")

# A row that somebody hid, or filtered away, in the sheets of an Excel workbook.
_HIDDEN_ROW = re.compile(rb'<row\b[^>]*\bhidden="(?:1|true)"')
_SHEET_FOLDER = "xl/worksheets/"

SheetRows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """A sheet of a workbook: its rows as text, row 1 first, and whether it is hidden."""

    name: str
    rows: SheetRows
    is_hidden: bool


def count_hidden_rows(file_source: FileInput) -> int:
    """Count the rows that are hidden or filtered away in an Excel workbook; 0 for another kind."""
    stream = io.BytesIO(read_all_bytes(file_source))
    if not zipfile.is_zipfile(stream):
        return 0
    with zipfile.ZipFile(stream) as archive, suppress(zipfile.BadZipFile, zlib.error, OSError, RuntimeError):
        sheet_names = [name for name in archive.namelist() if name.startswith(_SHEET_FOLDER) and name.endswith(".xml")]
        return sum(len(_HIDDEN_ROW.findall(archive.read(name))) for name in sheet_names)
    return 0


def read_sheets(file_source: FileInput) -> Iterator[WorkbookSheet]:
    """Yield every sheet of a workbook.

    Raise UnreadableTable where the workbook is locked, too large or damaged, or where the extra
    that reads workbooks is not installed.
    """
    try:
        from python_calamine import CalamineWorkbook, SheetVisibleEnum
    except ImportError:
        raise UnreadableTable(
            create_message("workbook-needs-extra", command=format_install_command("sheets"))
        ) from None
    workbook_bytes = read_all_bytes(file_source)
    if workbook_bytes.startswith(WORKBOOK_SIGNATURES[1]) and _ENCRYPTION_MARK in workbook_bytes:
        raise UnreadableTable(create_message("workbook-locked"))
    stream = io.BytesIO(workbook_bytes)
    try:
        _check_unpacked_size(stream)
        workbook = CalamineWorkbook.from_filelike(stream)
        for metadata in workbook.sheets_metadata:
            is_hidden = metadata.visible != SheetVisibleEnum.Visible
            sheet_rows = _read_sheet_rows(workbook.get_sheet_by_name(metadata.name))
            yield WorkbookSheet(clean_text(metadata.name), sheet_rows, is_hidden)
    except (KeyboardInterrupt, SystemExit, GeneratorExit, UnreadableTable):
        raise
    except BaseException as error:  # a panic in calamine is not an Exception
        error_text = clean_text(str(error).splitlines()[0] if str(error) else type(error).__name__)
        if "password" in error_text.lower():
            raise UnreadableTable(create_message("workbook-locked")) from None
        message = create_message("workbook-not-readable", reason=error_text[:120])
        raise UnreadableTable(message, truncated=True) from None


def read_below_header(sheet_rows: SheetRows, header_row: int) -> RawTable:
    """Return the rows below the header row, which is counted from 1, without empty rows."""
    reader_notes: list[ReaderNote] = []
    headings = normalise_column_names(sheet_rows[header_row - 1], reader_notes, header_row)
    body_rows = [
        [*((cell or None) for cell in row), number]
        for number, row in enumerate(sheet_rows[header_row:], header_row + 1)
        if any(cell.strip() for cell in row)
    ]
    frame_schema = {**dict.fromkeys(headings, pl.String), LINE_COLUMN: pl.UInt32}
    # Cells of a workbook may hold any character, so they are never marked as printable ASCII.
    return RawTable(
        pl.DataFrame(body_rows, schema=frame_schema, orient="row"), ascii_only=False, header_line=header_row
    )


def _check_unpacked_size(workbook_stream: io.BytesIO) -> None:
    """Raise UnreadableTable where a workbook would unpack to more than the limit."""
    is_zipped = zipfile.is_zipfile(workbook_stream)
    unpacked_bytes = sum(member.file_size for member in zipfile.ZipFile(workbook_stream).infolist()) if is_zipped else 0
    workbook_stream.seek(0)  # is_zipfile has moved it
    if unpacked_bytes > MAX_WORKBOOK_BYTES:
        raise UnreadableTable(create_message("workbook-too-large", gigabytes=MAX_WORKBOOK_BYTES // 10**9))


def _read_sheet_rows(sheet: Any) -> SheetRows:
    """Return the cells of a sheet as text. Raise UnreadableTable where it declares too many."""
    # Checked before any row is read: a file of a few bytes can declare a sheet that fills the
    # memory.
    if sheet.total_height * sheet.total_width > MAX_SHEET_CELLS:
        raise UnreadableTable(create_message("sheet-too-large", cell_count=MAX_SHEET_CELLS))
    # Empty rows and columns at the top are kept, so that row numbers are those of the sheet.
    return [[_convert_sheet_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _convert_sheet_cell(cell: object) -> str:
    """Convert a cell to the text of a CSV file: ISO dates, whole numbers without a point."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    # Excel stores every number as a float; a URN must not read 121646.0.
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
