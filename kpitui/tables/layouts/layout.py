"""What a layout says: how a file is told by its columns, and which clean tables it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

From = str | pl.Expr
"""Where a clean column comes from: a column of the file, or an expression over its columns."""

Prepare = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Gives:
    """One clean table that a file gives: its columns, and the rows of the file it is made of.

    Every column of the file is text.  `codes` turn what is written in a clean column, in lower
    case, into what the clean table writes (None: nothing); what is not in them stays.  `prepare` is
    for files whose rows are not those of the clean table; it must keep `_line`.  `distinct` is for
    what a file says again in many rows: rows that are alike are one.
    """

    table: str
    columns: Mapping[str, From]
    where: pl.Expr | None = None
    codes: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    prepare: Prepare | None = None
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A file as others make it.  All names of columns are in lower case, single-spaced.

    A file is of this layout when it has the columns `needs` and none of `without`.  `aliases` are
    other names of a column; `missing` are cells that say nothing, in lower case; `dates` are the
    forms of its dates beside the ISO one.  `year_of_name` is the clean column that is the year in
    the file's name, where the file itself does not say it.  `second_hand` is what gives again the
    figures that others publish: theirs are used before it, whichever is later.
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
        """Whether its rows can be turned into those of a clean table only when all are there."""
        together = any(one.prepare is not None or one.distinct for one in self.gives)
        return together or bool(self.year_of_name)

    @property
    def tables(self) -> tuple[str, ...]:
        """The clean tables that it gives, each once."""
        return tuple(dict.fromkeys(gives.table for gives in self.gives))

    def columns_of(self, table: str) -> set[str]:
        """The columns that it gives of a clean table."""
        return {name for gives in self.gives if gives.table == table for name in gives.columns}

    def named(self, table: str) -> dict[str, str]:
        """What the file calls the columns of a clean table that are from one column of it."""
        sources: dict[str, set[str]] = {}
        for gives in self.gives:
            for name, source in gives.columns.items() if gives.table == table else ():
                sources.setdefault(name, set()).add(source if isinstance(source, str) else "")
        return {
            name: source for name, (source, *others) in sources.items()
            if source not in ("", name) and not others
        }  # fmt: skip
