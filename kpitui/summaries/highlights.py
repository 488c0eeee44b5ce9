"""Which indicators come first: the worst colour, the exceptions, three wins and three concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from kpitui.model.board import Entry, Rag, VariantCount

MAX_HIGHLIGHTS: Final = 3
# An indicator without a colour may hide a problem, so that it comes before those on target.
_RAG_RANKS: Final[Mapping[Rag, int]] = {"red": 0, "amber": 1, "none": 2, "green": 3}


def rank_rag(rag: Rag) -> int:
    """Return the rank of a colour, the worst first: red, amber, none, green."""
    return _RAG_RANKS[rag]


def find_worst_rag(entries: Iterable[Entry]) -> Rag:
    """Return the worst colour of some indicators. Raises ValueError if there are none."""
    return min((entry.judgement.rag for entry in entries), key=rank_rag)


def select_exceptions(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Select the indicators that are red or have no value, the most urgent first."""
    exceptions = [entry for entry in entries if entry.judgement.rag == "red" or entry.problem]
    return tuple(sorted(exceptions, key=_urgency_sort_key))


def select_wins(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Select at most three indicators that are on target and better than the period before.

    Those that were off target then come first, then the larger improvement.
    """
    improved = [entry for entry in entries if entry.judgement.rag == "green" and entry.movement.direction == "better"]
    return tuple(sorted(improved, key=_improvement_sort_key)[:MAX_HIGHLIGHTS])


def select_concerns(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Select at most three indicators that are off target, the most urgent first."""
    off_target = [entry for entry in entries if entry.judgement.rag in ("red", "amber")]
    return tuple(sorted(off_target, key=_urgency_sort_key)[:MAX_HIGHLIGHTS])


def find_telling_variant(entry: Entry) -> VariantCount | None:
    """Find the rival definition that gives another colour, the one furthest from the value; None without one."""
    rivals = (
        variant
        for variant in entry.variants
        if variant.rag not in (entry.judgement.rag, "none") and variant.points_difference is not None
    )
    return max(rivals, key=lambda variant: abs(variant.points_difference or 0.0), default=None)


# Sorting is stable: indicators that are equal by these keys keep their order.


def _urgency_sort_key(entry: Entry) -> tuple[int, bool, float]:
    """Return a sort key: worst colour, then getting worse, then furthest from the target."""
    value, target_value = entry.point.count.value, entry.point.target
    distance = 0.0 if value is None or target_value is None else abs(value - target_value)
    return rank_rag(entry.judgement.rag), entry.movement.direction != "worse", -distance


def _improvement_sort_key(entry: Entry) -> tuple[bool, float]:
    """Return a sort key: newly on target first, then by size of improvement."""
    earlier_point = entry.movement.earlier_point
    # False sorts first: an indicator that has just reached its target is the better news.
    was_green = earlier_point is not None and earlier_point.rag == "green"
    return was_green, -abs(entry.movement.change or 0.0)
