"""Care leavers: one row of the return for each birthday, from the 17th to the 25th."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.care_health import list_year_ends
from kpitui.cohorts.cell_marks import flag_yes_no
from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.tables.as_known_on import TableFrame, TableFrames

BIRTHDAYS = range(17, 26)
FOSTER_PLACEMENTS = ("U1", "U2", "U3", "U4", "U5", "U6")


def build_leaver_birthdays(table_frames: TableFrames) -> TableFrame:
    """List care leavers by the birthday that the row of a year is about, with the `birthday_age`."""
    leavers = table_frames["leavers"].with_columns(nw.col("year").cast(nw.Int64).alias("year"))
    dated_leavers = leavers.join(list_year_ends(table_frames["calendar"], 3, 31), on="year", how="left").with_columns(
        _year_before=shift_date("year_end", "-12mo")
    )
    birthdays = {age: shift_date("dob", f"{age}y") for age in BIRTHDAYS}
    ages, dates = [], []
    for age, birthday in birthdays.items():
        is_in_year = nw.when((birthday > nw.col("_year_before")) & (birthday <= nw.col("year_end")))
        ages.append(is_in_year.then(nw.lit(age)))
        dates.append(is_in_year.then(birthday))
    return (
        dated_leavers.with_columns(nw.coalesce(*ages).alias("birthday_age"), nw.coalesce(*dates).alias("case_date"))
        .filter(~nw.col("case_date").is_null())
        .drop("year_end", "_year_before")
    )


def build_foster_leavers(table_frames: TableFrames) -> TableFrame:
    """List care leavers by birthday; `fostered_at_18` is Y where care ended in foster care at 18."""
    birthdays = build_leaver_birthdays(table_frames).with_columns(_eighteenth=shift_date("dob", "18y"))
    episodes = table_frames["care_episodes"]
    has_ended = ~nw.col("rec").is_null() & (nw.col("rec") != "X1")
    foster_ends = (
        episodes.filter(nw.col("place").is_in(list(FOSTER_PLACEMENTS)) & has_ended)
        .select("child", _eighteenth="dec", _fostered="child")
        .unique()
    )
    return (
        birthdays.join(foster_ends, on=["child", "_eighteenth"], how="left")
        .with_columns(flag_yes_no(~nw.col("_fostered").is_null()).alias("fostered_at_18"))
        .drop("_eighteenth", "_fostered")
    )


def build_pathway_plans(table_frames: TableFrames) -> TableFrame:
    """List care leavers as states of a year, with `plan_up_to_date`: reviewed in the 6 months before.

    `relevant` is N for those whose eligibility is said to be another than relevant or former relevant.
    """
    leavers = table_frames["leavers"].with_columns(nw.col("year").cast(nw.Int64).alias("year"))
    dated_leavers = leavers.join(list_year_ends(table_frames["calendar"], 3, 31), on="year").with_columns(
        _year_before=shift_date("year_end", "-12mo"), _outdated=shift_date("plan_review_date", "6mo")
    )
    year_spells = dated_leavers.with_columns(
        *spells.make_spell_columns(shift_date("_year_before", "1d"), shift_date("year_end", "1d"))
    )
    reviewed_spells = spells.split_spells(year_spells, "plan_review_date", "_unreviewed")
    judged_spells = spells.split_spells(reviewed_spells, "_outdated", "_recent")
    is_relevant = nw.col("eligibility").is_null() | nw.col("eligibility").str.to_lowercase().str.contains("relevant")
    return judged_spells.with_columns(
        flag_yes_no((nw.col("_unreviewed") == "N") & (nw.col("_recent") == "Y")).alias("plan_up_to_date"),
        flag_yes_no(is_relevant).alias("relevant"),
    ).drop("year_end", "_year_before", "_outdated", "_unreviewed", "_recent")
