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

Kind = Literal["month", "quarter", "year"]

MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_YEAR = r"(?P<year>\d{4})[-/](?P<next>\d{2})"
_PART = r"(?P<kind>[QM])(?P<number>\d{1,2})"
_WRITTEN = re.compile(rf"{_YEAR}(?:\s*{_PART})?")
_SHOWN = re.compile(rf"{_PART}\s+{_YEAR}")
_SHOWN_MONTH = re.compile(rf"(?P<name>{'|'.join(MONTH_NAMES)})\s+(?P<year>\d{{4}})", re.IGNORECASE)
_FORMS = (_WRITTEN, _SHOWN, _SHOWN_MONTH)
# Four digits allow the year 0000, for which there are no dates.
_YEARS = range(1900, 3000)


def month_number(day: date) -> int:
    """Return the number of the month that `day` falls in, counted from April of the year 0."""
    # April is month 4: taking it away makes every April a multiple of 12.
    return day.year * 12 + day.month - 4


def month_start(number: int) -> date:
    """Return the first day of a numbered month."""
    year, month = divmod(number + 3, 12)
    return date(year, month + 1, 1)


def month_end(number: int) -> date:
    """Return the last day of a numbered month."""
    return month_start(number + 1) - timedelta(days=1)


# Without slots, unlike the other types: `cached_property` needs an instance dictionary.
@dataclass(frozen=True, order=True)
class Period:
    """One month, quarter or financial year; `index` counts periods of its kind from the year 0."""

    kind: Kind
    index: int

    @property
    def first_month(self) -> int:
        """Return the number of the first month."""
        return self.index * MONTHS[self.kind]

    @property
    def last_month(self) -> int:
        """Return the number of the last month, which belongs to the period."""
        return self.first_month + MONTHS[self.kind] - 1

    @cached_property
    def start(self) -> date:
        """Return the first day."""
        return month_start(self.first_month)

    @cached_property
    def end(self) -> date:
        """Return the last day, which belongs to the period."""
        return month_end(self.last_month)

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
        return Period(self.kind, self.index - 12 // MONTHS[self.kind])

    def complete(self, as_at: date) -> bool:
        """Say whether the last day is before `as_at` (contract, section 3)."""
        return self.end < as_at

    def __str__(self) -> str:
        year = self.financial_year
        written = f"{year:04}-{(year + 1) % 100:02}"
        if self.kind == "quarter":
            return f"{written} Q{self.index % 4 + 1}"
        if self.kind == "month":
            return f"{written} M{self.index % 12 + 1:02}"
        return written

    @property
    def shown(self) -> str:
        """Return the period as people read it: ``Q3 2018/19``, ``Dec 2018`` or ``2018/19``."""
        if self.kind == "month":
            return f"{MONTH_NAMES[self.start.month - 1]} {self.start.year}"
        year = self.financial_year
        shown = f"{year:04}/{(year + 1) % 100:02}"
        return f"Q{self.index % 4 + 1} {shown}" if self.kind == "quarter" else shown


@lru_cache(maxsize=1_000)  # a table of figures repeats few periods
def parse(text: str) -> Period:
    """Parse a period, written or displayed, in upper or lower case.

    Raises ValueError with the forms expected.
    """
    written = text.strip().upper()
    match = next((one for form in _FORMS if (one := form.fullmatch(written))), None)
    if match is None or int(match["year"]) not in _YEARS:
        raise ValueError(f"{text!r} is not a period: write 2018-19 Q3, 2018-19 M09 or 2018-19")
    year = int(match["year"])
    if match.re is _SHOWN_MONTH:
        # A displayed month carries its calendar year: Jan 2019 belongs to 2018-19.
        return holding(date(year, MONTH_NAMES.index(match["name"].title()) + 1, 1), "month")
    # 2018-20 is more likely a slip than two years: guessing could show the wrong figures.
    if (year + 1) % 100 != int(match["next"]):
        raise ValueError(
            f"{text!r} is not a financial year: {year} is followed by {(year + 1) % 100:02}"
        )
    if match["kind"] is None:
        return Period("year", year)
    kind: Kind = "quarter" if match["kind"] == "Q" else "month"
    in_year = 12 // MONTHS[kind]
    number = int(match["number"])
    if not 1 <= number <= in_year:
        raise ValueError(f"{text!r} is not a period: a year has {in_year} {kind}s")
    return Period(kind, year * in_year + number - 1)


def parse_or_none(text: str | None) -> Period | None:
    """Parse a period as `parse_period` does; return None for any other text."""
    try:
        return parse(text or "")
    except ValueError:
        return None


def holding(day: date, kind: Kind = "quarter") -> Period:
    """Return the period of a kind that `day` falls in."""
    return Period(kind, month_number(day) // MONTHS[kind])


def latest_complete(as_at: date, kind: Kind = "quarter") -> Period:
    """Return the last period of a kind that was over before `as_at`."""
    return holding(as_at, kind).previous


def between(first: Period, last: Period) -> tuple[Period, ...]:
    """List the periods of one kind from `first_period` to `last_period`, both included."""
    return tuple(Period(first.kind, index) for index in range(first.index, last.index + 1))
