"""Referrals to children's social care."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts.dates import moved
from kpitui.tables.known import Frame, Frames


def referrals(tables: Frames) -> Frame:
    """List each referral, with the child's `previous_referral` and whether it is a repeat.

    `within_12_months` is Y if the previous date is on or after the same day 12 months before.
    """
    previous = nw.col("referral_date").shift(1).over("child", order_by="referral_date")
    # Calendar months: 12 months before 29 February is the 28th (definitions.md, RR12).
    year_before = moved("referral_date", "-12mo")
    repeat = nw.when(nw.col("previous_referral") >= year_before)
    return (
        tables["referrals"]
        .with_columns(previous.alias("previous_referral"))
        .with_columns(
            repeat.then(nw.lit("Y")).otherwise(nw.lit("N")).alias("within_12_months"),
            nw.col("referral_date").alias("case_date"),
        )
    )
