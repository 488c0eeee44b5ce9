"""Where an area's figure lies among others: a funnel around their figure taken together.

The limits are those of `judge.funnel`. Cases with weights are judged by their number: the pupils of one
school are not independent of each other. Leavers over a headcount vary as a rate does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from kpitui.judge.funnel import estimate_dispersion
from kpitui.judge.interval import Z_95
from kpitui.judge.measure_rules import MEASURE_RULES, MeasureRules
from kpitui.model.areas import FunnelVerdict
from kpitui.model.board import Count
from kpitui.model.catalogue import Indicator

_POOLED_KINDS = ("proportion", "rate", "ratio", "mean")


@dataclass(frozen=True, slots=True)
class AreaCount:
    """An area's count, and the number of cases that its value rests on."""

    count: Count
    case_number: float


@dataclass(frozen=True, slots=True)
class GroupFunnel:
    """The figure of a group of areas taken together, and how many times the variance of chance they have."""

    value: float
    dispersion: float = 1.0


def pool_counts(indicator: Indicator, area_counts: Iterable[AreaCount]) -> AreaCount | None:
    """Add up the counts of areas; None where that gives no value, as for a median."""
    counted_areas = [entry for entry in area_counts if entry.count.value is not None]
    if indicator.measure.kind not in _POOLED_KINDS or not counted_areas:
        return None
    pooled_count = Count(
        sum(entry.count.numerator for entry in counted_areas),
        sum(entry.count.denominator for entry in counted_areas),
        measure=indicator.measure,
    )
    return AreaCount(pooled_count, sum(entry.case_number for entry in counted_areas))


def measure_group(indicator: Indicator, area_counts: Sequence[AreaCount]) -> GroupFunnel | None:
    """Measure a group of areas: their figure together, and how much they differ beyond chance."""
    pooled = pool_counts(indicator, area_counts)
    if pooled is None or pooled.count.value is None:
        return None
    all_counts = [_count_cases_alone(indicator, entry) for entry in area_counts if entry.count.value is not None]
    judged_counts = [count for count in all_counts if count.value is not None]
    find_z_score = _find_rules(indicator).find_z_score
    dispersion = estimate_dispersion(judged_counts, pooled.count.value, find_z_score) if find_z_score else None
    return GroupFunnel(pooled.count.value, dispersion or 1.0)


def find_area_limits(indicator: Indicator, entry: AreaCount, group: GroupFunnel) -> tuple[float, float] | None:
    """Return the limits of the funnel for an area's number of cases; None where chance tells none."""
    find_limits = _find_rules(indicator).find_funnel_limits
    judged_count = _count_cases_alone(indicator, entry)
    if find_limits is None or judged_count.value is None or indicator.polarity == "neutral":
        return None
    return find_limits(judged_count, group.value, Z_95 * sqrt(group.dispersion))


def judge_area(indicator: Indicator, count: Count, limits: tuple[float, float] | None) -> FunnelVerdict:
    """Judge a figure by the limits of its funnel.

    There is no verdict on fewer cases than the indicator's minimum, and on a figure whose bounds lie
    on two sides of a limit.
    """
    if limits is None or count.value is None or count.case_count < indicator.minimum:
        return "none"
    possible_values = {count.value, count.low, count.high}
    verdicts = {_judge_value(indicator, value, limits) for value in possible_values}
    return verdicts.pop() if len(verdicts) == 1 else "none"


def _judge_value(indicator: Indicator, value: float | None, limits: tuple[float, float]) -> FunnelVerdict:
    if value is None:
        return "none"
    if limits[0] <= value <= limits[1]:
        return "within"
    return "better" if (value > limits[1]) == (indicator.polarity == "high") else "worse"


def _find_rules(indicator: Indicator) -> MeasureRules:
    return MEASURE_RULES["rate" if indicator.rule.base_cohort else indicator.measure.kind]


def _count_cases_alone(indicator: Indicator, entry: AreaCount) -> Count:
    """Return the count with each case as one, where cases have weights."""
    is_weighted = indicator.rule.weight_column is not None and indicator.rule.base_cohort is None
    if not is_weighted or entry.count.value is None:
        return entry.count
    counted_cases = entry.count.value * entry.case_number / entry.count.measure.factor
    return Count(counted_cases, entry.case_number, measure=entry.count.measure)
