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

from kpitui.model.board import HistoryPoint, ProcessChart
from kpitui.model.catalogue import Indicator, Polarity

# 12 points or more, 5 to 11 for trial limits, fewer for none (definitions.md, Judging).
FULL_LIMITS_POINTS, TRIAL_LIMITS_POINTS = 12, 5
RUN_LENGTH = 7


@dataclass(frozen=True, slots=True)
class ControlLimits:
    """The mean of a series and its limits of common variation, in the unit of the series."""

    mean: float
    lower_limit: float
    upper_limit: float
    is_trial: bool


def build_process_chart(indicator: Indicator, history: Sequence[HistoryPoint]) -> tuple[ProcessChart | None, str]:
    """Chart the official periods since the last restart.

    Returns the chart and an empty text, or None and the reason why there is no chart.
    """
    # Such windows share months with the one before, so their points are not independent and the
    # limits would be too narrow.
    if indicator.rule.window in ("year-to-date", "rolling-12-months"):
        return None, f"a {indicator.rule.window} figure repeats its earlier months"
    last_day = history[-1].period.last_day
    # A change after the last period has not happened yet, as far as this chart goes.
    dates = (
        series_break.occurred_on
        for series_break in indicator.breaks
        if series_break.restarts_series and series_break.occurred_on <= last_day
    )
    chart_start = max(dates, default=date.min)
    points = [
        point
        for point in history
        if point.status == "official" and point.count.denominator and point.period.first_day >= chart_start
    ]
    point_values = [point_value for charted_point in points if (point_value := charted_point.count.value) is not None]
    limits = compute_control_limits(point_values)
    if limits is None:
        return None, f"fewer than {TRIAL_LIMITS_POINTS} points"
    signals = find_signals(point_values, limits, history[-1].period.kind)
    assurance = describe_assurance(limits, history[-1].target, indicator.polarity)
    return ProcessChart(
        mean=limits.mean,
        lower_limit=limits.lower_limit,
        upper_limit=limits.upper_limit,
        is_trial=limits.is_trial,
        start_period=points[0].period,
        signals=signals,
        assurance=assurance,
        variation=describe_variation(signals, point_values[-1] - limits.mean, indicator.polarity),
    ), ""


def compute_control_limits(point_values: Sequence[float]) -> ControlLimits | None:
    """Return the limits of a series in order of time, or None for fewer than 5 points.

    They are trial limits from 5 points and full limits from 12.
    """
    if len(point_values) < TRIAL_LIMITS_POINTS:
        return None
    moving_ranges = [abs(later_value - value) for value, later_value in pairwise(point_values)]
    average_range = fmean(moving_ranges)
    # For ranges of two points the published constants are 3.267 (D4) and 2.66 (3 / 1.128).
    ranges = [moving_range for moving_range in moving_ranges if moving_range <= 3.267 * average_range]
    distance = 2.66 * (fmean(ranges) if any(ranges) else average_range)
    series_mean = fmean(point_values)
    return ControlLimits(
        series_mean, series_mean - distance, series_mean + distance, len(point_values) < FULL_LIMITS_POINTS
    )


def find_signals(point_values: Sequence[float], control_limits: ControlLimits, period_noun: str) -> tuple[str, ...]:
    """Return the signals at the end of a series in words; `period_noun` names a point: quarter."""
    signal_texts = (
        _find_outside_point(point_values, control_limits, period_noun),
        _find_run(point_values, control_limits.mean, period_noun),
        _find_trend(point_values, period_noun),
        _find_two_of_three(point_values, control_limits, period_noun),
    )
    return tuple(text for text in signal_texts if text)


def describe_variation(chart_signals: Sequence[str], distance_from_mean: float, polarity: Polarity) -> str:
    """Name the variation: common without a signal, else special for the better or for the worse."""
    if not chart_signals:
        return "common variation: nothing to explain"
    is_better = (distance_from_mean > 0) == (polarity == "high")
    return f"special variation, for the {'better' if is_better else 'worse'}"


def describe_assurance(control_limits: ControlLimits, target_value: float | None, polarity: Polarity) -> str:
    """Say whether the process will meet a target: always, never or by chance.

    The text is empty without a target.
    """
    if target_value is None:
        return ""
    if control_limits.lower_limit <= target_value <= control_limits.upper_limit:
        return "the target lies within the limits: it is met or missed by chance"
    always_meets = (control_limits.lower_limit > target_value) == (polarity == "high")
    return "the process meets the target" if always_meets else "the process does not reach the target"


def _find_outside_point(point_values: Sequence[float], control_limits: ControlLimits, period_noun: str) -> str:
    if point_values[-1] > control_limits.upper_limit:
        return f"the last {period_noun} is above the upper limit"
    if point_values[-1] < control_limits.lower_limit:
        return f"the last {period_noun} is below the lower limit"
    return ""


def _find_run(point_values: Sequence[float], series_mean: float, period_noun: str) -> str:
    for side_word, side_sign in (("above", 1), ("below", -1)):
        run_length = _count_trailing_true([(value - series_mean) * side_sign > 0 for value in point_values])
        if run_length >= RUN_LENGTH:
            return f"{run_length} {period_noun}s {side_word} the mean"
    return ""


def _find_trend(point_values: Sequence[float], period_noun: str) -> str:
    value_steps = [later_value - value for value, later_value in pairwise(point_values)]
    for trend_word, trend_sign in (("rising", 1), ("falling", -1)):
        # Seven points that rise are six steps up.
        trend_length = _count_trailing_true([step * trend_sign > 0 for step in value_steps]) + 1
        if trend_length >= RUN_LENGTH:
            return f"{trend_length} {period_noun}s {trend_word}"
    return ""


def _find_two_of_three(point_values: Sequence[float], control_limits: ControlLimits, period_noun: str) -> str:
    third_start = (control_limits.upper_limit - control_limits.mean) * 2 / 3
    values = point_values[-3:]
    for side_word, side_sign in (("upper", 1), ("lower", -1)):
        outer_flags = [(value - control_limits.mean) * side_sign > third_start for value in values]
        # Without the last point the signal would belong to an earlier period.
        if len(values) == 3 and sum(outer_flags) >= 2 and outer_flags[-1]:
            return f"{sum(outer_flags)} of the last 3 {period_noun}s near the {side_word} limit"
    return ""


def _count_trailing_true(flags: Sequence[bool]) -> int:
    """Return how many flags at the end are true without a break."""
    return next((position for position, flag in enumerate(reversed(flags)) if not flag), len(flags))
