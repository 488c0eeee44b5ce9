"""The declaration of a layout: the columns that identify a file, and the clean tables it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from kpitui.config_file.safeguarding_settings import SafeguardingSettings
from kpitui.readers.raw_table import ReaderNote
from kpitui.text import fold_heading

ColumnSource = str | pl.Expr
"""The source of a clean column: a column of the file, or an expression over its columns."""

RowPreparation = Callable[[pl.DataFrame], pl.DataFrame]

RowJoin = Callable[
    [pl.DataFrame, Mapping[str, pl.DataFrame], SafeguardingSettings], tuple[pl.DataFrame, Sequence[ReaderNote]]
]
"""What joins the rows of a file with those of its companions, by their titles, and says what it met."""


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How a file maps to one clean table: its columns, and which rows are used.

    Every column of the file is text. `code_maps` translate the cells of a clean column, given in
    lower case, to what the clean table has (None: missing); other cells stay as they are.
    `prepare_rows` is for files whose rows are not those of the clean table; it must keep `_line`.
    `distinct_rows` is for files that repeat the same facts in many rows: identical rows become one.
    `is_fallback` is for rows that tell less than others do: they are used where no other file or query
    gives the table, with `caveat_code` as the issue that says what they lack.
    """

    table_name: str
    column_sources: Mapping[str, ColumnSource]
    row_filter: pl.Expr | None = None
    code_maps: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    prepare_rows: RowPreparation | None = None
    distinct_rows: bool = False
    is_fallback: bool = False
    caveat_code: str = ""


@dataclass(frozen=True, eq=False)  # a layout is itself alone, and so may be the key of a cache
class Layout:
    """A kind of file as others make it. Column names are in lower case, with single spaces.

    A file has this layout when it has all of `required_columns` and none of `absent_columns`.
    `column_aliases` maps other names of a column to the one used here. `missing_marks` are cells
    without a value, in lower case. `date_formats` are the forms of its dates besides ISO.
    `filename_year_column` is the clean column that takes the year in the file's name, where the
    file does not state it. `is_secondary` marks a file that repeats figures from other
    publications: theirs are used first, whichever is later. `has_latest_alone` marks one with the
    latest inspection of each school or setting: earlier ones are not in it.

    A table that is stored in several files has `companions`: `join_rows` fills the columns of its
    rows that come from them. A companion may give no table itself; `other_columns` are those it lends.
    """

    title: str
    required_columns: tuple[str, ...]
    table_mappings: tuple[TableMapping, ...]
    absent_columns: tuple[str, ...] = ()
    column_aliases: Mapping[str, str] = field(default_factory=dict)
    missing_marks: tuple[str, ...] = ()
    date_formats: tuple[str, ...] = ("%d/%m/%Y",)
    filename_year_column: str = ""
    is_secondary: bool = False
    caveat_code: str = ""
    has_latest_alone: bool = False
    companions: tuple[Layout, ...] = ()
    join_rows: RowJoin | None = None
    other_columns: tuple[str, ...] = ()

    @cached_property
    def source_columns(self) -> Mapping[str, None]:
        """Return the columns of the file that are used, in order: to recognise, map or select rows."""
        columns = [*self.required_columns, *self.other_columns]
        for mapping in self.table_mappings:
            row_filters = () if mapping.row_filter is None else (mapping.row_filter,)
            for source in (*mapping.column_sources.values(), *row_filters):
                columns += [source] if isinstance(source, str) else source.meta.root_names()
        return dict.fromkeys(columns)

    @cached_property
    def folded_columns(self) -> Mapping[str, str]:
        """Return each column that is used or forbidden, by its folded name and those of its aliases."""
        names = {name: name for name in (*self.absent_columns, *self.source_columns)}
        return {fold_heading(name): column for name, column in {**self.column_aliases, **names}.items()}

    @property
    def needs_all_rows(self) -> bool:
        """Say whether the rows can only be mapped when all of them have been read."""
        rows = any(mapping.prepare_rows is not None or mapping.distinct_rows for mapping in self.table_mappings)
        return rows or bool(self.filename_year_column) or self.join_rows is not None

    @property
    def table_names(self) -> tuple[str, ...]:
        """Return the names of the clean tables it maps to, each once."""
        return tuple(dict.fromkeys(mapping.table_name for mapping in self.table_mappings))

    def list_mapped_columns(self, table_name: str) -> set[str]:
        """Return the columns of a clean table that the layout maps."""
        return {
            name
            for mapping in self.table_mappings
            if mapping.table_name == table_name
            for name in mapping.column_sources
        }

    def find_file_columns(self, table_name: str) -> dict[str, str]:
        """Return the file's name of each clean column that has exactly one source, if it differs.

        Issues name a column as the file does, and then as the clean table does.
        """
        source_names: dict[str, set[str]] = {}
        for mapping in self.table_mappings:
            for column_name, source in mapping.column_sources.items() if mapping.table_name == table_name else ():
                source_names.setdefault(column_name, set()).add(source if isinstance(source, str) else "")
        return {
            column: name for column, (name, *names) in source_names.items()
            if name not in ("", column) and not names
        }  # fmt: skip
