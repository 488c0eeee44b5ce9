"""Direction of travel: better, worse or the same, by the indicator's polarity."""

from __future__ import annotations

from fractions import Fraction

from kpitui.judge.rag import exact, exact_value
from kpitui.model import Direction, Movement, Point, Polarity


def movement(now: Point, before: Point, polarity: Polarity, dead_band: float) -> Movement:
    """Compare two points; a change of up to `dead_band` percentage points counts as the same.

    There is no direction where either value is missing or hidden. The change is in points,
    unrounded.
    """
    if now.count.hidden or before.count.hidden:
        return Movement("none", None, before, hidden=True)
    if not now.count.denominator or not before.count.denominator:
        return Movement("none", None, before)
    # A change equal to the dead band must not depend on binary rounding.
    change = exact_value(now.count) - exact_value(before.count)
    return Movement(_direction(change, polarity, exact(dead_band)), float(change), before)


def _direction(change: Fraction, polarity: Polarity, dead_band: Fraction) -> Direction:
    if abs(change) <= dead_band:
        return "same"
    return "better" if (change > 0) == (polarity == "high") else "worse"
