"""What stands beside the counts on a public page: published figures, commentary and sources."""

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
    """Return the council's own published figures, hiding those that give away a hidden count."""
    return tuple(
        # The Department marks a suppressed figure with c, and kpitui does the same.
        replace(one, value=None, symbol="c") if own is not None and _tells(one, own) else one
        for one in figures
    )


def _tells(one: Comparator, own: RuleTally) -> bool:
    """Say whether a published figure is of a period whose count is hidden here."""
    period = parse_or_none(one.period)
    # A figure that is not like-for-like is about other cases, and gives nothing away.
    if period is None or one.basis == "not like-for-like":
        return False
    return own.count(period).hidden


def public_notes(notes: Iterable[Note], children: bool) -> tuple[Note, ...]:
    """Return commentary, with the texts that mention a small number of children replaced.

    `concerns_children` says whether the indicator is about children.
    """
    return tuple(
        replace(one, text=HELD_BACK) if held_back(one.text, children) else one for one in notes
    )


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A note that is not published, and the small numbers that it mentions."""

    entry: Entry
    note: Note
    mentions: tuple[str, ...]


def notes_held_back(board: Board) -> tuple[HeldBack, ...]:
    """List the commentary of an internal board that its public view holds back."""
    return tuple(
        HeldBack(entry, note, found)
        for entry in board.entries
        for note in entry.notes
        if (found := held_back(note.text, of_children(entry.indicator)))
    )


def held_back(text: str, children: bool) -> tuple[str, ...]:
    """Return the small numbers for which a text is held back; none if it may be published."""
    return small_counts(text) if children or about_children(text) else ()


def public_source(source: Source) -> Source:
    """Return a source without its numbers of rows, where these may be children."""
    # A table of the council's own may be about children, as far as kpitui knows (docs/public.md).
    if source.table in TABLES and "child" not in TABLES[source.table].columns:
        return source
    hidden = replace(source, rows_read=HIDDEN, rows_used=HIDDEN, rows_refused=HIDDEN)
    return replace(hidden, rows_in_file=None, rows_again=0)
