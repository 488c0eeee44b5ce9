"""What stands beside the counts on a public page: published figures, commentary, sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kpitui.counts import RuleTally
from kpitui.judge.mentions import about_children, small_counts
from kpitui.model import HIDDEN, Board, Comparator, Entry, Note, Source
from kpitui.periods import parse_or_none
from kpitui.public.people import of_children
from kpitui.tables.schema import TABLES

HELD_BACK = "held back: mentions a small number"


def public_figures(figures: Iterable[Comparator], own: RuleTally | None) -> tuple[Comparator, ...]:
    """A council's own published figures, without those that give away a count that is hidden."""
    return tuple(
        replace(one, value=None, symbol="c") if own is not None and _tells(one, own) else one
        for one in figures
    )


def _tells(one: Comparator, own: RuleTally) -> bool:
    period = parse_or_none(one.period)
    if period is None or one.basis == "not like-for-like":
        return False
    return own.count(period).hidden


def public_notes(notes: Iterable[Note], children: bool) -> tuple[Note, ...]:
    """Commentary without the texts that mention a small number of children.

    `children` says whether it is about an indicator of theirs.
    """
    return tuple(
        replace(one, text=HELD_BACK) if held_back(one.text, children) else one for one in notes
    )


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A text that is not published, and the small numbers that it mentions."""

    entry: Entry
    note: Note
    mentions: tuple[str, ...]


def notes_held_back(board: Board) -> tuple[HeldBack, ...]:
    """The commentary of a board in full that its public view holds back."""
    return tuple(
        HeldBack(entry, note, found)
        for entry in board.entries
        for note in entry.notes
        if (found := held_back(note.text, of_children(entry.indicator)))
    )


def held_back(text: str, children: bool) -> tuple[str, ...]:
    """The small numbers for which a text is held back, or nothing where it may be published."""
    return small_counts(text) if children or about_children(text) else ()


def public_source(source: Source) -> Source:
    """A source without how many rows it has, where they may be children."""
    if source.table in TABLES and "child" not in TABLES[source.table].columns:
        return source
    hidden = replace(source, rows_read=HIDDEN, rows_used=HIDDEN, rows_refused=HIDDEN)
    return replace(hidden, rows_in_file=None, rows_again=0)
