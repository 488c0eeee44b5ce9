"""Rows of text as a plain, Markdown or CSV table."""

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

# A spreadsheet runs a cell that begins with one of these, unless an apostrophe stands before it.
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
    """A row of text for every indicator, in the columns of STATUS."""
    return [_status_row(entry) for entry in board.entries]


def plain(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns set apart by two spaces, numbers to the right; nothing is cut."""
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
    """A Markdown table; bars in cells are escaped."""
    rule = [("---:" if name in NUMERIC else "---") for name in columns]
    lines = [columns, rule, *rows]
    return "\n".join(f"| {' | '.join(_escaped(cell) for cell in line)} |" for line in lines)


def comma_separated(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """CSV with a header; text that a spreadsheet would run is kept from it by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe(name) for name in columns])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().rstrip("\n")


def safe(cell: Scalar | None) -> Scalar:
    """A cell for a spreadsheet: missing is empty, text is cleaned and cannot run."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell
    kept = clean(cell)
    return f"'{kept}" if kept.startswith(RISKY) else kept


def written(row: Iterable[Scalar | None]) -> list[Scalar]:
    """A row of cases for a machine: truths as Y and N, dates in ISO 8601, missing as empty."""
    return [
        _yes_no(cell) if isinstance(cell, bool) else "" if cell is None else cell for cell in row
    ]


def cell(value: Scalar | None) -> str:
    """A cell of a case as text."""
    if isinstance(value, float):
        return f"{value:.12g}"
    return "" if value is None else _yes_no(value) if isinstance(value, bool) else clean(str(value))


def without_empty(
    found: Cases,
) -> tuple[list[str], list[tuple[str, ...]], list[str]]:
    """Cases as text in the columns that say anything, and the names of those that do not."""
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
        # A blank where others have the mark keeps the numbers under each other.
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
    """The row of an indicator for a machine: numbers unrounded, in the columns of STATUS_CSV."""
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
    """A number for a machine; ``c`` where it is hidden."""
    return SUPPRESSED if isnan(number) else number


def figures(count: Count) -> tuple[Scalar | None, ...]:
    """Numerator, denominator and value for a machine, unrounded; ``c`` where they are hidden."""
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
    """A row of text for every period, with what happened in it that changed the series."""
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
