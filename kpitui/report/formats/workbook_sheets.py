"""Sheets of a workbook, each with its cover. Texts are strings, never formulas or links."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import datetime, time
from io import BytesIO
from math import isnan
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from kpitui.report.briefing.document import Briefing
from kpitui.report.briefing.withheld import NOT_SHOWN
from kpitui.report.formats.trend_svg import RAG_COLOURS, TARGET_COLOUR
from kpitui.text import clean_text

LINE_HEIGHT, MAX_ROW_HEIGHT = 13, 400  # points; Excel allows a row at most 409
MAX_CELL_UNITS = 32_767  # the limit of a cell in Excel, which counts in UTF-16
TEXT_PART_CHARACTERS = 16_000  # of a longer text: fits in a cell whatever its characters
# By default xlsxwriter turns strings that look like formulas or links into them.
WORKBOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LONG_TEXT_COLUMNS = (("Sheet", 14), ("Cell", 9), ("Rest of the text", 150))
CHANGE_WIDTHS = (44, 34, 30, 34, 20)
_LONG_TEXTS_SHEET = "Long texts"
_FIRST_BODY_ROW = 6  # below the cover and the header, counted from 0
# A heading, and the width in characters.
SheetColumns = Sequence[tuple[str, int]]


class SheetWriter:
    """Writes the sheets of a workbook, each with the cover of the briefing above it."""

    def __init__(self, buffer: BytesIO, briefing: Briefing) -> None:
        self.briefing, cover = briefing, briefing.cover
        self.workbook = xlsxwriter.Workbook(buffer, WORKBOOK_OPTIONS)
        self.workbook.set_properties(
            {
                "title": clean_text(cover.title),
                "subject": clean_text(f"{cover.council}, {cover.period}"),
                "author": clean_text(cover.council),
                "comments": cover.marking,
                # Not the present time: the same briefing must give the same bytes.
                "created": datetime.combine(briefing.as_at, time()),
            }
        )
        self.formats = _CellFormats(self.workbook, internal=briefing.internal)
        self._long_texts = _LongTexts()

    def add_sheet(
        self,
        sheet_name: str,
        columns: SheetColumns,
        *,
        frozen_columns: int = 0,
        has_header: bool = True,
        numeric_columns: Container[int] = (),
    ) -> tuple[Any, int]:
        """Add a sheet with its head; return it and the index of the next free row."""
        worksheet = self.workbook.add_worksheet(sheet_name)
        self._write_cover(worksheet, sheet_name)
        for column_index, (_, column_width) in enumerate(columns):
            worksheet.set_column(column_index, column_index, column_width)
        self._set_up_page(worksheet)
        if not has_header:
            return worksheet, 5
        for column_index, (column_title, _) in enumerate(columns):
            header_text = column_title.replace("{before}", self.briefing.previous_period).replace(
                "{year_before}", self.briefing.year_earlier
            )
            header_format = self.formats.right_header if column_index in numeric_columns else self.formats.header
            self.write_cell(worksheet, 5, column_index, header_text, header_format)
        worksheet.freeze_panes(6, frozen_columns)
        worksheet.repeat_rows(5)
        return worksheet, 6

    def write_lines(self, worksheet: Any, row_index: int, heading: str, line_texts: Iterable[str]) -> int:
        """Write lines below a heading; return the row after the blank one that follows."""
        self.write_cell(worksheet, row_index, 0, heading, self.formats.heading)
        for line_text in line_texts:
            row_index += 1
            self.write_cell(worksheet, row_index, 0, line_text)
        return row_index + 2

    def write_table(
        self,
        worksheet: Any,
        first_row: int,
        heading: str,
        column_names: Sequence[str],
        text_rows: Sequence[Sequence[str]],
        column_widths: Sequence[int] = CHANGE_WIDTHS,
    ) -> int:
        """Write a table below a heading, or "None."; return the row after the blank one that follows."""
        self.write_cell(worksheet, first_row, 0, heading, self.formats.heading)
        if not text_rows:
            self.write_cell(worksheet, first_row + 1, 0, "None.")
            return first_row + 3
        for column_index, column_name in enumerate(column_names):
            self.write_cell(worksheet, first_row + 1, column_index, column_name, self.formats.header)
        for row_index, cell_texts in enumerate(text_rows, first_row + 2):
            sheet_columns = [("", width) for width in column_widths[: len(cell_texts)]]
            self.write_wrapped_row(worksheet, row_index, cell_texts, sheet_columns)
        return first_row + 3 + len(text_rows)

    def write_wrapped_row(
        self, worksheet: Any, row_index: int, cell_texts: Sequence[str], columns: SheetColumns
    ) -> None:
        """Write a row of wrapped texts, as high as the longest needs."""
        line_count = 1
        for column_index, (cell_text, (_, column_width)) in enumerate(zip(cell_texts, columns, strict=True)):
            self.write_cell(worksheet, row_index, column_index, cell_text, self.formats.wrapped)
            # xlsxwriter does not measure text, so the height is estimated: a line of prose holds
            # about 1.1 characters for each unit of width.
            lines = sum(1 + len(line) * 10 // (column_width * 11) for line in cell_text.splitlines())
            line_count = max(line_count, lines)
        worksheet.set_row(row_index, min(LINE_HEIGHT * line_count + 3, MAX_ROW_HEIGHT))

    def write_cell(self, worksheet: Any, row_index: int, column_index: int, text: str, cell_format: Any = None) -> None:
        """Write a text as a string cell, whatever it looks like."""
        cleaned_text = "\n".join(map(clean_text, text.splitlines()))
        if cleaned_text:
            cleaned_text = self._long_texts.keep_rest(worksheet, row_index, column_index, cleaned_text)
            worksheet.write_string(row_index, column_index, cleaned_text, cell_format or self.formats.plain)

    def write_number(
        self, worksheet: Any, row_index: int, column_index: int, figure: float | None, cell_format: Any
    ) -> None:
        """Write a number, or in words that it is hidden; None leaves the cell empty."""
        if figure is not None and isnan(figure):
            # NaN stands for a hidden number, and Excel has no cell for NaN.
            self.write_cell(worksheet, row_index, column_index, NOT_SHOWN, self.formats.right)
        elif figure is not None:
            worksheet.write_number(row_index, column_index, figure, cell_format)

    def add_long_texts_sheet(self) -> None:
        """Add the rest of the texts that are longer than a cell, if there are any."""
        if not self._long_texts.rows:
            return
        worksheet, next_row = self.add_sheet(_LONG_TEXTS_SHEET, LONG_TEXT_COLUMNS, frozen_columns=2)
        for row_index, cell_texts in enumerate(self._long_texts.rows, next_row):
            self.write_wrapped_row(worksheet, row_index, cell_texts, LONG_TEXT_COLUMNS)

    def _write_cover(self, worksheet: Any, sheet_name: str) -> None:
        """Write the title, the meeting, the marking and the age of the data above a sheet."""
        cover = self.briefing.cover
        cover_parts = (cover.council, cover.committee, f"meeting of {cover.meeting_date}", cover.period)
        notices = (f"{cover.data_age}.", cover.made_up_notice)
        worksheet.set_row(0, 24)
        self.write_cell(worksheet, 0, 0, f"{cover.title}: {sheet_name}", self.formats.title)
        self.write_cell(worksheet, 1, 0, " · ".join(filter(None, cover_parts)))
        self.write_cell(worksheet, 2, 0, cover.marking, self.formats.marking)
        self.write_cell(worksheet, 3, 0, " ".join(filter(None, notices)))

    def _set_up_page(self, worksheet: Any) -> None:
        worksheet.set_landscape()
        worksheet.set_paper(9)  # A4
        # One page wide, as many high as it takes.
        worksheet.fit_to_pages(1, 0)
        # 2 hides them on the screen too, not only in print.
        worksheet.hide_gridlines(2)
        # "&" starts a code in a footer: &L left, &R right, &P page, &N pages.
        worksheet.set_footer(f"&L{self.briefing.cover.marking.replace('&', '&&')}&R&P of &N")


class _CellFormats:
    """The formats that cells of all sheets share."""

    def __init__(self, workbook: Any, *, internal: bool) -> None:
        base_properties = {"font_name": "Arial", "font_size": 10, "valign": "top"}

        def add_format(**properties: Any) -> Any:
            return workbook.add_format(base_properties | properties)

        self.plain = add_format()
        self.wrapped = add_format(text_wrap=True)
        self.title = add_format(bold=True, font_size=16)
        self.heading = add_format(bold=True, font_size=12, font_color=TARGET_COLOUR)
        self.header = add_format(bold=True, bottom=2, text_wrap=True, valign="bottom")
        self.right_header = add_format(bold=True, bottom=2, text_wrap=True, valign="bottom", align="right")
        self.right = add_format(align="right")
        self.marking = add_format(bold=True, font_color=RAG_COLOURS["red"] if internal else "#3c454f")
        self.count = add_format(num_format="#,##0.##")
        self.decimal = add_format(num_format="0.0")
        self.rags = {rag: add_format(bold=True, indent=1, font_color=colour) for rag, colour in RAG_COLOURS.items()}


class _LongTexts:
    """What does not fit into the cells of a workbook, to be written on a sheet of its own."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str]] = []

    def keep_rest(self, worksheet: Any, row_index: int, column_index: int, text: str) -> str:
        """Return what fits into a cell of a text, with where the rest stands if it does not fit."""
        if len(text.encode("utf-16-le")) // 2 <= MAX_CELL_UNITS:
            return text
        first_part, *further_parts = (
            text[start : start + TEXT_PART_CHARACTERS] for start in range(0, len(text), TEXT_PART_CHARACTERS)
        )
        first_row = _FIRST_BODY_ROW + len(self.rows) + 1
        cell_name = xl_rowcol_to_cell(row_index, column_index)
        self.rows += [(worksheet.get_name(), cell_name, part) for part in further_parts]
        return f"{first_part} … (continued on the sheet {_LONG_TEXTS_SHEET}, row {first_row})"
