"""Quarters, years and working days of the years that the sample covers."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

ONE_DAY = timedelta(days=1)

# England's bank holidays, gov.uk; only the years in which somebody works in the sample.
_HOLIDAYS = """
    2012-01-02 2012-04-06 2012-04-09 2012-05-07 2012-06-04 2012-06-05 2012-08-27 2012-12-25
    2012-12-26 2013-01-01 2013-03-29 2013-04-01 2013-05-06 2013-05-27 2013-08-26 2013-12-25
    2013-12-26 2014-01-01 2014-04-18 2014-04-21 2014-05-05 2014-05-26 2014-08-25 2014-12-25
    2014-12-26 2015-01-01 2015-04-03 2015-04-06 2015-05-04 2015-05-25 2015-08-31 2015-12-25
    2015-12-28 2016-01-01 2016-03-25 2016-03-28 2016-05-02 2016-05-30 2016-08-29 2016-12-26
    2016-12-27 2017-01-02 2017-04-14 2017-04-17 2017-05-01 2017-05-29 2017-08-28 2017-12-25
    2017-12-26 2018-01-01 2018-03-30 2018-04-02 2018-05-07 2018-05-28 2018-08-27 2018-12-25
    2018-12-26 2019-01-01 2019-04-19 2019-04-22
"""
BANK_HOLIDAYS = frozenset(map(date.fromisoformat, _HOLIDAYS.split()))


class Span(NamedTuple):
    """A stretch of days, both included."""

    start: date
    end: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.end


def quarters(first_year: int, count: int) -> list[Span]:
    """So many quarters from the April of a year on."""
    starts = [_month(first_year, 3 * number) for number in range(count + 1)]
    return [Span(start, after - ONE_DAY) for start, after in pairwise(starts)]


def years_later(day: date, years: int) -> date:
    """The same day of a later (or earlier) year; 29 February becomes 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def days_later(day: date, days: int) -> date:
    return day + timedelta(days=days)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def working_days_later(day: date, count: int) -> date:
    """The count-th working day after a day."""
    while count > 0:
        day += ONE_DAY
        count -= is_working_day(day)
    return day


def working_day_from(day: date) -> date:
    """The day itself, or the next working day."""
    return day if is_working_day(day) else working_days_later(day, 1)


def _month(april_of: int, months: int) -> date:
    year, month = divmod(april_of * 12 + 3 + months, 12)
    return date(year, month + 1, 1)
