"""Months, quarters and years from April to March: written, shown, complete."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitui.model.periods import Period, PeriodKind, find_latest_complete, list_periods, parse_period, period_containing

KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "year")
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("period_text", "start", "end", "label"),
    [
        ("2018-19 Q1", "2018-04-01", "2018-06-30", "Q1 2018/19"),
        ("2018-19 Q3", "2018-10-01", "2018-12-31", "Q3 2018/19"),
        ("2018-19 Q4", "2019-01-01", "2019-03-31", "Q4 2018/19"),
        ("2018-19 M01", "2018-04-01", "2018-04-30", "Apr 2018"),
        ("2018-19 M09", "2018-12-01", "2018-12-31", "Dec 2018"),
        ("2019-20 M11", "2020-02-01", "2020-02-29", "Feb 2020"),
        ("2018-19 M12", "2019-03-01", "2019-03-31", "Mar 2019"),
        ("2018-19", "2018-04-01", "2019-03-31", "2018/19"),
        ("1999-00", "1999-04-01", "2000-03-31", "1999/00"),
    ],
)
def test_a_period_as_it_is_written_and_shown(period_text: str, start: str, end: str, label: str) -> None:
    period = parse_period(period_text)
    assert (period.first_day, period.last_day) == (date.fromisoformat(start), date.fromisoformat(end))
    assert str(period) == period_text
    assert period.label == label


@pytest.mark.parametrize("text", ["2018-19 q3", " 2018-19  Q3 ", "2018/19 Q3", "Q3 2018/19"])
def test_other_ways_to_write_a_quarter(text: str) -> None:
    assert parse_period(text) == parse_period("2018-19 Q3")


@pytest.mark.parametrize("text", ["Dec 2018", "dec 2018", "M9 2018/19"])
def test_other_ways_to_write_a_month(text: str) -> None:
    assert parse_period(text) == parse_period("2018-19 M09")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2018", "write 2018-19 Q3, 2018-19 M09 or 2018-19"),
        ("", "write 2018-19 Q3"),
        ("2018-20", "2018 is followed by 19"),
        ("2018-18 Q3", "2018 is followed by 19"),
        ("2018-19 Q5", "a year has 4 quarters"),
        ("2018-19 Q0", "a year has 4 quarters"),
        ("2018-19 M13", "a year has 12 months"),
        ("0000-01", "is not a period"),
        ("9999-00", "is not a period"),
    ],
)
def test_what_is_no_period_says_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_period(text)


@given(DAYS, st.sampled_from(KINDS))
def test_every_day_is_in_one_period_of_a_kind(day: date, kind: PeriodKind) -> None:
    period = period_containing(day, kind)
    assert period.first_day <= day <= period.last_day
    assert period.previous.last_day == period.first_day - timedelta(days=1)
    assert period.following.first_day == period.last_day + timedelta(days=1)


@given(DAYS, st.sampled_from(KINDS))
def test_what_is_written_or_shown_can_be_read(day: date, kind: PeriodKind) -> None:
    period = period_containing(day, kind)
    assert parse_period(str(period)) == period
    assert parse_period(period.label) == period


@given(DAYS, st.sampled_from(KINDS))
def test_the_same_period_a_year_earlier(day: date, kind: PeriodKind) -> None:
    period = period_containing(day, kind)
    earlier = period.year_earlier
    assert (earlier.first_day.month, earlier.first_day.year) == (period.first_day.month, period.first_day.year - 1)


@pytest.mark.parametrize(
    ("as_at", "quarter", "month"),
    [
        ("2018-12-31", "2018-19 Q2", "2018-19 M08"),  # the last day itself is not over
        ("2019-01-01", "2018-19 Q3", "2018-19 M09"),
        ("2019-03-25", "2018-19 Q3", "2018-19 M11"),
        ("2020-02-29", "2019-20 Q3", "2019-20 M10"),
    ],
)
def test_a_period_is_complete_when_its_last_day_is_before_the_meeting(as_at: str, quarter: str, month: str) -> None:
    day = date.fromisoformat(as_at)
    assert find_latest_complete(day) == parse_period(quarter)
    assert find_latest_complete(day, "month") == parse_period(month)
    assert parse_period(quarter).is_complete(day)
    assert not parse_period(quarter).following.is_complete(day)


def test_periods_between_two_both_included() -> None:
    periods = list_periods(parse_period("2017-18 Q3"), parse_period("2018-19 Q1"))
    assert [str(period) for period in periods] == ["2017-18 Q3", "2017-18 Q4", "2018-19 Q1"]
    assert list_periods(parse_period("2018-19 Q1"), parse_period("2017-18 Q3")) == ()


def test_a_quarter_and_a_year_are_whole_months() -> None:
    quarter, year = parse_period("2018-19 Q3"), parse_period("2018-19")
    months = [Period("month", number) for number in range(year.first_month, year.last_month + 1)]
    assert [str(month)[-3:] for month in months] == [f"M{number:02}" for number in range(1, 13)]
    assert (quarter.first_month, quarter.last_month) == (months[6].index, months[8].index)
