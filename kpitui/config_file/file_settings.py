"""Files with columns of a council's own: which table each file pattern is, and what its columns are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from kpitui.config_file import field_parsers
from kpitui.config_file.field_errors import InvalidField

FILES_SECTION = "files"
DATE_ORDERS = ("day first", "month first", "iso")


@dataclass(frozen=True, slots=True)
class FileMapping:
    """How the files that a pattern names give a table.

    `columns` gives the heading in the file of each column of the table, and `values` the code of
    each word, in lower case, by column. `sheet` is the sheet of a workbook, or empty. `skipped_lines`
    are the lines above the header; None: it is looked for.
    """

    pattern: str
    table_name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sheet: str = ""
    date_order: str = ""
    skipped_lines: int | None = None

    def matches_name(self, file_name: str) -> bool:
        """Say whether the pattern names a file; capitals do not matter."""
        return fnmatchcase(file_name.lower(), self.pattern.lower())


def _parse_columns(raw_value: Any) -> dict[str, str]:
    """Parse the heading of each column: text by name."""
    if not isinstance(raw_value, dict):
        raise InvalidField("config-not-table", example='{ child = "Person ID" }')
    return field_parsers.parse_names_by_code_field(raw_value)


def _parse_values(raw_value: Any) -> dict[str, dict[str, str]]:
    """Parse the codes of words, by column: the words in lower case, as they are compared."""
    example = '{ seen = { "Not seen" = "N" } }'
    if not isinstance(raw_value, dict) or not all(isinstance(codes, dict) for codes in raw_value.values()):
        raise InvalidField("config-not-table", example=example)
    return {
        field_parsers.parse_text_field(column): {
            field_parsers.parse_text_field(word).lower(): field_parsers.parse_code_field(code)
            for word, code in codes.items()
        }
        for column, codes in raw_value.items()
    }


FILE_FIELDS: dict[str, field_parsers.FieldParser] = {
    "table": field_parsers.parse_text_field,
    "sheet": field_parsers.parse_text_field,
    "columns": _parse_columns,
    "values": _parse_values,
    "dates": field_parsers.make_choice_parser(*DATE_ORDERS),
    "skip": field_parsers.parse_integer_field,
}


def build_file_mapping(pattern: str, fields: Mapping[str, Any]) -> FileMapping:
    """Build the mapping of a pattern from its parsed fields, of which `table` must be there."""
    return FileMapping(
        pattern,
        fields["table"],
        fields.get("columns", {}),
        fields.get("values", {}),
        fields.get("sheet", ""),
        fields.get("dates", ""),
        fields.get("skip"),
    )
