"""The range that chance alone explains, and what one case is worth.

The interval is Wilson's score interval (Wilson 1927), which the Office for Health Improvement and
Disparities uses for proportions.
"""

from __future__ import annotations

from math import sqrt

# Under 50 cases the report says what one case is worth (definitions.md, Judging).
SMALL = 50
# Two-sided normal deviates, for limits of 95% and 99.8%.
Z_95 = 1.959963984540054
Z_998 = 3.0902


def wilson(numerator: float, denominator: float, z: float = Z_95) -> tuple[float, float] | None:
    """Return the lower and upper limit in per cent, by default of 95%.

    None without a denominator, or where the counts are no proportion.
    """
    if denominator <= 0 or not 0 <= numerator <= denominator:
        return None
    share = numerator / denominator
    # The centre is drawn towards a half, so that 0 of 3 has a range as well: 0 to 56.1%.
    middle = share + z * z / (2 * denominator)
    spread = z * sqrt(share * (1 - share) / denominator + z * z / (4 * denominator**2))
    scale = 100 / (1 + z * z / denominator)
    return max(0.0, (middle - spread) * scale), min(100.0, (middle + spread) * scale)


def one_case(denominator: float) -> float | None:
    """Return what one case is worth in percentage points, or None from 50 cases on."""
    return 100 / denominator if 0 < denominator < SMALL else None


def against(value: float, lower: float, upper: float, name: str) -> str:
    """Put into words where a value lies against the limits of a funnel."""
    if lower <= value <= upper:
        return f"no further from {name} than chance alone explains"
    side = "above" if value > upper else "below"
    return f"{side} {name} by more than chance alone explains"


def funnel(share: float, denominator: float, z: float) -> tuple[float, float]:
    """Return the limits in per cent around a comparator's percentage, for a denominator.

    They are cut off at 0 and 100.
    """
    p = share / 100
    # The control limits of a funnel plot, p ± z√(p(1-p)/n) (definitions.md, Judging).
    spread = z * sqrt(p * (1 - p) / denominator)
    return max(0.0, 100 * (p - spread)), min(100.0, 100 * (p + spread))
