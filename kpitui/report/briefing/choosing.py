"""What comes first: the exceptions, three wins and three concerns, each by a rule that is told."""

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
_RANK: dict[Rag, int] = {"red": 0, "amber": 1, "none": 2, "green": 3}


def exceptions(items: Iterable[Item]) -> tuple[Item, ...]:
    """What is red or has no value although it should, the most pressing first."""
    found = [item for item in items if item.status == "red" or item.entry.problem]
    return tuple(sorted(found, key=_pressing))


def wins(items: Iterable[Item]) -> tuple[Pick, ...]:
    """At most three, by the rule of WINS."""
    found = [one for one in items if one.status == "green" and _direction(one) == "better"]
    return tuple(Pick(one, _why(one)) for one in sorted(found, key=_improved)[:MOST])


def concerns(items: Iterable[Item]) -> tuple[Pick, ...]:
    """At most three, by the rule of CONCERNS."""
    found = [one for one in items if one.status in ("red", "amber")]
    return tuple(Pick(one, _why(one)) for one in sorted(found, key=_pressing)[:MOST])


def shares(items: Sequence[Item]) -> tuple[Share, ...]:
    """How many are green, amber, red; those without a colour only where there are any."""
    colours = [item.status for item in items]
    return tuple(
        Share(rag, colours.count(rag), len(colours), _share(colours.count(rag), len(colours)))
        for rag in words.RAG_WORDS
        if rag != "none" or "none" in colours
    )


def themes(items: Sequence[Item], order: Sequence[str]) -> tuple[Theme, ...]:
    """The indicators by theme, in the order of the profile or as they come."""
    names = order or tuple(dict.fromkeys(item.entry.indicator.theme for item in items))
    grouped = (
        (name, tuple(item for item in items if item.entry.indicator.theme == name))
        for name in names
    )
    return tuple(
        Theme(name, group, shares(group) if group[1:] else ()) for name, group in grouped if group
    )


def _direction(item: Item) -> str:
    return item.entry.movement.direction


def _pressing(item: Item) -> tuple[int, bool, float, int]:
    value, target = item.entry.point.count.value, item.entry.point.target
    distance = 0.0 if value is None or target is None else abs(value - target)
    return _RANK[item.status], _direction(item) != "worse", -distance, item.number


def _improved(item: Item) -> tuple[bool, float, int]:
    before = item.entry.movement.against
    was_green = before is not None and before.rag == "green"
    return was_green, -abs(item.entry.movement.change or 0.0), item.number


def _why(item: Item) -> str:
    before = item.entry.movement.against
    figures = f"{item.value} ({item.of})"
    if before is None or before.rag in (item.status, "none"):
        return f"{figures}, {item.since}"
    return f"{figures}, {item.since}, when it was {words.RAG_WORDS[before.rag].lower()}"


def _share(many: int, of: int) -> str:
    return f"{many} of {of}" + (f" ({words.number(100 * many / of, 0)}%)" if of else "")
