"""The history of an indicator as it is drawn: its periods, its scale and its extremes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10

from kpitui.model.board import Entry, HistoryPoint
from kpitui.model.catalogue import SeriesBreak
from kpitui.model.periods import Period


@dataclass(frozen=True, slots=True)
class TrendExtremes:
    """The first and the last point of a trend, and those with the lowest and highest value."""

    first_point: HistoryPoint
    last_point: HistoryPoint
    lowest_point: HistoryPoint
    highest_point: HistoryPoint


def list_drawn_points(entry: Entry) -> tuple[HistoryPoint, ...]:
    """List the official points, then the provisional ones; none if there is a problem."""
    return () if entry.problem else (*entry.history, *entry.provisional_points)


def list_drawn_breaks(entry: Entry) -> tuple[SeriesBreak, ...]:
    """List the breaks in the series since the first period that is drawn."""
    first_day = (entry.history or (entry.point,))[0].period.first_day
    return tuple(series_break for series_break in entry.indicator.breaks if series_break.occurred_on >= first_day)


def list_breaks_within(series_breaks: Iterable[SeriesBreak], period: Period) -> tuple[SeriesBreak, ...]:
    """List the breaks that fall within a period."""
    first_day, last_day = period.first_day, period.last_day
    return tuple(series_break for series_break in series_breaks if first_day <= series_break.occurred_on <= last_day)


DEFAULT_SCALE = (0.0, 100.0)


def choose_scale(entry: Entry) -> tuple[float, float]:
    """Choose the lowest and the highest value to draw: those of the indicator, or from 0 to a round number.

    A share without a scale of its own goes from 0 to 100.
    """
    if entry.indicator.measure.traits.is_share or entry.indicator.scale != DEFAULT_SCALE:
        return entry.indicator.scale
    points = list_drawn_points(entry)
    values = [value for point in points for value in (point.count.value, point.target) if value is not None]
    highest = max([*values, 1.0])
    magnitude = 10.0 ** floor(log10(highest))
    return 0.0, next(step * magnitude for step in (1, 2, 5, 10) if step * magnitude >= highest)


def find_trend_scale(entry: Entry) -> tuple[float, float]:
    """Return the scale of the indicator, wider where a value or a target lies outside it."""
    scale_low, scale_high = choose_scale(entry)
    points = list_drawn_points(entry)
    values = [value for point in points for value in (point.count.value, point.target) if value is not None]
    return min([scale_low, *values]), max([scale_high, *values])


def find_extremes(points: Sequence[HistoryPoint]) -> TrendExtremes | None:
    """Find the extremes among the official points, or among all if none is official.

    Returns None if no point has a value.
    """
    firm_points = select_firm_points(points)
    valued_points = [(point.count.value, point) for point in firm_points if point.count.value is not None]
    if not valued_points:
        return None
    (_, lowest_point), (_, highest_point) = (
        choose(valued_points, key=lambda valued_point: valued_point[0]) for choose in (min, max)
    )
    return TrendExtremes(firm_points[0], firm_points[-1], lowest_point, highest_point)


def select_firm_points(points: Sequence[HistoryPoint]) -> Sequence[HistoryPoint]:
    """Select the official points, or all if none is official."""
    # A provisional value may still change.
    return [point for point in points if point.status == "official"] or points


def find_judged_index(points: Sequence[HistoryPoint]) -> int | None:
    """Return the index of the latest official point that has a value or hides one, or None.

    Where the latest figure is hidden no earlier one may take its place: its colour would be another's.
    """
    official_indexes = (
        index
        for index, point in enumerate(points)
        if point.status == "official" and (point.count.value is not None or point.count.is_hidden)
    )
    return max(official_indexes, default=None)


def insert_missing_periods(points: Sequence[HistoryPoint]) -> tuple[HistoryPoint | None, ...]:
    """Return a history with None for each period missing between two points."""
    if not points:
        return ()
    points_by_index = {point.period.index: point for point in points}
    return tuple(points_by_index.get(index) for index in range(min(points_by_index), max(points_by_index) + 1))


def list_trend_periods(entries: Iterable[Entry]) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    """List the periods that any of the indicators has, each in date order.

    The first list has those of the kind that the indicators are judged for, the second the others.
    """
    judged_entries = tuple(entries)
    periods = sorted(
        {point.period for entry in judged_entries for point in list_drawn_points(entry)},
        key=lambda period: period.first_day,
    )
    judged_kinds = {entry.point.period.kind for entry in judged_entries[:1]}
    return (
        tuple(period for period in periods if period.kind in judged_kinds),
        tuple(period for period in periods if period.kind not in judged_kinds),
    )
