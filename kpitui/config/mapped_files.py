"""Parse the files with columns of a council's own, `[files."pattern"]` of a config."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kpitui.catalogue.parser import parse_fields
from kpitui.catalogue.problem_collector import ProblemCollector
from kpitui.config_file.file_settings import FILE_FIELDS, FILES_SECTION, FileMapping, build_file_mapping
from kpitui.model.catalogue import Indicator
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.text import fold_heading


def parse_file_mappings(
    raw_files: Mapping[str, Any], indicators: Iterable[Indicator], problems: ProblemCollector
) -> tuple[FileMapping, ...]:
    """Parse every mapping of files; mistakes are added to `problems`.

    A pattern has one mapping, or a list of them where its files give several tables.
    """
    table_names = {fold_heading(name): name for name in (*CLEAN_TABLES, *_list_own_tables(indicators))}
    mappings = []
    for pattern, raw_mapping in raw_files.items():
        for raw_fields in raw_mapping if isinstance(raw_mapping, list) else (raw_mapping,):
            if (mapping := _parse_mapping(pattern, raw_fields, table_names, problems)) is not None:
                mappings.append(mapping)
    return tuple(mappings)


def _parse_mapping(
    pattern: str, raw_fields: Any, table_names: Mapping[str, str], problems: ProblemCollector
) -> FileMapping | None:
    """Parse one mapping; return None where it cannot be used."""
    key_path = (FILES_SECTION, pattern)
    if not isinstance(raw_fields, dict):
        problems.add_problem(key_path, "config-not-table", example='[files."visits*.csv"]')
        return None
    fields = parse_fields(key_path, raw_fields, FILE_FIELDS, problems)
    if "table" not in fields:
        if not problems.has_problem_at((*key_path, "table")):
            problems.add_problem(key_path, "config-field-missing", field="table")
        return None
    table_name = table_names.get(fold_heading(fields["table"]))
    if table_name is None:
        problems.add_unknown_name((*key_path, "table"), fields["table"], table_names.values())
        return None
    return build_file_mapping(pattern, {**fields, "table": table_name})


def _list_own_tables(indicators: Iterable[Indicator]) -> Iterator[str]:
    """List the tables of the council's own that any rule counts."""
    for indicator in indicators:
        for rule in (indicator.rule, *indicator.variants):
            if table_name := dict(rule.cohort.parameters).get("table"):
                yield str(table_name)
