"""Formats rows as plain text, Markdown and CSV tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import compress
from math import isnan
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from kpitui.figure_wording import describe_cases_to_target, describe_reason, format_entry_value
from kpitui.issue_wording import describe_problem
from kpitui.model.board import Board, Count, Entry
from kpitui.model.catalogue import Scalar
from kpitui.report.markdown_text import to_markdown
from kpitui.text import REPLACEMENT_CHARACTER, clean_text
from kpitui.wording import (
    RAG_SHAPES,
    RAG_WORDS,
    SUPPRESSED_SYMBOL,
    describe_events,
    describe_tested_movement,
    format_age_in_days,
    format_count,
    format_count_value,
    format_exact,
    format_fraction,
    format_target,
)

if TYPE_CHECKING:
    from kpitui.model.drilldown import IndicatorCases

# A spreadsheet runs a cell that begins with one of these, unless an apostrophe comes first.
_FORMULA_PREFIXES = ("=", "+", "-", "@")

STATUS_COLUMNS = (
    "code",
    "indicator",
    "value",
    "cases",
    "target",
    "rag",
    "direction",
    "year on year",
    "to target",
    "age",
)
NUMERIC_COLUMNS = frozenset({"before", "after", "value", "cases", "target", "age", "numerator", "denominator"})


def format_status_rows(board: Board) -> list[tuple[str, ...]]:
    """Return a row of text for each indicator, in the columns of STATUS_COLUMNS."""
    return [_format_status_row(entry) for entry in board.entries]


def format_plain_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Format a table with two spaces between columns and numbers to the right; cuts nothing."""
    table_rows = [tuple(columns), *(tuple(row) for row in rows)]
    widths = [max(len(row[index]) for row in table_rows) for index in range(len(columns))]
    aligned = [name in NUMERIC_COLUMNS for name in columns]
    table_lines = (
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, aligned, strict=True)
        ).rstrip()
        for row in table_rows
    )
    return "\n".join(table_lines)


def format_markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Format a Markdown table whose cells are shown as they are."""
    alignment_row = [("---:" if name in NUMERIC_COLUMNS else "---") for name in columns]
    heading, *text_rows = ([to_markdown(cell) for cell in row] for row in (columns, *rows))
    return "\n".join(f"| {' | '.join(row)} |" for row in (heading, alignment_row, *text_rows))


def format_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Format CSV with a header, every cell made safe for a spreadsheet."""
    csv_buffer = io.StringIO()
    # The csv module ends lines with CR LF by default.
    csv_writer = csv.writer(csv_buffer, lineterminator="\n")
    csv_writer.writerow([to_spreadsheet_cell(name) for name in columns])
    csv_writer.writerows([to_spreadsheet_cell(cell) for cell in row] for row in rows)
    return csv_buffer.getvalue().rstrip("\n")


def to_spreadsheet_cell(cell: Scalar | None) -> Scalar:
    """Return a cell that a spreadsheet does not run: missing values are empty, text is cleaned.

    Text that would start a formula gets an apostrophe in front.
    """
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell
    cleaned_text = clean_text(cell)
    return f"'{cleaned_text}" if _looks_like_formula(cleaned_text) else cleaned_text


def _looks_like_formula(cell_text: str) -> bool:
    # Spreadsheets read the full-width and small forms of a sign as the sign itself, and what was a
    # tab or a line break may be trimmed away.
    first_character = cell_text.lstrip(f" {REPLACEMENT_CHARACTER}")[:1]
    return normalize("NFKC", first_character).startswith(_FORMULA_PREFIXES)


def export_case_row(row: Iterable[Scalar | None]) -> list[Scalar]:
    """Return a row of cases for CSV: Y and N for booleans, empty for missing values."""
    return [_format_yes_no(cell) if isinstance(cell, bool) else "" if cell is None else cell for cell in row]


def format_cell(cell: Scalar | None) -> str:
    """Format one cell of a case as text."""
    if isinstance(cell, float):
        # 12 digits: the halves of an average headcount stay, binary rounding does not show.
        return f"{cell:.12g}"
    return "" if cell is None else _format_yes_no(cell) if isinstance(cell, bool) else clean_text(str(cell))


def format_case_rows(indicator_cases: IndicatorCases, column_names: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of cases as text, with some of their columns in the order of the cases."""
    column_selectors = [name in column_names for name in indicator_cases.column_names]
    for row in indicator_cases.row_tuples:
        yield tuple(map(format_cell, compress(row, column_selectors)))


def _format_yes_no(is_true: bool) -> str:
    return "Y" if is_true else "N"


def _format_status_row(entry: Entry) -> tuple[str, ...]:
    indicator, judgement = entry.indicator, entry.judgement
    fraction = format_fraction(entry.point.count) if entry.point.count.denominator else ""
    rag_text = f"{RAG_SHAPES[judgement.rag]} {RAG_WORDS[judgement.rag]}"
    return (
        indicator.code,
        indicator.title,
        # A blank in place of the mark for small numbers keeps the digits aligned.
        format_entry_value(entry) + ("" if judgement.points_per_case is not None else " "),
        fraction,
        format_target(entry),
        rag_text,
        describe_tested_movement(entry.movement),
        describe_tested_movement(entry.year_movement),
        describe_cases_to_target(entry),
        format_age_in_days(entry.data_age_days),
    )


def export_status_row(entry: Entry) -> tuple[Scalar | None, ...]:
    """Return an indicator as unrounded values, in the columns of STATUS_CSV_COLUMNS."""
    indicator, point, judgement = entry.indicator, entry.point, entry.judgement
    return (
        indicator.id,
        indicator.code,
        indicator.title,
        indicator.theme,
        str(point.period),
        point.status,
        *export_count(point.count),
        indicator.unit,
        point.target,
        judgement.rag,
        describe_reason(entry),
        describe_cases_to_target(entry) or None,
        entry.movement.direction,
        entry.movement.change,
        entry.data_age_days,
        "Y" if entry.made_up else "N",
        describe_problem(entry.problem) or None,
        "; ".join(f"{reason}: {export_figure(number)}" for reason, number in point.count.unknown.items()),
        point.count.low,
        point.count.high,
    )


def export_figure(figure: float) -> Scalar:
    """Return a number for CSV, or ``c`` if it is hidden."""
    return SUPPRESSED_SYMBOL if isnan(figure) else figure


def export_count(count: Count) -> tuple[Scalar | None, ...]:
    """Return numerator, denominator and value unrounded for CSV, or ``c`` if they are hidden."""
    rate_figure = SUPPRESSED_SYMBOL if count.is_hidden else count.value
    traits = count.measure.traits
    return (
        export_figure(count.numerator) if traits.is_numerator_told else None,
        export_figure(count.denominator) if traits.is_denominator_told else None,
        rate_figure,
    )


STATUS_CSV_COLUMNS = (
    "id",
    "code",
    "title",
    "theme",
    "period",
    "status",
    "numerator",
    "denominator",
    "value",
    "unit",
    "target",
    "rag",
    "rag_reason",
    "to_target",
    "direction",
    "change",
    "data_age_days",
    "made_up",
    "problem",
    "unknown",
    "low",
    "high",
)


def format_history_rows(entry: Entry) -> list[tuple[str, ...]]:
    """Return a row of text for each period, with the events that changed the series."""
    return [
        (
            point.period.label,
            format_count_value(point.count),
            format_count(point.count.numerator) if point.count.measure.traits.is_numerator_told else "",
            format_count(point.count.denominator) if point.count.measure.traits.is_denominator_told else "",
            "" if point.target is None else format_exact(point.target),
            RAG_WORDS[point.rag],
            "; ".join((point.status, *describe_events(entry.indicator, point.period))),
        )
        for point in (*entry.history, *entry.provisional_points)
    ]


HISTORY_COLUMNS = ("period", "value", "numerator", "denominator", "target", "rag", "status")
