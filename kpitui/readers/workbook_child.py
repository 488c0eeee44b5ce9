"""Reads the sheets of a workbook in a process of its own, where its death harms nobody.

A workbook of a few kilobytes can abort the process that reads it, or fill the memory. This file is
run as a script and imports nothing of the package: it gets the workbook on its standard input and
its limits as arguments, and writes a line of JSON for each sheet and for each row.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Container, Iterator
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree

SHEET_KEY, HIDDEN_KEY, ERROR_KEY, TOO_LARGE_KEY = "sheet", "hidden", "error", "too_large"
"""What a line says that is not a row: which sheet begins and if it is hidden, or why the reading ends."""

_BUILT_IN_PERCENTAGES = ("9", "10")
_QUOTED_TEXT = re.compile(r'"[^"]*"|\\.')
_SHEET_CHUNK = 1 << 20  # bytes
_LONGEST_TAG = 500  # bytes
_NO_CELLS: frozenset[tuple[int, int]] = frozenset()


def main() -> None:
    """Limit this process, read the workbook, and write its sheets to standard output."""
    memory_bytes, processor_seconds, max_cells = map(int, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    workbook_bytes = sys.stdin.buffer.read()
    try:
        _write_sheets(workbook_bytes, max_cells)
    except BrokenPipeError:  # the reader has seen enough
        return
    except BaseException as error:  # a panic in calamine is not an Exception
        _write_line({ERROR_KEY: str(error).partition("\n")[0] or type(error).__name__})
    sys.stdout.flush()


def _write_sheets(workbook_bytes: bytes, max_cells: int) -> None:
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    remaining_cells = max_cells
    percentages = PercentageCells(workbook_bytes)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(workbook_bytes))
    for metadata in workbook.sheets_metadata:
        sheet = workbook.get_sheet_by_name(metadata.name)
        last_row, last_column = sheet.end or (0, 0)
        remaining_cells -= (last_row + 1) * (last_column + 1)
        if remaining_cells < 0:
            _write_line({TOO_LARGE_KEY: max_cells})
            return
        _write_line({SHEET_KEY: metadata.name, HIDDEN_KEY: metadata.visible != SheetVisibleEnum.Visible})
        # Empty rows and columns before the first cell are kept, so that places are those of the sheet.
        cells_before = [""] * (sheet.start[1] if sheet.start else 0)
        percentage_cells = percentages.find_cells(metadata.name)
        for row_number, row in enumerate(sheet.iter_rows(), 1):
            cells = cells_before + [_convert_cell(cell) for cell in row]
            if percentage_cells:
                cells = _write_percentages(cells, row_number, percentage_cells)
            _write_line(cells)


def _write_line(content: Any) -> None:
    sys.stdout.write(json.dumps(content, allow_nan=False) + "\n")


def _convert_cell(cell: object) -> str:
    """Convert a cell to the text of a CSV file: ISO dates, whole numbers without a point."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    # Excel stores every number as a float; a URN must not read 121646.0.
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _write_percentages(cells: list[str], row_number: int, percentage_cells: Container[tuple[int, int]]) -> list[str]:
    """Write the cells that show a percentage as what they show: 0.219 as 21.9%."""
    return [
        _format_percentage(cell) if (row_number, column_number) in percentage_cells else cell
        for column_number, cell in enumerate(cells, 1)
    ]


def _format_percentage(cell: str) -> str:
    try:
        return f"{float(cell) * 100:.12g}%"
    except ValueError:
        return cell


class PercentageCells:
    """The cells of an Excel workbook whose numbers are shown as percentages."""

    def __init__(self, workbook_bytes: bytes) -> None:
        self._archive, self._style_pattern = None, None
        self._sheet_parts: dict[str, str] = {}
        try:
            archive = zipfile.ZipFile(io.BytesIO(workbook_bytes))
            styles = _list_percentage_styles(archive.read("xl/styles.xml"))
            if styles:
                self._sheet_parts = _list_sheet_parts(archive)
                self._archive = archive
                self._style_pattern = re.compile(rf'<(?:\w+:)?c [^>]*\bs="(?:{"|".join(styles)})"[^>]*>'.encode())
        # Not such a workbook, or a damaged one: what calamine reads of it is all that there is.
        except (KeyError, ValueError, OSError, zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError):
            self._archive = None

    def find_cells(self, sheet_name: str) -> frozenset[tuple[int, int]]:
        """Find the row and column of each such cell of a sheet, from 1."""
        if self._archive is None or sheet_name not in self._sheet_parts:
            return _NO_CELLS
        try:
            return frozenset(self._iter_cells(self._sheet_parts[sheet_name]))
        except (KeyError, ValueError, OSError, zipfile.BadZipFile):
            return _NO_CELLS

    def _iter_cells(self, part: str) -> Iterator[tuple[int, int]]:
        assert self._archive is not None
        assert self._style_pattern is not None
        with self._archive.open(part) as stream:
            text = b""
            while chunk := stream.read(_SHEET_CHUNK):
                # A tag may be cut at the end of a chunk: it is looked at again with the next.
                text = text[-_LONGEST_TAG:] + chunk
                for tag in self._style_pattern.findall(text):
                    place = re.search(rb'\br="([A-Z]{1,3})(\d{1,7})"', tag)
                    if place is not None and not re.search(rb'\bt="(?!n")', tag):
                        yield int(place[2]), _number_column(place[1])


def _list_percentage_styles(styles_xml: bytes) -> list[str]:
    """List the numbers of the styles of cells that show a percentage."""
    elements = list(ElementTree.fromstring(styles_xml).iter())
    formats = {
        element.get("numFmtId")
        for element in elements
        if _get_name(element) == "numFmt" and "%" in _QUOTED_TEXT.sub("", element.get("formatCode", ""))
    }
    cell_styles = next((element for element in elements if _get_name(element) == "cellXfs"), ())
    return [
        str(number)
        for number, style in enumerate(cell_styles)
        if style.get("numFmtId") in formats.union(_BUILT_IN_PERCENTAGES)
    ]


def _list_sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """List the part of the archive of each sheet, by its name."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = list(ElementTree.fromstring(archive.read("xl/workbook.xml")).iter())
    return {
        sheet.get("name", ""): _find_part(targets.get(relation_id, ""))
        for sheet in sheets
        if _get_name(sheet) == "sheet"
        for relation_id in [value for key, value in sheet.items() if key.endswith("}id")][:1]
    }


def _find_part(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _get_name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _number_column(letters: bytes) -> int:
    """Return the number of a column from its letters: 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


if __name__ == "__main__":
    main()
