"""Assessments, section 47 enquiries and initial conferences of children's social care."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.cell_marks import flag_yes_no
from kpitui.cohorts.clocks import add_working_day
from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.tables.as_known_on import TableFrame, TableFrames

# An assessment is completed within 45 working days (Working Together to Safeguard Children).
STATUTORY_DAYS = 45


def build_ended_assessments(table_frames: TableFrames) -> TableFrame:
    """List each assessment that was completed, dated by its `end_date`, the day it was authorised.

    `ends_before_start` is Y where the two dates are the wrong way round.
    """
    return (
        table_frames["assessments"]
        .filter(~nw.col("end_date").is_null())
        .with_columns(
            flag_yes_no(nw.col("end_date") < nw.col("start_date")).alias("ends_before_start"),
            nw.col("end_date").alias("case_date"),
        )
    )


def build_started_assessments(table_frames: TableFrames) -> TableFrame:
    """List each assessment, completed or not, dated by the day it began."""
    return table_frames["assessments"].with_columns(nw.col("start_date").alias("case_date"))


def build_open_assessments(table_frames: TableFrames) -> TableFrame:
    """List each assessment that has not been completed, dated by the day it began."""
    return build_started_assessments(table_frames).filter(nw.col("end_date").is_null())


def build_assessment_spells(table_frames: TableFrames) -> TableFrame:
    """List assessments while they are open, with `within_45_days`: N from the 46th working day on."""
    assessments = add_working_day(
        table_frames["assessments"], table_frames["calendar"], "start_date", "_last_day", STATUTORY_DAYS
    )
    states = assessments.with_columns(
        *spells.make_spell_columns(nw.col("start_date"), nw.col("end_date")), _late_from=shift_date("_last_day", "1d")
    )
    return spells.split_spells(states, "_late_from", "within_45_days").drop("_last_day", "_late_from")


def build_enquiries(table_frames: TableFrames) -> TableFrame:
    """List each section 47 enquiry, dated by the strategy discussion that began it."""
    enquiries = table_frames["enquiries"].filter(~nw.col("start_date").is_null())
    return enquiries.with_columns(nw.col("start_date").alias("case_date"))


def build_conferences(table_frames: TableFrames) -> TableFrame:
    """List each initial child protection conference, dated by the day it was held.

    `before_enquiry` is Y where it was held before its enquiry began.
    """
    return (
        table_frames["enquiries"]
        .filter(~nw.col("conference_date").is_null())
        .with_columns(
            flag_yes_no(nw.col("conference_date") < nw.col("start_date")).alias("before_enquiry"),
            nw.col("conference_date").alias("case_date"),
        )
    )
