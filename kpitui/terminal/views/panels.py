"""Panels above the board: each theme with its colours, or with its indicators and values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kpitui import words
from kpitui.model import Board, Entry
from kpitui.terminal.show import Line, Span, crop, fit, span, width
from kpitui.terminal.views.marks import WORST_FIRST, rate_or_dash

AROUND: Final = 2
"""Cells of a panel besides its words: the bar before them and the blank after them."""
FULL: Final = 16
"""Width of a panel that names its indicators with their values."""


def themes(board: Board) -> Mapping[str, tuple[Entry, ...]]:
    """Group the entries by theme, in the order of the board."""
    grouped: dict[str, list[Entry]] = {}
    for entry in board.entries:
        grouped.setdefault(entry.indicator.theme, []).append(entry)
    return {theme: tuple(entries) for theme, entries in grouped.items()}


def panels(board: Board, cells: int, rows: int) -> tuple[Line, ...]:
    """Draw a panel for each theme, side by side, in at most `row_count` lines."""
    grouped = themes(board)
    if not grouped:
        return ()
    # Narrower or lower panels would have no room for their names.
    if cells // len(grouped) < 10 or rows < 3:
        return flow(board, cells)
    many = max(len(entries) for entries in grouped.values())
    # Values are shown for every theme or for none.
    full = rows >= many + 2 and cells // len(grouped) >= FULL
    needs = [max(len(theme) + AROUND, FULL * full) for theme in grouped]
    two_lines = sum(needs) > cells
    if two_lines:
        needs = [max(map(len, theme.split())) + AROUND for theme in grouped]
    widths = shares(cells, needs)
    columns = [
        _panel(theme, entries, size, many if full else 0, two_lines=two_lines)
        for (theme, entries), size in zip(grouped.items(), widths, strict=True)
    ]
    return tuple(
        tuple(part for column in columns for part in column[row]) for row in range(len(columns[0]))
    )


def shares(cells: int, needs: Sequence[int]) -> tuple[int, ...]:
    """Share a width out: each gets what it needs, or all the same if that is too much."""
    widths = list(needs) if sum(needs) <= cells else [0] * len(needs)
    for _ in range(cells - sum(widths)):
        # The narrowest grows by one cell at a time until the width is used up.
        widths[widths.index(min(widths))] += 1
    return tuple(widths)


def _panel(
    theme: str, entries: Sequence[Entry], cells: int, many: int, *, two_lines: bool
) -> tuple[Line, ...]:
    """Draw a panel: a bar in its worst colour, its name, its colours or its indicators."""
    worst = min((entry.judgement.rag for entry in entries), key=lambda rag: WORST_FIRST[rag])
    bar = Span("▌", worst)
    name = _two_lines(theme, cells - AROUND) if two_lines else [(span(theme, "strong"),)]
    if many:
        body = [_panel_row(entry, cells - 2) for entry in entries]
        # All panels are as high as that with the most indicators.
        body += [()] * (many - len(body))
        lines = [*name, *body]
    else:
        lines = [*name, _marks(entries)]
    return tuple(fit((bar, *crop(one, cells - 1)), cells) for one in lines)


def _two_lines(theme: str, cells: int) -> list[Line]:
    """Split a theme name over two lines at the end of a word."""
    if len(theme) <= cells:
        return [(Span(theme, "strong"),), ()]
    cut = theme.rfind(" ", 0, cells + 1)
    first, second = (theme[:cut], theme[cut + 1 :]) if cut > 0 else (theme, "")
    return [crop((span(first, "strong"),), cells), crop((span(second, "strong"),), cells)]


def _marks(entries: Sequence[Entry]) -> Line:
    """Draw a shape in its colour for each indicator."""
    return tuple(
        Span(words.RAG_SHAPES[entry.judgement.rag] + " ", entry.judgement.rag) for entry in entries
    )


def _panel_row(entry: Entry, cells: int) -> Line:
    """Draw an indicator of a panel: shape, code and value."""
    value = rate_or_dash(entry.point.count, entry.indicator.unit)
    room = max(cells - len(value) - 2, 1)
    return (
        Span(f"{words.RAG_SHAPES[entry.judgement.rag]} ", entry.judgement.rag),
        *fit((Span(entry.indicator.code, "text"),), room),
        Span(value, entry.judgement.rag),
    )


def flow(board: Board, cells: int) -> tuple[Line, ...]:
    """Draw themes and their colours as running text, for a narrow screen."""
    lines: list[Line] = [()]
    for theme, entries in themes(board).items():
        marks = "".join(words.RAG_SHAPES[entry.judgement.rag] for entry in entries)
        size = len(theme) + 1 + len(marks)
        if lines[-1] and width(lines[-1]) + 3 + size > cells:
            lines.append(())
        gap = (Span("   "),) if lines[-1] else ()
        shapes = tuple(
            Span(words.RAG_SHAPES[entry.judgement.rag], entry.judgement.rag) for entry in entries
        )
        lines[-1] = (*lines[-1], *gap, span(f"{theme} ", "text"), *shapes)
    return tuple(lines)
