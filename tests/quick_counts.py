"""Figures of a few rows, counted without a folder of files: the rows are taken to be clean."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from functools import cache

import narwhals as nw
import polars as pl

from kpitui.catalogue.parser import read_catalogue
from kpitui.counts.tallies import tally_indicators
from kpitui.model.catalogue import Indicator
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.periods import parse_period
from kpitui.tables.as_known_on import filter_as_known_on
from kpitui.tables.lookup_tables import build_calendar
from kpitui.tables.polars_types import get_polars_type
from tests.examples import MEETING, QUARTER, Counted, Tables, counted

YES_NO = {"1": "Y", "0": "N"}


@cache
def packaged_indicators() -> Mapping[str, Indicator]:
    return {indicator.id: indicator for indicator in read_catalogue(None)[0]}


def make_frame(name: str, text: str) -> pl.LazyFrame:
    """A clean table from CSV, with every column that it may have."""
    rows = list(csv.DictReader(io.StringIO(text)))
    columns = {}
    for column in CLEAN_TABLES[name].columns.values():
        cells = pl.Series(column.name, [row.get(column.name) or None for row in rows], dtype=pl.String)
        if column.column_type.name == "YES_NO":
            cells = cells.replace(YES_NO)
        is_date = column.column_type.name == "DATE"
        columns[column.name] = cells.str.to_date() if is_date else cells.cast(get_polars_type(column.column_type))
    return pl.DataFrame(columns).lazy()


def quick_count(
    indicator: str, tables: Tables, variant: str | None = None, period: str = QUARTER, as_at: date = MEETING
) -> Counted:
    """The figures of a packaged indicator, or of a variant of it."""
    frames = {name: make_frame(name, tables.get(name, "")) for name in CLEAN_TABLES}
    known = filter_as_known_on({name: nw.from_native(frame) for name, frame in frames.items()}, as_at)
    lookups = {"calendar": build_calendar().lazy(), "area_populations": make_frame("populations", "")}
    all_frames = known | {name: nw.from_native(frame) for name, frame in lookups.items()}
    found = tally_indicators((packaged_indicators()[indicator],), all_frames, "872", as_at, {})[indicator]
    assert not found.problems, found.problems
    return counted(found.rule_tallies[variant or indicator].count_period(parse_period(period)))
