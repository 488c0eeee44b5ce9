"""Further readings of a column: the same cells by another type, in a column of their own.

A condition compares cells as its own values ask, whatever another indicator asks of the column.
"""

from __future__ import annotations

import re

from kpitui.model.table_schema import ColumnType

# No file has such a name: a column that begins with an underscore is renamed when it is read.
_READING_NAME = re.compile(r"_(.+)_as_(text|date|number|amount|yes_no)")


def name_reading(column_name: str, column_type: ColumnType) -> str:
    """Name the column that holds the cells of another, read by a type."""
    return f"_{column_name}_as_{column_type.name.lower()}"


def find_source_column(column_name: str) -> str:
    """Return the column of the file that a reading has its cells from; any other name as it is."""
    match = _READING_NAME.fullmatch(column_name)
    return match[1] if match else column_name
