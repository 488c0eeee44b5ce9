"""Header and footer of every screen: breadcrumbs, dates, warnings and keys."""

from __future__ import annotations

from collections.abc import Sequence

from kpitui import words
from kpitui.model import Board
from kpitui.terminal import commands
from kpitui.terminal.show import BLANK, Line, Span, line, span, spread, width, wrap
from kpitui.terminal.state import State
from kpitui.terminal.views.marks import MADE_UP, tally

READING = "Reading the tables…"
JUST_MADE = ("Working out the variants…",)
REMEMBERED = ("As last read; reading the tables again…", "As last read; reading again…")
KEPT = ("As last read; the tables cannot be read now", "As last read")
PUBLIC = "PUBLIC VIEW"
OLD = "OLD BOARD"
MESSAGE_MOST = 3
LEAST = (50, 14)
"""Columns and lines below which not even the rows of a table are legible."""
CRUMB = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "


def too_small(columns: int, rows: int) -> str:
    """Describe a terminal that is too small to read, or return an empty text."""
    if columns >= LEAST[0] and rows >= LEAST[1]:
        return ""
    return f"{columns} by {rows} is too small: make it 60 by 20"


def head(state: State, crumbs: Sequence[str], address: str, cells: int) -> tuple[Line, ...]:
    """Draw the header: breadcrumbs with the address, then the meeting with its warnings.

    Before there is a board, the second line says how far the reading is.
    """
    council = state.board.council if state.board else "kpitui"
    trail: list[Span] = [span(council, "strong" if not crumbs else "text")]
    for number, crumb in enumerate(crumbs, 1):
        trail += [Span(CRUMB, "dim"), span(crumb, "strong" if number == len(crumbs) else "text")]
    first = spread(tuple(trail), _at_right(state, address, cells - width(tuple(trail))), cells)
    if state.board is None:
        return (first, line(span(_reading(state) if state.reading else "", "dim")))
    return (first, spread(*_second(state, state.board, cells), cells))


def _reading(state: State) -> str:
    return f"{READING} {state.progress}".rstrip()


def _at_right(state: State, address: str, room: int) -> Line:
    """Return the address, or say that the figures are those of an earlier run."""
    if not state.remembered:
        return line(span(address, "accent"))
    reading = JUST_MADE if state.just_made else REMEMBERED
    # Longer texts come first: the longest that fits is shown.
    notes: tuple[str, ...] = reading if state.reading else KEPT
    if state.reading and state.progress:
        notes = (f"As last read; reading {state.progress}", *notes)
    return line(span(next((note for note in notes if len(note) < room), notes[-1]), "dim"))


def _second(state: State, board: Board, cells: int) -> tuple[Line, Line]:
    """Return the two ends of the second line: date, period and colours; then the warnings."""
    when = f"{words.day(board.as_at)} · "
    period: list[Span] = [span(board.period.shown, "strong"), Span("   ")]
    count = tally(board)
    left = (span(when, "dim"), *period, *count)
    for badge in _badges(state, board):
        right = join_badges(badge)
        if width(left) + 1 + width(right) <= cells:
            return left, right
    # No wording fits: the shapes stand without their words, and the date in ISO form.
    shapes = tuple(part for part in count if part.text.strip()[:1] in "●▲■·")
    smallest = join_badges(_badges(state, board)[-1])
    short = (span(f"{board.as_at.isoformat()} ", "dim"), *period[:1], Span("  "), *shapes)
    return short, smallest


def join_badges(badges: Sequence[str]) -> Line:
    """Join warnings side by side, each on a background of its own."""
    parts: list[Span] = []
    for badge in badges:
        parts += [Span(" ")] if parts else []
        parts.append(span(f" {badge} ", "badge"))
    return tuple(parts)


def _badges(state: State, board: Board) -> list[list[str]]:
    """List the warnings in ever shorter wordings, the fullest first."""
    # That a board is public or old is never shortened.
    view = ([PUBLIC] if board.public else []) + ([OLD] if state.kept else [])
    past = [*view, *([state.past] if state.past else [])]
    short = [*view, *(["PAST"] if state.past else [])]
    if not board.made_up:
        return [past, short]
    names = [name.replace("_", " ") for name in board.made_up]
    mark = f"{MADE_UP} MADE-UP DATA"
    # Naming some tables tells more than naming none, so they are dropped one at a time.
    some = [f"{mark}: {', '.join(names[:many])} +{len(names) - many}" for many in (4, 3, 2, 1)]
    worded = [f"{mark}: {', '.join(names)}", *some, mark]
    return [[*past, one] for one in worded] + [[*short, mark], [*short, f"{MADE_UP} MADE UP"]]


def foot(
    screen: str,
    cells: int,
    position: str,
    message: str,
    table: Sequence[commands.Command] = commands.COMMANDS,
) -> tuple[Line, ...]:
    """Draw the keys that matter on a screen, or a message until the next key."""
    if message:
        said = line(span(message, "strong", cut=None))
        # A longer message would be cut to make room for the position, so it is wrapped.
        if width(said) > cells - 8:
            return wrap(said, cells)[:MESSAGE_MOST]
        return (spread(said, line(span(position, "dim")), cells),)
    # A table gives its position in the same length on every row, so the keys do not move.
    room = cells - (len(position) + 2 if position else 0)
    parts: list[Span] = []
    for key, word in commands.footer(screen, room, table):
        parts += [Span("  ")] if parts else []
        parts += [span(key, "accent"), span(f" {word}", "panel")]
    return (spread(tuple(parts), line(span(position, "dim")) if position else BLANK, cells),)
