"""Explanation below the board: why the current indicator has its colour."""

from __future__ import annotations

from typing import Final

from kpitui import words
from kpitui.model import Board, Entry, Note
from kpitui.terminal.show import BLANK, Line, Span, crop, line, span, spread, wrap
from kpitui.terminal.views.marks import why, worth

MEASURE: Final = 118
"""Cells of the longest line. A longer one is hard to read."""
KINDS: Final = ("reason", "action")


def why_lines(entry: Entry, cells: int, rows: int, *, whole: bool = True) -> tuple[Line, ...]:
    """Explain the colour of an indicator in at most `row_count` lines.

    Without `with_commentary` only the judgement is given, which is all that a passing cursor needs.
    """
    # Two lines have no room for a blank one above.
    if rows < 3:
        told = crop(why(entry, cells), cells)
        named = spread(_named(entry), _warned(entry), cells)
        return (told, named)[:rows] if whole else (told,)
    cells = min(cells, MEASURE)
    lines = [BLANK, *wrap(why(entry), cells)]
    if not whole:
        return tuple(lines[:rows])
    worth_one = worth(entry)
    lines.append(crop(line(*_named(entry), span(f"  {worth_one}", "dim")), cells))
    for warning in entry.warnings[:1]:
        lines += wrap(line(span(warning, "amber", cut=None)), cells)
    for note in _notes(entry):
        kind = span(f"{note.kind.capitalize()}, {note.period.shown}: ", "head")
        lines += wrap(line(kind, span(note.text, cut=None)), cells)
    if len(lines) > rows:
        # The indicator screen has the notes in full.
        lines = [*lines[: rows - 1], crop((*lines[rows - 1], Span("  …", "dim")), cells)]
    return tuple(lines)


def _named(entry: Entry) -> Line:
    """Draw the full title: the table may have room for the short one alone."""
    return line(span(f"{entry.indicator.code}  ", "dim"), span(entry.indicator.title))


def owed_line(board: Board, cells: int) -> tuple[Line, ...]:
    """Draw what is overdue and which reds have no reason, or nothing if all is in order."""
    told = words.owed_in_short(board)
    return (crop(line(span(told, "amber", cut=None)), cells),) if told else ()


def _notes(entry: Entry) -> list[Note]:
    """Return up to three notes, reasons and actions first."""
    return sorted(entry.notes, key=lambda note: note.kind not in KINDS)[:3]


def _warned(entry: Entry) -> Line:
    """Draw what a case is worth, and the first warning."""
    return line(
        span(worth(entry), "dim"),
        *(span(f"  {warning}", "amber") for warning in entry.warnings[:1]),
    )
