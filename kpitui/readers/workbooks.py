"""Workbooks (XLSX, XLS, ODS), read sheet by sheet as rows of text."""

from __future__ import annotations

import io
import json
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import polars as pl

from kpitui.model.issues import create_message
from kpitui.readers.data_files import normalise_column_names
from kpitui.readers.expansion_limits import limit_unpacked_bytes
from kpitui.readers.raw_table import LINE_COLUMN, RawTable, ReaderNote, UnreadableTable
from kpitui.readers.text_blocks import FileInput, read_all_bytes
from kpitui.readers.workbook_child import ERROR_KEY, HIDDEN_KEY, SHEET_KEY, TOO_LARGE_KEY
from kpitui.text import clean_text, format_install_command

MAX_SHEET_CELLS = 8_000_000  # of all sheets together, by the sizes that they declare
# What the process that reads a workbook may take, at least and for each byte of the workbook.
CHILD_MEMORY_BYTES, CHILD_BYTES_PER_BYTE, CHILD_SECONDS = 500_000_000, 20, 12
_CHILD_SCRIPT = Path(__file__).with_name("workbook_child.py")
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
# The first bytes of a workbook: the first is a ZIP archive, the second is from before Excel 2007.
WORKBOOK_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Excel wraps a workbook with a password in a container of the older kind, in which this is the name
# of a stream.
_ENCRYPTION_MARK = "EncryptedPackage".encode("utf-16-le")

# A row that somebody hid, or filtered away, in the sheets of an Excel workbook.
_HIDDEN_ROW = re.compile(rb'<row\b[^>]*\bhidden="(?:1|true)"')
_SHEET_FOLDER = "xl/worksheets/"

SheetRows = list[list[str]]


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """A sheet of a workbook: its rows as text, row 1 first, and whether it is hidden."""

    name: str
    rows: SheetRows
    is_hidden: bool


def count_hidden_rows(file_source: FileInput) -> int:
    """Count the rows that are hidden or filtered away in an Excel workbook; 0 for another kind."""
    workbook_bytes = read_all_bytes(file_source)
    _check_unpacked_size(workbook_bytes)
    stream = io.BytesIO(workbook_bytes)
    if not zipfile.is_zipfile(stream):
        return 0
    with zipfile.ZipFile(stream) as archive, suppress(zipfile.BadZipFile, zlib.error, OSError, RuntimeError):
        sheet_names = [name for name in archive.namelist() if name.startswith(_SHEET_FOLDER) and name.endswith(".xml")]
        return sum(1 for name in sheet_names for _ in _HIDDEN_ROW.finditer(archive.read(name)))
    return 0


def read_sheets(file_source: FileInput) -> Iterator[WorkbookSheet]:
    """Yield every sheet of a workbook.

    Raise UnreadableTable where the workbook is locked, too large or damaged, or where the extra
    that reads workbooks is not installed.
    """
    if find_spec("python_calamine") is None:
        raise UnreadableTable(create_message("workbook-needs-extra", command=format_install_command("sheets")))
    workbook_bytes = read_all_bytes(file_source)
    if workbook_bytes.startswith(WORKBOOK_SIGNATURES[1]) and _ENCRYPTION_MARK in workbook_bytes:
        raise UnreadableTable(create_message("workbook-locked"))
    _check_unpacked_size(workbook_bytes)
    with _start_child(workbook_bytes) as child_output:
        yield from _read_child_sheets(child_output, limit_unpacked_bytes(len(workbook_bytes)))


@contextmanager
def _start_child(workbook_bytes: bytes) -> Iterator[IO[bytes]]:
    """Start the process that reads a workbook, hand it over, and give what the process writes."""
    megabytes = len(workbook_bytes) // 1_000_000
    memory_bytes = CHILD_MEMORY_BYTES + CHILD_BYTES_PER_BYTE * len(workbook_bytes)
    limits = (memory_bytes, CHILD_SECONDS + megabytes, MAX_SHEET_CELLS)
    # -P: a module in the folder where the user is must not be imported.
    command_line = [sys.executable, "-P", str(_CHILD_SCRIPT), *map(str, limits)]
    pipe, null_device = subprocess.PIPE, subprocess.DEVNULL
    process = subprocess.Popen(command_line, stdin=pipe, stdout=pipe, stderr=null_device)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        # The child writes nothing before it has read everything, so neither waits for the other.
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(workbook_bytes)
        yield process.stdout
        if process.wait():
            raise UnreadableTable(create_message("workbook-too-heavy"))
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _read_child_sheets(child_output: IO[bytes], max_bytes: int) -> Iterator[WorkbookSheet]:
    """Yield the sheets that a child process writes, up to so many bytes."""
    open_sheet: WorkbookSheet | None = None
    shared_cells: dict[str, str] = {}
    for line in child_output:
        max_bytes -= len(line)
        if max_bytes < 0:
            raise UnreadableTable(create_message("workbook-too-heavy"))
        # A child that dies stops in the middle of a line.
        content = json.loads(line) if line.endswith(b"\n") else None
        if isinstance(content, list) and open_sheet is not None:
            # Most words of a table come again and again: each is kept once.
            open_sheet.rows.append([shared_cells.setdefault(cell, cell) for cell in content])
            continue
        if open_sheet is not None:
            yield open_sheet
        open_sheet = _begin_sheet(content)
    if open_sheet is not None:
        yield open_sheet


def _begin_sheet(content: Any) -> WorkbookSheet:
    """Return the sheet that a line begins, without rows. Raise UnreadableTable for why there is none."""
    if content is None:
        raise UnreadableTable(create_message("workbook-too-heavy"))
    if TOO_LARGE_KEY in content:
        raise UnreadableTable(create_message("sheet-too-large", cell_count=content[TOO_LARGE_KEY]))
    if ERROR_KEY in content:
        error_text = clean_text(content[ERROR_KEY])
        if "password" in error_text.lower():
            raise UnreadableTable(create_message("workbook-locked"))
        raise UnreadableTable(create_message("workbook-not-readable", reason=error_text[:120]), truncated=True)
    return WorkbookSheet(clean_text(content[SHEET_KEY]), [], content[HIDDEN_KEY])


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


def _check_unpacked_size(workbook_bytes: bytes) -> None:
    """Raise UnreadableTable where a workbook would unpack to more than the limit, or is damaged."""
    limit = limit_unpacked_bytes(len(workbook_bytes))
    try:
        with zipfile.ZipFile(io.BytesIO(workbook_bytes)) as archive:
            unpacked_bytes = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        return  # a workbook from before Excel 2007, or one that its reader will complain about
    if unpacked_bytes > limit:
        raise UnreadableTable(create_message("workbook-too-large", megabytes=limit // 10**6))
