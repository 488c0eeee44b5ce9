"""Children in care by what they had in the 12 months before: missing episodes, and social workers."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.care import list_care_spells
from kpitui.cohorts.care_periods import drop_short_breaks
from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.tables.as_known_on import TableFrame, TableFrames


def build_children_of_a_year(table_frames: TableFrames) -> TableFrame:
    """List, as states, the children who were in care at any time in the 12 months to a day.

    `missing_incidents` and `away_incidents` say how many episodes of each kind a child had in these
    months, those carried over included. Short breaks are no care here.
    """
    care_spells = drop_short_breaks(table_frames["care_episodes"]).with_columns(
        _last_day=shift_date("dec", "-1d"), case_from=nw.col("decom")
    )
    year_spells = care_spells.with_columns(shift_date("_last_day", "12mo").alias("case_until"))
    children = spells.merge_spells(year_spells, "child")
    episodes = table_frames["missing"]
    is_away = nw.col("kind").fill_null("M") == "A"
    children = _count_incidents(children, episodes.filter(~is_away), "missing_incidents")
    return _count_incidents(children, episodes.filter(is_away), "away_incidents")


def _count_incidents(children: TableFrame, episodes: TableFrame, count_column: str) -> TableFrame:
    starts = episodes.select("child", nw.lit(1).alias("_change"), _from="start")
    ends = episodes.select("child", nw.lit(-1).alias("_change"), shift_date("end", "12mo").alias("_from"))
    stretches = spells.count_in_stretches(nw.concat([starts, ends], how="vertical"), count_column)
    return spells.cross_spells(children, stretches).with_columns(nw.col(count_column).fill_null(0))


def build_ended_missing(table_frames: TableFrames) -> TableFrame:
    """List each episode of a child missing from care that ended, dated by the day the child was found."""
    is_missing = nw.col("kind").fill_null("M") == "M"
    ended_episodes = table_frames["missing"].filter(~nw.col("end").is_null() & is_missing)
    return ended_episodes.with_columns(nw.col("end").alias("case_date"))


def build_care_by_workers(table_frames: TableFrames) -> TableFrame:
    """List spells of care by `social_workers`: how many the child had in the 12 months before.

    A worker who comes back is one. Time before the child entered care counts.
    """
    worker_episodes = table_frames["worker_episodes"].with_columns(
        nw.concat_str("child", nw.lit(" \u2013 "), "worker").alias("_pair"),
        shift_date("end", "12mo").alias("case_until"),
        nw.col("start").alias("case_from"),
    )
    pairs = worker_episodes.select("child", "_pair").unique()
    worker_years = spells.merge_spells(worker_episodes, "_pair").join(pairs, on="_pair")
    starts = worker_years.select("child", nw.lit(1).alias("_change"), _from="case_from")
    ends = worker_years.select("child", nw.lit(-1).alias("_change"), _from="case_until")
    stretches = spells.count_in_stretches(nw.concat([starts, ends], how="vertical"), "social_workers")
    care_spells = spells.cross_spells(list_care_spells(table_frames["care_episodes"]), stretches)
    return care_spells.with_columns(nw.col("social_workers").fill_null(0))
