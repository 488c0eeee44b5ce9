"""Spells: stretches of time from `case_from` (included) to `case_until` (not included).

A missing `case_from` has no beginning, and a missing `case_until` no end yet. A spell holds on the
last day of a period if case_from <= end and (case_until is missing or > end).
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from kpitui.tables.as_known_on import TableFrame

NEVER = date(9999, 12, 31)


def make_spell_columns(start_date: nw.Expr, end_date: nw.Expr) -> tuple[nw.Expr, nw.Expr]:
    """Make the pair of columns that every cohort of states has."""
    return start_date.alias("case_from"), end_date.alias("case_until")


def drop_empty_spells(spell_frame: TableFrame) -> TableFrame:
    """Drop spells that last less than a day."""
    # Clipping and splitting can leave spells that end before they begin.
    spell_start, spell_end = nw.col("case_from"), nw.col("case_until")
    return spell_frame.filter(spell_start.is_null() | spell_end.is_null() | (spell_start < spell_end))


def clip_spells(spell_frame: TableFrame, start_column: str, end_column: str) -> TableFrame:
    """Clip spells to the dates in two columns, and drop those that lie outside."""
    start = nw.when(nw.col("case_from").is_null() | (nw.col(start_column) > nw.col("case_from")))
    clipped_end = nw.when(nw.col("case_until").is_null() | (nw.col(end_column) < nw.col("case_until")))
    return drop_empty_spells(
        spell_frame.with_columns(
            start.then(nw.col(start_column)).otherwise(nw.col("case_from")).alias("case_from"),
            clipped_end.then(nw.col(end_column)).otherwise(nw.col("case_until")).alias("case_until"),
        )
    )


def split_spells(spell_frame: TableFrame, split_column: str, flag_column: str) -> TableFrame:
    """Split each spell at the date in a column; the flag is Y before it and N from it on.

    A missing date means that the flag never held.
    """
    before = spell_frame.filter(~nw.col(split_column).is_null()).with_columns(
        _pick_earlier_date("case_until", split_column).alias("case_until"), nw.lit("Y").alias(flag_column)
    )
    spells_after = spell_frame.with_columns(
        _pick_later_date("case_from", split_column).alias("case_from"), nw.lit("N").alias(flag_column)
    )
    return drop_empty_spells(nw.concat([before, spells_after], how="vertical"))


def keep_latest_open_spells(spell_frame: TableFrame, subject_column: str, order_columns: list[str]) -> TableFrame:
    """Keep, of a subject's spells that are open at once, the one that comes last in order.

    The result has the same columns. A spell that a later one interrupts is returned in pieces.
    """
    next_start = nw.col("case_from").shift(-1).over(subject_column, order_by=["case_from", *order_columns])
    real_spells = drop_empty_spells(spell_frame).with_columns(next_start.alias("_next"))
    overlaps_next = nw.col("case_until").is_null() | (nw.col("case_until") > nw.col("_next"))
    # Only subjects with overlaps are cut into pieces, which multiplies their rows.
    subjects = real_spells.filter(~nw.col("_next").is_null() & overlaps_next).select(subject_column).unique()
    real_spells = real_spells.drop("_next")
    single_spells = real_spells.join(subjects, on=subject_column, how="anti")
    spells = real_spells.join(subjects, on=subject_column, how="semi")
    return nw.concat([single_spells, _cut_overlapping_spells(spells, subject_column, order_columns)], how="vertical")


def cross_spells(spell_frame: TableFrame, stretches: TableFrame) -> TableFrame:
    """Cut spells by a child's stretches, which have `_from` and `_until`; each gets the stretch's columns."""
    crossed = clip_spells(spell_frame.join(stretches, on="child", how="left"), "_from", "_until")
    return crossed.drop("_from", "_until")


def count_in_stretches(changes: TableFrame, count_column: str) -> TableFrame:
    """Add up each child's changes: `_change` from the day in `_from` on; empty days change nothing.

    Returns stretches of the child with `_from`, `_until` and the count, from the beginning of time.
    """
    daily_changes = changes.filter(~nw.col("_from").is_null()).group_by("child", "_from").agg(nw.col("_change").sum())
    later_stretches = daily_changes.select(
        "child",
        "_from",
        nw.col("_change").cum_sum().over("child", order_by="_from").alias(count_column),
        nw.col("_from").shift(-1).over("child", order_by="_from").alias("_until"),
    )
    first_days = daily_changes.group_by("child").agg(_until=nw.col("_from").min())
    no_day = nw.when(nw.lit(False)).then(nw.col("_until"))
    first_stretches = first_days.select("child", no_day.alias("_from"), nw.lit(0).alias(count_column), "_until")
    # Engines sum whole numbers into types of their own.
    whole_number = nw.col(count_column).cast(nw.Int64)
    stretches = [frame.select("child", "_from", "_until", whole_number) for frame in (later_stretches, first_stretches)]
    return nw.concat(stretches, how="vertical")


def merge_spells(spell_frame: TableFrame, subject_column: str) -> TableFrame:
    """Merge a subject's spells into the stretches with at least one of them.

    Returns the subject, case_from and case_until.
    """
    # The running maximum would ignore a missing end, so it needs a date.
    end_or_never = nw.col("case_until").fill_null(nw.lit(NEVER))
    columns = ["case_from", "_until"]
    real_spells = drop_empty_spells(spell_frame).with_columns(end_or_never.alias("_until"))
    reach_spells = real_spells.with_columns(
        nw.col("_until").cum_max().over(subject_column, order_by=columns).alias("_reach")
    ).with_columns(nw.col("_reach").shift(1).over(subject_column, order_by=columns).alias("_before"))
    # Not >=: spells that touch are one stretch, since case_until is not included.
    island = nw.col("_before").is_null() | (nw.col("case_from") > nw.col("_before"))
    spells = reach_spells.with_columns(nw.when(island).then(1).otherwise(0).alias("_fresh")).with_columns(
        nw.col("_fresh").cum_sum().over(subject_column, order_by=columns).alias("_island")
    )
    merged_spells = spells.group_by(subject_column, "_island").agg(
        nw.col("case_from").min().alias("case_from"), nw.col("_until").max().alias("case_until")
    )
    return merged_spells.drop("_island").with_columns(
        nw.when(nw.col("case_until") < nw.lit(NEVER)).then(nw.col("case_until")).alias("case_until")
    )


def _cut_overlapping_spells(spell_frame: TableFrame, subject_column: str, order_columns: list[str]) -> TableFrame:
    """Cut time at every start and end of a subject's spells, and give each piece its last spell."""
    column_names = spell_frame.collect_schema().names()
    spell_rank = nw.col(subject_column).cum_count().over(subject_column, order_by=["case_from", *order_columns])
    spell_frame = spell_frame.with_columns(spell_rank.alias("_place"))
    start_bounds = spell_frame.select(subject_column, nw.col("case_from").alias("_bound"))
    end_bounds = spell_frame.filter(~nw.col("case_until").is_null()).select(
        subject_column, nw.col("case_until").alias("_bound")
    )
    bounds = nw.concat([start_bounds, end_bounds], how="vertical").unique()
    bounds = bounds.with_columns(nw.col("_bound").shift(-1).over(subject_column, order_by="_bound").alias("_to"))
    spells = spell_frame.join(bounds, on=subject_column).filter(
        (nw.col("case_from") <= nw.col("_bound"))
        & (nw.col("case_until").is_null() | (nw.col("case_until") > nw.col("_bound")))
    )
    ranked_spells = spells.with_columns(nw.col("_place").max().over(subject_column, "_bound").alias("_last"))
    return (
        ranked_spells.filter(nw.col("_place") == nw.col("_last"))
        .with_columns(*make_spell_columns(nw.col("_bound"), nw.col("_to")))
        .select(column_names)
    )


def _pick_earlier_date(open_column: str, date_column: str) -> nw.Expr:
    """Pick the earlier of two dates; a missing `open_column` has no end."""
    pick_date = nw.when(nw.col(open_column).is_null() | (nw.col(date_column) < nw.col(open_column)))
    return pick_date.then(nw.col(date_column)).otherwise(nw.col(open_column))


def _pick_later_date(first_column: str, second_column: str) -> nw.Expr:
    """Pick the later of two dates, either of which may be missing."""
    pick_date = nw.when(
        ~nw.col(second_column).is_null()
        & (nw.col(first_column).is_null() | (nw.col(second_column) > nw.col(first_column)))
    )
    return pick_date.then(nw.col(second_column)).otherwise(nw.col(first_column))
