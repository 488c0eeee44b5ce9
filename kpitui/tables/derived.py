"""Two lookup tables for the cohorts: the calendar, and the predecessors of schools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

import polars as pl

from kpitui.working_days import FIRST_YEAR, LAST_YEAR, bank_holidays


# Built once: its 36,525 rows are the same for every board.
@cache
def calendar_frame() -> pl.DataFrame:
    """Build a table of every day from 1980 to 2079: day, number, worked, working (Y or N).

    `number` counts days from 1. `worked` counts the working days up to and including the day.
    """
    holidays = [day for year in range(FIRST_YEAR, LAST_YEAR + 1) for day in bank_holidays(year)]
    days = pl.date_range(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31), eager=True).alias("day")
    works = (days.dt.weekday() < 6) & ~days.is_in(holidays)
    return pl.DataFrame(
        {
            "day": days,
            "number": pl.int_range(1, len(days) + 1, eager=True),
            # A running total: working days between two dates are a difference of two lookups.
            "worked": works.cast(pl.Int64).cum_sum(),
            "working": works.cast(pl.String).replace_strict({"true": "Y", "false": "N"}),
        }
    )


def predecessors_frame(schools: pl.LazyFrame, links: pl.LazyFrame) -> pl.DataFrame:
    """Build a table of each school (steps 0) and its predecessors, nearest first.

    The columns are urn, ancestor and steps. The predecessor is the one that `schools` names,
    otherwise the only one in `links`. A school with several links was formed from several schools,
    and none of their grades is its own. A loop is followed once round and no further.
    """
    linked = links.select("urn", "predecessor_urn").drop_nulls().unique()
    only = linked.filter(pl.len().over("urn") == 1)
    own = schools.select("urn", "predecessor_urn").drop_nulls()
    # The right side of `|` wins: what `schools` says comes before the links.
    before = dict(only.collect().iter_rows()) | dict(own.collect().iter_rows())
    urns = schools.select("urn").collect().to_series().to_list()
    rows = [(urn, ancestor, steps) for urn in urns for steps, ancestor in _line(urn, before)]
    return pl.DataFrame(
        rows, orient="row", schema={"urn": pl.String, "ancestor": pl.String, "steps": pl.Int64}
    )


def _line(urn: str, before: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Yield a school and its predecessors, each with its distance in steps."""
    seen: set[str] = set()
    ancestor: str | None = urn
    while ancestor is not None and ancestor not in seen:
        yield len(seen), ancestor
        seen.add(ancestor)
        ancestor = before.get(ancestor)
