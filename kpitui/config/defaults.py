"""What a council takes an empty cell to be: stated in its config, and printed in the definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kpitui.catalogue.problem_collector import ProblemCollector
from kpitui.config_file.field_parsers import parse_scalar_field
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.table_schema import ColumnType, TableColumn

CellDefaults = Mapping[str, Mapping[str, str]]
"""The value of empty cells, by table and column."""

_YES_NO = ("Y", "N")


def parse_defaults(raw_section: Mapping[str, Any], problems: ProblemCollector) -> CellDefaults:
    """Parse ``[defaults]``: a value for a column of any table, or a table of such values."""
    defaults: dict[str, dict[str, str]] = {}
    for name, raw_value in raw_section.items():
        key_path = ("defaults", name)
        if isinstance(raw_value, dict) and name in CLEAN_TABLES:
            for column_name, cell_value in raw_value.items():
                column = CLEAN_TABLES[name].columns.get(column_name)
                columns = {name: column} if column is not None else {}
                _add_defaults(defaults, columns, (*key_path, column_name), cell_value, problems)
            continue
        columns = {table.name: table.columns[name] for table in CLEAN_TABLES.values() if name in table.columns}
        _add_defaults(defaults, columns, key_path, raw_value, problems)
    return defaults


def _add_defaults(
    defaults: dict[str, dict[str, str]],
    columns: Mapping[str, TableColumn],
    key_path: tuple[str, ...],
    raw_value: Any,
    problems: ProblemCollector,
) -> None:
    """Add the default of a column in each of its tables, or the problem with it."""
    columns = {name: column for name, column in columns.items() if _list_values(column)}
    if not columns:
        problems.add_unknown_name(key_path, key_path[-1], _list_column_names())
        return
    for table_name, column in columns.items():
        cell_value = None if isinstance(raw_value, dict | list) else str(parse_scalar_field(raw_value))
        if cell_value not in _list_values(column):
            problems.add_problem(key_path, f"must be one of {', '.join(_list_values(column))}")
            return
        defaults.setdefault(table_name, {})[column.name] = cell_value


def _list_values(column: TableColumn) -> tuple[str, ...]:
    """List what a cell may say; nothing where that is no code."""
    return _YES_NO if column.column_type is ColumnType.YES_NO else column.known_codes


def _list_column_names() -> Iterator[str]:
    for table in CLEAN_TABLES.values():
        yield from (name for name, column in table.columns.items() if _list_values(column))
