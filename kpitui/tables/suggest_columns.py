"""Suggest which table an unknown file is, and which of its columns are those of the table.

A column is certain where its heading is the table's own name, one that a return has for it, or holds
every word of it, and its cells are of its type. Whatever else may be meant is left as a question.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import polars as pl

from kpitui.layouts import LAYOUTS
from kpitui.model.table_schema import CleanTable, ColumnType, TableColumn
from kpitui.readers.date_forms import read_certain_dates, read_month_first_dates
from kpitui.tables.mapped_files import SheetHeader, list_possible_headers
from kpitui.text import clean_text, fold_heading

SAMPLE_ROWS = 200  # rows whose cells tell the type of a column
MAX_LISTED_WORDS = 12  # different words of a column that are asked about
_TYPE_SHARE = 0.9  # of the cells must be of a column's type
_FEWEST_MATCHES = 2  # columns of a table by which a file is nearest to it
# What case systems and personnel systems call the subject of a row.
_SUBJECT_HEADINGS = {
    "child": ("personid", "clientid", "mosaicid", "serviceuserid", "childuniqueid", "caseid", "caseno", "swiftid"),
    "worker": ("employeeno", "employeenumber", "employeeid", "staffid", "payrollno", "payrollnumber", "workerid"),
    "urn": ("provideruurn", "schoolurn", "providerurn"),
}


@dataclass(frozen=True, slots=True)
class ColumnSuggestion:
    """What a file seems to be: its nearest table, its certain columns, and the headings to ask about.

    `certain_columns` gives the heading of each column, and `possible_headings` those that may be
    meant by a column that the table needs. `words` are the different cells of each heading with few.
    """

    file_name: str
    sheet: str
    table: CleanTable
    headings: tuple[str, ...]
    certain_columns: Mapping[str, str]
    possible_headings: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]


def suggest_columns(path: Path, schemas: Mapping[str, CleanTable], table_name: str = "") -> ColumnSuggestion | None:
    """Suggest what a file is, of all tables or as the one that is named; None where nothing is near.

    Raise UnreadableTable where the file cannot be read.
    """
    tables = [schemas[table_name]] if table_name else list(schemas.values())
    matches = [
        (len(_match_names(header[1], table)) + _is_named_alike(path.stem, table), -position, header, table)
        for position, header in enumerate(list_possible_headers(path))
        if len(header[1]) > 1
        for table in tables
    ]
    best_score, _, header, table = max(matches, key=lambda match: match[:2], default=(0, 0, None, None))
    if header is None or table is None or (best_score < _FEWEST_MATCHES and not table_name):
        return None
    return _describe_file(path, header, table)


def _describe_file(path: Path, header: SheetHeader, table: CleanTable) -> ColumnSuggestion:
    _, headings, sheet, read_pieces = header
    pieces = [piece.raw_rows.head(SAMPLE_ROWS) for piece in islice(read_pieces(), 1)]
    sample_rows = pieces[0] if pieces else pl.DataFrame()
    texts = {name: sample_rows[name].cast(pl.String, strict=False) for name in headings if name in sample_rows.columns}
    certain_columns = {
        column: names[0]
        for column, names in _match_names(headings, table).items()
        if len(names) == 1 and _fits_type(texts.get(names[0]), table.columns[column])
    }
    free_headings = [name for name in headings if name not in certain_columns.values()]
    possible_headings = {
        column.name: tuple(name for name in free_headings if _fits_type(texts.get(name), column))
        for column in table.columns.values()
        if column.required and column.name not in certain_columns
    }
    words = {name: tuple(_list_words(text)) for name, text in texts.items()}
    return ColumnSuggestion(path.name, sheet, table, headings, certain_columns, possible_headings, words)


def _match_names(headings: Collection[str], table: CleanTable) -> dict[str, tuple[str, ...]]:
    """Return the headings that name each column of a table, in the surest way that any does."""
    matches = {}
    for column in table.columns:
        known_names = _list_known_names(table.name, column)
        exact = tuple(heading for heading in headings if fold_heading(heading) in known_names)
        words = _split_words(column)
        wordy = tuple(heading for heading in headings if len(words) > 1 and words <= _split_words(heading))
        if exact or wordy:
            matches[column] = exact or wordy
    return matches


@cache
def _list_known_names(table_name: str, column: str) -> frozenset[str]:
    """List the folded names of a column: its own, those in returns, and usual ones of its subject."""
    names = {fold_heading(column), *_SUBJECT_HEADINGS.get(column, ())}
    for layout in LAYOUTS:
        for mapping in layout.table_mappings:
            source = mapping.column_sources.get(column) if mapping.table_name == table_name else None
            if isinstance(source, str):
                aliases = (alias for alias, name in layout.column_aliases.items() if name == source)
                names |= {fold_heading(name) for name in (source, *aliases)}
    return frozenset(names)


def _is_named_alike(file_stem: str, table: CleanTable) -> bool:
    """Say whether a file's name has a word of the table's, in the singular or the plural."""
    singular_words = {word.rstrip("s") for word in _split_words(table.name)}
    return bool(singular_words & {word.rstrip("s") for word in _split_words(file_stem)})


def _split_words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", name.lower()))


def _fits_type(texts: pl.Series | None, column: TableColumn) -> bool:
    """Say whether most cells of a column of the file are dates or numbers, where the table has these."""
    filled_texts = texts.drop_nulls() if texts is not None else pl.Series(dtype=pl.String)
    filled_texts = filled_texts.filter(filled_texts.str.strip_chars() != "")
    if filled_texts.is_empty():
        return not column.required
    days = read_certain_dates(filled_texts)
    fit_counts = {
        ColumnType.DATE: max(
            count.len() - count.null_count() for count in (days, read_month_first_dates(filled_texts))
        ),
        ColumnType.NUMBER: filled_texts.cast(pl.Float64, strict=False).count(),
    }
    # An id or a word may look like anything, but it is no date.
    fit_count = fit_counts.get(column.column_type, days.null_count())
    return fit_count >= _TYPE_SHARE * len(filled_texts)


def _list_words(texts: pl.Series) -> Iterator[str]:
    """List the different cells of a column that has few of them."""
    words = texts.str.strip_chars().drop_nulls().unique(maintain_order=True)
    if words.len() <= MAX_LISTED_WORDS:
        yield from (clean_text(word) for word in words if word)
