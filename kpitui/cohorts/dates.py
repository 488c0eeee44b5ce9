"""Date arithmetic by calendar days, months and years."""

from __future__ import annotations

import narwhals as nw


def moved(column: str, by: str) -> nw.Expr:
    """Shift a date column by an offset: ``7d``, ``-12mo`` or ``18y``.

    A day that does not exist becomes the last of its month.
    """
    # Some engines turn a shifted date into a date with a time.
    return nw.col(column).dt.offset_by(by).cast(nw.Date)
