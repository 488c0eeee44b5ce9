"""The lines under the board: why the indicator under the cursor has its colour."""

from __future__ import annotations

from typing import Final

from kpitui import words
from kpitui.model import Board, Entry, Note
from kpitui.terminal.show import BLANK, Line, Span, crop, line, span, spread, wrap
from kpitui.terminal.views.marks import why, worth

MEASURE: Final = 118
"""Cells of the longest line: a longer one is hard to read."""
KINDS: Final = ("reason", "action")


def why_lines(entry: Entry, cells: int, rows: int) -> tuple[Line, ...]:
    """As much as there is room for: one line, or the reason with what was said of it."""
    head = line(span(f"{entry.indicator.code}  ", "strong"), span(entry.indicator.title, "strong"))
    if rows < 3:
        told = crop(why(entry), cells)
        return (told,) if rows < 2 else (spread(head, _warned(entry), cells), told)
    cells = min(cells, MEASURE)
    lines = [BLANK, head, *wrap(why(entry), cells)]
    if not entry.problem:
        lines += wrap(line(span(_moves(entry), "dim", cut=None)), cells)
    for warning in entry.warnings[:1]:
        lines += wrap(line(span(warning, "amber", cut=None)), cells)
    for note in _notes(entry):
        kind = span(f"{note.kind.capitalize()}, {note.period.shown}: ", "head")
        lines += wrap(line(kind, span(note.text, cut=None)), cells)
    if len(lines) > rows:
        lines = [*lines[: rows - 1], crop((*lines[rows - 1], Span("  …", "dim")), cells)]
    return tuple(lines)


def owed_line(board: Board, cells: int) -> tuple[Line, ...]:
    """A quiet line of what is overdue and which reds have no reason, if there is any."""
    told = words.owed_in_short(board)
    return (crop(line(span(told, "amber", cut=None)), cells),) if told else ()


def _notes(entry: Entry) -> list[Note]:
    """Reasons and actions of the latest period that has any, then the rest."""
    return sorted(entry.notes, key=lambda note: note.kind not in KINDS)[:3]


def _warned(entry: Entry) -> Line:
    return line(
        span(worth(entry), "dim"),
        *(span(f"  {warning}", "amber") for warning in entry.warnings[:1]),
    )


def _moves(entry: Entry) -> str:
    parts = [f"{words.fraction(entry.point.count)} {entry.indicator.noun[1]}", worth(entry)]
    parts.append(f"{words.movement(entry.movement)} on the period before")
    parts.append(f"{words.movement(entry.year_movement)} on a year ago")
    return " · ".join(filter(None, parts))
