"""Working days: Monday to Friday less England's bank holidays.

The holidays are worked out from the Banking and Financial Dealings Act 1971 and the royal
proclamations that moved or added single days (gov.uk, "UK bank holidays").
"""

from __future__ import annotations

from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 1980, 2079

_MOVED = {  # the usual day -> where that year had it
    date(1995, 5, 1): date(1995, 5, 8),
    date(2002, 5, 27): date(2002, 6, 4),
    date(2012, 5, 28): date(2012, 6, 4),
    date(2020, 5, 4): date(2020, 5, 8),
    date(2022, 5, 30): date(2022, 6, 2),
}
_ADDED = frozenset(
    {
        date(1981, 7, 29),
        date(1999, 12, 31),
        date(2002, 6, 3),
        date(2011, 4, 29),
        date(2012, 6, 5),
        date(2022, 6, 3),
        date(2022, 9, 19),
        date(2023, 5, 8),
    }
)


def bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays of a year from 1980 on."""
    easter = _easter_sunday(year)
    usual = {
        _next_working(date(year, 1, 1)),
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        _monday_from(date(year, 5, 1)),
        _monday_from(date(year, 5, 25)),
        _monday_from(date(year, 8, 25)),
        *_christmas(year),
    }
    return frozenset(_MOVED.get(day, day) for day in usual) | {
        day for day in _ADDED if day.year == year
    }


def _christmas(year: int) -> tuple[date, date]:
    """Christmas Day and Boxing Day, each with its substitute where it falls on a weekend."""
    weekday = date(year, 12, 25).weekday()
    shift = {4: (0, 2), 5: (2, 2), 6: (2, 0)}.get(weekday, (0, 0))
    return date(year, 12, 25 + shift[0]), date(year, 12, 26 + shift[1])


def _next_working(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar (the anonymous algorithm of 1876)."""
    century = year // 100
    epact = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    epact -= epact // 28 * (1 - 29 // (epact + 1) * ((21 - year % 19) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    offset = epact - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))
