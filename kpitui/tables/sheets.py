"""Workbooks (XLSX, XLS, ODS) as rows of text, sheet by sheet."""

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

MOST_BYTES = 1_000_000_000  # of what a workbook unpacks to
MOST_CELLS = 30_000_000  # of a sheet: what it says of its size may be a lie
ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
# What workbooks begin with: those that are packed, and those of Excel before 2007.
BEGINNINGS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# What stands in one of Excel that is locked: it is packed into one of the older kind.
LOCKED = "is locked by a password: open it, and save it without one"
_LOCKED = "EncryptedPackage".encode("utf-16-le")

Rows = Sequence[Sequence[str]]


def read_sheets(source: Source) -> Iterator[tuple[str, Rows]]:
    """Every sheet of a workbook by name, its rows as text from row 1 on.  Raises Unreadable."""
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
    except BaseException as error:  # calamine raises several kinds; its panics are no Exceptions
        said = clean(str(error).splitlines()[0] if str(error) else type(error).__name__)
        if "password" in said.lower():
            raise Unreadable(LOCKED) from None
        told = f"is not a workbook that can be read: {said[:120]}"
        raise Unreadable(told, broken=True) from None


def under(rows: Rows, place: int) -> Raw:
    """The rows under the header that stands in a row, without those that are empty."""
    notes: list[Note] = []
    names = column_names(rows[place - 1], notes, place)
    body = [
        [*((cell or None) for cell in row), number]
        for number, row in enumerate(rows[place:], place + 1)
        if any(cell.strip() for cell in row)
    ]
    schema = {**dict.fromkeys(names, pl.String), LINE: pl.UInt32}
    return Raw(pl.DataFrame(body, schema=schema, orient="row"), plain=False, header=place)


def _unpacks_to_little(content: io.BytesIO) -> None:
    packed = zipfile.is_zipfile(content)
    size = sum(one.file_size for one in zipfile.ZipFile(content).infolist()) if packed else 0
    content.seek(0)  # from where it is read, whether it is packed or not
    if size > MOST_BYTES:
        raise Unreadable(f"unpacks to more than {MOST_BYTES / 1e9:.0f} GB: save it as CSV")


def _rows(sheet: Any) -> Rows:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise Unreadable(f"has a sheet of more than {MOST_CELLS:,} cells: save it as CSV")
    return [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _text(cell: object) -> str:
    """A cell as a file of text would have it: ISO dates, whole numbers without a point."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
