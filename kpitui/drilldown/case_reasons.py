"""Why a case stands as it does, in words with the code behind: ``Requires improvement (3)``.

The reason is built from the columns that the rule itself asks for, so that it fits every rule, a
council's own as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import narwhals as nw
import polars as pl

from kpitui.conditions import conditions_hold
from kpitui.model.catalogue import ColumnTest, DateComparison, Rule
from kpitui.model.code_words import CODE_WORDS
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.drilldown import REASON_COLUMN, AdultOutcome, IndicatorCases

ADULT_AGE: Final = 18
ADULT_PREFIX: Final = "turned 18: "
SAME_ACCOMMODATION: Final = "the same accommodation"
# The return does not say where a young person lived next: that they stayed is told by the kind of
# the last placement and of what followed (docs/guide.md, Down to the cases).
_SAME_ACCOMMODATION_CODES: Final = (("E5", ("H5", "K3")), ("E6", ("P2",)))
_DAY_FORMAT: Final = "%-d %b %Y"
_MEASURE_COLUMNS: Final = ("numerator", "denominator", "counted", "left_out_because")
_MOST_NAMED_COLUMNS: Final = 2
"""Columns of a rule whose cells are named; of more, only those that decided."""

ColumnWording = Callable[[Mapping[str, pl.DataType]], pl.Expr]
"""Builds the words of a column, given the columns that the cases have with their types."""


def add_reasons(cases: IndicatorCases) -> IndicatorCases:
    """Return the cases with `because` before the measures, or as they are where no column says why."""
    case_frame: pl.DataFrame = cases.case_frame
    tests = _list_reason_tests(cases.rule, case_frame.columns)
    if not tests or REASON_COLUMN in case_frame.columns:
        return cases
    left_out_reason = pl.col("left_out_because").cast(pl.String)
    reason = pl.when(left_out_reason.fill_null("") != "").then(left_out_reason).otherwise(_word_tests(cases, tests))
    with_marks = _mark_held_tests(case_frame, tests)
    # Reasons are few and cases may be millions: a category takes four bytes.
    reason_cells = with_marks.select(reason.cast(pl.Categorical).alias(REASON_COLUMN)).to_series()
    positions = [case_frame.columns.index(name) for name in _MEASURE_COLUMNS]
    return replace(cases, case_frame=case_frame.clone().insert_column(min(positions), reason_cells))


def count_adult_outcomes(cases: IndicatorCases) -> tuple[AdultOutcome, ...]:
    """Count what became of those who left care at 18 or over and are not counted, the largest first.

    Cases that are left out of the figure are in no count. Empty where no case says its age.
    """
    case_frame: pl.DataFrame = cases.case_frame
    if not {"age_at_end", "rec", "place"} <= set(case_frame.columns):
        return ()
    is_adult = (pl.col("age_at_end") >= ADULT_AGE) & ~pl.col("counted")
    is_adult = is_adult & (pl.col("left_out_because").fill_null("") == "")
    words = _word_leaving(cases.entry.indicator.outcome_names, case_frame.schema).alias("words")
    counts = case_frame.filter(is_adult).group_by("rec", words).agg(pl.len().alias("cases"))
    rows = counts.sort(-pl.col("cases").cast(pl.Int64), "words").iter_rows()
    return tuple(AdultOutcome(str(code), str(text).removeprefix(ADULT_PREFIX), count) for code, text, count in rows)


# --- the columns of a rule ------------------------------------------------------------------------


def _list_reason_tests(rule: Rule, column_names: Sequence[str]) -> list[ColumnTest]:
    """List the tests that decide whether a case counts, or else one of the cohort's usual column."""
    tests = [test for alternative in rule.counted for test in alternative if _can_be_worded(test, column_names)]
    usual_column = rule.outcome_column or COHORTS[rule.cohort.name].reason_column
    if not tests and usual_column in column_names:
        return [ColumnTest(usual_column, "missing", False)]
    return tests


def _can_be_worded(test: ColumnTest, column_names: Sequence[str]) -> bool:
    if test.dates is not None:
        return {test.dates.earlier, test.dates.later} <= set(column_names)
    return test.column in column_names


def _mark_held_tests(case_frame: pl.DataFrame, tests: Sequence[ColumnTest]) -> pl.DataFrame:
    """Add a column for each test that says whether it holds: `_holds_0` and so on."""
    marks = [
        nw.when(conditions_hold(((test,),))).then(nw.lit(True)).otherwise(nw.lit(False)).alias(f"_holds_{number}")
        for number, test in enumerate(tests)
        if test.column in case_frame.columns
    ]
    return nw.from_native(case_frame).with_columns(*marks).to_native()


def _word_tests(cases: IndicatorCases, tests: Sequence[ColumnTest]) -> pl.Expr:
    """Build the words of the tests: of the first that has a cell, or of those that decided."""
    schema: Mapping[str, pl.DataType] = cases.case_frame.schema
    names = cases.entry.indicator.outcome_names
    wordings = [_word_column(test, names)(schema) for test in tests]
    if len({test.column for test in tests}) <= _MOST_NAMED_COLUMNS:
        return pl.coalesce(*wordings, pl.lit("not known"))
    # Of alternatives one that holds is enough; where all must hold, one that fails decides.
    is_any = len(cases.rule.counted) > 1
    decided = [
        pl.when(pl.col(f"_holds_{number}") == is_any).then(pl.format("{}: {}", pl.lit(_label(test.column)), words))
        for number, (test, words) in enumerate(zip(tests, wordings, strict=True))
    ]
    all_words = pl.concat_str(*decided, separator="; ", ignore_nulls=True)
    summary = f"none of {len(tests)}" if is_any else f"all {len(tests)} met"
    return pl.when(all_words == "").then(pl.lit(summary)).otherwise(all_words)


def _word_column(test: ColumnTest, outcome_names: Mapping[str, str]) -> ColumnWording:
    """Choose how the cells of a test's column are put into words."""
    if test.dates is not None:
        return partial(_word_days, test.dates)
    if test.column == "rec":
        return partial(_word_leaving, outcome_names)
    return _COLUMN_WORDINGS.get(test.column, partial(_word_cell, test.column))


# --- the words of a column ------------------------------------------------------------------------


def _label(column_name: str) -> str:
    return column_name.replace("_", " ")


def _format_day(column_name: str) -> pl.Expr:
    return pl.col(column_name).dt.to_string(_DAY_FORMAT)


def _word_codes(column_name: str, words: Mapping[str, str]) -> pl.Expr:
    """Build the words of codes, each with its code; others stay as they are."""
    cells = pl.col(column_name).cast(pl.String)
    with_codes = {code: f"{text} ({code})" for code, text in words.items()}
    return cells.replace_strict(with_codes, default=cells, return_dtype=pl.String)


def _word_cell(column_name: str, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Build a cell behind the name of its column, or the words of its code."""
    if column_name in CODE_WORDS:
        return _word_codes(column_name, CODE_WORDS[column_name])
    if schema[column_name] == pl.Date:
        return pl.format("{} {}", pl.lit(_label(column_name)), _format_day(column_name))
    cells = pl.col(column_name)
    text = cells.round(4).cast(pl.String).str.strip_suffix(".0") if schema[column_name].is_float() else cells
    return pl.format("{} {}", pl.lit(_label(column_name)), text.cast(pl.String).replace({"Y": "yes", "N": "no"}))


def _word_days(dates: DateComparison, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Build how many days lie between two dates."""
    days = (pl.col(dates.later) - pl.col(dates.earlier)).dt.total_days()
    words = pl.format("{} days after {}", days, _format_day(dates.earlier))
    return words.fill_null(f"no {_label(dates.later)}")


def _word_leaving(outcome_names: Mapping[str, str], schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Build why a child left care; of one who turned 18 also whether it stayed where it was."""
    words = {**CODE_WORDS["rec"], **outcome_names}
    reason = _word_codes("rec", {code: text.removesuffix(" at 18") for code, text in words.items()})
    if "age_at_end" not in schema:
        return reason
    for code, placements in _SAME_ACCOMMODATION_CODES if "place" in schema else ():
        stayed = (pl.col("rec") == code) & pl.col("place").is_in(placements)
        reason = pl.when(stayed).then(pl.lit(f"{SAME_ACCOMMODATION} ({code})")).otherwise(reason)
    is_adult = pl.col("age_at_end") >= ADULT_AGE
    return pl.when(is_adult).then(pl.concat_str(pl.lit(ADULT_PREFIX), reason)).otherwise(reason)


def _word_grade(schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Build an Ofsted grade, or why there is none; that of a school's predecessor says so."""
    grade = _word_codes("grade", CODE_WORDS["grade"])
    if {"graded_under", "urn"} <= set(schema):
        is_inherited = pl.col("graded_under") != pl.col("urn")
        grade = pl.when(is_inherited).then(pl.format("{}, as the school before it", grade)).otherwise(grade)
    return pl.coalesce(grade, pl.col("ungraded").cast(pl.String)) if "ungraded" in schema else grade


def _word_distance(schema: Mapping[str, pl.DataType]) -> pl.Expr:
    miles = pl.col("distance").round(1).cast(pl.String).str.strip_suffix(".0")
    return pl.format("{} miles from home", miles).fill_null("distance not known")


def _word_earlier_referral(schema: Mapping[str, pl.DataType]) -> pl.Expr:
    return pl.format("referred before, on {}", _format_day("previous_referral")).fill_null("no referral before")


def _word_earlier_plan(schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Build when an earlier plan ran, or how many the return counts."""
    earlier = pl.coalesce(
        pl.format("earlier plan {} to {}", _format_day("earlier_start"), _format_day("earlier_end")),
        pl.format("earlier plan from {}", _format_day("earlier_start")),
    )
    if "previous_plans" in schema:
        plan_count = pl.col("previous_plans").cast(pl.Int64)
        several = pl.when(plan_count > 1).then(pl.format("{} earlier plans recorded", plan_count))
        single = pl.when(plan_count == 1).then(pl.lit("1 earlier plan recorded"))
        earlier = pl.coalesce(earlier, several, single)
    return earlier.fill_null("no earlier plan")


def _word_visit(schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Build whether a visit was on time, and when the next one was; of an assessment its outcome."""
    if "next_visit" not in schema:
        return pl.col("outcome").cast(pl.String)
    seen = pl.format("seen {}", _format_day("next_visit")).fill_null("not seen since")
    return pl.format("{}: {}", pl.col("outcome").cast(pl.String), seen)


def _word_last_visit(schema: Mapping[str, pl.DataType]) -> pl.Expr:
    return pl.format("last seen {}", _format_day("last_visit")).fill_null("not seen yet")


def _word_placements(schema: Mapping[str, pl.DataType]) -> pl.Expr:
    return pl.format("{} placements", pl.col("placements").cast(pl.Int64))


def _word_start(column_name: str, words: str, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    return pl.format("{} since {}", pl.lit(words), _format_day(column_name))


def _word_staff(schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Build why a worker left, or on how many days one in post was counted."""
    columns = [pl.col("leaving_reason").cast(pl.String)] if "leaving_reason" in schema else []
    if "days_in_post" in schema:
        columns.append(pl.format("in post on {} days", pl.col("days_in_post")))
    return pl.coalesce(*columns, pl.lit("no reason recorded"))


_COLUMN_WORDINGS: Final[Mapping[str, ColumnWording]] = {
    "grade": _word_grade,
    "distance": _word_distance,
    "within_12_months": _word_earlier_referral,
    "ended_within_24_months": _word_earlier_plan,
    "started_within_24_months": _word_earlier_plan,
    "previous_plans": _word_earlier_plan,
    "earlier_end": _word_earlier_plan,
    "two_years": partial(_word_start, "start_date", "on a plan"),
    "outcome": _word_visit,
    "up_to_date": _word_last_visit,
    "placements": _word_placements,
    "long_placement": partial(_word_start, "placement_start", "in this placement"),
    "voluntary": _word_staff,
    "leaving_reason": _word_staff,
}
