"""Two lookup tables for the cohorts: the calendar, and the predecessors of schools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

import polars as pl

from kpitui.model.working_days import FIRST_YEAR, LAST_YEAR, list_bank_holidays


# Built once: its 36,525 rows are the same for every board.
@cache
def build_calendar() -> pl.DataFrame:
    """Build a table of every day from 1980 to 2079: day, number, worked, working (Y or N).

    `number` counts days from 1. `worked` counts the working days up to and including the day.
    """
    dates = [holiday for year in range(FIRST_YEAR, LAST_YEAR + 1) for holiday in list_bank_holidays(year)]
    days = pl.date_range(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31), eager=True).alias("day")
    is_working_day = (days.dt.weekday() < 6) & ~days.is_in(dates)
    return pl.DataFrame(
        {
            "day": days,
            "number": pl.int_range(1, len(days) + 1, eager=True),
            # A running total: working days between two dates are a difference of two lookups.
            "worked": is_working_day.cast(pl.Int64).cum_sum(),
            "working": is_working_day.cast(pl.String).replace_strict({"true": "Y", "false": "N"}),
        }
    )


def build_predecessors(schools: pl.LazyFrame, school_links: pl.LazyFrame) -> pl.DataFrame:
    """Build a table of each school (steps 0) and its predecessors, nearest first.

    The columns are urn, ancestor and steps. The predecessor is the one that `schools` names,
    otherwise the only one in `links`. A school with several links was formed from several schools,
    and none of their grades is its own. A loop is followed once round and no further.
    """
    linked_pairs = school_links.select("urn", "predecessor_urn").drop_nulls().unique()
    single_links = linked_pairs.filter(pl.len().over("urn") == 1)
    school_pairs = schools.select("urn", "predecessor_urn").drop_nulls()
    # The right side of `|` wins: what `schools` says comes before the links.
    predecessor_by_urn = dict(single_links.collect().iter_rows()) | dict(school_pairs.collect().iter_rows())
    school_urns = schools.select("urn").collect().to_series().to_list()
    rows = [
        (urn, ancestor, steps) for urn in school_urns for steps, ancestor in _walk_predecessors(urn, predecessor_by_urn)
    ]
    return pl.DataFrame(rows, orient="row", schema={"urn": pl.String, "ancestor": pl.String, "steps": pl.Int64})


def _walk_predecessors(urn: str, predecessor_by_urn: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Yield a school and its predecessors, each with its distance in steps."""
    visited_urns: set[str] = set()
    ancestor: str | None = urn
    while ancestor is not None and ancestor not in visited_urns:
        yield len(visited_urns), ancestor
        visited_urns.add(ancestor)
        ancestor = predecessor_by_urn.get(ancestor)
