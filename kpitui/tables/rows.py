"""Rows: those that cannot be used are left out, those that are doubtful are kept; all are named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import polars as pl

from kpitui.tables.cells import MOST, Found
from kpitui.tables.files import LINE
from kpitui.tables.schema import CleanTable

PART = "_part"
SNAPSHOTS = frozenset({"schools", "early_years_settings", "children"})
"""Tables of what is so now: what a later file does not say of a subject, an earlier one may."""
_NOW = "_now_"
_HEIGHT = 2**32  # more than there are days


def usable(frame: pl.DataFrame, table: CleanTable) -> tuple[pl.DataFrame, list[Found]]:
    """The rows that have what they need and are no duplicates, and what was said of the others.

    `_part` numbers the files that the rows are from, where they are from several: of rows with
    one key, those of the latest file are used.
    """
    found: list[Found] = []
    for name in table.needs:
        lacking = frame[name].is_null()
        found += _at(frame, lacking, f"{name} is missing: row left out")
        frame = frame.filter(~lacking)
    if table.key and PART in frame.columns:
        frame = _latest(frame, table, found)
    if table.key:
        again = ~frame.select(pl.struct(table.key).is_first_distinct()).to_series()
        found += _at(frame, again, f"a second row of one {' and '.join(table.key)}: row left out")
        frame = frame.filter(~again)
    return frame, found


def _latest(frame: pl.DataFrame, table: CleanTable, found: list[Found]) -> pl.DataFrame:
    """Without the rows that a later file has too; those that it contradicts are counted."""
    told = [name for name in table.columns if name not in table.key]
    ordered = frame.sort(PART, LINE)
    if table.name in SNAPSHOTS:
        filled = (pl.col(name).forward_fill().over(table.key).alias(_NOW + name) for name in told)
        ordered = ordered.with_columns(filled)
    else:
        ordered = ordered.with_columns(pl.col(name).alias(_NOW + name) for name in told)
    differs = (
        pl.col(name).is_not_null()
        & pl.col(name).ne_missing(pl.col(_NOW + name).last().over(table.key))
        for name in told
    )
    later = pl.col(PART) < pl.col(PART).max().over(table.key)
    marked = ordered.with_columns(_again=later, _differs=pl.any_horizontal(differs))
    again = marked.filter("_again", "_differs")
    for (part,), rows in again.group_by(PART, maintain_order=True):
        said = f"{rows.height:,} rows of {table.name} are given otherwise by a later file"
        found.append(Found(f"{said}: the later is used (first here)", min(rows[LINE]), part))
    now = marked.filter(~pl.col("_again")).with_columns(pl.col(_NOW + n).alias(n) for n in told)
    return now.drop("_again", "_differs", *(_NOW + name for name in told))


def doubtful(frame: pl.DataFrame, table: CleanTable) -> Iterator[Found]:
    """What is strange about rows that are used all the same."""
    for column in table.columns.values() if table.key else ():  # a council's own say nothing of it
        if column.required and column.name not in _MAY_BE_EMPTY and column.name in frame.columns:
            yield from _at(frame, frame[column.name].is_null(), f"{column.name} is missing")
    if table.span is not None:
        start, end = table.span
        backwards = (frame[end] < frame[start]).fill_null(False)
        yield from _at(frame, backwards, f"{end} is before {start}: kept as it stands")
    if table.one_at_a_time is not None and table.span is not None:
        yield from _overlaps(frame, table.one_at_a_time, table.span)


# Columns that a table must have and whose cells may say nothing.
_MAY_BE_EMPTY = frozenset({"dec", "rec", "open_date", "name", "type", "easting", "northing"})


def _overlaps(frame: pl.DataFrame, subject: str, span: tuple[str, str]) -> Iterator[Found]:
    """Spans of a subject that begin while another, not only the one before, is open."""
    start, end = span
    part = [PART] if PART in frame.columns else []
    ordered = frame.select(subject, start, end, LINE, *part).sort(subject, start, *part, LINE)
    # The latest end so far, of one subject alone: each has a height of its own, above the last.
    height = (pl.col(subject) != pl.col(subject).shift(1)).fill_null(True).cum_sum().cast(
        pl.Int64
    ) * _HEIGHT
    latest = (height + _days(pl.col(end).fill_null(date.max))).cum_max().shift(1) - height
    again = ordered.select((latest > _days(pl.col(start))).fill_null(False)).to_series()
    yield from _at(
        ordered.filter(again).sort(*part, LINE),
        None,
        f"{start} is while another of the same {subject} is open: both are kept",
    )


def _days(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Int32).cast(pl.Int64)


def _at(frame: pl.DataFrame, which: pl.Series | None, message: str) -> Iterator[Found]:
    marked = frame if which is None else frame.filter(which)
    lines: Sequence[int] = marked[LINE].head(MOST).to_list()
    parts: Sequence[int] = (
        marked[PART].head(MOST).to_list() if PART in marked.columns else [0] * len(lines)
    )
    for line, part in zip(lines, parts, strict=True):
        yield Found(message, line, part)
    if marked.height > MOST:
        yield Found(f"{message} ({marked.height - MOST:,} more rows)")
