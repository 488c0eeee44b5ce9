"""Values, differences and distances, told in the units of their measure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from kpitui.model.catalogue import Polarity
from kpitui.model.issues import CodedMessage, create_message
from kpitui.model.measures import Measure

_VALUE_CODES = {0: "value-in-wholes", 1: "value-in-tenths", 2: "value-in-hundredths"}


def round_as_printed(number: float, measure: Measure) -> Fraction:
    """Round a value as it is printed: halves away from zero, as people do."""
    # round() would take halves to the even digit.
    return Fraction(Decimal(repr(float(number))).quantize(Decimal(1).scaleb(-measure.decimals), ROUND_HALF_UP))


def tell_value(value: float, measure: Measure) -> CodedMessage:
    """Tell a value to as many decimals as its measure has."""
    return create_message(
        _VALUE_CODES[measure.decimals], value=float(value), unit=measure.suffix, short_unit=measure.short_suffix
    )


def tell_target(target_value: float, measure: Measure) -> CodedMessage:
    """Tell a target as it is written in the config, with at least as many decimals as a value."""
    if not measure.decimals and float(target_value).is_integer():
        return tell_value(target_value, measure)
    return create_message("value-as-written", value=target_value, unit=measure.suffix)


def tell_difference(amount: float, measure: Measure) -> CodedMessage:
    """Tell how far two values are apart: 8.1 points, 3.2 per 10,000, 4 children, 1.3 days."""
    if measure.difference == "points":
        return create_message("difference-in-points", amount=float(amount))
    if measure.difference == "cases":
        return create_message("difference-in-cases", amount=float(amount), noun=measure.noun[amount != 1])
    return create_message("difference-in-units", amount=float(amount), unit=measure.unit)


def tell_distance(difference: float, measure: Measure, polarity: Polarity) -> CodedMessage:
    """Tell on which side of another a value is: 8.1 points worse, 4 more children, 1.3 days longer."""
    is_higher = difference > 0
    amount = abs(float(difference))
    if measure.difference == "cases":
        side = "more" if is_higher else "fewer"
        return create_message("distance-in-cases", amount=amount, side=side, noun=measure.noun[amount != 1])
    if measure.difference == "time":
        side = "longer" if is_higher else "shorter"
    elif polarity == "neutral":
        side = "higher" if is_higher else "lower"
    else:
        side = "better" if is_higher == (polarity == "high") else "worse"
    return create_message("distance-by", difference=tell_difference(amount, measure), side=side)
