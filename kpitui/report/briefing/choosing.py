"""Selects what comes first in a briefing: exceptions, three wins and three concerns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpitui import words
from kpitui.model import Rag
from kpitui.report.briefing.shape import Item, Pick, Share, Theme

MOST = 3
WINS = (
    "On target and better than the period before: first those that were off target then, after"
    " them by how much they improved."
)
CONCERNS = (
    "Off target: red before amber, among them first those that are worse than the period before,"
    " after them by their distance from the target."
)
# An exception without a value has no colour, and comes after every red.
_RANK: dict[Rag, int] = {"red": 0, "amber": 1, "none": 2, "green": 3}


def exceptions(items: Iterable[Item]) -> tuple[Item, ...]:
    """Select the items that are red or have no value because of a problem, most urgent first."""
    found = [item for item in items if item.status == "red" or item.entry.problem]
    return tuple(sorted(found, key=_pressing))


def wins(items: Iterable[Item]) -> tuple[Pick, ...]:
    """Select at most three items by WINS_RULE."""
    found = [one for one in items if one.status == "green" and _direction(one) == "better"]
    return tuple(Pick(one, _why(one)) for one in sorted(found, key=_improved)[:MOST])


def concerns(items: Iterable[Item]) -> tuple[Pick, ...]:
    """Select at most three items by CONCERNS_RULE."""
    found = [one for one in items if one.status in ("red", "amber")]
    return tuple(Pick(one, _why(one)) for one in sorted(found, key=_pressing)[:MOST])


def shares(items: Sequence[Item]) -> tuple[Share, ...]:
    """Count the items of each colour; items without a colour only if there are any."""
    colours = [item.status for item in items]
    return tuple(
        Share(rag, colours.count(rag), len(colours), _share(colours.count(rag), len(colours)))
        for rag in words.RAG_WORDS
        if rag != "none" or "none" in colours
    )


def themes(items: Sequence[Item], order: Sequence[str]) -> tuple[Theme, ...]:
    """Group the items by theme, in the profile's order or else in order of appearance."""
    names = order or tuple(dict.fromkeys(item.entry.indicator.theme for item in items))
    grouped = (
        (name, tuple(item for item in items if item.entry.indicator.theme == name))
        for name in names
    )
    # A bar of shares over a single indicator would only repeat its colour.
    return tuple(
        Theme(name, group, shares(group) if group[1:] else ()) for name, group in grouped if group
    )


def _direction(item: Item) -> str:
    return item.entry.movement.direction


def _pressing(item: Item) -> tuple[int, bool, float, int]:
    """Return a sort key: worst colour, then getting worse, then furthest from the target."""
    value, target = item.entry.point.count.value, item.entry.point.target
    distance = 0.0 if value is None or target is None else abs(value - target)
    # The place in the briefing comes last, so that equal items keep the order of the profile.
    return _RANK[item.status], _direction(item) != "worse", -distance, item.number


def _improved(item: Item) -> tuple[bool, float, int]:
    """Return a sort key: newly on target first, then by size of improvement."""
    before = item.entry.movement.against
    # False sorts first: an indicator that has just reached its target is the better news.
    was_green = before is not None and before.rag == "green"
    return was_green, -abs(item.entry.movement.change or 0.0), item.number


def _why(item: Item) -> str:
    """Give the figures behind a win or concern, and its earlier colour if that was another."""
    before = item.entry.movement.against
    figures = f"{item.value} ({item.of})"
    if before is None or before.rag in (item.status, "none"):
        return f"{figures}, {item.since}"
    return f"{figures}, {item.since}, when it was {words.RAG_WORDS[before.rag].lower()}"


def _share(many: int, of: int) -> str:
    return f"{many} of {of}" + (f" ({words.number(100 * many / of, 0)}%)" if of else "")
