"""Periods of care: from an episode with RNE S to the first that ends with another reason than X1.

Short breaks (V3, V4) are none.
"""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.care import build_care_leavers
from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.tables.as_known_on import TableFrame, TableFrames

SHORT_BREAKS = ("V3", "V4")


def drop_short_breaks(care_episodes: TableFrame) -> TableFrame:
    """Drop the episodes of short breaks; one whose legal status is missing may be none, and stays."""
    return care_episodes.filter(nw.col("ls").is_null() | ~nw.col("ls").is_in(list(SHORT_BREAKS)))


def list_care_periods(care_episodes: TableFrame) -> TableFrame:
    """List the first episode of each period of care, with `care_end`, missing while care goes on.

    A period whose end nobody recorded ends where the child's next one starts.
    """
    episodes = drop_short_breaks(care_episodes)
    starts = episodes.filter(nw.col("rne") == "S").with_columns(
        nw.col("decom").shift(-1).over("child", order_by="decom").alias("_next")
    )
    has_ended = ~nw.col("dec").is_null() & ~nw.col("rec").is_null() & (nw.col("rec") != "X1")
    ends = episodes.filter(has_ended).select("child", _began="decom", _end="dec")
    first_ends = (
        starts.select("child", "decom")
        .join(ends, on="child")
        .filter(nw.col("_began") >= nw.col("decom"))
        .group_by("child", "decom")
        .agg(nw.col("_end").min())
    )
    ends_before_next = nw.when(nw.col("_next").is_null() | (nw.col("_end") <= nw.col("_next")))
    periods = starts.join(first_ends, on=["child", "decom"], how="left")
    return periods.with_columns(
        ends_before_next.then(nw.col("_end")).otherwise(nw.col("_next")).alias("care_end")
    ).drop("_next", "_end")


def build_care_starts_of_a_year(table_frames: TableFrames) -> TableFrame:
    """List, as states, the children who started to be looked after in the 12 months to a day.

    Each counts once, with the first start of these months, as in the figures of the Department for
    Education.
    """
    episodes = drop_short_breaks(table_frames["care_episodes"])
    # An episode whose reason is missing may be a start, for the catalogue to tell.
    starts = episodes.filter(nw.col("rne").is_null() | (nw.col("rne") == "S"))
    earlier_start = nw.col("decom").shift(1).over("child", "rne", order_by="decom")
    states = starts.with_columns(earlier_start.alias("_earlier")).with_columns(
        shift_date("_earlier", "12mo").alias("_earlier"), shift_date("decom", "12mo").alias("case_until")
    )
    is_later = nw.when(nw.col("_earlier") > nw.col("decom"))
    return spells.drop_empty_spells(
        states.with_columns(is_later.then(nw.col("_earlier")).otherwise(nw.col("decom")).alias("case_from"))
    ).drop("_earlier")


def build_care_ends_of_a_year(table_frames: TableFrames) -> TableFrame:
    """List, as states, the children who stopped being looked after in the 12 months to a day.

    Each counts once, with the last time in these months, as in the figures of the Department for
    Education.
    """
    leavings = build_care_leavers({**table_frames, "care_episodes": drop_short_breaks(table_frames["care_episodes"])})
    later_leaving = nw.col("dec").shift(-1).over("child", "left_care", order_by="dec")
    states = leavings.drop("case_date").with_columns(
        later_leaving.alias("_later"), shift_date("dec", "12mo").alias("_year_after")
    )
    ends_sooner = nw.when(nw.col("_later") < nw.col("_year_after"))
    return spells.drop_empty_spells(
        states.with_columns(
            nw.col("dec").alias("case_from"),
            ends_sooner.then(nw.col("_later")).otherwise(nw.col("_year_after")).alias("case_until"),
        )
    ).drop("_later", "_year_after")
