"""Referrals to children's social care."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.tables.as_known_on import TableFrame, TableFrames


def build_referrals(table_frames: TableFrames) -> TableFrame:
    """List each referral, with the child's `previous_referral` and whether it is a repeat.

    `within_12_months` is Y if the previous date is on or after the same day 12 months before, or if
    the row records `earlier_referrals` in that time.
    """
    referral = nw.col("referral_date").shift(1).over("child", order_by="referral_date")
    # Calendar months: 12 months before 29 February is the 28th (definitions.md, RR12).
    year_before = shift_date("referral_date", "-12mo")
    is_repeat_referral = nw.when(
        (nw.col("previous_referral") >= year_before).fill_null(False)
        | (nw.col("earlier_referrals") >= 1).fill_null(False)
    )
    return (
        table_frames["referrals"]
        .with_columns(referral.alias("previous_referral"))
        .with_columns(
            is_repeat_referral.then(nw.lit("Y")).otherwise(nw.lit("N")).alias("within_12_months"),
            nw.col("referral_date").alias("case_date"),
        )
    )


def build_latest_referrals(table_frames: TableFrames) -> TableFrame:
    """List the last referral of each child; `repeat_until` is the last day on which another is a repeat."""
    referrals = build_referrals(table_frames)
    is_latest = nw.col("referral_date") == nw.col("referral_date").max().over("child")
    same_day, day_after = shift_date("referral_date", "12mo"), shift_date("_day_after", "12mo")
    # The 29th of February is within 12 months of the 28th of the February before; the day after tells.
    return (
        referrals.filter(is_latest)
        .with_columns(_day_after=shift_date("referral_date", "1d"), repeat_until=same_day)
        .with_columns(_day_after=day_after)
        .with_columns(_day_after=shift_date("_day_after", "-1d"))
        .with_columns(
            nw.when(nw.col("_day_after") > nw.col("repeat_until"))
            .then(nw.col("_day_after"))
            .otherwise(nw.col("repeat_until"))
            .alias("repeat_until")
        )
        .drop("_day_after")
    )
