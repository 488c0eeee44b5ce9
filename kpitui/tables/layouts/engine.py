"""Find the layout of a file by its columns, and map its rows to clean tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import polars as pl

from kpitui.tables.layouts.layout import From, Gives, Layout
from kpitui.tables.raw import LINE, PART, Note, Raw
from kpitui.tables.schema import TABLES, CleanTable, ColumnType

SPACES = " \t\r\n"
# Releases of the same file differ in curly and straight quotes.
_QUOTES = str.maketrans("\u2018\u2019`\u201c\u201d", "'''\"\"")
_TOTALS = ("total", "totals", "grand total", "all", "sum")


def recognised(names: Collection[str], layouts: Iterable[Layout]) -> Layout | None:
    """Find the layout that these columns fit: of several, the one that requires most columns."""
    straight = _straight(names)
    fitting = [layout for layout in layouts if _fits(_canonical(straight, layout), layout)]
    return max(fitting, key=lambda layout: len(layout.needs), default=None)


def nearest_layout(
    names: Collection[str], layouts: Iterable[Layout]
) -> tuple[float, Layout, tuple[str, ...]] | None:
    """Find the layout with the largest share of its required columns present.

    Return the share, the layout and its missing columns; or None where less than half are present.
    """
    scored, straight = [], _straight(names)
    for layout in layouts:
        present = _canonical(straight, layout)
        lacking = tuple(name for name in layout.needs if name not in present)
        scored.append((1 - len(lacking) / len(layout.needs), layout, lacking))
    share, layout, lacking = max(scored, key=lambda one: one[0])
    return (share, layout, lacking) if share >= 0.5 else None


def clean_tables(raw: Raw, layout: Layout) -> tuple[list[tuple[str, pl.DataFrame]], pl.DataFrame]:
    """Map a raw table to clean tables, as they would be in files of their own.

    Return the tables by name, and the `_line` and `_part` of rows of totals, which are left out.
    Every cell is text. `_line` and `_part` stay with the rows.
    """
    frame = _prepared(raw.frame, layout)
    frame, totals = _without_totals(frame, layout)
    tables = []
    for name in layout.tables:
        parts = [_given(frame, gives, layout) for gives in layout.gives if gives.table == name]
        # Mappings of one table may differ in their optional columns.
        tables.append((name, pl.concat(parts, how="diagonal")))
    return tables, totals


def _fits(names: Collection[str], layout: Layout) -> bool:
    """Say whether these names, aliases resolved, include and lack what the layout asks for."""
    return all(name in names for name in layout.needs) and not any(
        name in names for name in layout.without
    )


def _straight(names: Iterable[str]) -> list[str]:
    """Replace curly quotes in column names by straight ones."""
    return [name.translate(_QUOTES) for name in names]


def _canonical(names: Iterable[str], layout: Layout) -> set[str]:
    """Resolve the layout's aliases in a set of column names."""
    return {layout.aliases.get(name, name) for name in names}


def _known_as(name: str, layout: Layout) -> str:
    """Return the layout's name for a column of the file."""
    straight = name.translate(_QUOTES)
    return layout.aliases.get(straight, straight)


def _prepared(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Select the columns that a layout uses, as stripped text; missing ones are null."""
    sources: dict[str, list[str]] = {}
    for name in frame.columns:
        known = _known_as(name, layout)
        # A column of the name itself comes before its aliases.
        sources.setdefault(known, []).insert(0 if name == known else len(frame.columns), name)
    taken: dict[str, pl.Expr] = {}
    for name in spoken_of(layout):
        cells = [_cell(source, frame, layout.missing) for source in sources.get(name, ())]
        taken[name] = pl.coalesce(cells) if cells else pl.lit(None, dtype=pl.String)
    return frame.select(LINE, PART, **taken)


def _without_totals(frame: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Separate rows of totals, which have a word such as "total" where the subject's id belongs."""
    if (subject := _subject(layout)) is None:
        return frame, frame.select(LINE, PART).clear()
    total = pl.col(subject).str.to_lowercase().is_in(_TOTALS).fill_null(False)
    return frame.filter(~total), frame.filter(total).select(LINE, PART)


def _subject(layout: Layout) -> str | None:
    """Return the column that identifies the subject of a row, where that is an id; or None."""
    for gives in layout.gives:
        table = TABLES[gives.table]
        source = gives.columns.get(table.key[0])
        if isinstance(source, str) and table.columns[table.key[0]].type is ColumnType.ID:
            return source
    return None


def repeated(raw: Raw, layout: Layout) -> Iterator[Note]:
    """Yield a note for each column the layout uses that is in the file more than once."""
    spoken = {*spoken_of(layout)}
    for place, name in enumerate(raw.names, 1):
        # The reader has made repeated names distinct by adding the number of the column.
        first = name.removesuffix(f"_{place}")
        if first != name and first in raw.names and _known_as(first, layout) in spoken:
            yield raw.header, f"the column {first} stands there twice: the first is used"


def spoken_of(layout: Layout) -> list[str]:
    """List the columns of the file that a layout uses, to recognise, map or select rows."""
    names = list(layout.needs)
    for gives in layout.gives:
        for source in (*gives.columns.values(), *([] if gives.where is None else [gives.where])):
            names += [source] if isinstance(source, str) else source.meta.root_names()
    return list(dict.fromkeys(names))


def _cell(name: str, frame: pl.DataFrame, missing: Sequence[str]) -> pl.Expr:
    """Return a cell as text stripped of spaces; null where it is empty or marked as missing."""
    cell = pl.col(name)
    # Parquet files hold days as timestamps too. A clean table has days.
    if frame.schema[name] == pl.Datetime:
        cell = cell.cast(pl.Date)
    # A no-break space looks like a space, but would not be stripped below.
    cell = cell.cast(pl.String, strict=False).str.replace_all("\u00a0", " ", literal=True)
    cell = cell.str.strip_chars(SPACES)
    nothing = cell.str.to_lowercase().is_in(["", *missing])
    return pl.when(nothing).then(None).otherwise(cell)


def _given(frame: pl.DataFrame, gives: Gives, layout: Layout) -> pl.DataFrame:
    """Map the rows of a file to one clean table, with every column the table requires."""
    # Preparation may combine rows, so it gets one file's rows at a time and loses `_part`.
    rows = frame if gives.prepare is None else gives.prepare(frame.drop(PART))
    rows = rows if PART in rows.columns else rows.with_columns(pl.lit(0, pl.UInt32).alias(PART))
    rows = rows if gives.where is None else rows.filter(gives.where)
    table = TABLES[gives.table]
    lacking = [one.name for one in table.columns.values() if one.required]
    empty = {name: pl.lit(None, dtype=pl.String) for name in lacking if name not in gives.columns}
    given = {name: _written(name, source, gives, layout) for name, source in gives.columns.items()}
    found = rows.select(LINE, PART, **_in_order(given | empty, table))
    if not gives.distinct:
        return found
    # Of repeated rows the first stays, so that issues name the line where it occurs first.
    return found.unique(pl.exclude(LINE), keep="first", maintain_order=True)


def _in_order(columns: Mapping[str, pl.Expr], table: CleanTable) -> dict[str, pl.Expr]:
    """Order the columns as the clean table does, with additional ones at the end."""
    order = [name for name in table.columns if name in columns]
    return {name: columns[name] for name in (*order, *(n for n in columns if n not in order))}


def _written(name: str, source: From, gives: Gives, layout: Layout) -> pl.Expr:
    """Convert a cell to the form of the clean table: ISO dates, and codes translated."""
    cell = pl.col(source) if isinstance(source, str) else source
    column = TABLES[gives.table].columns.get(name)
    if column is not None and column.type is ColumnType.DATE:
        return _iso(cell, layout.dates)
    if name not in gives.codes:
        return cell
    codes = dict(gives.codes[name])
    return cell.str.to_lowercase().replace_strict(codes, default=cell, return_dtype=pl.String)


def _iso(cell: pl.Expr, forms: Sequence[str]) -> pl.Expr:
    """Convert a date to ISO form. One in no known format stays as it is, and is reported later."""
    days = [cell.str.to_date(form, strict=False) for form in forms]
    # `%Y` accepts years of fewer than four digits: 02/04/24 must not become the year 24.
    sure = [pl.when(day.dt.year() >= 1000).then(day.dt.strftime("%Y-%m-%d")) for day in days]
    return pl.coalesce([*sure, cell])
