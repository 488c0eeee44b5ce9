"""Health and outcomes of children in care: what the return says of a year, and checks by their dates."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.care import count_completed_years, list_care_spells
from kpitui.cohorts.care_periods import list_care_periods
from kpitui.cohorts.cell_marks import flag_yes_no
from kpitui.cohorts.clocks import add_working_day
from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.cohorts.placements import list_continuous_stretches
from kpitui.tables.as_known_on import TableFrame, TableFrames

YEAR_MONTHS = 12


def list_year_ends(calendar: TableFrame, month: int, day: int) -> TableFrame:
    """List the same day of each year: `year` and `year_end`."""
    date_parts = nw.col("day").dt
    is_year_end = (date_parts.month() == month) & (date_parts.day() == day)
    return calendar.filter(is_year_end).select(date_parts.year().cast(nw.Int64).alias("year"), year_end="day")


def build_care_outcomes(table_frames: TableFrames) -> TableFrame:
    """List the children in care on 31 March of each year of the return, with what it says of them.

    Each is dated by that day. `continuous` is Y for a child looked after without a break for the 12
    months to it, and `age_at_year_end` is in completed years. A child that the return does not have is
    a case with empty cells.
    """
    care_year = table_frames["care_year"].with_columns(nw.col("year").cast(nw.Int64).alias("year"))
    years = list_year_ends(table_frames["calendar"], 3, 31).join(care_year.select("year").unique(), on="year")
    is_in_care = (nw.col("case_from") <= nw.col("year_end")) & (
        nw.col("case_until").is_null() | (nw.col("case_until") > nw.col("year_end"))
    )
    children = _list_continuous_spells(table_frames).join(years, how="cross").filter(is_in_care)
    birth_dates = table_frames["children"].select("child", "dob")
    return (
        children.select("child", "year", "ls", "continuous", "year_end")
        .join(care_year, on=["child", "year"], how="left")
        .join(birth_dates, on="child", how="left")
        .with_columns(
            count_completed_years("dob", "year_end").alias("age_at_year_end"), nw.col("year_end").alias("case_date")
        )
        .drop("year_end")
    )


def _list_continuous_spells(table_frames: TableFrames) -> TableFrame:
    """List spells of care with `continuous`: looked after without a break for 12 months."""
    stretches = list_continuous_stretches(table_frames["care_episodes"], YEAR_MONTHS)
    return spells.cross_spells(list_care_spells(table_frames["care_episodes"]), stretches)


def select_done_checks(table_frames: TableFrames, kinds: tuple[str, ...]) -> TableFrame:
    """Select the health checks of some kinds that were done; one without a status was."""
    is_done = nw.col("status").is_null() | (nw.col("status").str.to_lowercase() == "completed")
    return table_frames["health"].filter(nw.col("kind").is_in(list(kinds)) & is_done)


def build_health_checks(table_frames: TableFrames, check: str = "assessment") -> TableFrame:
    """List spells of care by whether the child's checks of a kind are `up_to_date_by_dates`.

    One in the 12 months before is enough, but for health assessments of children under 5: these need
    one in 6 months and two in 12. `under_5` is Y until the fifth birthday.
    """
    checks = select_done_checks(table_frames, ("assessment", "initial") if check == "assessment" else (check,))
    birth_dates = table_frames["children"].select("child", "dob")
    care_spells = _list_continuous_spells(table_frames).join(birth_dates, on="child", how="left")
    counted_spells = _count_recent(_count_recent(care_spells, checks, 12, "_in_12"), checks, 6, "_in_6")
    aged_spells = spells.split_spells(
        counted_spells.with_columns(_birthday=shift_date("dob", "5y")), "_birthday", "under_5"
    )
    needs_two = (nw.col("under_5") == "Y") & nw.lit(check == "assessment")
    has_two = (nw.col("_in_12") >= 2) & (nw.col("_in_6") >= 1)
    is_up_to_date = nw.when(needs_two).then(has_two).otherwise(nw.col("_in_12") >= 1)
    return aged_spells.with_columns(flag_yes_no(is_up_to_date).alias("up_to_date_by_dates")).drop(
        "_in_12", "_in_6", "_birthday"
    )


def _count_recent(care_spells: TableFrame, checks: TableFrame, months: int, count_column: str) -> TableFrame:
    """Cut spells by how many checks the child had in some months before."""
    starts = checks.select("child", nw.lit(1).alias("_change"), _from="date")
    ends = checks.select("child", nw.lit(-1).alias("_change"), shift_date("date", f"{months}mo").alias("_from"))
    stretches = spells.count_in_stretches(nw.concat([starts, ends], how="vertical"), count_column)
    counted_spells = spells.cross_spells(care_spells, stretches)
    return counted_spells.with_columns(nw.col(count_column).fill_null(0))


def build_first_assessments(table_frames: TableFrames, days: str = "working") -> TableFrame:
    """List each start of care by the day its first health assessment was due, with `outcome`.

    That is 20 working days after it, or 28 calendar ones. A child who left before that day without one
    `left care before due`.
    """
    periods = list_care_periods(table_frames["care_episodes"])
    if days == "working":
        dated_periods = add_working_day(periods, table_frames["calendar"], "decom", "assessment_due", 20)
    else:
        dated_periods = periods.with_columns(shift_date("decom", "28d").alias("assessment_due"))
    assessments = select_done_checks(table_frames, ("initial",)).select("child", _held="date")
    first_held = (
        dated_periods.select("child", "decom")
        .join(assessments, on="child")
        .filter(nw.col("_held") >= nw.col("decom"))
        .group_by("child", "decom")
        .agg(assessment_date=nw.col("_held").min())
    )
    outcome = nw.when(nw.col("assessment_date") <= nw.col("assessment_due")).then(nw.lit("on time"))
    outcome = outcome.when(nw.col("care_end") < nw.col("assessment_due")).then(nw.lit("left care before due"))
    return dated_periods.join(first_held, on=["child", "decom"], how="left").with_columns(
        outcome.otherwise(nw.lit("late")).alias("outcome"), nw.col("assessment_due").alias("case_date")
    )
