"""What a board is made from: the tables as they were known on its date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

import narwhals as nw

from kpitui.board.rule_sources import list_rule_tables, select_table_sources
from kpitui.cohorts.registry import list_required_tables
from kpitui.council import Council, find_tables_of_other_areas
from kpitui.counts.rule_tally import IndicatorTally
from kpitui.disclosure.public_context import hide_source_rows
from kpitui.disclosure.releases import read_releases
from kpitui.doubts import TableCoverage
from kpitui.judge import comparators
from kpitui.model.board import TableSource
from kpitui.model.catalogue import Indicator
from kpitui.model.clean_tables import CLEAN_TABLES, find_clean_table
from kpitui.model.periods import Period
from kpitui.restatements import read_saved_counts
from kpitui.table_doubts import find_coverage
from kpitui.tables.as_known_on import TableFrames
from kpitui.tables.event_spans import NO_SPAN, EventSpan, find_event_spans


class BoardData:
    """Holds the tables and settings of one board."""

    def __init__(self, council: Council, as_at: date, period: Period, public_view: bool) -> None:
        self.settings = council.settings
        self.as_at, self.period, self.public_view = as_at, period, public_view
        self.table_frames: TableFrames = council.select_frames_known_on(as_at)
        self.statistical_neighbours = council.find_neighbours(as_at)
        self.loaded_tables = council.tables
        self.dated_sources = tuple(_date_source(source, self.table_frames) for source in council.tables.sources)
        self.sources = tuple(map(hide_source_rows, self.dated_sources)) if public_view else self.dated_sources
        self.describe_defaults = council.describe_defaults
        self.ready_tallies: Mapping[str, IndicatorTally] | None = None  # counts that were made elsewhere
        self._coverage_by_tables: dict[tuple[str, ...], TableCoverage] = {}
        series_rows = _read_table_rows(self.table_frames, "published_series")
        # The table has no horizon in `tables.as_known_on`: its rows count from the day they were
        # published, not from the period that they cover.
        self.published_rows = comparators.select_published_rows(series_rows, as_at)
        self.commentary_rows = _read_table_rows(self.table_frames, "commentary")
        self.tallies: Mapping[str, IndicatorTally] = {}  # of the entries, once they are built
        self.releases = read_releases(_read_table_rows(self.table_frames, "releases"))
        self.saved_counts, self.unread_file_issues = read_saved_counts(self.settings.saved_figures_folder)
        self.la_code_problems = find_tables_of_other_areas(self.table_frames, self.settings.la_code)

    def find_span(self, table_name: str) -> EventSpan:
        """Find from when to when the events of a table really go, as known on the board's date."""
        return self._spans_by_table.get(table_name, NO_SPAN)

    @cached_property
    def _spans_by_table(self) -> Mapping[str, EventSpan]:
        clean_tables = [table for name, table in CLEAN_TABLES.items() if name in self.table_frames]
        return find_event_spans(self.table_frames, clean_tables)

    def find_table_coverage(self, indicator: Indicator) -> TableCoverage:
        """Find which days the tables of an indicator's cohort cover, once for each set of tables."""
        table_names = tuple(list_required_tables(indicator.rule.cohort))
        if table_names not in self._coverage_by_tables:
            self._coverage_by_tables[table_names] = find_coverage(table_names, self.find_span)
        return self._coverage_by_tables[table_names]

    def list_used_sources(self, indicator: Indicator) -> tuple[TableSource, ...]:
        """List the files that an indicator was counted from, as a reader may see them."""
        return select_table_sources(self.sources, indicator)

    def print_defaults(self, indicator: Indicator) -> Indicator:
        """Add to a definition what the council takes empty cells of its tables to be."""
        stated_defaults = self.describe_defaults(list_rule_tables(indicator))
        if not stated_defaults:
            return indicator
        return replace(indicator, definition=f"{indicator.definition} {stated_defaults}".strip())


def _date_source(source: TableSource, table_frames: TableFrames) -> TableSource:
    """Return a source with the date of its latest event as known on the board's date.

    Of several files of one table each keeps its own date, cut off at what was known.
    """
    columns = find_clean_table(source.table).event_columns
    if source.problem or not columns:
        return source
    events = table_frames[source.table].select(*(nw.col(name).max() for name in columns)).collect()
    event_dates = [date for date in events.row(0) if date is not None]
    if source.last_event is not None:
        event_dates = [min(source.last_event, max(event_dates))] if event_dates else []
    return replace(source, last_event=max(event_dates, default=None))


def _read_table_rows(table_frames: TableFrames, table_name: str) -> list[dict[str, Any]]:
    return list(table_frames[table_name].collect().iter_rows(named=True))
