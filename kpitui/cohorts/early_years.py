"""Settings on the Early Years Register, and their Ofsted grades."""

from __future__ import annotations

from functools import reduce
from operator import or_

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.model.clean_tables import LATEST_ALONE_COLUMN, OFSTED_GRADES
from kpitui.model.cohort_signatures import EARLY_YEARS_REPORT_CARD_AREAS
from kpitui.tables.as_known_on import TableFrame, TableFrames


def build_early_years_settings(table_frames: TableFrames, la_code: str) -> TableFrame:
    """List spells of each setting of the area with one `grade` 1-4, or a reason in `ungraded`.

    The grade is that of the latest inspection with an overall grade. Once a setting has a grade, an
    inspection without one (met or not met) changes nothing, but a report card removes it.
    `grade_known` is N where the grade is none of the four, or the inspection says nothing.
    """
    settings = _select_registered_settings(table_frames, la_code)
    inspections = _add_card_columns(table_frames["early_years_inspections"])
    inspections = inspections.join(settings.select("urn"), on="urn", how="semi")
    is_card = _has_any_area() | (nw.col("outcome").fill_null("").str.to_lowercase() == "report card")
    has_grade = ~nw.col("overall").is_null()
    is_first = nw.col("inspection_date") == nw.col("inspection_date").min().over("urn")
    # An inspection that says nothing at all may have given a grade.
    says_nothing = ~has_grade & ~is_card & nw.col("outcome").is_null()
    is_no_grade = has_grade & ~nw.col("overall").is_in(OFSTED_GRADES)
    reason = nw.when(is_card).then(nw.lit("report card")).otherwise(nw.lit("met or not met only"))
    states = (
        # Only the first inspection can be met or not met alone: later grades stay until the next.
        inspections.filter(has_grade | is_card | is_first)
        .with_columns(
            nw.when(~has_grade).then(reason).otherwise(nw.lit(None, dtype=nw.String)).alias("ungraded"),
            mark_unknown(is_no_grade | says_nothing).alias("grade_known"),
        )
        .select("urn", "ungraded", "grade_known", _day="inspection_date", grade="overall")
    )
    silent_days = inspections.filter(says_nothing).select("urn", _silent="inspection_date")
    return build_state_spells(
        settings,
        repeat_doubtful_states(states, silent_days),
        "registered_date",
        "closed_date",
        knows_latest_alone=know_latest_alone(inspections),
    )


def build_early_years_report_cards(table_frames: TableFrames, la_code: str) -> TableFrame:
    """List spells of each setting of the area by its latest report card.

    Without a card `ungraded` says why. A report card is an inspection with any of its areas filled
    in; the clean table need not have these columns.
    """
    inspections = _add_card_columns(table_frames["early_years_inspections"])
    report_cards = inspections.filter(_has_any_area()).select(
        "urn", *EARLY_YEARS_REPORT_CARD_AREAS, _day="inspection_date", ungraded=nw.lit(None, dtype=nw.String)
    )
    return build_state_spells(
        _select_registered_settings(table_frames, la_code), report_cards, "registered_date", "closed_date"
    )


def _add_card_columns(inspections: TableFrame) -> TableFrame:
    """Add the areas of a report card that the table does not have; those from before 2025 have none."""
    column_names = inspections.collect_schema().names()
    return inspections.with_columns(
        nw.lit(None, dtype=nw.String).alias(area_name)
        for area_name in EARLY_YEARS_REPORT_CARD_AREAS
        if area_name not in column_names
    )


def _has_any_area() -> nw.Expr:
    return reduce(or_, (~nw.col(area_name).is_null() for area_name in EARLY_YEARS_REPORT_CARD_AREAS))


def _select_registered_settings(table_frames: TableFrames, la_code: str) -> TableFrame:
    """Select the settings of the area on the Early Years Register, or perhaps on it."""
    may_be_registered = nw.col("early_years_register").is_null() | (nw.col("early_years_register") == "Y")
    return table_frames["early_years_settings"].filter((nw.col("la_code") == la_code) & may_be_registered)


def know_latest_alone(inspections: TableFrame) -> bool:
    """Say whether all inspections come from files of the latest ones: then no earlier one is known."""
    return LATEST_ALONE_COLUMN in inspections.collect_schema().names()


def mark_unknown(condition: nw.Expr) -> nw.Expr:
    """Build N for a true condition, and a missing cell for any other."""
    return nw.when(condition).then(nw.lit("N")).otherwise(nw.lit(None, dtype=nw.String))


def repeat_doubtful_states(state_frame: TableFrame, silent_days: TableFrame) -> TableFrame:
    """Repeat, from each inspection that says nothing, the state until then, with `grade_known` as N.

    `state_frame` is as for `build_state_spells`; `silent_days` has `urn` and the day, `_silent`.
    """
    columns = state_frame.collect_schema().names()
    state_end = nw.col("_day").shift(-1).over("urn", order_by="_day")
    is_within = (nw.col("_silent") >= nw.col("_day")) & (
        nw.col("_end").is_null() | (nw.col("_silent") < nw.col("_end"))
    )
    repeated_states = (
        state_frame.with_columns(state_end.alias("_end")).join(silent_days, on="urn").filter(is_within)
    ).with_columns(nw.lit("N").alias("grade_known"), nw.col("_silent").alias("_day"))
    first_states = state_frame.group_by("urn").agg(nw.col("_day").min().alias("_first"))
    # Before any state the provider is not yet inspected, or perhaps it is.
    missing_cells = (nw.lit(None, dtype=nw.String).alias(name) for name in columns if name not in ("urn", "_day"))
    first_doubts = (
        silent_days.join(first_states, on="urn", how="left")
        .filter(nw.col("_first").is_null() | (nw.col("_silent") < nw.col("_first")))
        .with_columns(*missing_cells)
        .with_columns(nw.lit("not yet inspected").alias("ungraded"), nw.lit("N").alias("grade_known"))
        .with_columns(nw.col("_silent").alias("_day"))
    )
    return nw.concat([state_frame, repeated_states.select(columns), first_doubts.select(columns)], how="vertical")


def build_state_spells(
    provider_frame: TableFrame,
    state_frame: TableFrame,
    open_column: str,
    close_column: str,
    *,
    knows_latest_alone: bool = False,
) -> TableFrame:
    """Build spells of schools or settings in each state, for the time that they were open.

    `provider_frame` has `urn`. `state_frame` has `urn`, `_day` (the first of a state), `ungraded`
    and any other text columns of the state. Before the first state `ungraded` is
    `not yet inspected`; where the files know the latest inspections alone, `grade_known` is E then,
    since an earlier one is not in them.
    """
    state_day = nw.col("_day").shift(-1).over("urn", order_by="_day")
    state_spells = state_frame.with_columns(*spells.make_spell_columns(nw.col("_day"), state_day))
    first_states = state_frame.group_by("urn").agg(case_until=nw.col("_day").min())
    inspected_spells = state_spells.rename({"_day": "last_inspection"}).join(provider_frame, on="urn")
    # A missing value with the type of a date: a concat needs the same types on both sides.
    missing_date = nw.when(nw.lit(False)).then(nw.col("case_until"))
    columns = [name for name in state_frame.collect_schema().names() if name not in ("urn", "_day")]
    states = (nw.lit(None, dtype=nw.String).alias(column_name) for column_name in columns)
    uninspected_spells = provider_frame.join(first_states, on="urn", how="left").with_columns(
        *states, case_from=missing_date, last_inspection=missing_date
    )
    uninspected_spells = uninspected_spells.with_columns(ungraded=nw.lit("not yet inspected"))
    if knows_latest_alone and "grade_known" in columns:
        has_state = ~nw.col("case_until").is_null()
        earlier_mark = nw.when(has_state).then(nw.lit("E")).otherwise(nw.lit(None, dtype=nw.String))
        uninspected_spells = uninspected_spells.with_columns(grade_known=earlier_mark)
    spell_columns = [*provider_frame.collect_schema().names(), "last_inspection", *columns, "case_from", "case_until"]
    all_spells = nw.concat(
        [uninspected_spells.select(spell_columns), inspected_spells.select(spell_columns)], how="vertical"
    )
    return spells.clip_spells(all_spells, open_column, close_column)
