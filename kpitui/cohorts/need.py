"""Children in need, and plans for education, health and care."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.tables.as_known_on import TableFrame, TableFrames


def build_need_spells(table_frames: TableFrames) -> TableFrame:
    """List spells of need, from a referral that was taken up to its closure; of two open at once the later."""
    episodes = table_frames["need_episodes"].filter(nw.col("nfa").is_null() | (nw.col("nfa") != "Y"))
    need_spells = episodes.with_columns(*spells.make_spell_columns(nw.col("referral_date"), nw.col("closure_date")))
    return spells.keep_latest_open_spells(need_spells, "child", ["referral_date"])


def build_need_referrals(table_frames: TableFrames) -> TableFrame:
    """List each referral of the census, dated by its day, with how its episode of need was closed."""
    return table_frames["need_episodes"].with_columns(nw.col("referral_date").alias("case_date"))


def build_issued_ehc_plans(table_frames: TableFrames) -> TableFrame:
    """List each education, health and care plan that was issued, dated by that day."""
    issued_plans = table_frames["ehc_plans"].filter(~nw.col("plan_date").is_null())
    return issued_plans.with_columns(nw.col("plan_date").alias("case_date"))
