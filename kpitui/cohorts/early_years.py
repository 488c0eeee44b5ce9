"""Settings on the Early Years Register, and their Ofsted grades."""

from __future__ import annotations

from functools import reduce
from operator import or_

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.tables.known import Frame, Frames

# Areas of an early years report card (Ofsted, Early years inspection toolkit, November 2025).
REPORT_CARD = (
    "inclusion",
    "curriculum_and_teaching",
    "achievement",
    "behaviour_attitudes_and_routines",
    "welfare_and_wellbeing",
    "leadership_and_governance",
    "safeguarding",
)


def early_years_settings(tables: Frames, la_code: str) -> Frame:
    """List spells of each setting of the area with one `grade` 1-4, or a reason in `ungraded`.

    The grade is that of the latest inspection with an overall grade. Once a setting has a grade, an
    inspection without one (met or not met) changes nothing.
    """
    settings = _registered(tables, la_code)
    seen = tables["early_years_inspections"].join(settings.select("urn"), on="urn", how="semi")
    graded = seen.filter(~nw.col("overall").is_null()).select(
        "urn", _day="inspection_date", grade="overall"
    )
    no_grade = nw.lit(None, dtype=nw.String)
    first = seen.group_by("urn").agg(_day=nw.col("inspection_date").min())
    # Only the first inspection can leave a setting ungraded: later grades stay until the next.
    met = first.join(graded, on=["urn", "_day"], how="anti").with_columns(grade=no_grade)
    states = nw.concat([graded, met.select("urn", "_day", "grade")], how="vertical").with_columns(
        nw.when(nw.col("grade").is_null()).then(nw.lit("met or not met only")).alias("ungraded")
    )
    return in_states(settings, states, "registered_date", "closed_date")


def early_years_report_cards(tables: Frames, la_code: str) -> Frame:
    """List spells of each setting of the area by its latest report card.

    Without a card `ungraded` says why. A report card is an inspection with any of its areas filled
    in; the clean table need not have these columns.
    """
    inspections = tables["early_years_inspections"]
    present = inspections.collect_schema().names()
    no_text = nw.lit(None, dtype=nw.String)
    # Files from before November 2025 have no report cards.
    absent = [name for name in REPORT_CARD if name not in present]
    inspections = inspections.select(
        "urn",
        "inspection_date",
        *(name for name in REPORT_CARD if name in present),
        *(no_text.alias(name) for name in absent),
    )
    says = reduce(or_, (~nw.col(name).is_null() for name in REPORT_CARD))
    cards = inspections.filter(says).select(
        "urn", *REPORT_CARD, _day="inspection_date", ungraded=no_text
    )
    return in_states(_registered(tables, la_code), cards, "registered_date", "closed_date")


def _registered(tables: Frames, la_code: str) -> Frame:
    """Select the settings of the area on the Early Years Register."""
    of_area = (nw.col("la_code") == la_code) & (nw.col("early_years_register") == "Y")
    return tables["early_years_settings"].filter(of_area)


def in_states(places: Frame, states: Frame, opened: str, closed: str) -> Frame:
    """Build spells of schools or settings in each state, for the time that they were open.

    `provider_frame` has `urn`. `state_frame` has `urn`, `_day` (the first of a state), `ungraded`
    and any other text columns of the state. Before the first state `ungraded` is
    `not yet inspected`.
    """
    following = nw.col("_day").shift(-1).over("urn", order_by="_day")
    later = states.with_columns(*spells.between(nw.col("_day"), following))
    first = states.group_by("urn").agg(case_until=nw.col("_day").min())
    inspected = later.rename({"_day": "last_inspection"}).join(places, on="urn")
    # A missing value with the type of a date: a concat needs the same types on both sides.
    blank = nw.when(nw.lit(False)).then(nw.col("case_until"))
    told = [name for name in states.collect_schema().names() if name not in ("urn", "_day")]
    nothing = (nw.lit(None, dtype=nw.String).alias(name) for name in told)
    before = places.join(first, on="urn", how="left").with_columns(
        *nothing, case_from=blank, last_inspection=blank
    )
    before = before.with_columns(ungraded=nw.lit("not yet inspected"))
    columns = [
        *places.collect_schema().names(),
        "last_inspection",
        *told,
        "case_from",
        "case_until",
    ]
    every = nw.concat([before.select(columns), inspected.select(columns)], how="vertical")
    return spells.clipped(every, opened, closed)
