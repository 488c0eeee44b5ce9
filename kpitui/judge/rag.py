"""Red, amber or green: a value against its target, and what would meet the target.

Arithmetic is exact. A value that misses its target by any fraction misses it, and one that meets it
is never lost to binary rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, isnan

from kpitui.model.board import LARGEST_HIDDEN_COUNT, SMALLEST_HIDDEN_COUNT, Count, Rag
from kpitui.model.catalogue import Indicator, Polarity
from kpitui.model.issues import CodedMessage, MessageValue, create_message

# Twelfths of weights with four decimals, and more than any float of this size tells apart.
LARGEST_DENOMINATOR = 1_000_000


@lru_cache(maxsize=4096)
def to_exact_fraction(decimal_number: float) -> Fraction:
    """Convert a number as it is written: 83.3 is 833/10."""
    # Fraction(83.3) would be the binary number next to it, which is not what the config says.
    return Fraction(str(decimal_number))


def compute_exact_percentage(period_count: Count) -> Fraction:
    """Return the percentage of a count as a fraction; its denominator must not be 0."""
    numerator, denominator = period_count.numerator, period_count.denominator
    if isinstance(numerator, int) and isinstance(denominator, int):
        return Fraction(100 * numerator, denominator)
    return 100 * recover_fraction(numerator) / recover_fraction(denominator)


def recover_fraction(mean: float) -> Fraction:
    """Return the fraction that a mean of headcounts, or a sum of weights, stands for: 1/6, not 0.1666…7."""
    return Fraction(mean).limit_denominator(LARGEST_DENOMINATOR)


def compute_target_gap(exact_percentage: Fraction, target_value: float, polarity: Polarity) -> Fraction:
    """Return by how many points a value is better (positive) or worse than the target."""
    difference = exact_percentage - to_exact_fraction(target_value)
    return difference if polarity == "high" else -difference


def is_target_missed(indicator: Indicator, period_count: Count, target_value: float | None) -> bool:
    """Say whether a value is worse than its target; without both it is not."""
    if target_value is None or period_count.is_hidden or not period_count.denominator:
        return False
    return compute_target_gap(compute_exact_percentage(period_count), target_value, indicator.polarity) < 0


def judge_rag(indicator: Indicator, period_count: Count, target_value: float | None) -> tuple[Rag, CodedMessage]:
    """Return the colour and its reason; "none" without a value, a target or enough cases.

    There is none either where the unknown cases would allow another.
    """
    reason = explain_no_colour(indicator, period_count, target_value)
    if period_count.is_small and (rag_colour := judge_colour(indicator, period_count, target_value)) != "none":
        return rag_colour, create_message(
            "small-numbers-of-one-colour", lowest=SMALLEST_HIDDEN_COUNT, highest=LARGEST_HIDDEN_COUNT, rag=rag_colour
        )
    if reason is not None or target_value is None:
        return "none", reason or create_message("no-target")
    rag_colour = _judge_certain_value(indicator, period_count, target_value)
    return rag_colour, _explain_colour(indicator, period_count, target_value)


def _explain_colour(indicator: Indicator, period_count: Count, target_value: float) -> CodedMessage:
    """Say how far a value is from its target, and on which side of the tolerance."""
    target_gap = compute_target_gap(compute_exact_percentage(period_count), target_value, indicator.polarity)
    tolerance = _compute_tolerance(indicator, target_value)
    if target_gap == 0:
        return create_message("target-met", target=target_value, unit=indicator.unit)
    distance: dict[str, MessageValue] = {"gap": float(abs(target_gap)), "target": target_value, "unit": indicator.unit}
    if target_gap > 0:
        return create_message("target-beaten", **distance)
    code = "target-missed-within" if -target_gap <= tolerance else "target-missed-beyond"
    return create_message(code, **distance, tolerance=float(tolerance))


def judge_colour(indicator: Indicator, period_count: Count, target_value: float | None) -> Rag:
    """Return the colour alone, by definitions.md, Judging."""
    if period_count.is_small:
        return _judge_hidden_count(indicator, period_count, target_value)
    if target_value is None or explain_no_colour(indicator, period_count, target_value) is not None:
        return "none"
    return _judge_certain_value(indicator, period_count, target_value)


def _judge_certain_value(indicator: Indicator, period_count: Count, target_value: float) -> Rag:
    """Return the colour of a value, by definitions.md, Judging."""
    target_gap = compute_target_gap(compute_exact_percentage(period_count), target_value, indicator.polarity)
    if target_gap >= 0:
        return "green"
    return "amber" if -target_gap <= _compute_tolerance(indicator, target_value) else "red"


def _judge_hidden_count(indicator: Indicator, period_count: Count, target_value: float | None) -> Rag:
    """Return the colour that every small numerator would have, or "none" if they differ.

    A colour that all of them share tells nothing about which one it is.
    """
    if isnan(period_count.denominator):
        return "none"
    # The percentage rises with the numerator: the ends decide for every number between them.
    counts = (
        Count(numerator, period_count.denominator, period_count.excluded)
        for numerator in (SMALLEST_HIDDEN_COUNT, LARGEST_HIDDEN_COUNT)
    )
    colours = {judge_colour(indicator, count, target_value) for count in counts}
    return colours.pop() if len(colours) == 1 else "none"


def explain_no_colour(indicator: Indicator, period_count: Count, target_value: float | None) -> CodedMessage | None:
    """Say why a value has no colour, or return None."""
    if indicator.pending:
        return create_message("indicator-pending", reason=indicator.pending)
    if period_count.is_hidden:
        return create_message("small-numbers-hidden")
    if not period_count.denominator:
        open_reason = None if period_count.bounds is None else period_count.bounds.open_reason
        return open_reason or create_message("nothing-to-count")
    # State schools have had no overall grade since September 2024 and report cards since November
    # 2025: the figure goes on, but no longer covers all of them (definitions.md, Schools).
    cases = {reason: period_count.excluded[reason] for reason in indicator.broken_by if reason in period_count.excluded}
    if cases:
        return create_message("framework-left-cases-out", cases=_list_case_counts("cases-left-out", cases.items()))
    if period_count.denominator < indicator.minimum:
        return create_message("below-minimum", minimum=indicator.minimum, noun=indicator.noun[1])
    if target_value is None:
        return create_message("no-target")
    return None if _is_colour_certain(indicator, period_count, target_value) else explain_doubt(indicator, period_count)


def _list_case_counts(code: str, case_counts: Iterable[tuple[str, float]]) -> tuple[CodedMessage, ...]:
    return tuple(create_message(code, reason=reason, case_count=case_count) for reason, case_count in case_counts)


def explain_doubt(indicator: Indicator, period_count: Count) -> CodedMessage:
    """Say what unknown cases leave possible, and why; the count must have bounds."""
    assert period_count.bounds is not None
    if isnan(period_count.bounds.least_denominator):
        return create_message("small-numbers-hidden")
    if period_count.bounds.open_reason is not None:
        return period_count.bounds.open_reason
    words_by_reason = {entry.reason: entry.words for entry in indicator.rule.unknown_columns if entry.words}
    reasons = tuple(
        _explain_unknown_cases(reason, words_by_reason.get(reason, ""), number)
        for reason, number in period_count.unknown.items()
    )
    low, high = period_count.low, period_count.high
    if low is None:
        return create_message("doubt-without-limit", reasons=reasons)
    if high is None:
        return create_message("doubt-from", low=low, unit=indicator.unit, reasons=reasons)
    code = "doubt-at" if _round_as_printed(low) == _round_as_printed(high) else "doubt-between"
    return create_message(code, low=low, high=high, unit=indicator.unit, reasons=reasons)


_CODES_OF_UNKNOWN_CASES = {
    "row could not be read": "rows-in-doubt",
    "history too short": "history-in-doubt",
    "staff not certain": "staff-in-doubt",
    "id not certain": "ids-in-doubt",
}


def _explain_unknown_cases(reason: str, words: str, case_count: float) -> CodedMessage:
    if words:
        return create_message("cases-in-doubt", reason=words, case_count=case_count)
    if code := _CODES_OF_UNKNOWN_CASES.get(reason):
        return create_message(code, case_count=case_count)
    return create_message("cases-of-reason", reason=reason, case_count=case_count)


def _is_colour_certain(indicator: Indicator, period_count: Count, target_value: float) -> bool:
    """Say whether a value has the same colour at both of its bounds, and enough cases at the least."""
    bounds = period_count.bounds
    if bounds is None:
        return True
    if (
        isnan(bounds.least_denominator)
        or bounds.least_denominator < max(1, indicator.minimum)
        or not (bounds.lowest[1] and bounds.highest[1])
    ):
        return False
    counts = (period_count.lowest_count, period_count.highest_count)
    # A colour is a stretch of values, so one that holds at both ends holds between them.
    return len({_judge_certain_value(indicator, count, target_value) for count in counts}) == 1


def choose_printed_value(indicator: Indicator, period_count: Count, target_value: float | None) -> CodedMessage:
    """Choose what is printed as the value, to one decimal.

    It is "just below 45.0%" where rounding would print the target itself, "2 of 3 (66.7%)" under
    the indicator's minimum, "c" where it is hidden and "no value" without cases.
    """
    if period_count.is_hidden:
        return create_message("value-hidden")
    if not period_count.denominator:
        return create_message("value-missing")
    percentage = compute_exact_percentage(period_count)
    printed = create_message("value-printed", value=float(percentage), unit=indicator.unit)
    if period_count.denominator < indicator.minimum:
        numerator, denominator = period_count.numerator, period_count.denominator
        return create_message("value-of-few", **printed.values, numerator=numerator, denominator=denominator)
    if target_value is None or not _is_rounded_to_target(indicator, period_count, target_value):
        return printed
    code = "value-just-below" if indicator.polarity == "high" else "value-just-above"
    return create_message(code, target=target_value, unit=indicator.unit)


def _is_rounded_to_target(indicator: Indicator, period_count: Count, target_value: float) -> bool:
    """Say whether a value misses its target, and rounding would print the target itself."""
    if not is_target_missed(indicator, period_count, target_value):
        return False
    return _round_as_printed(float(compute_exact_percentage(period_count))) == to_exact_fraction(target_value)


def count_cases_to_target(
    indicator: Indicator, period_count: Count, target_value: float | None, case_weights: Sequence[float] = ()
) -> int | None:
    """Return the fewest cases that would have to be different for the target to be met.

    0 where it is met. None without a target or a value, or where no number of cases would do.
    `case_weights` are the weights of the cases that could change, where a case counts for more than
    one.
    """
    if target_value is None or period_count.is_hidden or not period_count.denominator:
        return None
    if not is_target_missed(indicator, period_count, target_value):
        return 0
    numerator = to_exact_fraction(target_value) * recover_fraction(period_count.denominator) / 100
    shortfall = abs(numerator - recover_fraction(period_count.numerator))
    # No more cases can change sides than there are on the wrong one.
    cases = period_count.denominator - period_count.numerator
    if indicator.polarity == "low":
        cases = period_count.numerator
    if not 0 <= target_value <= 100 or shortfall > to_exact_fraction(cases):
        return None
    return _count_heaviest_cases(case_weights, shortfall) if indicator.rule.weight_column else ceil(shortfall)


def _count_heaviest_cases(case_weights: Sequence[float], shortfall: Fraction) -> int | None:
    """Return how many of the heaviest cases make up the shortfall; None if all do not."""
    gained = Fraction(0)
    for case_number, case_weight in enumerate(sorted(case_weights, reverse=True), 1):
        gained += to_exact_fraction(case_weight)
        if gained >= shortfall:
            return case_number
    return None


def _compute_tolerance(indicator: Indicator, target_value: float) -> Fraction:
    """Return the tolerance in points: up to the red line, absolute, or relative to the target."""
    if indicator.red_line is not None:
        return abs(to_exact_fraction(indicator.red_line) - to_exact_fraction(target_value))
    tolerance = to_exact_fraction(indicator.tolerance)
    if indicator.tolerance_is == "relative":
        return abs(to_exact_fraction(target_value)) * tolerance / 100
    return tolerance


def _round_as_printed(number: float) -> Fraction:
    # Halves are rounded away from zero, as people do. round() would take them to the even digit.
    return Fraction(Decimal(repr(number)).quantize(Decimal("0.1"), ROUND_HALF_UP))
