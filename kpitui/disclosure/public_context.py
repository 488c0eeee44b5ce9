"""What stands beside the counts on a public page: published figures, commentary and sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import isnan

from kpitui.counts.rule_tally import RuleTally
from kpitui.disclosure.cell_values import hide_source_cells
from kpitui.disclosure.free_text import find_small_counts, mentions_children, read_numbers
from kpitui.disclosure.people import is_about_children
from kpitui.model.board import HIDDEN_NUMBER, Board, CommentaryNote, Comparator, Count, Entry, TableSource
from kpitui.model.clean_tables import find_clean_table
from kpitui.model.periods import Period, parse_period_or_none

REVEALING_NUMBER = "a number from which a hidden one follows"
HELD_BACK_TEXT = "not shown in the public version: it mentions a small number"


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


def hold_back_notes(
    indicator_notes: Iterable[CommentaryNote],
    concerns_children: bool,
    compare_counts: CountComparer,
    is_released: Callable[[Period], bool] = lambda period: False,
) -> tuple[CommentaryNote, ...]:
    """Return commentary, with the texts replaced that give away a small number of children.

    `concerns_children` says whether the indicator is about children. `compare_counts` gives the counts
    of a period as they are shown and as they are. Notes of a period that `is_released` are shown.
    """
    return tuple(
        note
        if is_released(note.period)
        else replace(note, text=HELD_BACK_TEXT, is_held_back=True)
        if find_held_back_counts(note.text, concerns_children)
        or any(reveals_hidden_number(note.text, *counts) for counts in compare_counts(note.period))
        else note
        for note in indicator_notes
    )


CountComparer = Callable[[Period], Iterable[tuple[Count, Count]]]
"""Gives the counts of a period, each as it is shown in public and as it is."""


def reveals_hidden_number(text: str, public_count: Count, full_count: Count) -> bool:
    """Say whether a number in a text, or one worked out from it with what is shown, is a hidden one.

    Of a value that is hidden no share may be told, since the denominator may be shown.
    """
    public_numbers, full_numbers = _list_numbers(public_count), _list_numbers(full_count)
    shown_numbers = {number for number in public_numbers.values() if not isnan(number)}
    hidden_numbers = {full_numbers.get(name, 0) for name, number in public_numbers.items() if isnan(number)}
    hidden_exclusions = {
        full_count.excluded.get(name, 0) for name, number in public_count.excluded.items() if isnan(number)
    }
    text_numbers = read_numbers(text)
    if text_numbers.shares and (
        public_count.is_hidden or _has_share_of(text_numbers.shares.values(), shown_numbers, hidden_numbers)
    ):
        return True
    revealing_numbers = hidden_numbers.union(
        (shown_number - number for shown_number, number in product(shown_numbers, hidden_numbers)),
        # All who left are those who count and those who are left out.
        (shown_number + number for shown_number, number in product(shown_numbers, hidden_exclusions)),
    )
    # A number that is shown may be repeated, and so may 0.
    return not (revealing_numbers - shown_numbers - {0}).isdisjoint(text_numbers.counts.values())


def _has_share_of(
    text_shares: Iterable[tuple[Fraction, Fraction]], shown_numbers: Iterable[float], hidden_numbers: Iterable[float]
) -> bool:
    """Say whether a share, or what is left beside it, is that of a hidden number in one that is shown."""
    number_pairs = list(product(map(round, shown_numbers), map(round, hidden_numbers)))
    return any(
        abs(part * shown_number - number) <= tolerance * shown_number
        for share, tolerance in text_shares
        for part in (share, 1 - share)
        for shown_number, number in number_pairs
        if shown_number
    )


def _list_numbers(count: Count) -> dict[str, float]:
    """List the numbers of a count by name, those not counted and those left out in all as well."""
    measures = {"counted": count.numerator, "eligible": count.denominator, "rest": count.denominator - count.numerator}
    return measures | {f"left out: {reason}": number for reason, number in count.excluded.items()}


@dataclass(frozen=True, slots=True)
class HeldBackNote:
    """A note that is not published, and what in it gives a small number away."""

    entry: Entry
    note: CommentaryNote
    mentions: tuple[str, ...]


def list_held_back_notes(board: Board, public_board: Board) -> tuple[HeldBackNote, ...]:
    """List the commentary of an internal board that the public one holds back."""
    return tuple(
        HeldBackNote(
            entry, note, find_held_back_counts(note.text, is_about_children(entry.indicator)) or (REVEALING_NUMBER,)
        )
        for entry, public_entry in zip(board.entries, public_board.entries, strict=True)
        for note, public_note in zip(entry.commentary_notes, public_entry.commentary_notes, strict=True)
        if note.text != public_note.text
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
