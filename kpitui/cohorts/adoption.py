"""Adoption: children who were adopted, with the days on the way there, and children who wait."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.care import build_care_leavers, list_care_spells
from kpitui.cohorts.care_periods import drop_short_breaks
from kpitui.cohorts.placements import ADOPTION_PLACEMENTS, list_placements
from kpitui.tables.as_known_on import TableFrame, TableFrames

ADOPTED = ("E11", "E12")
PLACEMENT_ORDERS = ("E1", "D1")


def build_adopted_children(table_frames: TableFrames) -> TableFrame:
    """List each child that was adopted, dated by the end of care, with the days on the way there.

    `care_start` is the start of that period of care; `adoption_placed_date` the first day in it placed for
    adoption; `family_date` the day the child came to the family, which for its own foster carers is the
    start of the placement with them. `order_day` is that of the placement order, and `days_to_match`
    the days from it to the match, or 0 where that came first.
    """
    leavings = build_care_leavers(table_frames).filter(nw.col("rec").is_in(list(ADOPTED)))
    records = table_frames["adoptions"].select(
        "child", "matched_date", "foster_carer", _own_order="order_date", _own_placed="placed_date"
    )
    dated_leavings = _add_days_of_care(leavings, table_frames["care_episodes"]).join(records, on="child", how="left")
    is_own_carer = nw.when(nw.col("foster_carer") == "Y")
    adopted_children = dated_leavings.with_columns(
        nw.coalesce("_placed", "_own_placed").alias("adoption_placed_date"),
        nw.coalesce("_own_order", "_order").alias("order_day"),
    ).with_columns(
        is_own_carer.then(nw.col("_carer_start")).otherwise(nw.col("adoption_placed_date")).alias("family_date")
    )
    return _add_days_to_match(adopted_children, table_frames["calendar"]).drop(
        "_placed", "_own_placed", "_own_order", "_order", "_carer_start"
    )


def _add_days_of_care(leavings: TableFrame, care_episodes: TableFrame) -> TableFrame:
    """Add `care_start`, and the first day in it under an order, placed for adoption, and with the last carers."""
    episodes = drop_short_breaks(care_episodes).select("child", _day="decom", _rne="rne", _status="ls", _place="place")
    last_days = leavings.select("child", "dec")
    starts = last_days.join(episodes.filter(nw.col("_rne") == "S"), on="child").filter(nw.col("_day") <= nw.col("dec"))
    care_starts = starts.group_by("child", "dec").agg(care_start=nw.col("_day").max())
    placements = list_placements(care_episodes).select("child", _day="placement_start")
    carer_starts = last_days.join(placements, on="child").filter(nw.col("_day") <= nw.col("dec"))
    days_within = care_starts.join(episodes, on="child").filter(
        (nw.col("_day") >= nw.col("care_start")) & (nw.col("_day") <= nw.col("dec"))
    )
    is_ordered = nw.col("_status").is_in(list(PLACEMENT_ORDERS))
    is_placed = nw.col("_place").is_in(list(ADOPTION_PLACEMENTS))
    keys = ["child", "dec"]
    return (
        leavings.join(care_starts, on=keys, how="left")
        .join(days_within.filter(is_ordered).group_by(*keys).agg(_order=nw.col("_day").min()), on=keys, how="left")
        .join(days_within.filter(is_placed).group_by(*keys).agg(_placed=nw.col("_day").min()), on=keys, how="left")
        .join(carer_starts.group_by(*keys).agg(_carer_start=nw.col("_day").max()), on=keys, how="left")
    )


def _add_days_to_match(adopted_children: TableFrame, calendar: TableFrame) -> TableFrame:
    """Add `days_to_match`, counted in the calendar, since engines differ in subtracting dates."""
    order_days = calendar.select(order_day="day", _from="number")
    match_days = calendar.select(matched_date="day", _to="number")
    counted_days = adopted_children.join(order_days, on="order_day", how="left").join(
        match_days, on="matched_date", how="left"
    )
    elapsed_days = nw.col("_to") - nw.col("_from")
    days_to_match = nw.when(elapsed_days < 0).then(nw.lit(0)).otherwise(elapsed_days)
    return counted_days.with_columns(days_to_match.alias("days_to_match")).drop("_from", "_to")


def build_adoption_waits(table_frames: TableFrames) -> TableFrame:
    """List spells in care of children who are to be placed for adoption and are not yet.

    They begin with the decision, and end where it is reversed or the child is placed.
    """
    care_spells = list_care_spells(table_frames["care_episodes"]).select(
        "child", "ls", "place", "case_from", "case_until"
    )
    is_waiting = nw.col("place").is_null() | ~nw.col("place").is_in(list(ADOPTION_PLACEMENTS))
    waits = table_frames["adoptions"].join(care_spells.filter(is_waiting), on="child")
    until_reversed = spells.clip_spells(waits, "decision_date", "reversed_date")
    return spells.clip_spells(until_reversed, "decision_date", "placed_date")
