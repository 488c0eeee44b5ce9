"""Indicators filtered, sorted, grouped and selected, for a table or a briefing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any, Final

from kpitui.drilldown.filter_terms import FilterTerm, compare_values, parse_filter
from kpitui.model.board import Board, Entry, Rag, TableSource
from kpitui.summaries.highlights import rank_rag
from kpitui.wording import RAG_WORDS

if TYPE_CHECKING:
    from kpitui.model.drilldown import GradeChange, PeriodChanges


def filter_entries(entries: Iterable[Entry], filter_text: str) -> tuple[Entry, ...]:
    """Keep the indicators that a filter asks for: words, ``theme:schools``, ``value>=50``, a colour.

    ``red`` is the colour before it is a part of a word such as referrals.
    """
    terms = parse_filter(filter_text, ENTRY_FILTER_COLUMNS)
    return tuple(entry for entry in entries if all(_entry_passes(entry, term) for term in terms))


ENTRY_FILTER_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "code": ("code",),
    "title": ("indicator", "title"),
    "theme": ("theme",),
    "colour": ("colour", "rag", "status"),
    "direction": ("since", "direction"),
    "value": ("value",),
    "target": ("target",),
    "cases": ("count", "cases"),
}
"""The columns of the board that a filter can name, with the names that they go by."""
_COLOUR_WORDS: Final[Mapping[str, Rag]] = {"red": "red", "amber": "amber", "green": "green"}


def _entry_passes(entry: Entry, term: FilterTerm) -> bool:
    """Say whether an indicator passes one term of a filter."""
    if not term.column:
        colour = _COLOUR_WORDS.get(term.operand)
        return entry.judgement.rag == colour if colour else term.operand in build_search_text(entry)
    if not term.operand:
        return True
    cell = _read_filter_cell(entry, term.column)
    if isinstance(cell, str):
        return cell.lower() == term.operand if term.comparison == "=" else term.operand in cell.lower()
    return cell is not None and term.number is not None and bool(compare_values(cell, term.comparison, term.number))


def _read_filter_cell(entry: Entry, column_name: str) -> str | float | None:
    """Read a column of an indicator: a text, or a number that is missing or hidden as None."""
    indicator, count = entry.indicator, entry.point.count
    numbers = {"value": count.value, "target": entry.target.value if entry.target else None, "cases": count.denominator}
    if column_name in numbers:
        number = numbers[column_name]
        return None if number is None or isnan(number) else number
    texts = {
        "code": indicator.code,
        "title": f"{indicator.title} {indicator.short}",
        "theme": indicator.theme,
        "colour": RAG_WORDS[entry.judgement.rag],
        "direction": entry.movement.direction,
    }
    return texts[column_name]


def build_search_text(entry: Entry) -> str:
    """Build the text of an indicator that a filter looks at: names, theme, colour, direction."""
    indicator = entry.indicator
    names = (indicator.code, indicator.title, indicator.short, indicator.theme)
    return " ".join((*names, RAG_WORDS[entry.judgement.rag], entry.movement.direction)).lower()


def sort_entries(entries: Iterable[Entry], sorted_by: str = "", *, reverse: bool = False) -> tuple[Entry, ...]:
    """Sort indicators by one of ENTRY_SORT_KEYS, or by colour, the worst first.

    Those of one colour keep their order, and those equal in the chosen fact the order of colours.
    """
    sorted_entries = sorted(entries, key=ENTRY_SORT_KEYS["rag"])
    if sorted_by:
        return tuple(sorted(sorted_entries, key=ENTRY_SORT_KEYS[sorted_by], reverse=reverse))
    return tuple(reversed(sorted_entries) if reverse else sorted_entries)


def group_by_rag(entries: Iterable[Entry]) -> Mapping[Rag, tuple[Entry, ...]]:
    """Group the indicators by colour, the worst first; none is empty."""
    sorted_entries = sort_entries(entries)
    return {
        rag: tuple(entry for entry in sorted_entries if entry.judgement.rag == rag)
        for rag in dict.fromkeys(entry.judgement.rag for entry in sorted_entries)
    }


def find_place_in_rag(entries: Iterable[Entry], indicator_id: str) -> tuple[Rag, int, int] | None:
    """Find an indicator among those of its colour: (colour, place from 1, how many); None if it is not there."""
    for rag, rag_entries in group_by_rag(entries).items():
        for place, entry in enumerate(rag_entries, 1):
            if entry.indicator.id == indicator_id:
                return rag, place, len(rag_entries)
    return None


def find_rag_starts(entries: Sequence[Entry]) -> tuple[tuple[int, Rag], ...]:
    """Find where each colour begins among indicators sorted by colour: (index, colour)."""
    rags = [entry.judgement.rag for entry in entries]
    return tuple((index, rag) for index, rag in enumerate(rags) if not index or rags[index - 1] != rag)


def _sort_missing_last(value: float | None) -> tuple[bool, float]:
    # Hidden numbers are NaN, which would leave a sort undefined.
    is_missing = value is None or isnan(value)
    return is_missing, 0.0 if is_missing or value is None else value


ENTRY_SORT_KEYS: Final[Mapping[str, Callable[[Entry], Any]]] = {
    "code": lambda entry: entry.indicator.code,
    "title": lambda entry: entry.indicator.title,
    "theme": lambda entry: entry.indicator.theme,
    "value": lambda entry: _sort_missing_last(entry.point.count.value),
    "fraction": lambda entry: _sort_missing_last(entry.point.count.denominator),
    "target": lambda entry: _sort_missing_last(entry.point.target),
    "rag": lambda entry: rank_rag(entry.judgement.rag),
    "direction": lambda entry: _sort_missing_last(entry.movement.change),
    "year": lambda entry: _sort_missing_last(entry.year_movement.change),
    "trend": lambda entry: _sort_missing_last(entry.point.count.value),
    "to_target": lambda entry: _sort_missing_last(entry.judgement.cases_to_target or None),
    "newest": lambda entry: _sort_missing_last(
        entry.provisional_points[-1].count.value if entry.provisional_points else None
    ),
    "target_reason": lambda entry: entry.target.reason if entry.target else "",
    "age": lambda entry: entry.data_age_days,
}
"""The facts that indicators are sorted by, under the name of the column that shows them."""


def group_by_theme(entries: Sequence[Entry], theme_order: Sequence[str] = ()) -> Mapping[str, tuple[Entry, ...]]:
    """Group the indicators by theme, in the order given or else of appearance; none is empty."""
    theme_names = theme_order or tuple(dict.fromkeys(entry.indicator.theme for entry in entries))
    entries_by_theme = {
        name: tuple(entry for entry in entries if entry.indicator.theme == name) for name in theme_names
    }
    return {name: theme_entries for name, theme_entries in entries_by_theme.items() if theme_entries}


def select_entries(
    entries: Sequence[Entry], indicator_ids: Sequence[str], themes: Collection[str]
) -> tuple[Entry, ...]:
    """Select the indicators of a briefing: those named, in that order, limited to some themes.

    All indicators are selected where none are named, and all themes likewise.
    """
    entries_by_id = {entry.indicator.id: entry for entry in entries}
    named_entries = [entries_by_id[indicator_id] for indicator_id in indicator_ids if indicator_id in entries_by_id]
    # Both may be named: the themes then narrow down the indicators.
    candidates = named_entries if indicator_ids else entries
    return tuple(entry for entry in candidates if not themes or entry.indicator.theme in themes)


def list_source_tables(entries: Iterable[Entry]) -> frozenset[str]:
    """List the tables that some indicators are made from, and "" for one that is not known."""
    return frozenset({source.table for entry in entries for source in entry.sources} | {""})


def select_sources(board: Board, table_names: Collection[str]) -> tuple[TableSource, ...]:
    """Select the sources of some tables that have an event, a problem instead, or hide both."""
    return tuple(
        source
        for source in board.sources
        if source.table in table_names and (source.last_event or source.problem or isnan(source.rows_used))
    )


def select_grade_changes(period_changes: PeriodChanges, table_names: Collection[str]) -> tuple[GradeChange, ...]:
    """Select the changed grades of some tables."""
    return tuple(change for change in period_changes.grade_changes if change.table in table_names)
