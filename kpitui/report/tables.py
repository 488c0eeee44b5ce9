"""Formats rows as plain text, Markdown and CSV tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import compress
from math import isnan
from typing import TYPE_CHECKING, Any

from kpitui.model import Board, Count, Entry, Scalar
from kpitui.text import clean
from kpitui.words import (
    RAG_SHAPES,
    RAG_WORDS,
    SUPPRESSED,
    age,
    amount,
    events,
    fraction,
    movement,
    number,
    rate,
    target,
    value,
)

if TYPE_CHECKING:
    from kpitui.behind import Cases

# A spreadsheet runs a cell that begins with one of these, unless an apostrophe comes first.
RISKY = ("=", "+", "-", "@", "\t", "\r")

STATUS = (
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
NUMERIC = frozenset(
    {"before", "after", "value", "cases", "target", "age", "numerator", "denominator"}
)


def status_rows(board: Board) -> list[tuple[str, ...]]:
    """Return a row of text for each indicator, in the columns of STATUS_COLUMNS."""
    return [_status_row(entry) for entry in board.entries]


def plain(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Format a table with two spaces between columns and numbers to the right; cuts nothing."""
    table = [tuple(columns), *(tuple(row) for row in rows)]
    widths = [max(len(row[place]) for row in table) for place in range(len(columns))]
    right = [name in NUMERIC for name in columns]
    lines = (
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in table
    )
    return "\n".join(lines)


def markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Format a Markdown table with the bars in cells escaped."""
    rule = [("---:" if name in NUMERIC else "---") for name in columns]
    lines = [columns, rule, *rows]
    return "\n".join(f"| {' | '.join(_escaped(cell) for cell in line)} |" for line in lines)


def comma_separated(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Format CSV with a header, every cell made safe for a spreadsheet."""
    out = io.StringIO()
    # The csv module ends lines with CR LF by default.
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe(name) for name in columns])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().rstrip("\n")


def safe(cell: Scalar | None) -> Scalar:
    """Return a cell that a spreadsheet does not run: missing values are empty, text is cleaned.

    Text that would start a formula gets an apostrophe in front.
    """
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell
    kept = clean(cell)
    return f"'{kept}" if kept.startswith(RISKY) else kept


def written(row: Iterable[Scalar | None]) -> list[Scalar]:
    """Return a row of cases for CSV: Y and N for booleans, empty for missing values."""
    return [
        _yes_no(cell) if isinstance(cell, bool) else "" if cell is None else cell for cell in row
    ]


def cell(value: Scalar | None) -> str:
    """Format one cell of a case as text."""
    if isinstance(value, float):
        # 12 digits: the halves of an average headcount stay, binary rounding does not show.
        return f"{value:.12g}"
    return "" if value is None else _yes_no(value) if isinstance(value, bool) else clean(str(value))


def without_empty(
    found: Cases,
) -> tuple[list[str], list[tuple[str, ...]], list[str]]:
    """Return cases as text, without the columns that are empty in every row.

    The result is the names of the filled columns, their rows, and the names of the empty columns.
    """
    rows = [tuple(map(cell, row)) for row in found.rows]
    said = [any(row[place] for row in rows) for place in range(len(found.columns))]
    shown = [name for name, says in zip(found.columns, said, strict=True) if says]
    empty = [name for name, says in zip(found.columns, said, strict=True) if not says]
    return shown, [tuple(compress(row, said)) for row in rows], empty


def _yes_no(value: bool) -> str:
    return "Y" if value else "N"


def _status_row(entry: Entry) -> tuple[str, ...]:
    about, judged = entry.indicator, entry.judgement
    cases = fraction(entry.point.count) if entry.point.count.denominator else ""
    colour = f"{RAG_SHAPES[judged.rag]} {RAG_WORDS[judged.rag]}"
    return (
        about.code,
        about.title,
        # A blank in place of the mark for small numbers keeps the digits aligned.
        value(entry) + ("" if judged.one_case is not None else " "),
        cases,
        target(entry),
        colour,
        movement(entry.movement),
        movement(entry.year_movement),
        judged.to_target or "",
        age(entry.data_age_days),
    )


def status_values(entry: Entry) -> tuple[Scalar | None, ...]:
    """Return an indicator as unrounded values, in the columns of STATUS_CSV_COLUMNS."""
    about, point, judged = entry.indicator, entry.point, entry.judgement
    return (
        about.id,
        about.code,
        about.title,
        about.theme,
        str(point.period),
        point.status,
        *figures(point.count),
        about.unit,
        point.target,
        judged.rag,
        judged.reason,
        judged.to_target,
        entry.movement.direction,
        entry.movement.change,
        entry.data_age_days,
        "Y" if entry.made_up else "N",
        entry.problem or None,
    )


def figure(number: float) -> Scalar:
    """Return a number for CSV, or ``c`` if it is hidden."""
    return SUPPRESSED if isnan(number) else number


def figures(count: Count) -> tuple[Scalar | None, ...]:
    """Return numerator, denominator and value unrounded for CSV, or ``c`` if they are hidden."""
    value = SUPPRESSED if count.hidden else count.value
    return figure(count.numerator), figure(count.denominator), value


STATUS_CSV = (
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
)


def history_rows(entry: Entry) -> list[tuple[str, ...]]:
    """Return a row of text for each period, with the events that changed the series."""
    return [
        (
            point.period.shown,
            rate(point.count),
            amount(point.count.numerator),
            amount(point.count.denominator),
            number(point.target),
            RAG_WORDS[point.rag],
            "; ".join((point.status, *events(entry.indicator, point.period))),
        )
        for point in (*entry.history, *entry.provisional)
    ]


HISTORY = ("period", "value", "numerator", "denominator", "target", "rag", "status")


def _escaped(cell: str) -> str:
    return clean(cell).replace("|", "\\|")
