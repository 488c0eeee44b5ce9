"""Children looked after: who entered care, who is in care and who left it.

Episodes are those of the SSDA903 return. `rne` S starts a period of care; `rec` X1 ends an episode
but not the care (DfE, "Children looked after by local authorities: guide to the SSDA903").
"""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.dates import moved
from kpitui.tables.known import Frame, Frames

KILOMETRES_IN_A_MILE = 1.6093
DISTANCE_UNKNOWN = 999.9
SAME_DAY = ["_continues", "rne"]


def care_entries(tables: Frames) -> Frame:
    """List the first episode of each period of care, dated by its start.

    Adds `distance` (miles, or missing) and `unaccompanied` (Y, N) on that day.
    """
    entries = _with_distance(tables).filter(nw.col("rne") == "S")
    until = nw.col("_uasc_until")
    unaccompanied = nw.when(until > nw.col("decom")).then(nw.lit("Y")).otherwise(nw.lit("N"))
    return (
        _with_uasc(entries, tables)
        .with_columns(unaccompanied.alias("unaccompanied"), nw.col("decom").alias("case_date"))
        .drop("_uasc_until")
    )


def children_in_care(tables: Frames) -> Frame:
    """List spells of care, one episode of a child at a time; of two open at once the later.

    Adds `distance` and `unaccompanied`; a spell ends where a child stops being unaccompanied, and
    another follows.
    """
    episodes = _ordered(tables["care_episodes"]).with_columns(
        *spells.between(nw.col("decom"), nw.col("dec"))
    )
    current = spells.latest_open(episodes, "child", SAME_DAY).drop("_continues")
    placed = _with_uasc(_with_distance({**tables, "care_episodes": current}), tables)
    return spells.split(placed, "_uasc_until", "unaccompanied").drop("_uasc_until")


def care_leavers(tables: Frames) -> Frame:
    """List each time a child left care, dated by the end of the last episode.

    Adds `age_at_end` in completed years (missing without a date of birth).
    """
    ended = nw.col("rec").is_null() | (nw.col("rec") == "X1") | nw.col("dec").is_null()
    episodes = tables["care_episodes"].filter(~ended)
    # Of several episodes that end on one day, the one that began last is the leaving.
    place = nw.col("child").cum_count().over("child", "dec", order_by=["decom", *SAME_DAY])
    leavings = (
        _ordered(episodes)
        .with_columns(place.alias("_place"), nw.len().over("child", "dec").alias("_of"))
        .filter(nw.col("_place") == nw.col("_of"))
        .drop("_place", "_of", "_continues")
    )
    born = tables["children"].select("child", "dob")
    return leavings.join(born, on="child", how="left").with_columns(
        _completed_years("dob", "dec").alias("age_at_end"), nw.col("dec").alias("case_date")
    )


def _ordered(episodes: Frame) -> Frame:
    """Add `_continues`, which orders episodes that start on one day.

    An episode that continues a period of care comes after the one that starts it.
    """
    continues = nw.when(nw.col("rne") == "S").then(0).otherwise(1)
    return episodes.with_columns(continues.alias("_continues"))


def _with_distance(tables: Frames) -> Frame:
    """Add `distance` in miles from home to placement, or missing if it is unknown.

    This is a straight line on the Ordnance Survey grid, to one decimal. If a postcode is missing or
    not in the table, `distance_miles` is used as recorded; 999.9 is the code for unknown.
    """
    places = tables["postcodes"].filter(
        ~nw.col("easting").is_null() & ~nw.col("northing").is_null()
    )
    home = places.select(home_post="postcode", _e1="easting", _n1="northing")
    placement = places.select(pl_post="postcode", _e2="easting", _n2="northing")
    east, north = nw.col("_e1") - nw.col("_e2"), nw.col("_n1") - nw.col("_n2")
    metres = (east * east + north * north).sqrt()
    # Rounded before it is compared: over 20 miles means more than 20.0 (definitions.md, Distance).
    miles = (metres / 1000 / KILOMETRES_IN_A_MILE).round(1)
    given = nw.when(nw.col("distance_miles") != DISTANCE_UNKNOWN).then(nw.col("distance_miles"))
    return (
        tables["care_episodes"]
        .join(home, on="home_post", how="left")
        .join(placement, on="pl_post", how="left")
        .with_columns(nw.when(~metres.is_null()).then(miles).otherwise(given).alias("distance"))
        .drop("_e1", "_n1", "_e2", "_n2")
    )


def _with_uasc(episodes: Frame, tables: Frames) -> Frame:
    """Add `_uasc_until`: the day from which the child is no longer unaccompanied."""
    # In the UASC table an empty date means that the status still holds.
    listed = tables["uasc"].select("child", _listed=nw.col("duc").fill_null(nw.lit(spells.NEVER)))
    kept = tables["children"].select("child", _kept="uasc_until")
    # If both tables have a date the later counts (docs/definitions.md, Children in care).
    later = nw.when(nw.col("_listed").is_null() | (nw.col("_kept") > nw.col("_listed")))
    return (
        episodes.join(listed, on="child", how="left")
        .join(kept, on="child", how="left")
        .with_columns(later.then(nw.col("_kept")).otherwise(nw.col("_listed")).alias("_uasc_until"))
        .drop("_listed", "_kept")
    )


def _completed_years(born: str, on: str) -> nw.Expr:
    """Build the age in completed years; in other years 29 February is the 28th."""
    before, after = nw.col(born).dt, nw.col(on).dt
    next_day = moved(on, "1d").dt

    def day_of_year(part: nw.Expr, day: nw.Expr) -> nw.Expr:
        """Encode a day so that days of a year compare in order: 228 is 28 February."""
        # Months and days are Int8, which would overflow without a word.
        return part.cast(nw.Int64) * 100 + day.cast(nw.Int64)

    birthday = day_of_year(before.month(), before.day())
    today = day_of_year(after.month(), after.day())
    # 28 February is the last day of its month if the next is 1 March.
    no_leap_day = day_of_year(next_day.month(), next_day.day()) == 301
    reached = (today >= birthday) | ((birthday == 229) & (today == 228) & no_leap_day)
    years = after.year().cast(nw.Int64) - before.year().cast(nw.Int64)
    return years - nw.when(reached).then(0).otherwise(1)
