"""The rows behind a number: the cases counted, not counted and left out.

Every number on every screen can be opened down to these rows (contract, section 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import narwhals as nw
import polars as pl

from kpitui.cohorts.date_comparisons import add_date_comparisons
from kpitui.cohorts.registry import build_cohort
from kpitui.conditions import conditions_hold
from kpitui.council import Council
from kpitui.counts.case_labels import get_measure_suffix, label_cases
from kpitui.issue_wording import describe_problem
from kpitui.model.board import Board, Entry
from kpitui.model.catalogue import CohortCall, Rule, Scalar
from kpitui.model.clean_tables import UNREAD_SUFFIX
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.drilldown import IndicatorCases
from kpitui.model.periods import Period, get_month_end, get_month_start
from kpitui.model.windows import get_window_months
from kpitui.tables.as_known_on import TableFrame, TableFrames

MEASURE_COLUMNS = ("numerator", "denominator", "counted", "left_out_because")
INTERNAL_COLUMNS = ("case_date", "case_from", "case_until")
REPEATED_SUBJECT_REASON = "another case of the same subject is counted instead"


def list_cases(
    council: Council, board: Board, entry: Entry, variant_id: str | None = None, period: Period | None = None
) -> IndicatorCases:
    """List the rows behind a number of the board, in order of subject and date.

    The columns are the cohort's own, then `numerator` and `denominator` (what each row adds to
    them), `counted` and `left_out_because`. Where the denominator is an average headcount, the
    staff in post follow the leavers. A number that could not be computed has no rows; see
    `explain_missing_rows`.

    Raises KeyError for a variant that the indicator does not have.
    """
    rules = {variant_rule.id: variant_rule for variant_rule in entry.indicator.variants}
    rule = rules[variant_id] if variant_id else entry.indicator.rule
    case_period = period or entry.point.period
    column = COHORTS[rule.cohort.name].subject_column
    if explain_missing_rows(entry, variant_id):
        return IndicatorCases(entry, rule, case_period, pl.DataFrame(schema=dict.fromkeys(MEASURE_COLUMNS, pl.Null)))
    table_frames, la_code = council.select_frames_known_on(board.as_at), council.settings.la_code
    case_rows = _sort_case_rows(_select_cases(rule, table_frames, la_code, case_period, board.as_at), column)
    if rule.base_cohort is not None:
        staff_rows = _sort_case_rows(
            _list_base_staff(rule, table_frames, la_code, case_period), COHORTS[rule.base_cohort.name].subject_column
        )
        case_rows = pl.concat([case_rows, staff_rows], how="diagonal_relaxed")
        # The staff bring columns of their own, which a diagonal concat puts after the measures.
        case_rows = case_rows.select(pl.exclude(MEASURE_COLUMNS), *MEASURE_COLUMNS)
    return IndicatorCases(entry, rule, case_period, case_rows, column)


def explain_missing_rows(entry: Entry, variant_id: str | None) -> str:
    """Say why there are no rows behind a number, or return an empty text."""
    problems = {count.id: count.problem for count in entry.variants}
    return describe_problem(problems[variant_id] if variant_id else entry.problem)


def list_case_weights(
    rule: Rule, table_frames: TableFrames, la_code: str, period: Period, is_counted: bool
) -> Sequence[float]:
    """Return the weights of a period's cases in the denominator, either counted or not counted."""
    case_rows = _select_cases(rule, table_frames, la_code, period, date.max)
    rows = (pl.col("denominator") != 0) & (pl.col("counted") == is_counted)
    return case_rows.filter(rows)["denominator"].to_list()


def _select_cases(rule: Rule, table_frames: TableFrames, la_code: str, period: Period, as_at: date) -> pl.DataFrame:
    """Select the cases of a period, each with its own columns and what it adds to the number."""
    cohort = COHORTS[rule.cohort.name]
    first_month, last_month = get_window_months(rule.window, period)
    case_frame = add_date_comparisons(
        build_cohort(rule.cohort, table_frames, la_code), rule.date_comparisons, table_frames["calendar"]
    )
    if rule.population:
        case_frame = case_frame.filter(conditions_hold(rule.population))
    if cohort.cases_are_states:
        case_frame = filter_spells_on(label_cases(case_frame, cohort.subject_column, [rule]), get_month_end(last_month))
    else:
        # Label first, then narrow to the window: which case stands for its subject is decided over
        # all cases known by the date, as it is for the counts.
        case_frame = label_cases(case_frame.filter(nw.col("case_date") <= as_at), cohort.subject_column, [rule])
        case_frame = case_frame.filter(nw.col("case_date") >= get_month_start(first_month))
        case_frame = case_frame.filter(nw.col("case_date") <= get_month_end(last_month))
    return _shape_case_rows(case_frame.collect().to_polars(), rule, period)


def _list_shown_columns(labelled_rows: pl.DataFrame) -> Iterator[pl.Expr]:
    """Yield the columns that people see; a text that could not be read is as it was written.

    What was written in place of a date stands in a column of its own.
    """
    hidden_columns = (*INTERNAL_COLUMNS, *MEASURE_COLUMNS)  # figures that were typed in have two of these names
    column_names = {name for name in labelled_rows.columns if not name.startswith("_") and name not in hidden_columns}
    for name in labelled_rows.columns:
        source_name = name.removesuffix(UNREAD_SUFFIX)
        is_date_as_written = labelled_rows.schema.get(source_name) == pl.Date
        if name not in column_names or (source_name != name and not is_date_as_written):
            continue
        is_text = labelled_rows.schema[name] == pl.String
        has_written = is_text and name + UNREAD_SUFFIX in column_names
        yield pl.coalesce(name, name + UNREAD_SUFFIX) if has_written else pl.col(name)


def _shape_case_rows(labelled_rows: pl.DataFrame, rule: Rule, period: Period) -> pl.DataFrame:
    """Turn labelled cases into the rows that people see."""
    # The columns that begin with an underscore are those of `counts.label_cases`, for one rule.
    suffix = get_measure_suffix(rule, period)
    numerator_weight, weight = (pl.col(f"_{measure}_0{suffix}").fill_null(0) for measure in "nd")
    out_reason = pl.col("_left_0").cast(pl.String)
    if rule.distinct:
        # A case that adds nothing and was not left out gave way to another of its subject.
        is_repeated_subject = out_reason.is_null() & (weight == 0) & (numerator_weight == 0)
        out_reason = pl.when(is_repeated_subject).then(pl.lit(REPEATED_SUBJECT_REASON)).otherwise(out_reason)
    return labelled_rows.select(
        *_list_shown_columns(labelled_rows),
        numerator=numerator_weight,
        # With a base the denominator is a headcount, whose rows `list_cases` adds.
        denominator=weight if rule.base_cohort is None else pl.lit(0),
        counted=(pl.col("_n_0") != 0) & (numerator_weight != 0),
        left_out_because=out_reason,
    )


def _list_base_staff(rule: Rule, table_frames: TableFrames, la_code: str, period: Period) -> pl.DataFrame:
    """List the staff whose average is the denominator, each with its share of that average."""
    assert rule.base_cohort is not None
    if not COHORTS[rule.base_cohort.name].cases_are_states:
        return _list_base_events(rule, rule.base_cohort, table_frames, la_code, period)
    first_month, last_month = get_window_months(rule.window, period)
    # EA11 averages the headcounts of the day before the window and of its last day; its variant
    # `average-of-months` takes the last day of each month (definitions.md).
    census_days = [get_month_end(first_month - 1), get_month_end(last_month)]
    if rule.base_days == "month ends":
        census_days = [get_month_end(month) for month in range(first_month, last_month + 1)]
    staff_spells = build_cohort(rule.base_cohort, table_frames, la_code).collect().to_polars()
    days_in_post = pl.sum_horizontal((_is_in_post_on(day)).cast(pl.Int64) for day in census_days)
    staff_weight = pl.col(rule.weight_column) if rule.weight_column else pl.lit(1)
    return staff_spells.select(
        pl.exclude(INTERNAL_COLUMNS),
        in_post_from="case_from",
        days_in_post=pl.format(f"{{}} of {len(census_days)}", days_in_post),
        numerator=pl.lit(0),
        denominator=staff_weight * days_in_post / len(census_days),
        counted=pl.lit(False),
        left_out_because=pl.lit(None, pl.String),
    ).filter(pl.col("denominator") != 0)


def _list_base_events(
    rule: Rule, base_cohort: CohortCall, table_frames: TableFrames, la_code: str, period: Period
) -> pl.DataFrame:
    """List the events of the window that are the denominator, each with its weight."""
    first_month, last_month = get_window_months(rule.window, period)
    events = build_cohort(base_cohort, table_frames, la_code).collect().to_polars()
    weight = pl.col(rule.weight_column).fill_null(0) if rule.weight_column else pl.lit(1)
    return events.filter(
        pl.col("case_date").is_between(get_month_start(first_month), get_month_end(last_month))
    ).select(
        pl.exclude(INTERNAL_COLUMNS),
        numerator=pl.lit(0),
        denominator=weight,
        counted=pl.lit(False),
        left_out_because=pl.lit(None, pl.String),
    )


def filter_spells_on(cohort_spells: TableFrame, day: date) -> TableFrame:
    """Keep the spells of a cohort that hold on a day; a spell no longer holds on its end date."""
    has_begun = nw.col("case_from").is_null() | (nw.col("case_from") <= day)
    return cohort_spells.filter(has_begun & (nw.col("case_until").is_null() | (nw.col("case_until") > day)))


def _is_in_post_on(day: date) -> pl.Expr:
    """Build the polars expression for the spells that hold on a day; a start must be given."""
    spell_end = pl.col("case_until")
    return (pl.col("case_from") <= day) & (spell_end.is_null() | (spell_end > day))


def _sort_case_rows(case_rows: pl.DataFrame, subject_column: str) -> pl.DataFrame:
    """Sort by subject, then by every column from left to right."""
    leading_columns = [subject_column] if subject_column in case_rows.columns else []
    columns = (name for name in case_rows.columns if name not in leading_columns)
    # Every column takes part: the streaming engine returns rows in no stable order (contract,
    # section 1).
    return case_rows.sort([*leading_columns, *columns], nulls_last=True)


def iterate_case_rows(case_list: IndicatorCases) -> Iterator[dict[str, Scalar | None]]:
    """Iterate over the rows of cases, each as a mapping from column names."""
    yield from case_list.case_frame.iter_rows(named=True)
