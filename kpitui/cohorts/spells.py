"""Spells: stretches of time from `case_from` (included) to `case_until` (not included).

A missing `case_from` has no beginning, and a missing `case_until` no end yet. A spell holds on the
last day of a period if case_from <= end and (case_until is missing or > end).
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from kpitui.tables.known import Frame

NEVER = date(9999, 12, 31)


def between(start: nw.Expr, end: nw.Expr) -> tuple[nw.Expr, nw.Expr]:
    """Make the pair of columns that every cohort of states has."""
    return start.alias("case_from"), end.alias("case_until")


def real(frame: Frame) -> Frame:
    """Drop spells that last less than a day."""
    # Clipping and splitting can leave spells that end before they begin.
    start, end = nw.col("case_from"), nw.col("case_until")
    return frame.filter(start.is_null() | end.is_null() | (start < end))


def clipped(frame: Frame, start: str, end: str) -> Frame:
    """Clip spells to the dates in two columns, and drop those that lie outside."""
    lower = nw.when(nw.col("case_from").is_null() | (nw.col(start) > nw.col("case_from")))
    upper = nw.when(nw.col("case_until").is_null() | (nw.col(end) < nw.col("case_until")))
    return real(
        frame.with_columns(
            lower.then(nw.col(start)).otherwise(nw.col("case_from")).alias("case_from"),
            upper.then(nw.col(end)).otherwise(nw.col("case_until")).alias("case_until"),
        )
    )


def split(frame: Frame, at: str, flag: str) -> Frame:
    """Split each spell at the date in a column; the flag is Y before it and N from it on.

    A missing date means that the flag never held.
    """
    before = frame.filter(~nw.col(at).is_null()).with_columns(
        _earlier("case_until", at).alias("case_until"), nw.lit("Y").alias(flag)
    )
    after = frame.with_columns(_later("case_from", at).alias("case_from"), nw.lit("N").alias(flag))
    return real(nw.concat([before, after], how="vertical"))


def latest_open(frame: Frame, subject: str, order: list[str]) -> Frame:
    """Keep, of a subject's spells that are open at once, the one that comes last in order.

    The result has the same columns. A spell that a later one interrupts is returned in pieces.
    """
    following = nw.col("case_from").shift(-1).over(subject, order_by=["case_from", *order])
    spells = real(frame).with_columns(following.alias("_next"))
    clash = nw.col("case_until").is_null() | (nw.col("case_until") > nw.col("_next"))
    # Only subjects with overlaps are cut into pieces, which multiplies their rows.
    crowded = spells.filter(~nw.col("_next").is_null() & clash).select(subject).unique()
    spells = spells.drop("_next")
    alone = spells.join(crowded, on=subject, how="anti")
    both = spells.join(crowded, on=subject, how="semi")
    return nw.concat([alone, _pieces(both, subject, order)], how="vertical")


def merged(frame: Frame, subject: str) -> Frame:
    """Merge a subject's spells into the stretches with at least one of them.

    Returns the subject, case_from and case_until.
    """
    # The running maximum would ignore a missing end, so it needs a date.
    until = nw.col("case_until").fill_null(nw.lit(NEVER))
    order = ["case_from", "_until"]
    spells = real(frame).with_columns(until.alias("_until"))
    reach = spells.with_columns(
        nw.col("_until").cum_max().over(subject, order_by=order).alias("_reach")
    ).with_columns(nw.col("_reach").shift(1).over(subject, order_by=order).alias("_before"))
    # Not >=: spells that touch are one stretch, since case_until is not included.
    fresh = nw.col("_before").is_null() | (nw.col("case_from") > nw.col("_before"))
    islands = reach.with_columns(nw.when(fresh).then(1).otherwise(0).alias("_fresh")).with_columns(
        nw.col("_fresh").cum_sum().over(subject, order_by=order).alias("_island")
    )
    whole = islands.group_by(subject, "_island").agg(
        nw.col("case_from").min().alias("case_from"), nw.col("_until").max().alias("case_until")
    )
    return whole.drop("_island").with_columns(
        nw.when(nw.col("case_until") < nw.lit(NEVER)).then(nw.col("case_until")).alias("case_until")
    )


def _pieces(frame: Frame, subject: str, order: list[str]) -> Frame:
    """Cut time at every start and end of a subject's spells, and give each piece its last spell."""
    columns = frame.collect_schema().names()
    place = nw.col(subject).cum_count().over(subject, order_by=["case_from", *order])
    frame = frame.with_columns(place.alias("_place"))
    starts = frame.select(subject, nw.col("case_from").alias("_bound"))
    ends = frame.filter(~nw.col("case_until").is_null()).select(
        subject, nw.col("case_until").alias("_bound")
    )
    bounds = nw.concat([starts, ends], how="vertical").unique()
    bounds = bounds.with_columns(
        nw.col("_bound").shift(-1).over(subject, order_by="_bound").alias("_to")
    )
    covering = frame.join(bounds, on=subject).filter(
        (nw.col("case_from") <= nw.col("_bound"))
        & (nw.col("case_until").is_null() | (nw.col("case_until") > nw.col("_bound")))
    )
    last = covering.with_columns(nw.col("_place").max().over(subject, "_bound").alias("_last"))
    return (
        last.filter(nw.col("_place") == nw.col("_last"))
        .with_columns(*between(nw.col("_bound"), nw.col("_to")))
        .select(columns)
    )


def _earlier(one: str, other: str) -> nw.Expr:
    """Pick the earlier of two dates; a missing `open_column` has no end."""
    pick = nw.when(nw.col(one).is_null() | (nw.col(other) < nw.col(one)))
    return pick.then(nw.col(other)).otherwise(nw.col(one))


def _later(one: str, other: str) -> nw.Expr:
    """Pick the later of two dates, either of which may be missing."""
    pick = nw.when(
        ~nw.col(other).is_null() & (nw.col(one).is_null() | (nw.col(other) > nw.col(one)))
    )
    return pick.then(nw.col(other)).otherwise(nw.col(one))
