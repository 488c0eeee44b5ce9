"""Write the part of a config that maps a file with columns of a council's own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import tomli

from kpitui.atomic_files import replace_file
from kpitui.catalogue.column_types import infer_column_types
from kpitui.config.settings import Settings
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.table_schema import CleanTable, ColumnType
from kpitui.readers.raw_table import UnreadableTable
from kpitui.regular_files import read_regular_file
from kpitui.tables.parse_cells import YES_NO_CODES
from kpitui.tables.suggest_columns import ColumnSuggestion, suggest_columns
from kpitui.tables.table_columns import extend_clean_table

__all__ = ["ColumnSuggestion", "append_stanza", "format_stanza", "list_questions", "list_unread_words", "suggest_file"]


class MappedTwice(ValueError):
    """The config maps the file already."""


def suggest_file(settings: Settings, path: Path, table_name: str = "") -> ColumnSuggestion | None:
    """Suggest what a file of a council is; None where it is like no table, or cannot be read."""
    schemas = _list_schemas(settings)
    if table_name and table_name not in schemas:
        return None
    try:
        return suggest_columns(path, schemas, table_name)
    except UnreadableTable:
        return None


def _list_schemas(settings: Settings) -> dict[str, CleanTable]:
    types_by_table = dict(infer_column_types(settings.indicators))
    names = dict.fromkeys((*CLEAN_TABLES, *types_by_table))
    return {name: extend_clean_table(name, types_by_table.get(name, {})) for name in names}


def list_questions(suggestion: ColumnSuggestion) -> tuple[str, ...]:
    """List the columns to ask about: those the table has that are not certain, required ones first."""
    columns = [column for column in suggestion.table.columns.values() if column.name not in suggestion.certain_columns]
    return tuple(column.name for column in sorted(columns, key=lambda column: not column.required))


def list_unread_words(suggestion: ColumnSuggestion, column_name: str, heading: str) -> tuple[str, ...]:
    """List the words of a heading that its column, of codes or of Y and N, would not understand."""
    column = suggestion.table.columns[column_name]
    known_words = {code.lower() for code in column.known_codes}
    if column.column_type is ColumnType.YES_NO:
        known_words = set(YES_NO_CODES)
    words = {word.lower(): word for word in suggestion.words.get(heading, ())}
    return tuple(word for folded_word, word in words.items() if known_words and folded_word not in known_words)


def format_stanza(
    suggestion: ColumnSuggestion,
    columns: Mapping[str, str] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """Format the part of a config that maps a file: with these columns, or with those that are certain.

    What is not certain and must be answered stands in comments.
    """
    chosen_columns = suggestion.certain_columns if columns is None else columns
    lines = [f"[files.{_quote(suggestion.file_name)}]", f"table = {_quote(suggestion.table.name)}"]
    lines += [f"sheet = {_quote(suggestion.sheet)}"] if suggestion.sheet else []
    lines += [f"columns = {_format_inline(chosen_columns)}"]
    if values:
        tables = ", ".join(f"{_quote(column)} = {_format_inline(codes)}" for column, codes in values.items())
        lines.append(f"values = {{ {tables} }}")
    lines += _format_open_questions(suggestion) if columns is None else []
    return "\n".join(lines) + "\n"


def append_stanza(config_path: Path, stanza: str) -> None:
    """Add a part at the end of a config, all of which stays as it is.

    Raise MappedTwice where the config maps the same file already, and OSError where it cannot be written.
    """
    config_text = read_regular_file(config_path).decode("utf-8-sig")
    new_text = f"{config_text.rstrip()}\n\n{stanza}"
    try:
        tomli.loads(new_text)
    except ValueError:
        raise MappedTwice from None
    replace_file(config_path, new_text.encode())


def _format_open_questions(suggestion: ColumnSuggestion) -> Iterator[str]:
    """Yield a comment for each column that the table needs and no heading is certain for."""
    for column, headings in suggestion.possible_headings.items():
        choices = " or ".join(map(_quote, headings[:4])) or "no column of the file seems to be it"
        yield f"# {column} is needed: {choices}?"


def _format_inline(codes: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{_quote_key(name)} = {_quote(text)}' for name, text in codes.items())} }}"


def _quote_key(name: str) -> str:
    return name if name.replace("_", "").isalnum() and name.isascii() else _quote(name)


def _quote(text: str) -> str:
    # A JSON string is a TOML string too.
    return json.dumps(text, ensure_ascii=False)
