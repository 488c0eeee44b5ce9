"""Direction of travel: better, worse or the same, by the indicator's polarity; higher or lower without one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import inf

from kpitui.judge.rag import compute_exact_value, to_exact_fraction
from kpitui.judge.significance import judge_significance
from kpitui.model.board import Count, DirectionOfTravel, HistoryPoint, Movement
from kpitui.model.catalogue import Indicator, Polarity


def compare_figures(indicator: Indicator, current_point: HistoryPoint, earlier_point: HistoryPoint) -> Movement:
    """Compare two points of an indicator: the direction, and whether it is more than chance."""
    movement = compare_points(current_point, earlier_point, indicator.polarity, indicator.dead_band)
    significance, reason = judge_significance(indicator, current_point, earlier_point)
    return replace(movement, significance=significance, untested_because=reason)


def compute_change(current_count: Count, earlier_count: Count) -> float | None:
    """Return by how many points a value is above another; None where either has none or is hidden."""
    if current_count.value is None or earlier_count.value is None:
        return None
    # Two fractions that are equal differ by 0, whatever their nearest floats do.
    return float(compute_exact_value(current_count) - compute_exact_value(earlier_count))


def compare_points(
    current_point: HistoryPoint, earlier_point: HistoryPoint, polarity: Polarity, dead_band: float
) -> Movement:
    """Compare two points; a change of up to `dead_band` in its unit counts as the same.

    There is no direction where either value is missing or hidden, or where the unknown cases would
    allow another. The change is in the unit of the value, unrounded.
    """
    if current_point.count.is_hidden or earlier_point.count.is_hidden:
        return Movement("none", None, earlier_point, is_hidden=True)
    if not current_point.count.denominator or not earlier_point.count.denominator:
        return Movement("none", None, earlier_point)
    # A change equal to the dead band must not depend on binary rounding.
    exact_change = compute_exact_value(current_point.count) - compute_exact_value(earlier_point.count)
    directions = {_judge_direction(exact_change, polarity, to_exact_fraction(dead_band))}
    if not (current_point.count.bounds or earlier_point.count.bounds):
        return Movement(directions.pop(), float(exact_change), earlier_point)
    bounds = (current_point.count.lowest_count, earlier_point.count.lowest_count)
    # Of bounds that the public view hides nothing follows, not even that the direction is certain.
    if any(count.is_hidden for count in bounds):
        return Movement("none", None, earlier_point, is_hidden=True)
    possible_changes = _find_possible_changes(current_point.count, earlier_point.count)
    if possible_changes is None:
        return Movement("none", float(exact_change), earlier_point, possible_changes=(-inf, inf))
    directions |= {_judge_direction(change, polarity, to_exact_fraction(dead_band)) for change in possible_changes}
    lowest_change, highest_change = map(float, possible_changes)
    return Movement(
        directions.pop() if len(directions) == 1 else "none",
        float(exact_change),
        earlier_point,
        possible_changes=(lowest_change, highest_change),
    )


def _find_possible_changes(current_count: Count, earlier_count: Count) -> tuple[Fraction, Fraction] | None:
    """Return the least and the most that a value can have changed; None if there is no limit."""
    counts = (
        current_count.lowest_count,
        earlier_count.highest_count,
        current_count.highest_count,
        earlier_count.lowest_count,
    )
    # In public the bounds of a value that is shown may be hidden.
    if not all(count.denominator and not count.is_hidden for count in counts):
        return None
    current_low, earlier_high, current_high, earlier_low = map(compute_exact_value, counts)
    return current_low - earlier_high, current_high - earlier_low


def _judge_direction(exact_change: Fraction, polarity: Polarity, dead_band: Fraction) -> DirectionOfTravel:
    if abs(exact_change) <= dead_band:
        return "same"
    if polarity == "neutral":
        return "higher" if exact_change > 0 else "lower"
    return "better" if (exact_change > 0) == (polarity == "high") else "worse"
