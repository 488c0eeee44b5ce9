"""Working days: Monday to Friday less England's bank holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitui.model.working_days import FIRST_YEAR, LAST_YEAR, list_bank_holidays
from kpitui.tables.lookup_tables import build_calendar
from tests import oracle

CALENDAR = {day: (number, worked, working == "Y") for day, number, worked, working in build_calendar().iter_rows()}

# gov.uk/bank-holidays, England and Wales
PUBLISHED = {
    1999: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28 12-31",  # the millennium
    2002: "01-01 03-29 04-01 05-06 06-03 06-04 08-26 12-25 12-26",  # golden jubilee
    2011: "01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27",  # a royal wedding
    2012: "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26",  # diamond jubilee
    2016: "01-01 03-25 03-28 05-02 05-30 08-29 12-26 12-27",
    2018: "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26",
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",  # VE day; Boxing Day a Saturday
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",  # Christmas on a Saturday
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",  # Christmas on a Sunday
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",  # the coronation
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_bank_holidays_as_published(year: int) -> None:
    days = {date.fromisoformat(f"{year}-{day}") for day in PUBLISHED[year].split()}
    assert list_bank_holidays(year) == days


@pytest.mark.parametrize("year", range(1995, LAST_YEAR + 1))
def test_bank_holidays_by_another_way_of_working_them_out(year: int) -> None:
    assert list_bank_holidays(year) == oracle.bank_holidays(year)


def test_every_bank_holiday_is_a_weekday() -> None:
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    assert all(day.weekday() < 5 for year in years for day in list_bank_holidays(year))
    assert all(day.year == year for year in years for day in list_bank_holidays(year))


def test_the_calendar_has_every_day_once() -> None:
    assert next(iter(CALENDAR)) == date(FIRST_YEAR, 1, 1)
    assert max(CALENDAR) == date(LAST_YEAR, 12, 31)
    numbers = [number for number, _, _ in CALENDAR.values()]
    assert numbers == list(range(1, len(CALENDAR) + 1))
    assert len(CALENDAR) == (date(LAST_YEAR, 12, 31) - date(FIRST_YEAR, 1, 1)).days + 1


@given(st.dates(date(2000, 1, 1), date(2078, 1, 1)), st.integers(1, 30))
def test_so_many_working_days_later(day: date, count: int) -> None:
    """The calendar's count of working days leads to the day that counting them one by one does."""
    due = oracle.working_days_later(day, count)
    assert CALENDAR[due][1] == CALENDAR[day][1] + count
    assert CALENDAR[due][2]
    assert CALENDAR[due - timedelta(days=1)][1] < CALENDAR[due][1]
