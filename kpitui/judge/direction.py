"""Direction of travel: better, worse or the same, in the sense of what is good."""

from __future__ import annotations

from kpitui.model import Direction, Movement, Point, Polarity


def movement(now: Point, before: Point, polarity: Polarity, dead_band: float) -> Movement:
    """How `now` stands against `before`; changes of up to `dead_band` points are the same."""
    new, old = now.count.value, before.count.value
    if new is None or old is None:
        return Movement("none", None, before)
    change = new - old
    return Movement(_direction(change, polarity, dead_band), change, before)


def _direction(change: float, polarity: Polarity, dead_band: float) -> Direction:
    if abs(change) <= dead_band:
        return "same"
    return "better" if (change > 0) == (polarity == "high") else "worse"
