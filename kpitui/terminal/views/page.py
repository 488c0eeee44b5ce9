"""Layout of a long page: sections under headings, in one column or two, and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kpitui.terminal.show import BLANK, Align, Line, Span, fit, line, span, width, wrap

TWO_COLUMNS: Final = 116
GUTTER: Final = 3
HANGING: Final = 1
"""Cells by which the further lines of a wrapped cell are indented."""
GIVES_LEAST: Final = 10
Head = Sequence[tuple[str, Align]]
"""Headings of a table, each with the side that its cells are aligned to."""


@dataclass(frozen=True, slots=True)
class Section:
    """Heading and the lines below it."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Lines of a page, and the line on which each section begins."""

    lines: tuple[Line, ...]
    anchors: tuple[int, ...]


def heading(title: str, number: int | None, cells: int) -> Line:
    """Draw a heading with a rule after it: ``2 Every period ───────``."""
    head = (Span(f"{number} ", "accent"),) if number is not None else ()
    named = (*head, span(title, "head"), Span(" "))
    return (*named, Span("─" * max(cells - width(named), 0), "rule"))


def stack(sections: Iterable[Section], cells: int, first: int = 1) -> Page:
    """Stack sections one below another, numbered from `first_number`."""
    lines: list[Line] = []
    anchors: list[int] = []
    for number, section in enumerate(sections, first):
        if lines:
            lines.append(BLANK)
        anchors.append(len(lines))
        lines.append(heading(section.title, number, cells))
        lines.extend(section.lines)
    return Page(tuple(lines), tuple(anchors))


def beside(left: Page, right: Page, cells: int, wide: int) -> Page:
    """Place two pages side by side, the left one with a width. Anchors keep their order."""
    rows = max(len(left.lines), len(right.lines))
    lines = tuple(
        (*fit(_at(left, row), wide), Span(" " * GUTTER), *_at(right, row)) for row in range(rows)
    )
    return Page(lines, (*left.anchors, *right.anchors))


def _at(page: Page, row: int) -> Line:
    """Return a line of a page, or a blank one past its end."""
    return page.lines[row] if row < len(page.lines) else BLANK


def table(
    head: Head, rows: Sequence[Sequence[Line]], cells: int, give: int = 0
) -> tuple[Line, ...]:
    """Draw rows under headings, each column as wide as its widest cell.

    The column `flexible_column` shrinks where the width is short. What has no room in it is
    wrapped, so that nothing is lost.
    """
    titles = [line(span(title, "head")) for title, _ in head]
    sizes = [max(width(row[column]) for row in (titles, *rows)) for column in range(len(head))]
    over = sum(sizes) + 2 * (len(sizes) - 1) - cells
    # The other columns keep their widths: a part of a number is another number.
    sizes[give] = min(sizes[give], max(sizes[give] - over, GIVES_LEAST))
    return tuple(
        _in_columns([*row[:give], part, *row[give + 1 :]] if not number else
                    [BLANK] * give + [part] + [BLANK] * (len(head) - give - 1), head, sizes)
        for row in (titles, *rows)
        for number, part in enumerate(wrap(row[give], sizes[give], HANGING))
    )  # fmt: skip


def _in_columns(row: Sequence[Line], head: Head, sizes: Sequence[int]) -> Line:
    """Join the cells of a row, two blanks apart, each fitted to its column."""
    parts: list[Span] = []
    for cell, size, (_, align) in zip(row, sizes, head, strict=True):
        parts += [Span("  ")] if parts else []
        parts += fit(cell, size, align)
    return tuple(parts)
