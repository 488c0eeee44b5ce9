"""The range that chance alone explains, and what one case is worth.

The interval is Wilson's score interval (Wilson 1927), which the Office for Health Improvement and
Disparities uses for proportions.
"""

from __future__ import annotations

from math import sqrt

from kpitui.model.issues import CodedMessage, create_message

# Under 50 cases the report says what one case is worth (definitions.md, Judging).
SMALL_DENOMINATOR = 50
Z_95 = 1.959963984540054  # the two-sided normal deviate for limits of 95%


def compute_wilson_interval(numerator: float, denominator: float, z_score: float = Z_95) -> tuple[float, float] | None:
    """Return the lower and upper limit in per cent, by default of 95%.

    None without a denominator, or where the counts are no proportion.
    """
    if denominator <= 0 or not 0 <= numerator <= denominator:
        return None
    proportion = numerator / denominator
    # The centre is drawn towards a half, so that 0 of 3 has a range as well: 0 to 56.1%.
    centre = proportion + z_score * z_score / (2 * denominator)
    half_width = z_score * sqrt(proportion * (1 - proportion) / denominator + z_score * z_score / (4 * denominator**2))
    scale = 100 / (1 + z_score * z_score / denominator)
    return max(0.0, (centre - half_width) * scale), min(100.0, (centre + half_width) * scale)


def compute_one_case_points(denominator: float) -> float | None:
    """Return what one case is worth in percentage points, or None from 50 cases on."""
    return 100 / denominator if 0 < denominator < SMALL_DENOMINATOR else None


def judge_funnel_position(
    own_value: float, lower_limit: float, upper_limit: float, comparator_name: str, *, is_widened: bool = False
) -> CodedMessage:
    """Judge where a value lies against the limits of a funnel.

    Limits that are widened allow for how councils differ as well.
    """
    side = "within" if lower_limit <= own_value <= upper_limit else "above" if own_value > upper_limit else "below"
    return create_message(f"funnel-{side}-{'usual' if is_widened else 'chance'}", comparator=comparator_name)


def compute_funnel_limits(comparator_percent: float, denominator: float, z_score: float) -> tuple[float, float]:
    """Return the limits in per cent around a comparator's percentage, for a denominator.

    They are cut off at 0 and 100.
    """
    proportion = comparator_percent / 100
    # The control limits of a funnel plot, p ± z√(p(1-p)/n) (definitions.md, Judging).
    half_width = z_score * sqrt(proportion * (1 - proportion) / denominator)
    return max(0.0, 100 * (proportion - half_width)), min(100.0, 100 * (proportion + half_width))
