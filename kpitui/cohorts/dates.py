"""Dates moved by calendar days, months or years."""

from __future__ import annotations

import narwhals as nw


def moved(column: str, by: str) -> nw.Expr:
    """A date column moved by ``7d``, ``-12mo`` or ``18y``.

    A day that does not exist is the last of its month.  Some engines make a time of a moved date:
    it is a date again here.
    """
    return nw.col(column).dt.offset_by(by).cast(nw.Date)
