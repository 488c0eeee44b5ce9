"""The lines under the board: why the indicator under the cursor has its colour."""

from __future__ import annotations

from kpitui import words
from kpitui.model import Entry
from kpitui.terminal.show import BLANK, Line, Span, crop, line, span, spread, wrap
from kpitui.terminal.views.marks import why, worth


def why_lines(entry: Entry, cells: int, rows: int) -> tuple[Line, ...]:
    """As much as there is room for: one line, or the reason with what was said of it."""
    head = line(span(f"{entry.indicator.code}  ", "strong"), span(entry.indicator.title, "strong"))
    warned = line(span(worth(entry), "dim"), *_warned(entry))
    if rows < 3:
        told = crop(why(entry), cells)
        return (told,) if rows < 2 else (spread(head, warned, cells), told)
    told = [BLANK, head, *wrap(why(entry), min(cells, 110))]
    cells = min(cells, 110)
    if warned:
        told += wrap(warned, cells)
    if not entry.problem:
        told += wrap(line(span(_moves(entry), "dim", cut=None)), cells)
    for note in entry.notes[:3]:
        said = line(
            span(f"{note.kind.capitalize()}, {note.period.shown}: ", "head"),
            span(note.text, cut=None),
        )
        told += wrap(said, cells)
    if len(told) > rows:
        told = [*told[: rows - 1], (*told[rows - 1][:-1], Span("…", "dim"))]
    return tuple(told)


def _warned(entry: Entry) -> tuple[Span, ...]:
    gap = " · " if worth(entry) else ""
    return tuple(span(f"{gap}{warning}", "amber") for warning in entry.warnings[:1])


def _moves(entry: Entry) -> str:
    count = words.fraction(entry.point.count)
    moves = f"{words.movement(entry.movement)} on the period before"
    year = f"{words.movement(entry.year_movement)} on a year ago"
    return f"{count} {entry.indicator.noun[1]} · {moves} · {year}"
