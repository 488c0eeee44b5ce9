"""Cases from a table of the council's own, for the indicators that its config adds."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.tables.as_known_on import TableFrame, TableFrames


def build_dated_rows(table_frames: TableFrames, table: str, date: str) -> TableFrame:
    """List the rows of `table`, each an event on the day in its column `date`."""
    return table_frames[table].with_columns(nw.col(date).alias("case_date"))


def build_lasting_rows(table_frames: TableFrames, table: str, start: str, end: str) -> TableFrame:
    """List the rows of `table`, each a state from its `start` until the day in its `end`."""
    return spells.drop_empty_spells(
        table_frames[table].with_columns(*spells.make_spell_columns(nw.col(start), nw.col(end)))
    )
