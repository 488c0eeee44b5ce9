"""Red, amber or green: a value against its target, and what would meet the target.

Arithmetic is exact. A value that misses its target by any fraction misses it, and one that meets it
is never lost to binary rounding.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from math import isnan

from kpitui.judge.quantities import round_as_printed, tell_difference, tell_distance, tell_target, tell_value
from kpitui.model.board import LARGEST_HIDDEN_COUNT, SMALLEST_HIDDEN_COUNT, Count, Rag
from kpitui.model.catalogue import Indicator, Polarity
from kpitui.model.issues import CodedMessage, MessageValue, create_message
from kpitui.model.measures import Measure

# Twelfths of weights with four decimals, and more than any float of this size tells apart.
LARGEST_DENOMINATOR = 1_000_000


@lru_cache(maxsize=4096)
def to_exact_fraction(decimal_number: float) -> Fraction:
    """Convert a number as it is written: 83.3 is 833/10."""
    # Fraction(83.3) would be the binary number next to it, which is not what the config says.
    return Fraction(str(decimal_number))


def compute_exact_value(period_count: Count) -> Fraction:
    """Return the value of a count as a fraction; its denominator must not be 0."""
    numerator, denominator, measure = period_count.numerator, period_count.denominator, period_count.measure
    if not measure.traits.is_divided:
        return recover_fraction(numerator)
    if isinstance(numerator, int) and isinstance(denominator, int):
        return Fraction(measure.factor * numerator, denominator)
    return measure.factor * recover_fraction(numerator) / recover_fraction(denominator)


def recover_fraction(mean: float) -> Fraction:
    """Return the fraction that a mean of headcounts, or a sum of weights, stands for: 1/6, not 0.1666…7."""
    return Fraction(mean).limit_denominator(LARGEST_DENOMINATOR)


def compute_target_gap(exact_value: Fraction, target_value: float, polarity: Polarity) -> Fraction:
    """Return by how much a value is better (positive) or worse than the target."""
    difference = exact_value - to_exact_fraction(target_value)
    return difference if polarity == "high" else -difference


def _compute_gap(indicator: Indicator, period_count: Count, target_value: float | None) -> Fraction | None:
    """Return by how much a value is better or worse than its target, or within its band or outside.

    None without a target or a band.
    """
    exact_value = compute_exact_value(period_count)
    if indicator.polarity == "neutral":
        if indicator.band is None:
            return None
        low, high = map(to_exact_fraction, indicator.band)
        return min(exact_value - low, high - exact_value)
    return None if target_value is None else compute_target_gap(exact_value, target_value, indicator.polarity)


def is_target_missed(indicator: Indicator, period_count: Count, target_value: float | None) -> bool:
    """Say whether a value is worse than its target; without both it is not."""
    if period_count.is_hidden or not period_count.denominator:
        return False
    gap = _compute_gap(indicator, period_count, target_value)
    return gap is not None and gap < 0


def judge_rag(indicator: Indicator, period_count: Count, target_value: float | None) -> tuple[Rag, CodedMessage]:
    """Return the colour and its reason; "none" without a value, a target or enough cases.

    There is none either where the unknown cases would allow another.
    """
    reason = explain_no_colour(indicator, period_count, target_value)
    if period_count.is_small and (rag_colour := judge_colour(indicator, period_count, target_value)) != "none":
        return rag_colour, create_message(
            "small-numbers-of-one-colour", lowest=SMALLEST_HIDDEN_COUNT, highest=LARGEST_HIDDEN_COUNT, rag=rag_colour
        )
    if reason is not None:
        return "none", reason
    rag_colour = _judge_certain_value(indicator, period_count, target_value)
    return rag_colour, _explain_colour(indicator, period_count, target_value)


def _explain_colour(indicator: Indicator, period_count: Count, target_value: float | None) -> CodedMessage:
    """Say how far a value is from its target, and on which side of the tolerance."""
    if target_value is None:
        return _explain_band_colour(indicator, period_count)
    measure, exact_value = period_count.measure, compute_exact_value(period_count)
    target = tell_target(target_value, measure)
    difference = exact_value - to_exact_fraction(target_value)
    if not difference:
        return create_message("target-met", target=target)
    distance = tell_distance(float(difference), measure, indicator.polarity)
    gap = compute_target_gap(exact_value, target_value, indicator.polarity)
    if gap > 0:
        return create_message("target-beaten", distance=distance, target=target)
    tolerance = _compute_tolerance(indicator, target_value)
    code = "target-missed-within" if -gap <= tolerance else "target-missed-beyond"
    return create_message(code, distance=distance, target=target, **_tell_tolerance(tolerance, measure))


def _tell_tolerance(tolerance: Fraction, measure: Measure) -> dict[str, MessageValue]:
    return {"tolerance": tell_difference(float(tolerance), measure), "tolerance_amount": float(tolerance)}


def _explain_band_colour(indicator: Indicator, period_count: Count) -> CodedMessage:
    """Say whether a value lies within its band, or by how much it is outside."""
    assert indicator.band is not None
    low, high = indicator.band
    measure, exact_value = period_count.measure, compute_exact_value(period_count)
    if to_exact_fraction(low) <= exact_value <= to_exact_fraction(high):
        return create_message("band-met", low=tell_target(low, measure), high=tell_target(high, measure))
    limit = high if exact_value > to_exact_fraction(high) else low
    difference = exact_value - to_exact_fraction(limit)
    tolerance = _compute_tolerance(indicator, limit)
    code = "band-missed-within" if abs(difference) <= tolerance else "band-missed-beyond"
    distance = tell_distance(float(difference), measure, "neutral")
    return create_message(
        code, distance=distance, limit=tell_target(limit, measure), **_tell_tolerance(tolerance, measure)
    )


def judge_colour(indicator: Indicator, period_count: Count, target_value: float | None) -> Rag:
    """Return the colour alone, by definitions.md, Judging."""
    if period_count.is_small:
        return _judge_hidden_count(indicator, period_count, target_value)
    if explain_no_colour(indicator, period_count, target_value) is not None:
        return "none"
    return _judge_certain_value(indicator, period_count, target_value)


def _judge_certain_value(indicator: Indicator, period_count: Count, target_value: float | None) -> Rag:
    """Return the colour of a value, by definitions.md, Judging; it must have a target or a band."""
    gap = _compute_gap(indicator, period_count, target_value)
    assert gap is not None
    if gap >= 0:
        return "green"
    limits = indicator.band if target_value is None and indicator.band else (target_value or 0.0,)
    # Of two ends of a band the one that was missed gives a relative tolerance.
    limit = min(limits, key=lambda end: abs(compute_exact_value(period_count) - to_exact_fraction(end)))
    return "amber" if -gap <= _compute_tolerance(indicator, limit) else "red"


def _judge_hidden_count(indicator: Indicator, period_count: Count, target_value: float | None) -> Rag:
    """Return the colour that every small numerator would have, or "none" if they differ.

    A colour that all of them share tells nothing about which one it is.
    """
    if isnan(period_count.denominator):
        return "none"
    # The percentage rises with the numerator: the ends decide for every number between them.
    counts = (
        Count(numerator, period_count.denominator, period_count.excluded, measure=period_count.measure)
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
        lacks_population = bool(period_count.measure.population) and period_count.numerator
        return open_reason or create_message("no-population" if lacks_population else "nothing-to-count")
    # State schools have had no overall grade since September 2024 and report cards since November
    # 2025: the figure goes on, but no longer covers all of them (definitions.md, Schools).
    cases = {reason: period_count.excluded[reason] for reason in indicator.broken_by if reason in period_count.excluded}
    if cases:
        return create_message("framework-left-cases-out", cases=_list_case_counts("cases-left-out", cases.items()))
    if period_count.case_count < indicator.minimum:
        return create_message("below-minimum", minimum=indicator.minimum, noun=indicator.noun[1])
    if indicator.polarity == "neutral" and indicator.band is None:
        return create_message("neutral-without-band")
    if target_value is None and indicator.polarity != "neutral":
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
    low, high, measure = period_count.low, period_count.high, period_count.measure
    if low is None:
        return create_message("doubt-without-limit", reasons=reasons)
    if high is None:
        return create_message("doubt-from", low=tell_value(low, measure), reasons=reasons)
    code = "doubt-at" if round_as_printed(low, measure) == round_as_printed(high, measure) else "doubt-between"
    return create_message(code, low=tell_value(low, measure), high=tell_value(high, measure), reasons=reasons)


_CODES_OF_UNKNOWN_CASES = {
    "row could not be read": "rows-in-doubt",
    "history too short": "history-in-doubt",
    "staff not certain": "staff-in-doubt",
    "id not certain": "ids-in-doubt",
    "row contradicted by another": "contradictions-in-doubt",
}


def _explain_unknown_cases(reason: str, words: str, case_count: float) -> CodedMessage:
    if words:
        return create_message("cases-in-doubt", reason=words, case_count=case_count)
    if code := _CODES_OF_UNKNOWN_CASES.get(reason):
        return create_message(code, case_count=case_count)
    return create_message("cases-of-reason", reason=reason, case_count=case_count)


def _is_colour_certain(indicator: Indicator, period_count: Count, target_value: float | None) -> bool:
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
    # A colour is a stretch of values, so one that holds at both ends holds between them; but for a
    # band, which has the same colour on both of its sides.
    colours = {_judge_certain_value(indicator, count, target_value) for count in counts}
    return len(colours) == 1 and not _spans_band(indicator, *map(compute_exact_value, counts))


def _spans_band(indicator: Indicator, lowest: Fraction, highest: Fraction) -> bool:
    """Say whether a value may be on either side of the indicator's band."""
    return indicator.band is not None and lowest < indicator.band[0] and highest > indicator.band[1]


def choose_printed_value(indicator: Indicator, period_count: Count, target_value: float | None) -> CodedMessage:
    """Choose what is printed as the value, to one decimal.

    It is "just below 45.0%" where rounding would print the target itself, "2 of 3 (66.7%)" under
    the indicator's minimum, "c" where it is hidden and "no value" without cases.
    """
    if period_count.is_hidden:
        return create_message("value-hidden")
    if not period_count.denominator:
        return create_message("value-missing")
    measure = period_count.measure
    printed = tell_value(float(compute_exact_value(period_count)), measure)
    if period_count.case_count < indicator.minimum and measure.traits.is_denominator_told:
        return _tell_value_of_few(period_count, printed)
    if target_value is None or not _is_rounded_to_target(indicator, period_count, target_value):
        return printed
    code = "value-just-below" if indicator.polarity == "high" else "value-just-above"
    return create_message(code, target=tell_target(target_value, measure))


def _tell_value_of_few(period_count: Count, printed_value: CodedMessage) -> CodedMessage:
    """Tell the cases first, since the value of so few says little."""
    measure = period_count.measure
    if measure.traits.is_share:
        numerator, denominator = period_count.numerator, period_count.denominator
        return create_message("value-of-few", value=printed_value, numerator=numerator, denominator=denominator)
    case_count = period_count.case_count
    return create_message(
        "value-of-few-cases", value=printed_value, case_count=case_count, noun=measure.noun[case_count != 1]
    )


def _is_rounded_to_target(indicator: Indicator, period_count: Count, target_value: float) -> bool:
    """Say whether a value misses its target, and rounding would print the target itself."""
    if not is_target_missed(indicator, period_count, target_value):
        return False
    exact_value = float(compute_exact_value(period_count))
    return round_as_printed(exact_value, period_count.measure) == to_exact_fraction(target_value)


def _compute_tolerance(indicator: Indicator, target_value: float) -> Fraction:
    """Return the tolerance in points: up to the red line, absolute, or relative to the target."""
    if indicator.red_line is not None:
        return abs(to_exact_fraction(indicator.red_line) - to_exact_fraction(target_value))
    tolerance = to_exact_fraction(indicator.tolerance)
    if indicator.tolerance_is == "relative":
        return abs(to_exact_fraction(target_value)) * tolerance / 100
    return tolerance
