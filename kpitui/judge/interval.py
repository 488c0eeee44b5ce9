"""The range that chance alone explains, and what one case is worth.

Wilson's score interval (Wilson 1927; the method of the Office for Health Improvement and
Disparities for proportions).
"""

from __future__ import annotations

from math import sqrt

SMALL = 50
Z_95 = 1.959963984540054
Z_998 = 3.0902


def wilson(numerator: float, denominator: float, z: float = Z_95) -> tuple[float, float] | None:
    """The interval in per cent; None without a denominator or where it is no proportion."""
    if denominator <= 0 or not 0 <= numerator <= denominator:
        return None
    share = numerator / denominator
    middle = share + z * z / (2 * denominator)
    spread = z * sqrt(share * (1 - share) / denominator + z * z / (4 * denominator**2))
    scale = 100 / (1 + z * z / denominator)
    return max(0.0, (middle - spread) * scale), min(100.0, (middle + spread) * scale)


def one_case(denominator: float) -> float | None:
    """What one case is worth in points, where there are fewer than 50."""
    return 100 / denominator if 0 < denominator < SMALL else None


def against(value: float, lower: float, upper: float, name: str) -> str:
    """What a funnel says of a value, in words."""
    if lower <= value <= upper:
        return f"no further from {name} than chance alone explains"
    side = "above" if value > upper else "below"
    return f"{side} {name} by more than chance alone explains"


def funnel(share: float, denominator: float, z: float) -> tuple[float, float]:
    """Limits in per cent around a comparator's `share` (per cent) for a denominator."""
    p = share / 100
    spread = z * sqrt(p * (1 - p) / denominator)
    return max(0.0, 100 * (p - spread)), min(100.0, 100 * (p + spread))
