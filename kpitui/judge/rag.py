"""Red, amber or green: a value against its target, and what would meet the target.

Arithmetic is exact. A value that misses its target by any fraction misses it, and one that meets it
is never lost to binary rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil, isnan

from kpitui.judge.disclosure import LARGEST, SMALLEST
from kpitui.model import Count, Indicator, Polarity, Rag
from kpitui.words import SUPPRESSED, amount

SMALL_NUMBERS = "hidden: small numbers"


@lru_cache(maxsize=4096)
def exact(number: float) -> Fraction:
    """Convert a number as it is written: 83.3 is 833/10."""
    # Fraction(83.3) would be the binary number next to it, which is not what the config says.
    return Fraction(str(number))


def exact_value(count: Count) -> Fraction:
    """Return the percentage of a count as a fraction; its denominator must not be 0."""
    numerator, denominator = count.numerator, count.denominator
    if isinstance(numerator, int) and isinstance(denominator, int):
        return Fraction(100 * numerator, denominator)
    return 100 * exact(numerator) / exact(denominator)


def gap(value: Fraction, target: float, polarity: Polarity) -> Fraction:
    """Return by how many points a value is better (positive) or worse than the target."""
    difference = value - exact(target)
    return difference if polarity == "high" else -difference


def rag(indicator: Indicator, count: Count, target: float | None) -> tuple[Rag, str]:
    """Return the colour and its reason; "none" without a value, a target or enough cases."""
    reason = no_colour(indicator, count, target)
    if count.small and (colour := colour_of(indicator, count, target)) != "none":
        any_of_them = f"any from {SMALLEST} to {LARGEST} would be {colour}"
        return colour, f"small numbers are hidden, and {any_of_them}"
    if reason or target is None:
        return "none", reason
    colour = colour_of(indicator, count, target)
    margin = gap(exact_value(count), target, indicator.polarity)
    aim = f"the target of {_shown(exact(target))}{indicator.unit}"
    if colour == "green":
        return colour, f"meets {aim}" if margin == 0 else f"{_points(margin)} better than {aim}"
    side = "within" if colour == "amber" else "beyond"
    tolerance = f"{side} the tolerance of {_points(_allowed(indicator, target))}"
    return colour, f"{_points(-margin)} worse than {aim}, {tolerance}"


def colour_of(indicator: Indicator, count: Count, target: float | None) -> Rag:
    """Return the colour alone, by definitions.md, Judging."""
    if count.small:
        return _colour_of_any(indicator, count, target)
    if target is None or no_colour(indicator, count, target):
        return "none"
    margin = gap(exact_value(count), target, indicator.polarity)
    if margin >= 0:
        return "green"
    return "amber" if -margin <= _allowed(indicator, target) else "red"


def _colour_of_any(indicator: Indicator, count: Count, target: float | None) -> Rag:
    """Return the colour that every small numerator would have, or "none" if they differ.

    A colour that all of them share tells nothing about which one it is.
    """
    if isnan(count.denominator):
        return "none"
    # The percentage rises with the numerator: the ends decide for every number between them.
    ends = (Count(end, count.denominator, count.excluded) for end in (SMALLEST, LARGEST))
    colours = {colour_of(indicator, one, target) for one in ends}
    return colours.pop() if len(colours) == 1 else "none"


def no_colour(indicator: Indicator, count: Count, target: float | None) -> str:
    """Say why a value has no colour, or return an empty text."""
    if indicator.pending:
        return f"pending: {indicator.pending}"
    if count.hidden:
        return SMALL_NUMBERS
    if not count.denominator:
        return "no value: there is nothing to count"
    # State schools have had no overall grade since September 2024 and report cards since November
    # 2025: the figure goes on, but no longer covers all of them (definitions.md, Schools).
    lost = {name: count.excluded[name] for name in indicator.broken_by if name in count.excluded}
    if lost:
        told = ", ".join(f"{name}: {amount(number)}" for name, number in lost.items())
        return f"the framework changed, and the figure no longer covers all ({told})"
    if count.denominator < indicator.minimum:
        return f"fewer than {indicator.minimum} {indicator.noun[1]}"
    return "no target" if target is None else ""


def printed(indicator: Indicator, count: Count, target: float | None) -> str:
    """Format the value to one decimal, as it is printed in the report.

    It is ``just below 45.0%`` where rounding would print the target itself, ``2 of 3 (66.7%)``
    under the indicator's minimum, ``c`` where it is hidden and ``no value`` without cases.
    """
    if count.hidden:
        return SUPPRESSED
    if not count.denominator:
        return "no value"
    value = exact_value(count)
    text = f"{_shown(value)}{indicator.unit}"
    if count.denominator < indicator.minimum:
        return f"{count.numerator:g} of {count.denominator:g} ({text})"
    if target is None or gap(value, target, indicator.polarity) >= 0:
        return text
    if _shown(value) != _shown(exact(target)):
        return text
    side = "below" if indicator.polarity == "high" else "above"
    return f"just {side} {_shown(exact(target))}{indicator.unit}"


def cases_to_target(
    indicator: Indicator, count: Count, target: float | None, weights: Sequence[float] = ()
) -> int | None:
    """Return the fewest cases that would have to be different for the target to be met.

    0 where it is met. None without a target or a value, or where no number of cases would do.
    `case_weights` are the weights of the cases that could change, where a case counts for more than
    one.
    """
    if target is None or count.hidden or not count.denominator:
        return None
    if gap(exact_value(count), target, indicator.polarity) >= 0:
        return 0
    wanted = exact(target) * exact(count.denominator) / 100
    missing = abs(wanted - exact(count.numerator))
    # No more cases can change sides than there are on the wrong one.
    possible = count.denominator - count.numerator
    if indicator.polarity == "low":
        possible = count.numerator
    if not 0 <= target <= 100 or missing > exact(possible):
        return None
    return _heaviest(weights, missing) if indicator.rule.weight else ceil(missing)


def _heaviest(weights: Sequence[float], missing: Fraction) -> int | None:
    """Return how many of the heaviest cases make up the shortfall; None if all do not."""
    gained = Fraction(0)
    for number, weight in enumerate(sorted(weights, reverse=True), 1):
        gained += exact(weight)
        if gained >= missing:
            return number
    return None


def _allowed(indicator: Indicator, target: float) -> Fraction:
    """Return the tolerance in points: up to the red line, absolute, or relative to the target."""
    if indicator.red_line is not None:
        return abs(exact(indicator.red_line) - exact(target))
    tolerance = exact(indicator.tolerance)
    if indicator.tolerance_is == "relative":
        return abs(exact(target)) * tolerance / 100
    return tolerance


def _points(margin: Fraction) -> str:
    return f"{_shown(margin)} point{'' if margin == 1 else 's'}"


def _shown(number: Fraction) -> str:
    # Halves are rounded away from zero, as people do. round() would take them to the even digit.
    tenths = int(abs(number) * 10 + Fraction(1, 2))
    sign = "-" if number < 0 and tenths else ""
    return f"{sign}{tenths // 10}.{tenths % 10}"
