"""Two small tables that cohorts look things up in: the calendar, and schools' predecessors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import polars as pl

from kpitui.working_days import calendar


@cache
def calendar_frame() -> pl.DataFrame:
    """The days of `working_days.calendar`: day, number, worked, working (Y, N)."""
    days, numbers, worked, working = zip(*calendar(), strict=True)
    return pl.DataFrame(
        {
            "day": days,
            "number": numbers,
            "worked": worked,
            "working": ["Y" if is_working else "N" for is_working in working],
        }
    )


def predecessors_frame(schools: pl.LazyFrame) -> pl.DataFrame:
    """Each school with itself (steps 0) and its predecessors, nearest first: urn, ancestor, steps.

    A loop is followed once round and no further.
    """
    links = dict(schools.select("urn", "predecessor_urn").drop_nulls().collect().iter_rows())
    urns = schools.select("urn").collect().to_series().to_list()
    rows = [(urn, ancestor, steps) for urn in urns for steps, ancestor in _line(urn, links)]
    return pl.DataFrame(
        rows, orient="row", schema={"urn": pl.String, "ancestor": pl.String, "steps": pl.Int64}
    )


def _line(urn: str, links: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    ancestor: str | None = urn
    while ancestor is not None and ancestor not in seen:
        yield len(seen), ancestor
        seen.add(ancestor)
        ancestor = links.get(ancestor)
