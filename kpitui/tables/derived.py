"""Two small tables that cohorts look things up in: the calendar, and schools' predecessors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

import polars as pl

from kpitui.working_days import FIRST_YEAR, LAST_YEAR, bank_holidays


@cache
def calendar_frame() -> pl.DataFrame:
    """Every day of 1980-2079: day, number, worked, working (Y, N).

    `number` counts the days from 1, `worked` the working days so far, that day included.
    """
    holidays = [day for year in range(FIRST_YEAR, LAST_YEAR + 1) for day in bank_holidays(year)]
    days = pl.date_range(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31), eager=True).alias("day")
    works = (days.dt.weekday() < 6) & ~days.is_in(holidays)
    return pl.DataFrame(
        {
            "day": days,
            "number": pl.int_range(1, len(days) + 1, eager=True),
            "worked": works.cast(pl.Int64).cum_sum(),
            "working": works.cast(pl.String).replace_strict({"true": "Y", "false": "N"}),
        }
    )


def predecessors_frame(schools: pl.LazyFrame, links: pl.LazyFrame) -> pl.DataFrame:
    """Each school with itself (steps 0) and its predecessors, nearest first: urn, ancestor, steps.

    A school's predecessor is the one that `schools` names, or else the one that `links` do; where
    they name several, it was made of others, and none of their grades is its own.  A loop is
    followed once round and no further.
    """
    linked = links.select("urn", "predecessor_urn").drop_nulls().unique()
    only = linked.filter(pl.len().over("urn") == 1)
    own = schools.select("urn", "predecessor_urn").drop_nulls()
    before = dict(only.collect().iter_rows()) | dict(own.collect().iter_rows())
    urns = schools.select("urn").collect().to_series().to_list()
    rows = [(urn, ancestor, steps) for urn in urns for steps, ancestor in _line(urn, before)]
    return pl.DataFrame(
        rows, orient="row", schema={"urn": pl.String, "ancestor": pl.String, "steps": pl.Int64}
    )


def _line(urn: str, before: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    ancestor: str | None = urn
    while ancestor is not None and ancestor not in seen:
        yield len(seen), ancestor
        seen.add(ancestor)
        ancestor = before.get(ancestor)
