"""The clean tables as they were known on a date, without anything dated after it.

A row whose own event is later is not there yet. An end that is later has not happened: it becomes
missing, and so does what was recorded at that end. An inspection is known from its publication
date, where it has one (definitions.md, "The indicators").
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

import narwhals as nw

from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.column_readings import find_source_column
from kpitui.model.table_schema import KnowledgeDates

TableFrame = nw.LazyFrame[Any]
TableFrames = Mapping[str, TableFrame]

# Stands for an end after the date, in columns where a missing cell already means something else.
UNKNOWN_END = date(9999, 12, 31)


KNOWLEDGE_DATES: Mapping[str, KnowledgeDates] = {name: table.knowledge_dates for name, table in CLEAN_TABLES.items()}


def filter_as_known_on(
    table_frames: TableFrames, as_at: date, knowledge_dates: Mapping[str, KnowledgeDates] = KNOWLEDGE_DATES
) -> dict[str, TableFrame]:
    """Return every table as it was known on `as_at`; a table without an entry is unchanged."""
    return {name: _filter_table(frame, knowledge_dates.get(name), as_at) for name, frame in table_frames.items()}


def hide_later_texts(table_frames: TableFrames, as_at: date) -> dict[str, TableFrame]:
    """Return every table without the texts that are dates after `as_at`, whatever asks for them."""
    return {name: _hide_texts(frame, as_at) for name, frame in table_frames.items()}


def _hide_texts(table_frame: TableFrame, as_at: date) -> TableFrame:
    schema = table_frame.collect_schema()
    readings = [(name, source) for name in schema.names() if (source := find_source_column(name)) in schema]
    # A text has its dates in a reading beside it, or is itself a reading of dates.
    dated_texts = [(name, source) if schema[name] == nw.Date else (source, name) for name, source in readings]
    hidden_texts = [
        nw.when((nw.col(date_name) <= as_at) | nw.col(date_name).is_null()).then(nw.col(text_name)).alias(text_name)
        for date_name, text_name in dated_texts
        if date_name != text_name and schema[date_name] == nw.Date and schema[text_name] == nw.String
    ]
    return table_frame.with_columns(*hidden_texts) if hidden_texts else table_frame


def _filter_table(table_frame: TableFrame, date_columns: KnowledgeDates | None, as_at: date) -> TableFrame:
    if date_columns is None or date_columns == KnowledgeDates():
        return table_frame
    # Optional columns may be missing from a table.
    present_columns = table_frame.collect_schema().names()
    for date_column in (name for name in date_columns.known_from_columns if name in present_columns):
        # A row without the date cannot be called later, so it stays.
        table_frame = table_frame.filter(nw.col(date_column).is_null() | (nw.col(date_column) <= as_at))
    hidden_columns = [*_hide_later_ends(date_columns, present_columns, as_at)]
    return table_frame.with_columns(*hidden_columns) if hidden_columns else table_frame


def _hide_later_ends(date_columns: KnowledgeDates, present_columns: Collection[str], as_at: date) -> Iterator[nw.Expr]:
    """Yield the columns of ends as they were on a date, with those recorded at each end."""
    for end_column, dependent_columns in date_columns.end_columns:
        if end_column in present_columns:
            has_ended = nw.col(end_column) <= as_at
            for column_name in (*dependent_columns, end_column):
                yield nw.when(has_ended).then(nw.col(column_name)).alias(column_name)
    for end_column in date_columns.open_ended_columns:
        hidden_end = nw.when(nw.col(end_column) > as_at).then(nw.lit(UNKNOWN_END))
        yield hidden_end.otherwise(nw.col(end_column)).alias(end_column)
