"""Comparators: the figures others had published by the date, or the reason there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import fmean, median
from typing import Any

from kpitui.judge import interval
from kpitui.model import Comparator, Count, Funnel, Indicator
from kpitui.periods import parse, parse_or_none
from kpitui.text import area_key

Row = Mapping[str, Any]
# A row without a publication date is taken to have come out within a year of its period.
UNDATED = timedelta(days=365)


def known_rows(rows: Iterable[Row], as_at: date) -> list[Row]:
    """Return the rows of `published_series` that were out by `as_at`, oldest period first.

    Rows whose period cannot be read are left out.
    """
    out = [row for row in rows if (out_on := published_on(row)) is not None and out_on <= as_at]
    return sorted(out, key=lambda row: parse(row["period"]).start)


def published_on(row: Row) -> date | None:
    """Return the day a row came out: its own date, or a year after its period's end.

    None where the period cannot be read.
    """
    period = parse_or_none(row["period"])
    if period is None:
        return None
    return row["published_date"] or period.end + UNDATED


def series(rows: Sequence[Row], area: str) -> tuple[Comparator, ...]:
    """Return every figure of an area, in the order of the rows."""
    wanted = area_key(area)
    return tuple(_comparator(row, area) for row in rows if area_key(row["area"]) == wanted)


def compare(rows: Sequence[Row], areas: Sequence[str]) -> tuple[Comparator, ...]:
    """Return the latest figure of each area, or the reason that there is none."""
    return tuple(_latest(rows, area) for area in areas)


def neighbours(rows: Sequence[Row], areas: Sequence[str], model: str) -> tuple[Comparator, ...]:
    """Return the neighbours' mean and median in the latest period for which any has a value.

    Both say how many of the neighbours have a value, and by which model they were chosen. A council
    without neighbours gets an empty tuple.
    """
    if not areas:
        return ()
    wanted = {area_key(area) for area in areas}
    theirs = [row for row in rows if area_key(row["area"]) in wanted and _value(row) is not None]
    if not theirs:
        return (_none("Statistical neighbours", "nothing published by then"),)
    # The rows come oldest first, so the last one is of the latest period.
    latest = [row for row in theirs if row["period"] == theirs[-1]["period"]]
    values = [value for row in latest if (value := _value(row)) is not None]
    known = f"{len(values)} of {len(areas)} known" + (f", model of {model}" if model else "")
    sample = latest[0]
    return tuple(
        Comparator(
            f"Statistical neighbours, {name}",
            sample["period"],
            of(values),
            "",
            sample["source"] or "",
            published_on(sample),
            sample["basis"] or "",
            known,
        )
        for name, of in (("mean", fmean), ("median", median))
    )


def funnel(indicator: Indicator, count: Count, compared: Sequence[Comparator]) -> Funnel | None:
    """Judge whether a value differs from England's by more than chance.

    None where either value is missing, where cases are weighted or measured on a headcount and so
    are no proportion, and where England's figure is not like-for-like.
    """
    england = next((one for one in compared if one.name == "England"), None)
    plain = indicator.rule.weight is None and indicator.rule.base is None
    if england is None or england.value is None or count.value is None or not plain:
        return None
    if england.basis == "not like-for-like":
        return None
    # Without like-for-like figures a difference may lie in the definition, and is judged by nobody.
    # The limits are those of 95% (definitions.md, Judging).
    lower, upper = interval.funnel(england.value, count.denominator, interval.Z_95)
    return Funnel(england, lower, upper, interval.against(count.value, lower, upper, "England"))


def _latest(rows: Sequence[Row], area: str) -> Comparator:
    found = series(rows, area)
    return found[-1] if found else _none(area, "nothing published by then")


def _comparator(row: Row, area: str) -> Comparator:
    return Comparator(
        area,
        row["period"],
        _value(row),
        row["symbol"] or "",
        row["source"] or "",
        published_on(row),
        row["basis"] or "",
    )


def _value(row: Row) -> float | None:
    """Return the published value, or the one its counts give; None where it is suppressed."""
    # A symbol says that the publisher withheld the value: counts beside it must not bring it back.
    if row["value"] is not None or row["symbol"]:
        return None if row["value"] is None else float(row["value"])
    if row["numerator"] is None or not row["denominator"]:
        return None
    return float(100 * row["numerator"] / row["denominator"])


def _none(area: str, why: str) -> Comparator:
    return Comparator(area, "", None, "", "", None, "", why)
