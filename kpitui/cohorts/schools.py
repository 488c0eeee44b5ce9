"""State-funded schools of the area, and their Ofsted grades."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts.early_years import in_states
from kpitui.tables.known import Frame, Frames

# EA1 and EA2 count these phases or leave them out by name. Nursery schools and alternative
# provision are in neither.
PHASES = ("Primary", "Secondary", "Special", "All-through")
REPORT_CARD = (
    "inclusion",
    "curriculum_and_teaching",
    "achievement",
    "attendance_and_behaviour",
    "personal_development_and_wellbeing",
    "leadership_and_governance",
    "early_years",
    "post_16",
    "safeguarding",
    "category_of_concern",
)


def schools(tables: Frames, la_code: str, predecessors: bool = True) -> Frame:
    """List spells of each open school with one `grade` 1-4, or a reason in `ungraded`.

    All-through schools are included, for the catalogue to leave out or take in. If `predecessors`
    is true, a school without a grade of its own has its nearest predecessor's; `graded_under` is
    the URN that was inspected. The areas of a report card are those of that inspection.
    """
    area = tables["schools"].filter((nw.col("la_code") == la_code) & nw.col("phase").is_in(PHASES))
    line = tables["school_predecessors"].join(area.select("urn"), on="urn", how="semi")
    if not predecessors:
        line = line.filter(nw.col("steps") == 0)
    states = _states(tables).rename({"urn": "ancestor"})
    return in_states(area, _nearest(line.join(states, on="ancestor")), "open_date", "close_date")


def _states(tables: Frames) -> Frame:
    """Build the inspections that give or remove a grade: urn, _day, grade, ungraded and areas.

    A graded inspection or report card without an overall grade removes it until the next overall
    grade. "School remains Good" after it does not bring it back.
    """
    graded = nw.col("kind").is_in(["graded", "report card"])
    outcome = nw.col("outcome")
    # An ungraded inspection grades only by these words (definitions.md, Schools).
    remains = nw.when(outcome.str.starts_with("School remains Outstanding")).then(nw.lit("1"))
    remains = remains.when(outcome.str.starts_with("School remains Good")).then(nw.lit("2"))
    # State schools have had no overall grade since September 2024, and report cards since
    # November 2025. Ofsted says that the scales cannot be compared.
    bare = graded & nw.col("overall").is_null()
    ungraded = nw.when(bare & (nw.col("kind") == "report card")).then(nw.lit("report card"))
    ungraded = ungraded.when(bare).then(nw.lit("no overall grade since 2024"))
    # Numbers the stretch after each graded inspection: a lost grade stays lost within it.
    number = nw.when(graded).then(1).otherwise(0).cum_sum()
    inspections = tables["school_inspections"].with_columns(
        nw.when(~nw.col("overall").is_null() | graded)
        .then(nw.col("overall"))
        .otherwise(remains.otherwise(nw.lit(None, dtype=nw.String)))
        .alias("grade"),
        ungraded.otherwise(nw.lit(None, dtype=nw.String)).alias("ungraded"),
        number.over("urn", order_by="inspection_date").alias("_since"),
    )
    standing = nw.col("ungraded").max().over("urn", "_since")
    lost = inspections.with_columns(standing.alias("_lost")).filter(
        nw.col("_lost").is_null() | ~nw.col("ungraded").is_null()
    )
    return lost.filter(~nw.col("grade").is_null() | ~nw.col("ungraded").is_null()).select(
        "urn", "grade", "ungraded", *REPORT_CARD, _day="inspection_date"
    )


def _nearest(states: Frame) -> Frame:
    """Keep, of a school's and its predecessors' states, those of the nearest that has any yet."""
    # From a school's first grade of its own, its predecessors' later ones no longer count.
    nearest = nw.col("steps").cum_min().over("urn", order_by=["_day", "steps"])
    return (
        states.with_columns(nearest.alias("_nearest"))
        .filter(nw.col("steps") == nw.col("_nearest"))
        .select("urn", "_day", "grade", "ungraded", *REPORT_CARD, graded_under="ancestor")
    )
