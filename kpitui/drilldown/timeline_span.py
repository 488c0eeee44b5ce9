"""The stretch of time that a timeline covers, and the part of it that each event takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kpitui.model.drilldown import TimelineEvent


def find_span_start(events: Sequence[TimelineEvent]) -> date:
    """Return the day of the first event after a birth, or of the birth if there is no other.

    Raises ValueError without events.
    """
    # A birth lies years before the rest, which it would squeeze together.
    start_days = [event.start_day for event in events if event.kind != "birth"]
    return min(start_days or [event.start_day for event in events])


def find_event_end(event: TimelineEvent, as_at: date) -> date | None:
    """Return the last day of an event, `as_at` if it goes on by then; None if it took one day."""
    return event.end_day or (as_at if event.kind == "spell" else None)
