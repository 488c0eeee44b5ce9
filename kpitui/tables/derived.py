"""Two small tables that cohorts look things up in: the calendar, and schools' predecessors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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

    A school's predecessor is the one that `schools` names, and the one that `links` do; where they
    name several, it is a school made of others, and none of their grades is its own.  A loop is
    followed once round and no further.
    """
    before = _before(schools, links)
    urns = schools.select("urn").collect().to_series().to_list()
    rows = [(urn, ancestor, steps) for urn in urns for ancestor, steps in _line(urn, before)]
    return pl.DataFrame(
        rows, orient="row", schema={"urn": pl.String, "ancestor": pl.String, "steps": pl.Int64}
    )


def _before(schools: pl.LazyFrame, links: pl.LazyFrame) -> Mapping[str, Sequence[str]]:
    """The predecessors of each school: of its own row, and of the links where they name one."""
    linked = links.select("urn", "predecessor_urn").drop_nulls().unique()
    linked = linked.filter(pl.len().over("urn") == 1)
    own = schools.select("urn", "predecessor_urn").drop_nulls()
    both = pl.concat([own, linked]).unique(maintain_order=True).collect()
    found: dict[str, list[str]] = {}
    for urn, predecessor in both.iter_rows():
        found.setdefault(urn, []).append(predecessor)
    return found


def _line(urn: str, before: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int]]:
    seen, now, steps = {urn}, [urn], 0
    while now:
        yield from ((ancestor, steps) for ancestor in now)
        earlier = dict.fromkeys(one for ancestor in now for one in before.get(ancestor, ()))
        now, steps = [one for one in earlier if one not in seen], steps + 1
        seen.update(now)
