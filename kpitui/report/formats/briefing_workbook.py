"""The briefing as a workbook. Texts from the data are strings, never formulas or links."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time
from io import BytesIO
from itertools import count, islice
from math import isnan
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from kpitui import wording
from kpitui.drilldown.cases import iterate_case_rows
from kpitui.figure_wording import describe_reason
from kpitui.model.board import Rag
from kpitui.model.catalogue import Scalar
from kpitui.model.drilldown import IndicatorCases
from kpitui.report.briefing.document import (
    GRADE_CHANGE_COLUMNS,
    RESTATEMENT_COLUMNS,
    Briefing,
    BriefingItem,
    Highlight,
    Statement,
)
from kpitui.report.briefing.withheld import NOT_SHOWN
from kpitui.report.formats.trend_svg import RAG_COLOURS, TARGET_COLOUR
from kpitui.report.table_formats import format_cell
from kpitui.summaries.trends import list_drawn_points
from kpitui.text import clean_text

LINE_HEIGHT, MAX_ROW_HEIGHT = 13, 400  # points; Excel allows a row at most 409
MAX_CELL_UNITS = 32_767  # the limit of a cell in Excel, which counts in UTF-16
TEXT_PART_CHARACTERS = 16_000  # of a longer text: fits in a cell whatever its characters
MAX_SHEET_ROWS = 1_048_576  # the limit of a sheet in Excel
# By default xlsxwriter turns strings that look like formulas or links into them.
WORKBOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
SUMMARY_COLUMNS = (
    ("Code", 9), ("Indicator", 36), ("Value", 9), ("As printed", 13), ("Numerator", 11),
    ("Denominator", 12), ("Target", 9), ("Status", 11), ("To target", 17), ("Since {before}", 21),
    ("Since {year_before}", 21), ("Age", 15),
)  # fmt: skip
REASON_COLUMNS = (
    ("Code", 9), ("Indicator", 30), ("Status", 11), ("Why", 32), ("Reason", 52), ("Actions", 44),
    ("Compared with", 70), ("Please note", 32),
)  # fmt: skip
CASE_COLUMNS = (
    ("Code", 9), ("Period", 12), ("Subject", 16), ("Counted", 9), ("Left out because", 24),
    ("Numerator", 11), ("Denominator", 12),
)  # fmt: skip
LONG_TEXT_COLUMNS = (("Sheet", 14), ("Cell", 9), ("Rest of the text", 150))
CHANGE_WIDTHS = (44, 34, 30, 34, 20)
CHANGE_COLUMNS = tuple(("", width) for width in CHANGE_WIDTHS)
DEFINITION_COLUMNS = (
    ("Code", 9), ("Indicator", 34), ("Good is", 9), ("Counted over", 18), ("Definition", 90),
    ("Source", 40), ("Target and why", 50), ("Other definitions", 70),
)  # fmt: skip
CaseRow = Mapping[str, Scalar | None]
# A heading, and the width in characters.
SheetColumns = Sequence[tuple[str, int]]


def render_workbook(briefing: Briefing) -> bytes:
    """Return the workbook; its dates are those of the meeting."""
    buffer = BytesIO()
    writer = _WorkbookWriter(buffer, briefing)
    writer.add_summary_sheet()
    writer.add_reasons_sheet()
    writer.add_trend_sheet()
    writer.add_paper_sheet()
    writer.add_changes_sheet()
    if briefing.internal and briefing.cases:
        writer.add_cases_sheet()
    writer.add_definitions_sheet()
    writer.add_long_texts_sheet()
    writer.workbook.close()
    return buffer.getvalue()


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


class _WorkbookWriter:
    """A workbook being written."""

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
        self._case_fields = self._list_case_fields()

    # --- the sheets -------------------------------------------------------------------------------

    def add_summary_sheet(self) -> None:
        """Add a row of figures for each indicator, then the opening, wins and concerns."""
        worksheet, next_row = self._add_sheet("Summary", SUMMARY_COLUMNS, frozen_columns=2, numeric_columns=range(2, 7))
        for row_index, item in enumerate(self.briefing.items, next_row):
            self._write_figures(worksheet, row_index, item)
        next_row += len(self.briefing.items) + 1
        for footnote in self.briefing.footnotes:
            self._write_text(worksheet, next_row, 0, f"{footnote.label} {footnote.text}")
            next_row += 1
        briefing = self.briefing
        next_row = self._write_lines(worksheet, next_row + 1, "In short", [briefing.opening])
        next_row = self._write_lines(worksheet, next_row, "Wins", _list_highlights(briefing.wins, briefing.wins_rule))
        self._write_lines(worksheet, next_row, "Concerns", _list_highlights(briefing.concerns, briefing.concerns_rule))

    def add_reasons_sheet(self) -> None:
        """Add the reasons, actions and comparators of each indicator."""
        worksheet, first_row = self._add_sheet("Reasons", REASON_COLUMNS, frozen_columns=2)
        for row_index, item in enumerate(self.briefing.items, first_row):
            text = "\n".join(
                f"{comparison.name}: {comparison.value}" + (f" ({comparison.detail})" if comparison.detail else "")
                for comparison in item.comparators
            )
            note_texts = [fact.text for fact in item.facts if fact.label in ("Small numbers", "Please note")]
            problem_texts = [fact.text for fact in item.facts if fact.label == "No value"]
            rag_reason = " ".join(problem_texts) or describe_reason(item.entry)
            cell_texts = (
                item.code, item.title, _format_rag(item.rag), rag_reason, _join_statements(item.reasons),
                _join_statements(item.actions), text, "\n".join(note_texts),
            )  # fmt: skip
            self._write_wrapped_row(worksheet, row_index, cell_texts, REASON_COLUMNS)
            # Written again over the wrapped cell, to give the status its colour.
            self._write_text(worksheet, row_index, 2, _format_rag(item.rag), self.formats.rags[item.rag])

    def add_trend_sheet(self) -> None:
        """Add the value of every indicator in every period, with a sparkline."""
        headings = ((trend_period.heading, 11) for trend_period in self.briefing.trend_periods)
        columns = [("Code", 9), ("Indicator", 34), ("Trend", 26), *headings]
        worksheet, first_row = self._add_sheet(
            "Trend", columns, frozen_columns=3, numeric_columns=range(3, len(columns))
        )
        for row_index, item in enumerate(self.briefing.items, first_row):
            self._write_trend(worksheet, row_index, item)

    def _write_trend(self, worksheet: Any, row_index: int, item: BriefingItem) -> None:
        self._write_text(worksheet, row_index, 0, item.code)
        self._write_text(worksheet, row_index, 1, item.title)
        values_by_period = {point.period: point.count.value for point in list_drawn_points(item.entry)}
        # The judged periods come first and in one block: the sparkline is drawn over their cells.
        block_end = 2
        for column_index, trend_period in enumerate(self.briefing.trend_periods, 3):
            value = values_by_period.get(trend_period.period)
            self._write_number(worksheet, row_index, column_index, value, self.formats.decimal)
            block_end = column_index if trend_period.is_judged_kind else block_end
        if block_end > 2:
            scale = {"min": item.trend.scale_low, "max": item.trend.scale_high}
            data_range = "'Trend'!" + xl_range(row_index, 3, row_index, block_end)
            worksheet.add_sparkline(row_index, 2, {"range": data_range, **scale, **_SPARKLINE_OPTIONS})
        worksheet.set_row(row_index, 24)

    def add_paper_sheet(self) -> None:
        """Add purpose, decisions and the tables over time, each as rows of text."""
        briefing = self.briefing
        column_count = max((len(table.columns) for table in briefing.further_tables), default=4)
        columns = [("", 9), ("", 44), *[("", 14)] * (column_count - 2)]
        worksheet, next_row = self._add_sheet("Paper", columns, has_header=False)
        for section in briefing.sections:
            texts = (" ".join(filter(None, (statement.text, statement.due_text))) for statement in section.statements)
            next_row = self._write_lines(worksheet, next_row, section.heading, texts)
        for table in briefing.further_tables:
            next_row = self._write_table(
                worksheet, next_row, table.heading, table.columns, table.rows, [width for _, width in columns]
            )

    def add_changes_sheet(self) -> None:
        """Add changed grades, restated figures and questions."""
        briefing = self.briefing
        worksheet, next_row = self._add_sheet("What changed", CHANGE_COLUMNS, has_header=False)
        if briefing.grade_changes_span:
            heading = f"Schools and settings that changed grade: {briefing.grade_changes_span}"
            next_row = self._write_table(worksheet, next_row, heading, GRADE_CHANGE_COLUMNS, briefing.grade_changes)
        next_row = self._write_table(
            worksheet, next_row, "Restated since last time", RESTATEMENT_COLUMNS, briefing.restatements
        )
        rows = [
            (
                f"{thread.code} {thread.title}".strip(),
                thread.question.text,
                thread.question.attribution,
                _join_statements(thread.answers),
            )
            for thread in briefing.question_threads
        ]
        self._write_table(worksheet, next_row, "Questions", ("Indicator", "Question", "By", "Answer"), rows)

    def add_cases_sheet(self) -> None:
        """Add the rows behind every number, filterable, on as many sheets as they need."""
        all_rows = ((cases, case_row) for cases in self.briefing.cases for case_row in iterate_case_rows(cases))
        for sheet_number in count(1):
            if not self._fill_cases_sheet("Cases" if sheet_number == 1 else f"Cases {sheet_number}", all_rows):
                break

    def _fill_cases_sheet(self, sheet_name: str, all_rows: Iterator[tuple[IndicatorCases, CaseRow]]) -> bool:
        """Write rows to a new sheet, and say whether it is full."""
        field_columns = ((name.replace("_", " "), max(14, len(name) + 1)) for name in self._case_fields)
        columns = (*CASE_COLUMNS, *field_columns)
        worksheet, first_row = self._add_sheet(sheet_name, columns, frozen_columns=1, numeric_columns=(5, 6))
        next_row = first_row
        for cases, case_row in islice(all_rows, MAX_SHEET_ROWS - first_row):
            self._write_case(worksheet, next_row, cases, case_row)
            next_row += 1
        # Without cases the range is the heading alone: a filter may not end above its start.
        worksheet.autofilter(first_row - 1, 0, max(next_row, first_row) - 1, len(columns) - 1)
        return next_row == MAX_SHEET_ROWS

    def add_definitions_sheet(self) -> None:
        """Add the definition, source and target of each indicator, and the glossary."""
        worksheet, next_row = self._add_sheet("Definitions", DEFINITION_COLUMNS, frozen_columns=2)
        for row_index, item in enumerate(self.briefing.items, next_row):
            indicator = item.entry.indicator
            target_texts = [fact.text for fact in item.facts if fact.label == "Target"]
            texts = "\n".join(f"{variant.title}: {variant.note}".strip(": ") for variant in indicator.variants)
            definition = " ".join(indicator.definition.split())
            cell_texts = (
                indicator.code, indicator.title, indicator.polarity, indicator.rule.window, definition,
                indicator.source, " ".join(target_texts), texts,
            )  # fmt: skip
            self._write_wrapped_row(worksheet, row_index, cell_texts, DEFINITION_COLUMNS)
        next_row += len(self.briefing.items) + 1
        rows = [(term.label, term.text) for term in self.briefing.glossary]
        self._write_text(worksheet, next_row, 0, "Glossary", self.formats.heading)
        for row_index, (term_name, term_text) in enumerate(rows, next_row + 1):
            self._write_text(worksheet, row_index, 0, term_name)
            self._write_text(worksheet, row_index, 2, term_text)

    def add_long_texts_sheet(self) -> None:
        """Add the rest of the texts that are longer than a cell, if there are any."""
        if not self._long_texts.rows:
            return
        worksheet, next_row = self._add_sheet(_LONG_TEXTS_SHEET, LONG_TEXT_COLUMNS, frozen_columns=2)
        for row_index, cell_texts in enumerate(self._long_texts.rows, next_row):
            self._write_wrapped_row(worksheet, row_index, cell_texts, LONG_TEXT_COLUMNS)

    # --- their parts ------------------------------------------------------------------------------

    def _add_sheet(
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
            self._write_text(worksheet, 5, column_index, header_text, header_format)
        worksheet.freeze_panes(6, frozen_columns)
        worksheet.repeat_rows(5)
        return worksheet, 6

    def _write_cover(self, worksheet: Any, sheet_name: str) -> None:
        """Write the title, the meeting, the marking and the age of the data above a sheet."""
        cover = self.briefing.cover
        cover_parts = (cover.council, cover.committee, f"meeting of {cover.meeting_date}", cover.period)
        notices = (f"{cover.data_age}.", cover.made_up_notice)
        worksheet.set_row(0, 24)
        self._write_text(worksheet, 0, 0, f"{cover.title}: {sheet_name}", self.formats.title)
        self._write_text(worksheet, 1, 0, " · ".join(filter(None, cover_parts)))
        self._write_text(worksheet, 2, 0, cover.marking, self.formats.marking)
        self._write_text(worksheet, 3, 0, " ".join(filter(None, notices)))

    def _set_up_page(self, worksheet: Any) -> None:
        worksheet.set_landscape()
        worksheet.set_paper(9)  # A4
        # One page wide, as many high as it takes.
        worksheet.fit_to_pages(1, 0)
        # 2 hides them on the screen too, not only in print.
        worksheet.hide_gridlines(2)
        # "&" starts a code in a footer: &L left, &R right, &P page, &N pages.
        worksheet.set_footer(f"&L{self.briefing.cover.marking.replace('&', '&&')}&R&P of &N")

    def _write_figures(self, worksheet: Any, row_index: int, item: BriefingItem) -> None:
        point = item.entry.point
        texts_by_column = {
            0: item.code, 1: item.title, 8: item.to_target, 9: item.movement_text, 10: item.year_movement_text,
            11: wording.format_age_in_days(item.entry.data_age_days),
        }  # fmt: skip
        for column_index, cell_text in texts_by_column.items():
            self._write_text(worksheet, row_index, column_index, cell_text)
        value = None if item.entry.problem else point.count.value
        # The number to calculate with; the next column has it as printed.
        self._write_number(worksheet, row_index, 2, value, self.formats.decimal)
        self._write_text(worksheet, row_index, 3, item.value, self.formats.right)
        self._write_number(worksheet, row_index, 4, point.count.numerator, self.formats.count)
        self._write_number(worksheet, row_index, 5, point.count.denominator, self.formats.count)
        self._write_number(worksheet, row_index, 6, point.target, self.formats.decimal)
        self._write_text(worksheet, row_index, 7, _format_rag(item.rag), self.formats.rags[item.rag])

    def _write_wrapped_row(
        self, worksheet: Any, row_index: int, cell_texts: Sequence[str], columns: SheetColumns
    ) -> None:
        """Write a row of wrapped texts, as high as the longest needs."""
        line_count = 1
        for column_index, (cell_text, (_, column_width)) in enumerate(zip(cell_texts, columns, strict=True)):
            self._write_text(worksheet, row_index, column_index, cell_text, self.formats.wrapped)
            # xlsxwriter does not measure text, so the height is estimated: a line of prose holds
            # about 1.1 characters for each unit of width.
            lines = sum(1 + len(line) * 10 // (column_width * 11) for line in cell_text.splitlines())
            line_count = max(line_count, lines)
        worksheet.set_row(row_index, min(LINE_HEIGHT * line_count + 3, MAX_ROW_HEIGHT))

    def _write_case(self, worksheet: Any, row_index: int, indicator_cases: IndicatorCases, case_row: CaseRow) -> None:
        subject_column = indicator_cases.subject_column
        texts = (
            indicator_cases.entry.indicator.code,
            str(indicator_cases.period),
            format_cell(case_row[subject_column]) if subject_column else "",
            format_cell(case_row["counted"]),
            format_cell(case_row["left_out_because"]),
        )
        for column_index, cell_text in enumerate(texts):
            self._write_text(worksheet, row_index, column_index, cell_text)
        for column_index, field_name in enumerate(("numerator", "denominator"), len(texts)):
            field_value = case_row[field_name]
            figure = field_value if isinstance(field_value, int | float) else None
            self._write_number(worksheet, row_index, column_index, figure, self.formats.count)
        for column_index, field_name in enumerate(self._case_fields, len(CASE_COLUMNS)):
            field_value = case_row.get(field_name)
            if isinstance(field_value, int | float) and not isinstance(field_value, bool):
                self._write_number(worksheet, row_index, column_index, field_value, self.formats.count)
            elif field_value is not None:
                self._write_text(worksheet, row_index, column_index, format_cell(field_value))

    def _list_case_fields(self) -> tuple[str, ...]:
        """List the columns that any indicator's cases have besides those at the front, each once."""
        return tuple(
            dict.fromkeys(
                name
                for cases in self.briefing.cases
                for name in cases.column_names
                if name not in (*_FRONT_CASE_FIELDS, cases.subject_column)
            )
        )

    def _write_lines(self, worksheet: Any, row_index: int, heading: str, line_texts: Iterable[str]) -> int:
        self._write_text(worksheet, row_index, 0, heading, self.formats.heading)
        for line_text in line_texts:
            row_index += 1
            self._write_text(worksheet, row_index, 0, line_text)
        return row_index + 2

    def _write_table(
        self,
        worksheet: Any,
        first_row: int,
        heading: str,
        column_names: Sequence[str],
        text_rows: Sequence[Sequence[str]],
        column_widths: Sequence[int] = CHANGE_WIDTHS,
    ) -> int:
        self._write_text(worksheet, first_row, 0, heading, self.formats.heading)
        if not text_rows:
            self._write_text(worksheet, first_row + 1, 0, "None.")
            return first_row + 3
        for column_index, column_name in enumerate(column_names):
            self._write_text(worksheet, first_row + 1, column_index, column_name, self.formats.header)
        for row_index, cell_texts in enumerate(text_rows, first_row + 2):
            sheet_columns = [("", width) for width in column_widths[: len(cell_texts)]]
            self._write_wrapped_row(worksheet, row_index, cell_texts, sheet_columns)
        return first_row + 3 + len(text_rows)

    def _write_text(
        self, worksheet: Any, row_index: int, column_index: int, text: str, cell_format: Any = None
    ) -> None:
        """Write a text as a string cell, whatever it looks like."""
        cleaned_text = "\n".join(map(clean_text, text.splitlines()))
        if cleaned_text:
            cleaned_text = self._long_texts.keep_rest(worksheet, row_index, column_index, cleaned_text)
            worksheet.write_string(row_index, column_index, cleaned_text, cell_format or self.formats.plain)

    def _write_number(
        self, worksheet: Any, row_index: int, column_index: int, figure: float | None, cell_format: Any
    ) -> None:
        if figure is not None and isnan(figure):
            # NaN stands for a hidden number, and Excel has no cell for NaN.
            self._write_text(worksheet, row_index, column_index, NOT_SHOWN, self.formats.right)
        elif figure is not None:
            worksheet.write_number(row_index, column_index, figure, cell_format)


_FRONT_CASE_FIELDS = ("numerator", "denominator", "counted", "left_out_because")
_LONG_TEXTS_SHEET = "Long texts"
_FIRST_BODY_ROW = 6  # below the cover and the header, counted from 0

# Columns: LibreOffice does not print sparklines that are lines.
_SPARKLINE_OPTIONS = {
    "type": "column", "series_color": "#7b8794", "last_point": True, "last_color": TARGET_COLOUR,
}  # fmt: skip


def _format_rag(rag: Rag) -> str:
    return f"{wording.RAG_SHAPES[rag]} {wording.RAG_WORDS[rag]}"


def _join_statements(statements: Iterable[Statement]) -> str:
    return "\n".join(
        ("Draft from the figures: " if statement.is_draft else "")
        + statement.text
        + (f" ({statement.due_text})" if statement.due_text else "")
        for statement in statements
    )


def _list_highlights(highlights: Iterable[Highlight], rule: str) -> list[str]:
    return [
        *(f"{highlight.item.code} {highlight.item.title}: {highlight.explanation}" for highlight in highlights),
        rule,
    ]
