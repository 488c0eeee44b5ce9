"""Direction of travel: better, worse or the same, in the sense of what is good."""

from __future__ import annotations

from fractions import Fraction

from kpitui.judge.rag import exact, exact_value
from kpitui.model import Direction, Movement, Point, Polarity


def movement(now: Point, before: Point, polarity: Polarity, dead_band: float) -> Movement:
    """How `now` stands against `before`; changes of up to `dead_band` points are the same."""
    if now.count.hidden or before.count.hidden:
        return Movement("none", None, before, hidden=True)
    if not now.count.denominator or not before.count.denominator:
        return Movement("none", None, before)
    change = exact_value(now.count) - exact_value(before.count)
    return Movement(_direction(change, polarity, exact(dead_band)), float(change), before)


def _direction(change: Fraction, polarity: Polarity, dead_band: Fraction) -> Direction:
    if abs(change) <= dead_band:
        return "same"
    return "better" if (change > 0) == (polarity == "high") else "worse"
