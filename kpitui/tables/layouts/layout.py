"""The declaration of a layout: the columns that identify a file, and the clean tables it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

From = str | pl.Expr
"""The source of a clean column: a column of the file, or an expression over its columns."""

Prepare = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Gives:
    """How a file maps to one clean table: its columns, and which rows are used.

    Every column of the file is text. `code_maps` translate the cells of a clean column, given in
    lower case, to what the clean table has (None: missing); other cells stay as they are.
    `prepare_rows` is for files whose rows are not those of the clean table; it must keep `_line`.
    `distinct_rows` is for files that repeat the same facts in many rows: identical rows become one.
    """

    table: str
    columns: Mapping[str, From]
    where: pl.Expr | None = None
    codes: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    prepare: Prepare | None = None
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of file as others make it. Column names are in lower case, with single spaces.

    A file has this layout when it has all of `required_columns` and none of `absent_columns`.
    `column_aliases` maps other names of a column to the one used here. `missing_marks` are cells
    without a value, in lower case. `date_formats` are the forms of its dates besides ISO.
    `filename_year_column` is the clean column that takes the year in the file's name, where the
    file does not state it. `is_secondary` marks a file that repeats figures from other
    publications: theirs are used first, whichever is later.
    """

    title: str
    needs: tuple[str, ...]
    gives: tuple[Gives, ...]
    without: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    dates: tuple[str, ...] = ("%d/%m/%Y",)
    year_of_name: str = ""
    second_hand: bool = False

    @property
    def whole(self) -> bool:
        """Say whether the rows can only be mapped when all of them have been read."""
        together = any(one.prepare is not None or one.distinct for one in self.gives)
        return together or bool(self.year_of_name)

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the names of the clean tables it maps to, each once."""
        return tuple(dict.fromkeys(gives.table for gives in self.gives))

    def columns_of(self, table: str) -> set[str]:
        """Return the columns of a clean table that the layout maps."""
        return {name for gives in self.gives if gives.table == table for name in gives.columns}

    def named(self, table: str) -> dict[str, str]:
        """Return the file's name of each clean column that has exactly one source, if it differs.

        Issues name a column as the file does, and then as the clean table does.
        """
        sources: dict[str, set[str]] = {}
        for gives in self.gives:
            for name, source in gives.columns.items() if gives.table == table else ():
                sources.setdefault(name, set()).add(source if isinstance(source, str) else "")
        return {
            name: source for name, (source, *others) in sources.items()
            if source not in ("", name) and not others
        }  # fmt: skip
