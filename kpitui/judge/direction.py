"""Direction of travel: better, worse or the same, by the indicator's polarity."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from kpitui.judge.rag import compute_exact_percentage, to_exact_fraction
from kpitui.judge.significance import judge_significance
from kpitui.model.board import DirectionOfTravel, HistoryPoint, Movement
from kpitui.model.catalogue import Indicator, Polarity


def compare_figures(indicator: Indicator, current_point: HistoryPoint, earlier_point: HistoryPoint) -> Movement:
    """Compare two points of an indicator: the direction, and whether it is more than chance."""
    movement = compare_points(current_point, earlier_point, indicator.polarity, indicator.dead_band)
    significance, reason = judge_significance(indicator, current_point, earlier_point)
    return replace(movement, significance=significance, untested_because=reason)


def compare_points(
    current_point: HistoryPoint, earlier_point: HistoryPoint, polarity: Polarity, dead_band: float
) -> Movement:
    """Compare two points; a change of up to `dead_band` percentage points counts as the same.

    There is no direction where either value is missing or hidden. The change is in points,
    unrounded.
    """
    if current_point.count.is_hidden or earlier_point.count.is_hidden:
        return Movement("none", None, earlier_point, is_hidden=True)
    if not current_point.count.denominator or not earlier_point.count.denominator:
        return Movement("none", None, earlier_point)
    # A change equal to the dead band must not depend on binary rounding.
    exact_change = compute_exact_percentage(current_point.count) - compute_exact_percentage(earlier_point.count)
    return Movement(
        _judge_direction(exact_change, polarity, to_exact_fraction(dead_band)), float(exact_change), earlier_point
    )


def _judge_direction(exact_change: Fraction, polarity: Polarity, dead_band: Fraction) -> DirectionOfTravel:
    if abs(exact_change) <= dead_band:
        return "same"
    return "better" if (exact_change > 0) == (polarity == "high") else "worse"
