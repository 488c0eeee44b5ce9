"""Bank holidays of England, from which working days follow: Monday to Friday less these.

They are computed from the Banking and Financial Dealings Act 1971 and the royal proclamations
that moved or added single days (gov.uk, "UK bank holidays").
"""

from __future__ import annotations

from datetime import date, timedelta

# The calendar that visit clocks look their due dates up in covers these years.
FIRST_YEAR, LAST_YEAR = 1980, 2079

_MOVED_HOLIDAYS = {  # the usual day -> the day of that year
    date(1995, 5, 1): date(1995, 5, 8),  # 50 years of VE Day
    date(2002, 5, 27): date(2002, 6, 4),  # Golden Jubilee
    date(2012, 5, 28): date(2012, 6, 4),  # Diamond Jubilee
    date(2020, 5, 4): date(2020, 5, 8),  # 75 years of VE Day
    date(2022, 5, 30): date(2022, 6, 2),  # Platinum Jubilee
}
_ADDED_HOLIDAYS = frozenset(
    {
        date(1981, 7, 29),  # wedding of the Prince of Wales
        date(1999, 12, 31),  # millennium
        date(2002, 6, 3),  # Golden Jubilee
        date(2011, 4, 29),  # wedding of Prince William
        date(2012, 6, 5),  # Diamond Jubilee
        date(2022, 6, 3),  # Platinum Jubilee
        date(2022, 9, 19),  # funeral of Queen Elizabeth II
        date(2023, 5, 8),  # coronation of King Charles III
    }
)


def list_bank_holidays(year: int) -> frozenset[date]:
    """List England's bank holidays of a year from 1980 on."""
    sunday = _find_easter_sunday(year)
    holidays = {
        _find_next_weekday(date(year, 1, 1)),
        sunday - timedelta(days=2),  # Good Friday
        sunday + timedelta(days=1),  # Easter Monday
        _find_monday_from(date(year, 5, 1)),  # early May
        _find_monday_from(date(year, 5, 25)),  # spring: the last Monday in May
        _find_monday_from(date(year, 8, 25)),  # summer: the last Monday in August
        *_list_christmas_holidays(year),
    }
    return frozenset(_MOVED_HOLIDAYS.get(holiday, holiday) for holiday in holidays) | {
        holiday for holiday in _ADDED_HOLIDAYS if holiday.year == year
    }


def _list_christmas_holidays(year: int) -> tuple[date, date]:
    """List the holidays for Christmas Day and Boxing Day, with substitutes at a weekend."""
    weekday = date(year, 12, 25).weekday()
    # Christmas on a Friday, Saturday or Sunday. On a Sunday Boxing Day keeps its Monday, and the
    # substitute for Christmas Day is the Tuesday after.
    day_shifts = {4: (0, 2), 5: (2, 2), 6: (2, 0)}.get(weekday, (0, 0))
    return date(year, 12, 25 + day_shifts[0]), date(year, 12, 26 + day_shifts[1])


def _find_next_weekday(day: date) -> date:
    """Return the day, or the Monday after if it falls on a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _find_monday_from(day: date) -> date:
    """Return the first Monday on or after a day."""
    return day + timedelta(days=-day.weekday() % 7)


def _find_easter_sunday(year: int) -> date:
    """Compute Easter Sunday in the Gregorian calendar (the anonymous algorithm of 1876)."""
    century = year // 100
    epact = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    epact -= epact // 28 * (1 - 29 // (epact + 1) * ((21 - year % 19) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    offset = epact - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))
