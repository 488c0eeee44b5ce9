"""Process charts (XmR): the common variation of a series, and the signals beyond it.

Limits and rules follow NHS England's "Making data count". Moving ranges above their own limit are
dropped once before the limits are set, unless all the others are 0: limits equal to the mean would
put every other point outside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import fmean

from kpitui.model import Indicator, Point, Polarity, ProcessChart

# 12 points or more, 5 to 11 for trial limits, fewer for none (definitions.md, Judging).
FULL, TRIAL = 12, 5
RUN = 7


@dataclass(frozen=True, slots=True)
class Limits:
    """The mean of a series and its limits of common variation, in the unit of the series."""

    mean: float
    lower: float
    upper: float
    trial: bool


def chart(indicator: Indicator, history: Sequence[Point]) -> tuple[ProcessChart | None, str]:
    """Chart the official periods since the last restart.

    Returns the chart and an empty text, or None and the reason why there is no chart.
    """
    # Such windows share months with the one before, so their points are not independent and the
    # limits would be too narrow.
    if indicator.rule.window in ("year-to-date", "rolling-12-months"):
        return None, f"a {indicator.rule.window} figure repeats its earlier months"
    last = history[-1].period.end
    # A change after the last period has not happened yet, as far as this chart goes.
    restarts = (one.date for one in indicator.breaks if one.restarts and one.date <= last)
    since = max(restarts, default=date.min)
    points = [
        point
        for point in history
        if point.status == "official" and point.count.denominator and point.period.start >= since
    ]
    values = [value for point in points if (value := point.count.value) is not None]
    found = limits(values)
    if found is None:
        return None, f"fewer than {TRIAL} points"
    told = signals(values, found, history[-1].period.kind)
    sure = assurance(found, history[-1].target, indicator.polarity)
    return ProcessChart(
        mean=found.mean,
        lower=found.lower,
        upper=found.upper,
        trial=found.trial,
        since=points[0].period,
        signals=told,
        assurance=sure,
        variation=variation(told, values[-1] - found.mean, indicator.polarity),
    ), ""


def limits(values: Sequence[float]) -> Limits | None:
    """Return the limits of a series in order of time, or None for fewer than 5 points.

    They are trial limits from 5 points and full limits from 12.
    """
    if len(values) < TRIAL:
        return None
    ranges = [abs(after - before) for before, after in pairwise(values)]
    average = fmean(ranges)
    # For ranges of two points the published constants are 3.267 (D4) and 2.66 (3 / 1.128).
    kept = [each for each in ranges if each <= 3.267 * average]
    spread = 2.66 * (fmean(kept) if any(kept) else average)
    mean = fmean(values)
    return Limits(mean, mean - spread, mean + spread, len(values) < FULL)


def signals(values: Sequence[float], within: Limits, noun: str) -> tuple[str, ...]:
    """Return the signals at the end of a series in words; `period_noun` names a point: quarter."""
    found = (
        _outside(values, within, noun),
        _run(values, within.mean, noun),
        _trend(values, noun),
        _two_of_three(values, within, noun),
    )
    return tuple(text for text in found if text)


def variation(told: Sequence[str], beyond_mean: float, polarity: Polarity) -> str:
    """Name the variation: common without a signal, else special for the better or for the worse."""
    if not told:
        return "common variation: nothing to explain"
    better = (beyond_mean > 0) == (polarity == "high")
    return f"special variation, for the {'better' if better else 'worse'}"


def assurance(within: Limits, target: float | None, polarity: Polarity) -> str:
    """Say whether the process will meet a target: always, never or by chance.

    The text is empty without a target.
    """
    if target is None:
        return ""
    if within.lower <= target <= within.upper:
        return "the target lies within the limits: it is met or missed by chance"
    meets = (within.lower > target) == (polarity == "high")
    return "the process meets the target" if meets else "the process does not reach the target"


def _outside(values: Sequence[float], within: Limits, noun: str) -> str:
    if values[-1] > within.upper:
        return f"the last {noun} is above the upper limit"
    if values[-1] < within.lower:
        return f"the last {noun} is below the lower limit"
    return ""


def _run(values: Sequence[float], mean: float, noun: str) -> str:
    for side, beyond in (("above", 1), ("below", -1)):
        length = _tail([(value - mean) * beyond > 0 for value in values])
        if length >= RUN:
            return f"{length} {noun}s {side} the mean"
    return ""


def _trend(values: Sequence[float], noun: str) -> str:
    steps = [after - before for before, after in pairwise(values)]
    for way, sign in (("rising", 1), ("falling", -1)):
        # Seven points that rise are six steps up.
        length = _tail([step * sign > 0 for step in steps]) + 1
        if length >= RUN:
            return f"{length} {noun}s {way}"
    return ""


def _two_of_three(values: Sequence[float], within: Limits, noun: str) -> str:
    third = (within.upper - within.mean) * 2 / 3
    recent = values[-3:]
    for side, sign in (("upper", 1), ("lower", -1)):
        far = [(value - within.mean) * sign > third for value in recent]
        # Without the last point the signal would belong to an earlier period.
        if len(recent) == 3 and sum(far) >= 2 and far[-1]:
            return f"{sum(far)} of the last 3 {noun}s near the {side} limit"
    return ""


def _tail(flags: Sequence[bool]) -> int:
    """Return how many flags at the end are true without a break."""
    return next((place for place, flag in enumerate(reversed(flags)) if not flag), len(flags))
