"""Selects what comes first in a briefing: exceptions, three wins and three concerns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpitui import wording
from kpitui.model.board import Rag
from kpitui.report.briefing.document import BriefingItem, BriefingTheme, Highlight, RagShare

MAX_HIGHLIGHTS = 3
WINS_RULE = (
    "On target and better than the period before: first those that were off target then, after"
    " them by how much they improved."
)
CONCERNS_RULE = (
    "Off target: red before amber, among them first those that are worse than the period before,"
    " after them by their distance from the target."
)
# An exception without a value has no colour, and comes after every red.
_RAG_PRIORITY: dict[Rag, int] = {"red": 0, "amber": 1, "none": 2, "green": 3}


def select_exceptions(items: Iterable[BriefingItem]) -> tuple[BriefingItem, ...]:
    """Select the items that are red or have no value because of a problem, most urgent first."""
    exception_items = [item for item in items if item.rag == "red" or item.entry.problem]
    return tuple(sorted(exception_items, key=_urgency_sort_key))


def select_wins(items: Iterable[BriefingItem]) -> tuple[Highlight, ...]:
    """Select at most three items by WINS_RULE."""
    improved_items = [item for item in items if item.rag == "green" and _get_direction(item) == "better"]
    return tuple(
        Highlight(item, _explain_highlight(item))
        for item in sorted(improved_items, key=_improvement_sort_key)[:MAX_HIGHLIGHTS]
    )


def select_concerns(items: Iterable[BriefingItem]) -> tuple[Highlight, ...]:
    """Select at most three items by CONCERNS_RULE."""
    target_items = [item for item in items if item.rag in ("red", "amber")]
    return tuple(
        Highlight(item, _explain_highlight(item))
        for item in sorted(target_items, key=_urgency_sort_key)[:MAX_HIGHLIGHTS]
    )


def count_rag_shares(items: Sequence[BriefingItem]) -> tuple[RagShare, ...]:
    """Count the items of each colour; items without a colour only if there are any."""
    item_rags = [item.rag for item in items]
    return tuple(
        RagShare(rag, item_rags.count(rag), len(item_rags), _format_share(item_rags.count(rag), len(item_rags)))
        for rag in wording.RAG_WORDS
        if rag != "none" or "none" in item_rags
    )


def group_items_by_theme(items: Sequence[BriefingItem], theme_order: Sequence[str]) -> tuple[BriefingTheme, ...]:
    """Group the items by theme, in the profile's order or else in order of appearance."""
    theme_names = theme_order or tuple(dict.fromkeys(item.entry.indicator.theme for item in items))
    items_by_theme = (
        (name, tuple(item for item in items if item.entry.indicator.theme == name)) for name in theme_names
    )
    # A bar of shares over a single indicator would only repeat its colour.
    return tuple(
        BriefingTheme(theme_name, theme_items, count_rag_shares(theme_items) if theme_items[1:] else ())
        for theme_name, theme_items in items_by_theme
        if theme_items
    )


def _get_direction(item: BriefingItem) -> str:
    return item.entry.movement.direction


def _urgency_sort_key(item: BriefingItem) -> tuple[int, bool, float, int]:
    """Return a sort key: worst colour, then getting worse, then furthest from the target."""
    value, target = item.entry.point.count.value, item.entry.point.target
    distance = 0.0 if value is None or target is None else abs(value - target)
    # The place in the briefing comes last, so that equal items keep the order of the profile.
    return _RAG_PRIORITY[item.rag], _get_direction(item) != "worse", -distance, item.number


def _improvement_sort_key(item: BriefingItem) -> tuple[bool, float, int]:
    """Return a sort key: newly on target first, then by size of improvement."""
    point = item.entry.movement.earlier_point
    # False sorts first: an indicator that has just reached its target is the better news.
    was_green = point is not None and point.rag == "green"
    return was_green, -abs(item.entry.movement.change or 0.0), item.number


def _explain_highlight(item: BriefingItem) -> str:
    """Give the figures behind a win or concern, and its earlier colour if that was another."""
    point = item.entry.movement.earlier_point
    figures_text = f"{item.value} ({item.case_fraction})"
    if point is None or point.rag in (item.rag, "none"):
        return f"{figures_text}, {item.movement_since}"
    return f"{figures_text}, {item.movement_since}, when it was {wording.RAG_WORDS[point.rag].lower()}"


def _format_share(item_count: int, total_count: int) -> str:
    return f"{item_count} of {total_count}" + (
        f" ({wording.format_number(100 * item_count / total_count, 0)}%)" if total_count else ""
    )
