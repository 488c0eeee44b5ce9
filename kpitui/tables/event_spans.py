"""From when to when the events of a table really go, whatever a few stray rows say.

A table knows nothing of the time before its first real event, and nothing after its last. Of a
table of spells that is the first end: those that ended before it began to be kept are not in it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

import narwhals as nw

from kpitui.model.table_schema import CleanTable
from kpitui.tables.as_known_on import TableFrames

MANY_EVENTS = 100
"""With fewer events nobody can tell a stray one from a real one."""
STRAY_SHARE = 0.02
"""A year with less than this share of the events of a usual one has stray events alone."""
MISSED_EVENTS = 20
"""So many usual events cannot be missing by chance: the table does not go over their days."""


@dataclass(frozen=True, slots=True)
class EventSpan:
    """The first and the last real event of a table, and how many a usual year has.

    A table with few events has no `yearly_events`: what it lacks cannot be told. One of spells
    `has_ends` if any of them has ended.
    """

    first_day: date | None = None
    last_day: date | None = None
    yearly_events: float = 0
    has_ends: bool = True

    def begins_after(self, day: date) -> bool:
        """Say whether so many events are missing from a day on that the table must begin after it."""
        if self.first_day is None or day >= self.first_day:
            return False
        return self.yearly_events * (self.first_day - day).days / 365 >= MISSED_EVENTS

    def ends_before(self, day: date) -> bool:
        """Say whether so many events are missing up to a day that the table must end before it."""
        if self.last_day is None or day <= self.last_day:
            return False
        return self.yearly_events * (day - self.last_day).days / 365 >= MISSED_EVENTS


NO_SPAN = EventSpan()


@dataclass(frozen=True, slots=True)
class MonthlyEvents:
    """The events of one column: number, first and last day of each month, in order."""

    months: Sequence[int] = ()
    counts: Sequence[int] = ()
    first_days: Sequence[date] = ()
    last_days: Sequence[date] = ()

    @property
    def total(self) -> int:
        """Return the number of all events."""
        return sum(self.counts)

    def count_within(self, first_month: int, last_month: int) -> int:
        """Count the events of some months, both included."""
        return sum(self.counts[bisect_left(self.months, first_month) : bisect_right(self.months, last_month)])

    def count_usual_year(self) -> float:
        """Count the events of a usual year: the median of the last five."""
        last_month = self.months[-1]
        yearly_counts = [self.count_within(last_month - 12 * back - 11, last_month - 12 * back) for back in range(5)]
        return median([count for count in yearly_counts if count])


def find_event_spans(table_frames: TableFrames, clean_tables: Sequence[CleanTable]) -> Mapping[str, EventSpan]:
    """Find the spans of tables as they were known on a date, by name; without event dates they have none."""
    places = [(table.name, column) for table in clean_tables for column in table.event_columns]
    events_by_place = _count_by_month(table_frames, places) if places else {}
    return {
        table.name: _find_span({column: events_by_place[table.name, column] for column in table.event_columns}, table)
        for table in clean_tables
    }


def _find_span(events_by_column: Mapping[str, MonthlyEvents], clean_table: CleanTable) -> EventSpan:
    if not any(events.total for events in events_by_column.values()):
        return EventSpan()
    start_events = events_by_column[clean_table.event_columns[0]]
    end_columns = [column for column, _ in clean_table.knowledge_dates.end_columns if column in events_by_column]
    end_events = events_by_column[end_columns[0]] if end_columns else start_events
    return EventSpan(
        _find_first_day(end_events if end_events.total >= MANY_EVENTS else start_events),
        max(_find_last_day(events) for events in events_by_column.values() if events.total),
        start_events.count_usual_year() if start_events.total >= MANY_EVENTS else 0,
        has_ends=bool(end_events.total),
    )


def _count_by_month(
    table_frames: TableFrames, places: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], MonthlyEvents]:
    """Count the events of some columns, each named by its table and itself, by month and in one go."""
    event = nw.col("_event")
    month = event.dt.year().cast(nw.Int64) * 12 + event.dt.month().cast(nw.Int64)
    events = [
        table_frames[table_name].select(nw.lit(number).alias("_place"), nw.col(column).alias("_event"))
        for number, (table_name, column) in enumerate(places)
    ]
    monthly_rows = (
        nw.concat(events, how="vertical")
        .filter(~event.is_null())
        .with_columns(month.alias("_month"))
        .group_by("_place", "_month")
        .agg(nw.len().alias("_count"), event.min().alias("_first"), event.max().alias("_last"))
        .collect()
    )
    rows_by_place: dict[int, list[tuple[Any, ...]]] = {}
    for place_number, *row in sorted(monthly_rows.iter_rows()):
        rows_by_place.setdefault(place_number, []).append(tuple(row))
    return {
        place: MonthlyEvents(*zip(*rows_by_place[number], strict=True)) if number in rows_by_place else MonthlyEvents()
        for number, place in enumerate(places)
    }


def _find_first_day(events: MonthlyEvents) -> date | None:
    """Find the first event that is followed by a year with more than stray ones."""
    if events.total < MANY_EVENTS:
        return next(iter(events.first_days), None)
    least_count = STRAY_SHARE * events.count_usual_year()
    return next(
        first_day
        for month, first_day in zip(events.months, events.first_days, strict=True)
        if events.count_within(month, month + 11) >= least_count
    )


def _find_last_day(events: MonthlyEvents) -> date:
    """Find the last event that ends a quarter with more than stray ones."""
    if events.total < MANY_EVENTS:
        return events.last_days[-1]
    least_count = STRAY_SHARE * events.count_usual_year() / 4
    return next(
        last_day
        for month, last_day in zip(reversed(events.months), reversed(events.last_days), strict=True)
        if events.count_within(month - 2, month) >= least_count
    )
