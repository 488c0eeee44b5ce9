"""Marks on the cells of a cohort: flags, and which cells have their true value."""

from __future__ import annotations

import narwhals as nw

from kpitui.model.clean_tables import UNREAD_SUFFIX
from kpitui.tables.as_known_on import TableFrame


def flag_yes_no(condition: nw.Expr) -> nw.Expr:
    """Build Y for a true condition, and N for any other."""
    return nw.when(condition).then(nw.lit("Y")).otherwise(nw.lit("N"))


def read_date(column_name: str, table_frame: TableFrame) -> nw.Expr:
    """Build whether a date is certain: whether no cell of the column stands there unread."""
    # The column of unread cells is there only where there are any.
    if column_name + UNREAD_SUFFIX not in table_frame.collect_schema().names():
        return nw.lit(True)
    return nw.col(column_name + UNREAD_SUFFIX).is_null()
