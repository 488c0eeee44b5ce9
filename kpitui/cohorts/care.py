"""Children looked after: who entered care, who is in care and who left it.

Episodes are those of the SSDA903 return. `rne` S starts a period of care; `rec` X1 ends an episode
but not the care (DfE, "Children looked after by local authorities: guide to the SSDA903").
"""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.cell_marks import flag_yes_no
from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.model.clean_tables import NEW_EPISODE_REASONS
from kpitui.tables.as_known_on import TableFrame, TableFrames

KILOMETRES_IN_A_MILE = 1.6093
UNKNOWN_DISTANCE_CODE = 999.9
SAME_DAY_ORDER = ["_continues", "rne"]


def build_care_entries(table_frames: TableFrames) -> TableFrame:
    """List the first episode of each period of care, dated by its start.

    Adds `distance` (miles, or missing) and `unaccompanied` (Y, N) on that day. An episode whose
    `rne` is no code may be one too, for the catalogue to tell from those that are.
    """
    is_continued = nw.col("rne").is_in([code for code in NEW_EPISODE_REASONS if code != "S"])
    care_entries = _add_distance(table_frames).filter(nw.col("rne").is_null() | ~is_continued)
    uasc_until = nw.col("_uasc_until")
    is_unaccompanied = nw.when(uasc_until > nw.col("decom")).then(nw.lit("Y")).otherwise(nw.lit("N"))
    return (
        _add_uasc_until(care_entries, table_frames)
        .with_columns(is_unaccompanied.alias("unaccompanied"), nw.col("decom").alias("case_date"))
        .drop("_uasc_until")
    )


def build_children_in_care(table_frames: TableFrames) -> TableFrame:
    """List spells of care, one episode of a child at a time; of two open at once the later.

    Adds `distance` and `unaccompanied`; a spell ends where a child stops being unaccompanied, and
    another follows. `order_known` is N where another episode began on the same day, and one of them
    has no known `rne`: it may be the later.
    """
    current_episodes = list_care_spells(_mark_known_order(table_frames["care_episodes"]))
    described_episodes = _add_uasc_until(
        _add_distance({**table_frames, "care_episodes": current_episodes}), table_frames
    )
    return spells.split_spells(described_episodes, "_uasc_until", "unaccompanied").drop("_uasc_until")


def list_care_spells(care_episodes: TableFrame) -> TableFrame:
    """List spells of care, one episode of a child at a time; of two open at once the later."""
    episodes = add_same_day_order(care_episodes).with_columns(
        *spells.make_spell_columns(nw.col("decom"), nw.col("dec"))
    )
    return spells.keep_latest_open_spells(episodes, "child", SAME_DAY_ORDER).drop("_continues")


def build_children_turning_18(table_frames: TableFrames) -> TableFrame:
    """List spells of care with `turns_18`, the child's 18th birthday: 28 February for one of the 29th."""
    birth_dates = table_frames["children"].select("child", "dob")
    care_spells = list_care_spells(table_frames["care_episodes"]).join(birth_dates, on="child", how="left")
    return care_spells.with_columns(shift_date("dob", "18y").alias("turns_18"))


def build_care_leavers(table_frames: TableFrames) -> TableFrame:
    """List each time a child left care, dated by the end of the last episode.

    Adds `age_at_end` in completed years (missing without a date of birth before the episode). `left_care` is N where an
    episode ended without a reason: it may be a leaving, unless another continues it. `rec_known` is N
    where one of those that end that day has no reason, or where it is not known which began last.
    """
    episodes = table_frames["care_episodes"]
    # An episode with RNE S begins a period of care of its own.
    continuing_episodes = episodes.filter(nw.col("rne") != "S").select("child", dec="decom")
    next_starts = continuing_episodes.group_by("child", "dec").agg(nw.len().alias("_starts"))
    # An episode of a single day does not go on with itself.
    is_own_start = (nw.col("rne") != "S") & (nw.col("decom") == nw.col("dec"))
    other_starts = nw.col("_starts").fill_null(0) - nw.when(is_own_start).then(1).otherwise(0)
    ended_episodes = (
        episodes.filter(~nw.col("dec").is_null() & (nw.col("rec").is_null() | (nw.col("rec") != "X1")))
        .join(next_starts, on=["child", "dec"], how="left")
        .filter(~nw.col("rec").is_null() | (other_starts == 0))
        .with_columns(flag_yes_no(~nw.col("rec").is_null()).alias("left_care"))
    )
    # Of several episodes that end on one day, the one that began last is the leaving.
    same_day_rank = nw.col("child").cum_count().over("child", "dec", order_by=["left_care", "decom", *SAME_DAY_ORDER])
    last_episodes = (
        add_same_day_order(_mark_known_order(ended_episodes))
        .with_columns(
            same_day_rank.alias("_place"),
            nw.len().over("child", "dec").alias("_of"),
            nw.min_horizontal("left_care", "order_known").min().over("child", "dec").alias("rec_known"),
        )
        .filter(nw.col("_place") == nw.col("_of"))
        .drop("_place", "_of", "_continues", "_starts", "order_known")
    )
    birth_dates = table_frames["children"].select("child", "dob")
    # A child is not in care before it is born: such a date of birth is as good as none.
    age = nw.when(nw.col("dob") <= nw.col("decom")).then(count_completed_years("dob", "dec"))
    return last_episodes.join(birth_dates, on="child", how="left").with_columns(
        age.alias("age_at_end"), nw.col("dec").alias("case_date")
    )


def add_same_day_order(episodes: TableFrame) -> TableFrame:
    """Add `_continues`, which orders episodes that start on one day.

    An episode that continues a period of care comes after the one that starts it.
    """
    period = nw.when(nw.col("rne") == "S").then(0).otherwise(1)
    return episodes.with_columns(period.alias("_continues"))


def _mark_known_order(episodes: TableFrame) -> TableFrame:
    """Add `order_known`: N for each of a child's episodes of one day whose order is not known."""
    lacks_reason = nw.when(nw.col("rne").is_in(list(NEW_EPISODE_REASONS))).then(0).otherwise(1)
    is_alone = nw.len().over("child", "decom") == 1
    is_known = is_alone | (lacks_reason.max().over("child", "decom") == 0)
    return episodes.with_columns(flag_yes_no(is_known).alias("order_known"))


def _add_distance(table_frames: TableFrames) -> TableFrame:
    """Add `distance` in miles from home to placement, or missing if it is unknown.

    This is a straight line on the Ordnance Survey grid, to one decimal. If a postcode is missing or
    not in the table, `distance_miles` is used as recorded; 999.9 is the code for unknown.
    """
    located_postcodes = table_frames["postcodes"].filter(~nw.col("easting").is_null() & ~nw.col("northing").is_null())
    home_postcodes = located_postcodes.select(home_post="postcode", _e1="easting", _n1="northing")
    postcodes = located_postcodes.select(pl_post="postcode", _e2="easting", _n2="northing")
    easting_difference, difference = (nw.col("_e1") - nw.col("_e2"), nw.col("_n1") - nw.col("_n2"))
    metres = (easting_difference * easting_difference + difference * difference).sqrt()
    # Rounded before it is compared: over 20 miles means more than 20.0 (definitions.md, Distance).
    miles = (metres / 1000 / KILOMETRES_IN_A_MILE).round(1)
    distance = nw.when(nw.col("distance_miles") != UNKNOWN_DISTANCE_CODE).then(nw.col("distance_miles"))
    return (
        table_frames["care_episodes"]
        .join(home_postcodes, on="home_post", how="left")
        .join(postcodes, on="pl_post", how="left")
        .with_columns(nw.when(~metres.is_null()).then(miles).otherwise(distance).alias("distance"))
        .drop("_e1", "_n1", "_e2", "_n2")
    )


def _add_uasc_until(episodes: TableFrame, table_frames: TableFrames) -> TableFrame:
    """Add `_uasc_until`: the day from which the child is no longer unaccompanied."""
    # In the UASC table an empty date means that the status still holds.
    return_dates = table_frames["uasc"].select("child", _listed=nw.col("duc").fill_null(nw.lit(spells.NEVER)))
    dates = table_frames["children"].select("child", _kept="uasc_until")
    # If both tables have a date the later counts (docs/definitions.md, Children in care).
    is_later = nw.when(nw.col("_listed").is_null() | (nw.col("_kept") > nw.col("_listed")))
    return (
        episodes.join(return_dates, on="child", how="left")
        .join(dates, on="child", how="left")
        .with_columns(is_later.then(nw.col("_kept")).otherwise(nw.col("_listed")).alias("_uasc_until"))
        .drop("_listed", "_kept")
    )


def count_completed_years(birth_column: str, event_column: str) -> nw.Expr:
    """Build the age in completed years; in other years 29 February is the 28th."""
    birth_date, event_date = nw.col(birth_column).dt, nw.col(event_column).dt
    day_after = shift_date(event_column, "1d").dt

    def encode_day_of_year(month_part: nw.Expr, day_part: nw.Expr) -> nw.Expr:
        """Encode a day so that days of a year compare in order: 228 is 28 February."""
        # Months and days are Int8, which would overflow without a word.
        return month_part.cast(nw.Int64) * 100 + day_part.cast(nw.Int64)

    birthday = encode_day_of_year(birth_date.month(), birth_date.day())
    event_day = encode_day_of_year(event_date.month(), event_date.day())
    # 28 February is the last day of its month if the next is 1 March.
    is_last_of_february = encode_day_of_year(day_after.month(), day_after.day()) == 301
    birthday_reached = (event_day >= birthday) | ((birthday == 229) & (event_day == 228) & is_last_of_february)
    year_difference = event_date.year().cast(nw.Int64) - birth_date.year().cast(nw.Int64)
    return year_difference - nw.when(birthday_reached).then(0).otherwise(1)
