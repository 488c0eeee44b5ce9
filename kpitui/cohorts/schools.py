"""State-funded schools of the area, and their Ofsted grades."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from kpitui.cohorts.early_years import build_state_spells, know_latest_alone, mark_unknown, repeat_doubtful_states
from kpitui.model.clean_tables import INSPECTION_KINDS, OFSTED_GRADES, SCHOOL_PHASES
from kpitui.model.cohort_signatures import SCHOOL_REPORT_CARD_AREAS
from kpitui.tables.as_known_on import TableFrame, TableFrames

# EA1 and EA2 count these phases or leave them out by name. Nursery schools and alternative
# provision are in neither.
COUNTED_PHASES = ("Primary", "Secondary", "Special", "All-through")
# Until then every graded inspection of a state school gave an overall grade (definitions.md, Schools).
GRADES_UNTIL = date(2024, 9, 1)


def build_schools(table_frames: TableFrames, la_code: str, predecessors: bool = True) -> TableFrame:
    """List spells of each open school with one `grade` 1-4, or a reason in `ungraded`.

    All-through schools are included, for the catalogue to leave out or take in. If `predecessors`
    is true, a school without a grade of its own has its nearest predecessor's; `graded_under` is
    the URN that was inspected. The areas of a report card are those of that inspection.
    `grade_known` is N where the grade is none of the four, or is not given although there was one.
    """
    phase = nw.col("phase")
    # A phase that is no code may be one of those: the catalogue tells them apart.
    may_be_counted = phase.is_null() | phase.is_in(COUNTED_PHASES) | ~phase.is_in(SCHOOL_PHASES)
    area_schools = table_frames["schools"].filter((nw.col("la_code") == la_code) & may_be_counted)
    lines = table_frames["school_predecessors"].join(area_schools.select("urn"), on="urn", how="semi")
    if not predecessors:
        lines = lines.filter(nw.col("steps") == 0)
    states = _build_grade_states(table_frames).rename({"urn": "ancestor"})
    nearest_states = _keep_nearest_states(lines.join(states, on="ancestor"))
    silent_days = lines.join(_list_silent_days(table_frames), on="ancestor").select("urn", "_silent")
    return build_state_spells(
        area_schools,
        repeat_doubtful_states(nearest_states, silent_days),
        "open_date",
        "close_date",
        knows_latest_alone=know_latest_alone(table_frames["school_inspections"]),
    )


def _list_silent_days(table_frames: TableFrames) -> TableFrame:
    """List the inspections that do not say what they were, and have no grade: ancestor and day."""
    kind = nw.col("kind")
    says_nothing = (kind.is_null() | ~kind.is_in(INSPECTION_KINDS)) & nw.col("overall").is_null()
    return table_frames["school_inspections"].filter(says_nothing).select(ancestor="urn", _silent="inspection_date")


def _build_grade_states(table_frames: TableFrames) -> TableFrame:
    """Build the inspections that give or remove a grade: urn, _day, grade, ungraded and areas.

    A graded inspection or report card without an overall grade removes it until the next overall
    grade. "School remains Good" after it does not bring it back.
    """
    gives_grade = nw.col("kind").is_in(["graded", "report card"])
    outcome = nw.col("outcome")
    # An ungraded inspection grades only by these words (definitions.md, Schools).
    grade = nw.when(outcome.str.starts_with("School remains Outstanding")).then(nw.lit("1"))
    grade = grade.when(outcome.str.starts_with("School remains Good")).then(nw.lit("2"))
    # State schools have had no overall grade since September 2024, and report cards since
    # November 2025. Ofsted says that the scales cannot be compared.
    overall_grade = gives_grade & nw.col("overall").is_null()
    reason = nw.when(overall_grade & (nw.col("kind") == "report card")).then(nw.lit("report card"))
    reason = reason.when(overall_grade).then(nw.lit("no overall grade since 2024"))
    # Numbers the stretch after each graded inspection: a lost grade stays lost within it.
    event_number = nw.when(gives_grade).then(1).otherwise(0).cum_sum()
    inspections = table_frames["school_inspections"].with_columns(
        nw.when(~nw.col("overall").is_null() | gives_grade)
        .then(nw.col("overall"))
        .otherwise(grade.otherwise(nw.lit(None, dtype=nw.String)))
        .alias("grade"),
        reason.otherwise(nw.lit(None, dtype=nw.String)).alias("ungraded"),
        event_number.over("urn", order_by="inspection_date").alias("_since"),
    )
    standing_reason = nw.col("ungraded").max().over("urn", "_since")
    is_no_grade = ~nw.col("grade").is_null() & ~nw.col("grade").is_in(OFSTED_GRADES)
    lacks_grade = (nw.col("kind") == "graded") & nw.col("overall").is_null()
    is_unknown = is_no_grade | (lacks_grade & (nw.col("inspection_date") < GRADES_UNTIL))
    states = inspections.with_columns(
        standing_reason.alias("_lost"), mark_unknown(is_unknown).alias("grade_known")
    ).filter(nw.col("_lost").is_null() | ~nw.col("ungraded").is_null())
    return states.filter(~nw.col("grade").is_null() | ~nw.col("ungraded").is_null()).select(
        "urn", "grade", "ungraded", "grade_known", *SCHOOL_REPORT_CARD_AREAS, _day="inspection_date"
    )


def _keep_nearest_states(school_states: TableFrame) -> TableFrame:
    """Keep, of a school's and its predecessors' states, those of the nearest that has any yet."""
    # From a school's first grade of its own, its predecessors' later ones no longer count.
    steps = nw.col("steps").cum_min().over("urn", order_by=["_day", "steps"])
    return (
        school_states.with_columns(steps.alias("_nearest"))
        .filter(nw.col("steps") == nw.col("_nearest"))
        .select("urn", "_day", "grade", "ungraded", "grade_known", *SCHOOL_REPORT_CARD_AREAS, graded_under="ancestor")
    )
