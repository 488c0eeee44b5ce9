"""Sources of the board, and the issues found in them, as rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan
from typing import Final

from kpitui import words
from kpitui.model import Board, Source
from kpitui.report.alike import alike
from kpitui.terminal.show import Align, Line, line, span
from kpitui.terminal.views.marks import MADE_UP
from kpitui.terminal.views.sources import days_old

SOURCE_COLUMNS: Final[tuple[tuple[str, Align], ...]] = (
    ("Table", "left"), ("Age", "right"), ("Used", "right"), ("Read", "right"),
    ("Refused", "right"), ("File", "left"),
)  # fmt: skip
ISSUE_COLUMNS: Final[tuple[tuple[str, Align], ...]] = (
    ("File", "left"), ("Line", "right"), ("What is wrong", "left"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """Cell with the key that it sorts by."""

    line: Line
    order: tuple[int, float, str]


def _text(value: object, tone: str = "text") -> Cell:
    """Make a cell of text, which sorts regardless of capitals."""
    content = line(span(value, tone))  # type: ignore[arg-type]
    return Cell(content, (1, 0.0, content[0].text.lower()))


def _number(value: float | None) -> Cell:
    """Make a cell of a number. Missing and hidden numbers sort last."""
    said = "" if value is None else words.amount(value)
    # The public view hides small numbers as NaN, which would leave a sort undefined.
    missing = value is None or isnan(value)
    return Cell(line(span(said)), (int(missing), 0.0 if missing else float(value or 0), ""))


def source_rows(board: Board) -> list[tuple[Cell, ...]]:
    """Build a row for each source, in the order of the board."""
    rows: list[tuple[Cell, ...]] = []
    for source in board.sources:
        days = None if source.last_event is None else (board.as_at - source.last_event).days
        age = Cell(line(span(days_old(source, board.as_at))), (0, float(days or 0), ""))
        refused = _number(source.rows_refused)
        if source.rows_refused > 0:
            refused = Cell(line(span(words.amount(source.rows_refused), "red")), refused.order)
        short = replace(source, file=_name(source.file))
        file = _text(f"{words.source_named(short)}{_read_at(source)}", "dim")
        if source.problem:
            file = _text(f"{short.file}: {source.problem}", "red")
        mark = MADE_UP if source.made_up else ""
        name = _text(f"{source.table.replace('_', ' ')}{mark}", "strong")
        rows.append(
            (name, age, _number(source.rows_used), _number(source.rows_read), refused, file)
        )
    return rows


def _name(file: str) -> str:
    """Shorten a file name to its last part, with the sheet or member in brackets after it."""
    # The folder is the same for nearly all files, and takes the room of what differs.
    path, place, rest = file.partition("[")
    return path.rpartition("/")[2] + place + rest


def _read_at(source: Source) -> str:
    """Say when a source was read, if nothing tells when it changes."""
    # A database is not watched: that would be asking it all day (docs/databases.md).
    if source.watched or source.read is None:
        return ""
    return f", read {source.read.astimezone():%H:%M on %d %B %Y}"


def issue_rows(board: Board) -> list[tuple[Cell, ...]]:
    """Build a row for each group of like issues in a file, in the order found."""
    return [
        (_text(_name(one.first.file), "accent"), _number(one.first.line), _text(one.message))
        for one in alike(board.issues)
    ]
