"""What stands beside the counts on a public page: published figures, commentary and sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kpitui.counts import RuleTally
from kpitui.disclosure.cell_values import hide_source_cells
from kpitui.disclosure.free_text import find_small_counts, mentions_children
from kpitui.disclosure.people import is_about_children
from kpitui.model.board import HIDDEN_NUMBER, Board, CommentaryNote, Comparator, Entry, TableSource
from kpitui.model.clean_tables import find_clean_table
from kpitui.model.periods import parse_period_or_none

HELD_BACK_TEXT = "held back: mentions a small number"


def hide_own_figures(own_figures: Iterable[Comparator], rule_tally: RuleTally | None) -> tuple[Comparator, ...]:
    """Return the council's own published figures, hiding those that give away a hidden count."""
    return tuple(
        # The Department marks a suppressed figure with c, and kpitui does the same.
        replace(figure, value=None, symbol="c")
        if rule_tally is not None and _reveals_hidden_count(figure, rule_tally)
        else figure
        for figure in own_figures
    )


def _reveals_hidden_count(own_figure: Comparator, rule_tally: RuleTally) -> bool:
    """Say whether a published figure is of a period whose count is hidden here."""
    period = parse_period_or_none(own_figure.period)
    # A figure that is not like-for-like is about other cases, and gives nothing away.
    if period is None or own_figure.basis == "not like-for-like":
        return False
    return rule_tally.count_period(period).is_hidden


def hold_back_notes(indicator_notes: Iterable[CommentaryNote], concerns_children: bool) -> tuple[CommentaryNote, ...]:
    """Return commentary, with the texts that mention a small number of children replaced.

    `concerns_children` says whether the indicator is about children.
    """
    return tuple(
        replace(note, text=HELD_BACK_TEXT) if find_held_back_counts(note.text, concerns_children) else note
        for note in indicator_notes
    )


@dataclass(frozen=True, slots=True)
class HeldBackNote:
    """A note that is not published, and the small numbers that it mentions."""

    entry: Entry
    note: CommentaryNote
    mentions: tuple[str, ...]


def list_held_back_notes(board: Board) -> tuple[HeldBackNote, ...]:
    """List the commentary of an internal board that its public view holds back."""
    return tuple(
        HeldBackNote(entry, note, counts)
        for entry in board.entries
        for note in entry.commentary_notes
        if (counts := find_held_back_counts(note.text, is_about_children(entry.indicator)))
    )


def find_held_back_counts(text: str, concerns_children: bool) -> tuple[str, ...]:
    """Return the small numbers for which a text is held back; none if it may be published."""
    return find_small_counts(text) if concerns_children or mentions_children(text) else ()


def hide_source_rows(source: TableSource) -> TableSource:
    """Return a source without texts from cells, and without its numbers of rows where these may be children."""
    source = hide_source_cells(source)
    # A table of the council's own may be about children, as far as kpitui knows (docs/public.md).
    if find_clean_table(source.table).subject.has_public_counts:
        return source
    hidden_source = replace(source, rows_read=HIDDEN_NUMBER, rows_used=HIDDEN_NUMBER, rows_refused=HIDDEN_NUMBER)
    return replace(hidden_source, rows_in_file=None, rows_superseded=0)
