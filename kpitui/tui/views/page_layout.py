"""Layout of a long page: sections under headings, in one column or two, and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kpitui.tui.styled_text import (
    BLANK_LINE,
    Alignment,
    StyledLine,
    StyledSpan,
    fit_line,
    make_line,
    make_span,
    measure_line,
    wrap_line,
)

TWO_COLUMN_WIDTH: Final = 116
COLUMN_GUTTER: Final = 3
HANGING_INDENT: Final = 1
"""Cells by which the further lines of a wrapped cell are indented."""
MINIMUM_FLEXIBLE_WIDTH: Final = 10
TableHead = Sequence[tuple[str, Alignment]]
"""Headings of a table, each with the side that its cells are aligned to."""


@dataclass(frozen=True, slots=True)
class PageSection:
    """Heading and the lines below it."""

    title: str
    lines: tuple[StyledLine, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Lines of a page, and the line on which each section begins."""

    lines: tuple[StyledLine, ...]
    anchors: tuple[int, ...]


def draw_heading(title: str, section_number: int | None, line_width: int) -> StyledLine:
    """Draw a heading with a rule after it: ``2 Every period ───────``."""
    number_span = (StyledSpan(f"{section_number} ", "accent"),) if section_number is not None else ()
    title_spans = (*number_span, make_span(title, "head"), StyledSpan(" "))
    return (*title_spans, StyledSpan("─" * max(line_width - measure_line(title_spans), 0), "rule"))


def stack_sections(sections: Iterable[PageSection], line_width: int, first_number: int = 1) -> Page:
    """Stack sections one below another, numbered from `first_number`."""
    page_lines: list[StyledLine] = []
    lines: list[int] = []
    for number, section in enumerate(sections, first_number):
        if page_lines:
            page_lines.append(BLANK_LINE)
        lines.append(len(page_lines))
        page_lines.append(draw_heading(section.title, number, line_width))
        page_lines.extend(section.lines)
    return Page(tuple(page_lines), tuple(lines))


def place_side_by_side(left_page: Page, right_page: Page, line_width: int, left_width: int) -> Page:
    """Place two pages side by side, the left one with a width. Anchors keep their order."""
    row_count = max(len(left_page.lines), len(right_page.lines))
    page_lines = tuple(
        (
            *fit_line(_line_or_blank(left_page, index), left_width),
            StyledSpan(" " * COLUMN_GUTTER),
            *_line_or_blank(right_page, index),
        )
        for index in range(row_count)
    )
    return Page(page_lines, (*left_page.anchors, *right_page.anchors))


def _line_or_blank(page: Page, row_index: int) -> StyledLine:
    """Return a line of a page, or a blank one past its end."""
    return page.lines[row_index] if row_index < len(page.lines) else BLANK_LINE


def draw_table(
    table_head: TableHead, table_rows: Sequence[Sequence[StyledLine]], line_width: int, flexible_column: int = 0
) -> tuple[StyledLine, ...]:
    """Draw rows under headings, each column as wide as its widest cell.

    The column `flexible_column` shrinks where the width is short. What has no room in it is
    wrapped, so that nothing is lost.
    """
    title_row = [make_line(make_span(title, "head")) for title, _ in table_head]
    widths = [
        max(measure_line(table_row[index]) for table_row in (title_row, *table_rows))
        for index in range(len(table_head))
    ]
    excess_width = sum(widths) + 2 * (len(widths) - 1) - line_width
    # The other columns keep their widths: a part of a number is another number.
    widths[flexible_column] = min(
        widths[flexible_column], max(widths[flexible_column] - excess_width, MINIMUM_FLEXIBLE_WIDTH)
    )
    blank_row = [BLANK_LINE] * len(table_head)
    return tuple(
        _align_cells(_replace_cell(blank_row if number else row, flexible_column, line), table_head, widths)
        for row in (title_row, *table_rows)
        for number, line in enumerate(wrap_line(row[flexible_column], widths[flexible_column], HANGING_INDENT))
    )


def _replace_cell(row_cells: Sequence[StyledLine], column_index: int, cell: StyledLine) -> list[StyledLine]:
    return [*row_cells[:column_index], cell, *row_cells[column_index + 1 :]]


def _align_cells(row_cells: Sequence[StyledLine], table_head: TableHead, column_widths: Sequence[int]) -> StyledLine:
    """Join the cells of a row, two blanks apart, each fitted to its column."""
    spans: list[StyledSpan] = []
    for row_cell, column_width, (_, alignment) in zip(row_cells, column_widths, table_head, strict=True):
        spans += [StyledSpan("  ")] if spans else []
        spans += fit_line(row_cell, column_width, alignment)
    return tuple(spans)
