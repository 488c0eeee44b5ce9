"""Reads the sheets of a workbook in a process of its own, where its death harms nobody.

A workbook of a few kilobytes can abort the process that reads it, or fill the memory. This file is
run as a script and imports nothing of the package: it gets the workbook on its standard input and
its limits as arguments, and writes a line of JSON for each sheet and for each row.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime
from typing import Any

SHEET_KEY, HIDDEN_KEY, ERROR_KEY, TOO_LARGE_KEY = "sheet", "hidden", "error", "too_large"
"""What a line says that is not a row: which sheet begins and if it is hidden, or why the reading ends."""


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
        for row in sheet.iter_rows():
            _write_line(cells_before + [_convert_cell(cell) for cell in row])


def _write_line(content: Any) -> None:
    sys.stdout.write(json.dumps(content) + "\n")


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


if __name__ == "__main__":
    main()
