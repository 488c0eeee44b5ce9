"""Process charts: whether a flow goes on as before, and what that means for its target.

A chart is drawn of single periods alone, and speaks of the last one. The baseline is the first 20
periods since the series last started again, and does not move when later ones change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from kpitui.judge.chart_signals import ChartSignal, find_signals
from kpitui.judge.control_limits import ChartBaseline, Side
from kpitui.judge.measure_rules import MEASURE_RULES, measure_plain_values
from kpitui.model.board import Count, HistoryPoint, PeriodLimits, ProcessChart
from kpitui.model.catalogue import Indicator, Polarity
from kpitui.model.issues import CodedMessage, create_message
from kpitui.model.periods import Period, PeriodKind
from kpitui.model.windows import CountingWindow

# Fewer points give limits that are too uncertain; from 20 on they stay as they are (trust.md, 12).
FEWEST_POINTS, BASELINE_POINTS = 12, 20

# Such figures share cases with the one before, so their points are not independent and the limits
# would be too narrow.
SEPARATE_WINDOWS: tuple[CountingWindow, ...] = ("period", "period-end")


def build_process_chart(
    indicator: Indicator, history: Sequence[HistoryPoint]
) -> tuple[ProcessChart | None, CodedMessage | None]:
    """Chart the official periods since the last restart, and judge the last one.

    Returns the chart and None, or None and the reason why there is no chart.
    """
    latest_point = history[-1]
    if reason := _explain_overlap(indicator.rule.window) or _explain_no_verdict(indicator, latest_point):
        return None, reason
    points = _select_points(indicator, history)
    noun = latest_point.period.kind
    if len(points) < FEWEST_POINTS:
        return None, create_message("chart-too-short", period_noun=noun, point_count=len(points), fewest=FEWEST_POINTS)
    chart = _judge_points(indicator, points)
    if not _is_verdict_certain(indicator, points, chart):
        return None, create_message("chart-of-unknown-cases", period=latest_point.period)
    return chart, None


def _is_verdict_certain(indicator: Indicator, points: Sequence[HistoryPoint], chart: ProcessChart) -> bool:
    """Say whether a chart says the same at both bounds of the last period."""
    latest_count = points[-1].count
    if latest_count.bounds is None:
        return True
    counts = (latest_count.lowest_count, latest_count.highest_count)
    if any(count.value is None for count in counts):
        return False
    charts = (_judge_points(indicator, [*points[:-1], replace(points[-1], count=count)]) for count in counts)
    return all(
        (possible.signals, possible.assurance, possible.variation) == (chart.signals, chart.assurance, chart.variation)
        for possible in charts
    )


def _judge_points(indicator: Indicator, points: Sequence[HistoryPoint]) -> ProcessChart:
    """Chart points, oldest first, and judge the last of them."""
    baseline = _measure_baseline(indicator, [point.count for point in points[:BASELINE_POINTS]])
    signals = find_signals(_select_neighbours(points), baseline, points[-1].period.kind)
    return _assemble_chart(indicator, points, baseline, signals)


def judge_variation(chart_signals: Iterable[ChartSignal], polarity: Polarity) -> CodedMessage:
    """Say whether a series does what chance does, or more, and for the better or for the worse.

    Signals for both are told as both.
    """
    sides = {signal.side for signal in chart_signals}
    if not sides:
        return create_message("variation-usual")
    if len(sides) == 2:
        return create_message("variation-both-ways" if polarity == "neutral" else "variation-both")
    if polarity == "neutral":
        return create_message("variation-higher" if sides == {1} else "variation-lower")
    return create_message("variation-better" if (sides == {1}) == (polarity == "high") else "variation-worse")


def judge_assurance(
    limits: tuple[float, float], target_value: float | None, polarity: Polarity, period_noun: str
) -> CodedMessage | None:
    """Say whether a process that goes on as it does will meet a target: always, never or sometimes.

    None without a target.
    """
    if target_value is None:
        return None
    lower_limit, upper_limit = limits
    is_high_better = polarity == "high"
    if lower_limit >= target_value if is_high_better else upper_limit <= target_value:
        return create_message("target-will-be-met")
    if upper_limit < target_value if is_high_better else lower_limit > target_value:
        return create_message("target-will-be-missed")
    return create_message("target-will-vary", period_noun=period_noun)


def _explain_overlap(window: CountingWindow) -> CodedMessage | None:
    """Say why figures of a window share cases with the one before, or return None."""
    if window not in SEPARATE_WINDOWS:
        return create_message("chart-of-overlapping-months", window=window)
    return create_message("chart-of-same-cases") if window == "period-end" else None


def _explain_no_verdict(indicator: Indicator, latest_point: HistoryPoint) -> CodedMessage | None:
    """Say why nothing can be concluded from the latest period, or return None."""
    if latest_point.status != "official":
        return create_message("chart-provisional", period=latest_point.period)
    if latest_point.count.is_hidden:
        return create_message("chart-figure-hidden", period=latest_point.period)
    if not latest_point.count.denominator:
        return create_message("chart-without-value", period=latest_point.period)
    return create_message("chart-framework-changed") if _is_framework_broken(indicator, latest_point) else None


def _select_points(indicator: Indicator, history: Sequence[HistoryPoint]) -> list[HistoryPoint]:
    """Select the official periods with a value since the series last started again."""
    chart_start = _find_last_restart(indicator, history[-1].period)
    points: list[HistoryPoint] = []
    for point in history:
        if _is_framework_broken(indicator, point):
            points.clear()
        elif point.status == "official" and point.count.value is not None and point.period.first_day >= chart_start:
            points.append(point)
    return points


def _find_last_restart(indicator: Indicator, last_period: Period) -> date:
    # A change after the last period has not happened yet, as far as this chart goes.
    return max(
        (
            series_break.occurred_on
            for series_break in indicator.breaks
            if series_break.restarts_series and series_break.occurred_on <= last_period.last_day
        ),
        default=date.min,
    )


def _is_framework_broken(indicator: Indicator, point: HistoryPoint) -> bool:
    return bool(indicator.broken_by) and any(point.count.excluded.get(reason) for reason in indicator.broken_by)


def _select_neighbours(points: Sequence[HistoryPoint]) -> list[Count]:
    """Select the counts at the end that follow one another without a gap, oldest first."""
    last_index = points[-1].period.index
    neighbours = [
        point.count for steps, point in enumerate(reversed(points)) if point.period.index == last_index - steps
    ]
    return neighbours[::-1]


def _measure_baseline(indicator: Indicator, counts: Sequence[Count]) -> ChartBaseline:
    # The weight of a case, or a headcount, is not a number of cases that chance works on.
    if indicator.rule.weight_column is None and indicator.rule.base_cohort is None:
        return MEASURE_RULES[indicator.measure.kind].measure_baseline(counts)
    return measure_plain_values(counts)


def _has_left_flat_baseline(baseline: ChartBaseline, latest_count: Count) -> bool:
    """Say whether the last period differs from a baseline whose limits have no width."""
    sides: tuple[Side, Side] = (1, -1)
    return not baseline.has_width and any(baseline.is_beyond(latest_count, side, 0) for side in sides)


def _assemble_chart(
    indicator: Indicator, points: Sequence[HistoryPoint], baseline: ChartBaseline, signals: Sequence[ChartSignal]
) -> ProcessChart:
    latest_point = points[-1]
    limits = tuple(PeriodLimits(point.period, *baseline.find_limits(point.count)) for point in points)
    lower_limit, upper_limit = limits[-1].lower, limits[-1].upper
    # While something changes, the limits say nothing about what comes next.
    is_predictable = baseline.has_width and not signals
    kind: PeriodKind = latest_point.period.kind
    return ProcessChart(
        mean=baseline.mean,
        lower_limit=lower_limit,
        upper_limit=upper_limit,
        start_period=points[0].period,
        signals=tuple(signal.message for signal in signals),
        assurance=judge_assurance((lower_limit, upper_limit), latest_point.target, indicator.polarity, kind)
        if is_predictable
        else None,
        variation=create_message("variation-of-flat-baseline")
        if _has_left_flat_baseline(baseline, latest_point.count)
        else judge_variation(signals, indicator.polarity),
        method=baseline.method,
        baseline_count=min(len(points), BASELINE_POINTS),
        is_baseline_fixed=len(points) >= BASELINE_POINTS,
        limits=limits,
    )
