"""Counting windows: which months a figure of a period is about."""

from __future__ import annotations

from typing import Literal

from kpitui.model.periods import Period

CountingWindow = Literal[
    "period",
    "year-to-date",
    "rolling-12-months",
    "rolling-36-months",
    "academic-year",
    "calendar-year",
    "latest-census",
    "period-end",
]
# The month of states that began before records did: earlier than any other.
SINCE_ALWAYS = -1
# Month numbers count from April.
_SEPTEMBER, _JANUARY = 5, 9
_FIRST_MONTHS: dict[CountingWindow, int] = {"year-to-date": 0, "academic-year": _SEPTEMBER, "calendar-year": _JANUARY}
_ROLLING_LENGTHS: dict[CountingWindow, int] = {"rolling-12-months": 12, "rolling-36-months": 36}


def get_window_months(window: CountingWindow, period: Period) -> tuple[int, int]:
    """Return the first and last month of a window at a period's end, both included.

    A state on the last day is everything that ever began and had not ended by then. The latest census
    is that of the last 30 September, with the 12 months to it.
    """
    last_month = period.last_month
    if window in _FIRST_MONTHS:
        return last_month - (last_month - _FIRST_MONTHS[window]) % 12, last_month
    if window in _ROLLING_LENGTHS:
        return last_month - _ROLLING_LENGTHS[window] + 1, last_month
    if window == "latest-census":
        census_month = last_month - (last_month - _SEPTEMBER) % 12
        return census_month - 11, census_month
    if window == "period-end":
        return SINCE_ALWAYS, last_month
    return period.first_month, last_month
