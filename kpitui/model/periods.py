"""Periods of the English financial year, April to March: months, quarters and years.

A period is written ``2018-19 Q3``, ``2018-19 M09`` (M01 is April) or ``2018-19``, and displayed as
``Q3 2018/19``, ``Dec 2018`` or ``2018/19`` (contract, section 3). Months are numbered from April
of the year 0, so that quarters and years divide evenly: month 24,224 is the ninth of 2018-19.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Literal

PeriodKind = Literal["month", "quarter", "year"]

MONTHS_PER_PERIOD: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "year": 12}
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

LONG_MONTH_NAMES = tuple(
    "january february march april may june july august september october november december".split()
)

_YEAR_PATTERN = r"(?P<year>\d{4})[-/](?P<next>\d{2})"
_PART_PATTERN = r"(?P<kind>[QM])(?P<number>\d{1,2})"
_WRITTEN_FORM = re.compile(rf"{_YEAR_PATTERN}(?:\s*{_PART_PATTERN})?")
_DISPLAY_FORM = re.compile(rf"{_PART_PATTERN}\s+{_YEAR_PATTERN}")
_MONTH_PATTERN = rf"(?P<name>{'|'.join((*LONG_MONTH_NAMES, *MONTH_NAMES))})"
_DISPLAY_MONTH_FORM = re.compile(rf"{_MONTH_PATTERN}\s+(?P<year>\d{{4}})", re.IGNORECASE)
_PERIOD_FORMS = (_WRITTEN_FORM, _DISPLAY_FORM, _DISPLAY_MONTH_FORM)
# Four digits allow the year 0000, for which there are no dates.
_ACCEPTED_YEARS = range(1900, 2101)


def get_month_number(day: date) -> int:
    """Return the number of the month that `day` falls in, counted from April of the year 0."""
    # April is month 4: taking it away makes every April a multiple of 12.
    return day.year * 12 + day.month - 4


def get_month_start(month_number: int) -> date:
    """Return the first day of a numbered month."""
    year, month_index = divmod(month_number + 3, 12)
    return date(year, month_index + 1, 1)


def add_months(day: date, months: int) -> date:
    """Return the same day some months later; a day that does not exist becomes the last of its month."""
    month_start = get_month_start(get_month_number(day) + months)
    month_end = get_month_end(get_month_number(month_start))
    return month_start.replace(day=min(day.day, month_end.day))


def get_month_end(month_number: int) -> date:
    """Return the last day of a numbered month."""
    return get_month_start(month_number + 1) - timedelta(days=1)


# Without slots, unlike the other types: `cached_property` needs an instance dictionary.
@dataclass(frozen=True, order=True)
class Period:
    """One month, quarter or financial year; `index` counts periods of its kind from the year 0."""

    kind: PeriodKind
    index: int

    @property
    def first_month(self) -> int:
        """Return the number of the first month."""
        return self.index * MONTHS_PER_PERIOD[self.kind]

    @property
    def last_month(self) -> int:
        """Return the number of the last month, which belongs to the period."""
        return self.first_month + MONTHS_PER_PERIOD[self.kind] - 1

    @cached_property
    def first_day(self) -> date:
        """Return the first day."""
        return get_month_start(self.first_month)

    @cached_property
    def last_day(self) -> date:
        """Return the last day, which belongs to the period."""
        return get_month_end(self.last_month)

    @property
    def financial_year(self) -> int:
        """Return the calendar year in which the financial year began: 2018 for 2018-19."""
        return self.first_month // 12

    @property
    def previous(self) -> Period:
        """Return the period before."""
        return Period(self.kind, self.index - 1)

    @property
    def following(self) -> Period:
        """Return the period after."""
        return Period(self.kind, self.index + 1)

    @property
    def year_earlier(self) -> Period:
        """Return the same period a year earlier."""
        # A financial year has 12, 4 or 1 periods of a kind.
        return Period(self.kind, self.index - 12 // MONTHS_PER_PERIOD[self.kind])

    def is_complete(self, as_at: date) -> bool:
        """Say whether the last day is before `as_at` (contract, section 3)."""
        return self.last_day < as_at

    def __str__(self) -> str:
        start_year = self.financial_year
        year_text = f"{start_year:04}-{(start_year + 1) % 100:02}"
        if self.kind == "quarter":
            return f"{year_text} Q{self.index % 4 + 1}"
        if self.kind == "month":
            return f"{year_text} M{self.index % 12 + 1:02}"
        return year_text

    @property
    def label(self) -> str:
        """Return the period as people read it: ``Q3 2018/19``, ``Dec 2018`` or ``2018/19``."""
        if self.kind == "month":
            return f"{MONTH_NAMES[self.first_day.month - 1]} {self.first_day.year}"
        start_year = self.financial_year
        year_text = f"{start_year:04}/{(start_year + 1) % 100:02}"
        return f"Q{self.index % 4 + 1} {year_text}" if self.kind == "quarter" else year_text

    @property
    def short_label(self) -> str:
        """Return the period where its year is said elsewhere: ``Q3``, ``Dec`` or ``2018/19``."""
        return self.label if self.kind == "year" else self.label[: self.label.index(" ")]


@lru_cache(maxsize=1_000)  # a table of figures repeats few periods
def parse_period(period_text: str) -> Period:
    """Parse a period, written or displayed, in upper or lower case.

    Raises ValueError with the forms expected.
    """
    text = period_text.strip().upper()
    match = next((candidate_match for form in _PERIOD_FORMS if (candidate_match := form.fullmatch(text))), None)
    if match is None or int(match["year"]) not in _ACCEPTED_YEARS:
        raise ValueError(f"{period_text!r} is not a period: write 2018-19 Q3, 2018-19 M09 or 2018-19")
    start_year = int(match["year"])
    if match.re is _DISPLAY_MONTH_FORM:
        # A displayed month carries its calendar year: Jan 2019 belongs to 2018-19.
        return period_containing(date(start_year, MONTH_NAMES.index(match["name"][:3].title()) + 1, 1), "month")
    # 2018-20 is more likely a slip than two years: guessing could show the wrong figures.
    if (start_year + 1) % 100 != int(match["next"]):
        raise ValueError(
            f"{period_text!r} is not a financial year: {start_year} is followed by {(start_year + 1) % 100:02}"
        )
    if match["kind"] is None:
        return Period("year", start_year)
    return _build_part_of_year(period_text, start_year, match)


def _build_part_of_year(period_text: str, start_year: int, match: re.Match[str]) -> Period:
    """Build the quarter or month of a financial year that a text names by its number."""
    period_kind: PeriodKind = "quarter" if match["kind"] == "Q" else "month"
    periods_per_year = 12 // MONTHS_PER_PERIOD[period_kind]
    part_number = int(match["number"])
    if not 1 <= part_number <= periods_per_year:
        raise ValueError(f"{period_text!r} is not a period: a year has {periods_per_year} {period_kind}s")
    return Period(period_kind, start_year * periods_per_year + part_number - 1)


def parse_period_or_none(period_text: str | None) -> Period | None:
    """Parse a period as `parse_period` does; return None for any other text."""
    try:
        return parse_period(period_text or "")
    except ValueError:
        return None


def period_containing(day: date, period_kind: PeriodKind = "quarter") -> Period:
    """Return the period of a kind that `day` falls in."""
    return Period(period_kind, get_month_number(day) // MONTHS_PER_PERIOD[period_kind])


def find_latest_complete(as_at: date, period_kind: PeriodKind = "quarter") -> Period:
    """Return the last period of a kind that was over before `as_at`."""
    return period_containing(as_at, period_kind).previous


def list_periods(first_period: Period, last_period: Period) -> tuple[Period, ...]:
    """List the periods of one kind from `first_period` to `last_period`, both included."""
    return tuple(Period(first_period.kind, index) for index in range(first_period.index, last_period.index + 1))
