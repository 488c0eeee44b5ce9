"""The briefing as a workbook. Texts from the data are strings, never formulas or links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import count, islice
from typing import Any

from xlsxwriter.utility import xl_range

from kpitui import wording
from kpitui.drilldown.cases import iterate_case_rows
from kpitui.figure_wording import describe_reason
from kpitui.model.board import Rag
from kpitui.model.catalogue import Scalar
from kpitui.model.drilldown import IndicatorCases
from kpitui.report.briefing.document import (
    CONCERNS_RULE,
    GRADE_CHANGE_COLUMNS,
    RESTATEMENT_COLUMNS,
    WINS_RULE,
    Briefing,
    BriefingItem,
    Highlight,
    Statement,
)
from kpitui.report.formats.trend_svg import TARGET_COLOUR
from kpitui.report.formats.workbook_sheets import CHANGE_WIDTHS, SheetWriter
from kpitui.report.table_formats import format_cell
from kpitui.summaries.trends import list_drawn_points

MAX_SHEET_ROWS = 1_048_576  # the limit of a sheet in Excel
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
CHANGE_COLUMNS = tuple(("", width) for width in CHANGE_WIDTHS)
DEFINITION_COLUMNS = (
    ("Code", 9), ("Indicator", 34), ("Good is", 9), ("Counted over", 18), ("Definition", 90),
    ("Source", 40), ("Target and why", 50), ("Other definitions", 70),
)  # fmt: skip
CaseRow = Mapping[str, Scalar | None]


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
    writer.sheets.add_long_texts_sheet()
    writer.sheets.workbook.close()
    return buffer.getvalue()


class _WorkbookWriter:
    """Writes what a briefing says into the sheets of a workbook."""

    def __init__(self, buffer: BytesIO, briefing: Briefing) -> None:
        self.briefing = briefing
        self.sheets = SheetWriter(buffer, briefing)
        self._case_fields = self._list_case_fields()

    def add_summary_sheet(self) -> None:
        """Add a row of figures for each indicator, then the opening, wins and concerns."""
        worksheet, next_row = self.sheets.add_sheet(
            "Summary", SUMMARY_COLUMNS, frozen_columns=2, numeric_columns=range(2, 7)
        )
        for row_index, item in enumerate(self.briefing.items, next_row):
            self._write_figures(worksheet, row_index, item)
        next_row += len(self.briefing.items) + 1
        for footnote in self.briefing.footnotes:
            self.sheets.write_cell(worksheet, next_row, 0, f"{footnote.label} {footnote.text}")
            next_row += 1
        briefing = self.briefing
        next_row = self.sheets.write_lines(worksheet, next_row + 1, "In short", [briefing.opening])
        next_row = self.sheets.write_lines(worksheet, next_row, "Wins", _list_highlights(briefing.wins, WINS_RULE))
        self.sheets.write_lines(worksheet, next_row, "Concerns", _list_highlights(briefing.concerns, CONCERNS_RULE))

    def add_reasons_sheet(self) -> None:
        """Add the reasons, actions and comparators of each indicator."""
        worksheet, first_row = self.sheets.add_sheet("Reasons", REASON_COLUMNS, frozen_columns=2)
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
            self.sheets.write_wrapped_row(worksheet, row_index, cell_texts, REASON_COLUMNS)
            # Written again over the wrapped cell, to give the status its colour.
            self.sheets.write_cell(worksheet, row_index, 2, _format_rag(item.rag), self.sheets.formats.rags[item.rag])

    def add_trend_sheet(self) -> None:
        """Add the value of every indicator in every period, with a sparkline."""
        headings = ((trend_period.heading, 11) for trend_period in self.briefing.trend_periods)
        columns = [("Code", 9), ("Indicator", 34), ("Trend", 26), *headings]
        worksheet, first_row = self.sheets.add_sheet(
            "Trend", columns, frozen_columns=3, numeric_columns=range(3, len(columns))
        )
        for row_index, item in enumerate(self.briefing.items, first_row):
            self._write_trend(worksheet, row_index, item)

    def _write_trend(self, worksheet: Any, row_index: int, item: BriefingItem) -> None:
        self.sheets.write_cell(worksheet, row_index, 0, item.code)
        self.sheets.write_cell(worksheet, row_index, 1, item.title)
        values_by_period = {point.period: point.count.value for point in list_drawn_points(item.entry)}
        # The judged periods come first and in one block: the sparkline is drawn over their cells.
        block_end = 2
        for column_index, trend_period in enumerate(self.briefing.trend_periods, 3):
            value = values_by_period.get(trend_period.period)
            self.sheets.write_number(worksheet, row_index, column_index, value, self.sheets.formats.decimal)
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
        worksheet, next_row = self.sheets.add_sheet("Paper", columns, has_header=False)
        for section in briefing.sections:
            texts = (" ".join(filter(None, (statement.text, statement.due_text))) for statement in section.statements)
            next_row = self.sheets.write_lines(worksheet, next_row, section.heading, texts)
        for table in briefing.further_tables:
            next_row = self.sheets.write_table(
                worksheet, next_row, table.heading, table.columns, table.rows, [width for _, width in columns]
            )

    def add_changes_sheet(self) -> None:
        """Add changed grades, restated figures and questions."""
        briefing = self.briefing
        worksheet, next_row = self.sheets.add_sheet("What changed", CHANGE_COLUMNS, has_header=False)
        if briefing.grade_changes_span:
            heading = f"Schools and settings that changed grade: {briefing.grade_changes_span}"
            next_row = self.sheets.write_table(
                worksheet, next_row, heading, GRADE_CHANGE_COLUMNS, briefing.grade_changes
            )
        next_row = self.sheets.write_table(
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
        self.sheets.write_table(worksheet, next_row, "Questions", ("Indicator", "Question", "By", "Answer"), rows)

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
        worksheet, first_row = self.sheets.add_sheet(sheet_name, columns, frozen_columns=1, numeric_columns=(5, 6))
        next_row = first_row
        for cases, case_row in islice(all_rows, MAX_SHEET_ROWS - first_row):
            self._write_case(worksheet, next_row, cases, case_row)
            next_row += 1
        # Without cases the range is the heading alone: a filter may not end above its start.
        worksheet.autofilter(first_row - 1, 0, max(next_row, first_row) - 1, len(columns) - 1)
        return next_row == MAX_SHEET_ROWS

    def add_definitions_sheet(self) -> None:
        """Add the definition, source and target of each indicator, and the glossary."""
        worksheet, next_row = self.sheets.add_sheet("Definitions", DEFINITION_COLUMNS, frozen_columns=2)
        for row_index, item in enumerate(self.briefing.items, next_row):
            indicator = item.entry.indicator
            target_texts = [fact.text for fact in item.facts if fact.label == "Target"]
            texts = "\n".join(f"{variant.title}: {variant.note}".strip(": ") for variant in indicator.variants)
            definition = " ".join(indicator.definition.split())
            cell_texts = (
                indicator.code, indicator.title, indicator.polarity, indicator.rule.window, definition,
                indicator.source, " ".join(target_texts), texts,
            )  # fmt: skip
            self.sheets.write_wrapped_row(worksheet, row_index, cell_texts, DEFINITION_COLUMNS)
        next_row += len(self.briefing.items) + 1
        rows = [(term.label, term.text) for term in self.briefing.glossary]
        self.sheets.write_cell(worksheet, next_row, 0, "Glossary", self.sheets.formats.heading)
        for row_index, (term_name, term_text) in enumerate(rows, next_row + 1):
            self.sheets.write_cell(worksheet, row_index, 0, term_name)
            self.sheets.write_cell(worksheet, row_index, 2, term_text)

    def _write_figures(self, worksheet: Any, row_index: int, item: BriefingItem) -> None:
        point = item.entry.point
        texts_by_column = {
            0: item.code, 1: item.title, 8: item.to_target, 9: item.movement_text, 10: item.year_movement_text,
            11: wording.format_age_in_days(item.entry.data_age_days),
        }  # fmt: skip
        for column_index, cell_text in texts_by_column.items():
            self.sheets.write_cell(worksheet, row_index, column_index, cell_text)
        value = None if item.entry.problem else point.count.value
        # The number to calculate with; the next column has it as printed.
        self.sheets.write_number(worksheet, row_index, 2, value, self.sheets.formats.decimal)
        self.sheets.write_cell(worksheet, row_index, 3, item.value, self.sheets.formats.right)
        self.sheets.write_number(worksheet, row_index, 4, point.count.numerator, self.sheets.formats.count)
        self.sheets.write_number(worksheet, row_index, 5, point.count.denominator, self.sheets.formats.count)
        self.sheets.write_number(worksheet, row_index, 6, point.target, self.sheets.formats.decimal)
        self.sheets.write_cell(worksheet, row_index, 7, _format_rag(item.rag), self.sheets.formats.rags[item.rag])

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
            self.sheets.write_cell(worksheet, row_index, column_index, cell_text)
        for column_index, field_name in enumerate(("numerator", "denominator"), len(texts)):
            field_value = case_row[field_name]
            figure = field_value if isinstance(field_value, int | float) else None
            self.sheets.write_number(worksheet, row_index, column_index, figure, self.sheets.formats.count)
        for column_index, field_name in enumerate(self._case_fields, len(CASE_COLUMNS)):
            field_value = case_row.get(field_name)
            if isinstance(field_value, int | float) and not isinstance(field_value, bool):
                self.sheets.write_number(worksheet, row_index, column_index, field_value, self.sheets.formats.count)
            elif field_value is not None:
                self.sheets.write_cell(worksheet, row_index, column_index, format_cell(field_value))

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


_FRONT_CASE_FIELDS = ("numerator", "denominator", "counted", "left_out_because")

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
