"""Days as people type them: 25 March 2019, 25/3/2019, 2019-03-25."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from kpitui.model.periods import LONG_MONTH_NAMES, MONTH_NAMES, Period, parse_period

_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_DAY_MONTH_NAME: Final = re.compile(r"(\d{1,2})\s*([a-z]{3,9})\.?\s*(\d{4})", re.IGNORECASE)


def parse_typed_date(date_text: str) -> date:
    """Parse a day: 2019-03-25, 25/03/2019, 25-3-2019, 25.3.2019, 25 Mar 2019 or 25 March 2019.

    Raises ValueError with what to write.
    """
    text = date_text.strip()
    try:
        if match := _DAY_FIRST.fullmatch(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := _DAY_MONTH_NAME.fullmatch(text):
            return date(int(match[3]), parse_month_name(match[2]), int(match[1]))
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{date_text}” is not a date: write 25 March 2019 or 2019-03-25") from None


def parse_month_name(month_name: str) -> int:
    """Return the number of a month by its name or its first three letters or more.

    Raises ValueError.
    """
    letters = month_name.strip().lower()
    for number, long_name in enumerate(LONG_MONTH_NAMES, 1):
        if len(letters) >= 3 and long_name.startswith(letters):
            return number
    raise ValueError(f"{month_name!r} is not a month")


def parse_typed_period(period_text: str, reference_period: Period | None = None) -> Period:
    """Parse a period as `parse_period` does, or a quarter or month without a year: ``Q1``, ``October``.

    Those are of the financial year of `reference_period`. Raises ValueError with the forms expected.
    """
    text = period_text.strip()
    try:
        return parse_period(text)
    except ValueError:
        if reference_period is None:
            raise
        start_year = reference_period.financial_year
        if re.fullmatch(r"[QM]\d{1,2}", text, re.IGNORECASE):
            return parse_period(f"{start_year}-{(start_year + 1) % 100:02} {text}")
        try:
            month_number = parse_month_name(text)
        except ValueError:
            month_number = 0
        if not month_number:
            raise
    # January to March belong to the year that began before them.
    return parse_period(f"{MONTH_NAMES[month_number - 1]} {start_year + (month_number < 4)}")


def parse_typed_time(time_text: str, reference_period: Period | None = None) -> date | Period:
    """Parse a day or a period. Raises ValueError with what to write."""
    try:
        return parse_typed_date(time_text)
    except ValueError:
        pass
    try:
        return parse_typed_period(time_text, reference_period)
    except ValueError:
        raise ValueError(
            f"“{time_text}” is neither a day nor a period: write 25 March 2019, Oct 2018 or Q1 2018/19"
        ) from None
