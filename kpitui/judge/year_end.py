"""What the rest of the financial year must be for the target to be met, in cases: arithmetic, no forecast."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, sqrt
from typing import Final

from kpitui.judge.rag import to_exact_fraction
from kpitui.model.board import Count, YearEnd
from kpitui.model.catalogue import Indicator
from kpitui.model.periods import Period

QUARTERS_IN_YEAR: Final = 4
_NORMAL_95 = 1.96


def work_out_year_end(
    indicator: Indicator, period: Period, year_count: Count | None, target_value: float | None
) -> YearEnd | None:
    """Work out the rest of the year from the year to the end of a quarter.

    None without a target or a value, at the year's end, and for what is not counted in whole cases.
    """
    rule, quarters_over = indicator.rule, period.index % QUARTERS_IN_YEAR + 1
    has_whole_cases = rule.weight_column is None and rule.base_cohort is None and not rule.distinct
    is_countable = indicator.measure.traits.is_share and has_whole_cases and indicator.polarity != "neutral"
    if year_count is None or target_value is None or not is_countable or period.kind != "quarter":
        return None
    if year_count.is_hidden or not year_count.denominator or year_count.bounds is not None:
        return None
    if quarters_over == QUARTERS_IN_YEAR:
        return None
    counted, cases = round(year_count.numerator), round(year_count.denominator)
    quarters_left = QUARTERS_IN_YEAR - quarters_over
    expected_cases = floor(Fraction(cases * quarters_left, quarters_over) + Fraction(1, 2))
    if not expected_cases:
        return None
    needed = to_exact_fraction(target_value) * (cases + expected_cases) / 100 - counted
    is_limit = indicator.polarity == "low"
    bounded = max(0, floor(needed) if is_limit else ceil(needed))
    is_possible = needed >= 0 if is_limit else bounded <= expected_cases
    spread = _NORMAL_95 * sqrt(expected_cases * counted * (cases - counted)) / cases
    middle = expected_cases * counted / cases
    low, high = (
        100 * (counted + min(max(part, 0.0), expected_cases)) / (cases + expected_cases)
        for part in (middle - spread, middle + spread)
    )
    return YearEnd(min(bounded, expected_cases) if is_possible else None, expected_cases, is_limit, low, high)
