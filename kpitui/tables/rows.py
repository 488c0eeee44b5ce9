"""Rows: those that cannot be used are left out, those that are doubtful are kept; all are named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import polars as pl

from kpitui.tables.cells import MOST, Found
from kpitui.tables.files import LINE
from kpitui.tables.schema import CleanTable


def usable(frame: pl.DataFrame, table: CleanTable) -> tuple[pl.DataFrame, list[Found]]:
    """The rows that have what they need and are no duplicates, and what was said of the others."""
    found: list[Found] = []
    for name in table.needs:
        lacking = frame[name].is_null()
        found += _at(frame, lacking, f"{name} is missing: row left out")
        frame = frame.filter(~lacking)
    if table.key:
        again = ~frame.select(pl.struct(table.key).is_first_distinct()).to_series()
        found += _at(frame, again, f"a second row of one {' and '.join(table.key)}: row left out")
        frame = frame.filter(~again)
    return frame, found


def doubtful(frame: pl.DataFrame, table: CleanTable) -> Iterator[Found]:
    """What is strange about rows that are used all the same."""
    for column in table.columns.values():
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
    ordered = frame.select(subject, start, end, LINE).sort(subject, start, LINE)
    ends = pl.col(end).fill_null(date.max).cum_max().shift(1).over(subject, order_by=[start, LINE])
    again = ordered.select((ends > pl.col(start)).fill_null(False)).to_series()
    yield from _at(
        ordered.filter(again).sort(LINE),
        None,
        f"{start} is while another of the same {subject} is open: both are kept",
    )


def _at(frame: pl.DataFrame, which: pl.Series | None, message: str) -> Iterator[Found]:
    marked = frame if which is None else frame.filter(which)
    lines: Sequence[int] = marked[LINE].head(MOST).to_list()
    for line in lines:
        yield Found(message, line)
    if marked.height > MOST:
        yield Found(f"{message} ({marked.height - MOST:,} more rows)")
