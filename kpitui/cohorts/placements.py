"""Placements of children in care: how many there were, and how long the present one has lasted.

A new placement begins at an episode with `rne` S, P or B; T, U and L go on with the same carers. A
child placed for adoption with its own foster carers goes on as well (DfE, "Children looked after by
local authorities: guide to the SSDA903").
"""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.care import SAME_DAY_ORDER, add_same_day_order, list_care_spells
from kpitui.cohorts.cell_marks import flag_yes_no
from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.model.clean_tables import NEW_EPISODE_REASONS
from kpitui.tables.as_known_on import TableFrame, TableFrames

NEW_PLACEMENT_REASONS = ("S", "P", "B")
SHORT_BREAKS = ("V3", "V4")
ADOPTION_PLACEMENTS = ("A3", "A4", "A5", "A6")
TEMPORARY_PLACEMENTS = ("T0", "T1", "T2", "T3", "T4")


def build_placement_counts(table_frames: TableFrames, months: int = 12, temporary: bool = True) -> TableFrame:
    """List spells of care by `placements`: how many the child had in the `months` before, this one included.

    A placement of which the first day of these months is a day counts too. `continuous` is Y while the
    child has been looked after without a break for all of the months. Without `temporary` placements
    (T0 to T4) these are not counted, but the return from one is.
    """
    placements = list_placements(table_frames["care_episodes"])
    if not temporary:
        placements = placements.filter(nw.col("place").is_null() | ~nw.col("place").is_in(list(TEMPORARY_PLACEMENTS)))
    counted_spells = spells.cross_spells(
        list_care_spells(table_frames["care_episodes"]), _count_placements(placements, months)
    )
    stretches = list_continuous_stretches(table_frames["care_episodes"], months)
    return _mark_known_placements(spells.cross_spells(counted_spells, stretches), table_frames["care_episodes"], months)


def build_placements_ahead(table_frames: TableFrames, months: int = 12, temporary: bool = True) -> TableFrame:
    """List the spells of `placement-counts` with `fewer_from`: the day from which there are fewer `placements`."""
    counted_spells = build_placement_counts(table_frames, months, temporary)
    later_spells = counted_spells.select("child", _later="case_from", _fewer="placements")
    starts = counted_spells.select("child", "case_from", "placements").unique()
    falls = starts.join(later_spells, on="child").filter(
        (nw.col("_later") > nw.col("case_from")) & (nw.col("_fewer") < nw.col("placements"))
    )
    first_falls = falls.group_by("child", "case_from", "placements").agg(fewer_from=nw.col("_later").min())
    return counted_spells.join(first_falls, on=["child", "case_from", "placements"], how="left")


def build_placement_lengths(table_frames: TableFrames, months: int = 24, continuous_months: int = 30) -> TableFrame:
    """List spells of care with `placement_start`, and whether it is `long_placement`: `months` or more.

    A placement for adoption (A3 to A6) lasts from the start of the one before it, in the same period
    of care. `continuous` is Y while the child has been looked after without a break for
    `continuous_months`, and `under_16` until the 16th birthday.
    """
    placed_spells = _add_placement_start(list_care_spells(table_frames["care_episodes"]), table_frames["care_episodes"])
    birth_dates = table_frames["children"].select("child", "dob")
    # A day less: a placement that began on 1 April has lasted for 24 months on 31 March.
    spells_with_dates = (
        placed_spells.join(birth_dates, on="child", how="left")
        .with_columns(_long_from=shift_date("placement_start", f"{months}mo"), _birthday=shift_date("dob", "16y"))
        .with_columns(_long_from=shift_date("_long_from", "-1d"))
    )
    split_spells = spells.split_spells(spells_with_dates, "_long_from", "_short")
    split_spells = spells.split_spells(split_spells, "_birthday", "under_16").with_columns(
        flag_yes_no((nw.col("_short") == "N") & ~nw.col("placement_start").is_null()).alias("long_placement")
    )
    stretches = list_continuous_stretches(table_frames["care_episodes"], continuous_months)
    crossed_spells = spells.cross_spells(split_spells.drop("_long_from", "_birthday", "_short"), stretches)
    return _mark_known_placements(crossed_spells, table_frames["care_episodes"], continuous_months)


def list_placements(care_episodes: TableFrame) -> TableFrame:
    """List placements: child, placement_start, placement_end (missing while it goes on), place.

    `place` is that of its first episode. `begins_care` is Y for the first of a period of care. Short
    breaks are no placements.
    """
    numbered_episodes = number_placements(care_episodes)
    is_first = nw.col("_rank") == nw.col("_rank").min().over("child", "placement")
    first_episodes = numbered_episodes.filter(is_first).select(
        "child", "placement", "place", "rne", placement_start="decom"
    )
    is_last = nw.col("_rank") == nw.col("_rank").max().over("child", "placement")
    last_episodes = numbered_episodes.filter(is_last).select("child", "placement", placement_end="dec")
    placements = first_episodes.join(last_episodes, on=["child", "placement"])
    return placements.with_columns(flag_yes_no(nw.col("rne") == "S").alias("begins_care")).drop("rne")


def number_placements(care_episodes: TableFrame) -> TableFrame:
    """Number the placements of each child in `placement`; episodes of one placement share a number."""
    order = ["decom", *SAME_DAY_ORDER]
    episodes = add_same_day_order(
        care_episodes.filter(nw.col("ls").is_null() | ~nw.col("ls").is_in(list(SHORT_BREAKS)))
    )
    begins = nw.when(nw.col("rne").is_in(list(NEW_PLACEMENT_REASONS))).then(1).otherwise(0)
    return (
        episodes.with_columns(begins.alias("_begins"))
        .with_columns(
            nw.col("_begins").cum_sum().over("child", order_by=order).alias("placement"),
            nw.col("child").cum_count().over("child", order_by=order).alias("_rank"),
        )
        .drop("_begins", "_continues")
    )


def list_continuous_stretches(care_episodes: TableFrame, months: int) -> TableFrame:
    """List stretches of each child with `continuous`: looked after without a break for some months.

    A break is the start of a period of care, the end of one, or the end of a short break (DfE,
    SSDA903 validation rules). The stretches have `_from` and `_until`.
    """
    breaks = _list_breaks(care_episodes, months)
    # Of several on one day the last threshold holds; a later break can only move it on.
    thresholds = breaks.group_by("child", "_day").agg(nw.col("_threshold").max())
    stretches = thresholds.with_columns(
        nw.col("_threshold").cum_max().over("child", order_by="_day").alias("_threshold"),
        nw.col("_day").shift(-1).over("child", order_by="_day").alias("_next"),
    ).with_columns(*spells.make_spell_columns(nw.col("_day"), nw.col("_next")))
    flagged = spells.split_spells(stretches, "_threshold", "_broken")
    is_continuous = flag_yes_no(nw.col("_broken") == "N").alias("continuous")
    return flagged.select("child", is_continuous, _from="case_from", _until="case_until")


def _list_breaks(care_episodes: TableFrame, months: int) -> TableFrame:
    """List the days on which a child's care began or broke, and from when on that is long enough ago."""
    # Looked after from 1 April to 31 March is a year, so a start counts a day less.
    is_short_break = nw.col("ls").is_in(list(SHORT_BREAKS))
    starts = care_episodes.filter(nw.col("rne") == "S").select("child", _day="decom")
    # Of care that began before the table does it is known from the first episode on.
    first_days = care_episodes.group_by("child").agg(_day=nw.col("decom").min())
    starts = nw.concat([starts, first_days.select("child", "_day")], how="vertical")
    starts = starts.with_columns(_threshold=shift_date("_day", f"{months}mo"))
    starts = starts.with_columns(_threshold=shift_date("_threshold", "-1d"))
    has_ended = ~nw.col("dec").is_null() & (is_short_break | (~nw.col("rec").is_null() & (nw.col("rec") != "X1")))
    ends = care_episodes.filter(has_ended).select("child", _day="dec")
    ends = ends.with_columns(_threshold=shift_date("_day", f"{months}mo"))
    return nw.concat([starts, ends], how="vertical")


def _count_placements(placements: TableFrame, months: int) -> TableFrame:
    """Count each child's `placements` within some months, in stretches with `_from` and `_until`."""
    starts = placements.select("child", nw.lit(1).alias("_change"), _from="placement_start")
    # On the last day of a month the window begins on the first of one: a placement that ended on
    # that day or before is outside.
    ended = placements.filter(~nw.col("placement_end").is_null()).with_columns(
        _last_day=shift_date("placement_end", "-1d")
    )
    ends = ended.select("child", nw.lit(-1).alias("_change"), shift_date("_last_day", f"{months}mo").alias("_from"))
    return spells.count_in_stretches(nw.concat([starts, ends], how="vertical"), "placements")


def _add_placement_start(care_spells: TableFrame, care_episodes: TableFrame) -> TableFrame:
    """Add `placement_start` to spells of care, that of the placement before where it is for adoption."""
    placements = list_placements(care_episodes)
    start_before = nw.col("placement_start").shift(1).over("child", order_by="placement")
    placements = placements.with_columns(
        nw.when(nw.col("begins_care") == "N").then(start_before).otherwise(nw.col("placement_start")).alias("_before")
    ).select("child", "placement", "placement_start", "_before")
    numbers = number_placements(care_episodes).select("child", "decom", "rne", "placement")
    placed_spells = care_spells.join(numbers, on=["child", "decom", "rne"], how="left").join(
        placements, on=["child", "placement"], how="left"
    )
    is_for_adoption = nw.col("place").is_in(list(ADOPTION_PLACEMENTS)) & ~nw.col("_before").is_null()
    start = nw.when(is_for_adoption).then(nw.col("_before")).otherwise(nw.col("placement_start"))
    return placed_spells.with_columns(start.alias("placement_start")).drop("placement", "_before")


def _mark_known_placements(care_spells: TableFrame, care_episodes: TableFrame, months: int) -> TableFrame:
    """Add `placements_known`: N while it is not known what the child's placements were in some months.

    That is so where it is not known why an episode began, and where care began before the table does.
    """
    is_known = nw.col("rne").is_in(list(NEW_EPISODE_REASONS))
    unread_reasons = care_episodes.filter(nw.col("rne").is_null() | ~is_known).select(
        "child", _doubtful_until=nw.lit(spells.NEVER)
    )
    is_first = nw.col("decom") == nw.col("decom").min().over("child")
    # Of several episodes on the first day one that starts care is enough: 0 for it, and 1 for others.
    first_days = (
        care_episodes.filter(is_first)
        .with_columns(nw.when(nw.col("rne") == "S").then(0).otherwise(1).alias("_later"))
        .group_by("child", "decom")
        .agg(nw.col("_later").min())
        .filter(nw.col("_later") == 1)
        .select("child", shift_date("decom", f"{months}mo").alias("_doubtful_until"))
        .with_columns(shift_date("_doubtful_until", "-1d").alias("_doubtful_until"))
    )
    doubts = (
        nw.concat([unread_reasons, first_days], how="vertical").group_by("child").agg(nw.col("_doubtful_until").max())
    )
    doubtful_spells = spells.split_spells(care_spells.join(doubts, on="child", how="left"), "_doubtful_until", "_doubt")
    return doubtful_spells.with_columns(flag_yes_no(nw.col("_doubt") == "N").alias("placements_known")).drop(
        "_doubtful_until", "_doubt"
    )
