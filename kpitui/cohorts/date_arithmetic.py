"""Date arithmetic by calendar days, months and years."""

from __future__ import annotations

import narwhals as nw


def shift_date(date_column: str, offset: str) -> nw.Expr:
    """Shift a date column by an offset: ``7d``, ``-12mo`` or ``18y``.

    A day that does not exist becomes the last of its month.
    """
    # Some engines turn a shifted date into a date with a time.
    return nw.col(date_column).dt.offset_by(offset).cast(nw.Date)
