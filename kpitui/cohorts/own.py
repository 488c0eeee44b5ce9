"""Cases from a table of the council's own, for the indicators that its config adds."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.tables.known import Frame, Frames


def dated_rows(tables: Frames, table: str, date: str) -> Frame:
    """List the rows of `table`, each an event on the day in its column `date`."""
    return tables[table].with_columns(nw.col(date).alias("case_date"))


def lasting_rows(tables: Frames, table: str, start: str, end: str) -> Frame:
    """List the rows of `table`, each a state from its `start` until the day in its `end`."""
    return spells.real(tables[table].with_columns(*spells.between(nw.col(start), nw.col(end))))
