"""Cases from a table of the council's own, for the indicators that its config adds."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.model.clean_tables import UNREAD_SUFFIX
from kpitui.tables.as_known_on import TableFrame, TableFrames


def build_dated_rows(table_frames: TableFrames, table: str, date: str) -> TableFrame:
    """List the rows of `table`, each an event on the day in its column `date`."""
    return _name_case_dates(table_frames[table], case_date=date)


def build_lasting_rows(table_frames: TableFrames, table: str, start: str, end: str) -> TableFrame:
    """List the rows of `table`, each a state from its `start` until the day in its `end`."""
    return spells.drop_empty_spells(_name_case_dates(table_frames[table], case_from=start, case_until=end))


def _name_case_dates(table_frame: TableFrame, **date_columns: str) -> TableFrame:
    """Name the dates of cases, and beside them the cells of these dates that could not be read."""
    column_names = table_frame.collect_schema().names()
    named_columns = date_columns | {
        case_column + UNREAD_SUFFIX: date_column + UNREAD_SUFFIX
        for case_column, date_column in date_columns.items()
        if date_column + UNREAD_SUFFIX in column_names
    }
    return table_frame.with_columns(nw.col(column).alias(name) for name, column in named_columns.items())
