"""The cases of a cohort added up by month, for all the rules that share it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import narwhals as nw

from kpitui.cohorts.date_comparisons import add_date_comparisons
from kpitui.cohorts.registry import build_cohort
from kpitui.counts.case_labels import build_month_number, label_cases, list_measure_columns, list_reason_columns
from kpitui.doubts import UNREAD_CASE_DATE, build_doubt_columns, build_doubtful_column, list_unknown_columns
from kpitui.model.catalogue import CohortCall, Rule, UnknownColumn
from kpitui.model.cohort_signatures import COHORTS, CohortSignature
from kpitui.model.measures import PROPORTION
from kpitui.model.windows import SINCE_ALWAYS
from kpitui.tables.as_known_on import TableFrame, TableFrames

MonthlySums = Sequence[Mapping[str, Any]]
"""The sums of a cohort's cases: a row for each month and combination of reasons and outcomes.

Each has `_month`, the columns of `label_cases`, with measures as sums, and the number of `_cases`.
The end of a state is a row of its own, in the month of its end and with negative numbers.
"""


@dataclass(frozen=True, slots=True)
class CohortSums:
    """The sums of a cohort's cases; those that may count otherwise are summed again, by doubt.

    `unknown_columns` has those of each rule, in their order.
    """

    monthly: MonthlySums = ()
    doubtful: MonthlySums = ()
    unknown_columns: Sequence[Sequence[UnknownColumn]] = ()


SumsGetter = Callable[[], CohortSums]
"""Waits for the sums of a cohort, and raises what went wrong while they were added up."""


def start_monthly_sums(
    cases: TableFrame,
    rules: Sequence[Rule],
    as_at: date,
    executor: ThreadPoolExecutor | None,
    hidden_columns: Sequence[Sequence[UnknownColumn]] = (),
) -> SumsGetter:
    """Start adding up, by month, the cases of the cohort that some rules share.

    `hidden_columns` are unknown to each of the rules, beside those that its cells tell.
    """
    cohort = COHORTS[rules[0].cohort.name]
    schema = cases.collect_schema()
    # Visit clocks fall due after the meeting: those are not cases yet (definitions.md, VP8).
    if not cohort.cases_are_states:
        cases = cases.filter(_has_happened(as_at, schema))
    unknown_columns = [
        list_unknown_columns(rule, schema, hidden)
        for rule, hidden in zip(rules, hidden_columns or [()] * len(rules), strict=True)
    ]
    is_doubtful = build_doubtful_column(unknown_columns)
    cases = cases.with_columns(_doubtful=is_doubtful)
    labelled_cases = label_cases(cases, cohort.subject_column, rules)
    reason_columns, measure_columns = list_reason_columns(rules), list_measure_columns(rules)
    summed_cases = _group_by_month(labelled_cases, ["_doubtful", *reason_columns], measure_columns, cohort)

    def collect_sums() -> CohortSums:
        monthly_sums = _collect_changes(summed_cases, measure_columns, cohort)
        if not any(month_row["_doubtful"] for month_row in monthly_sums):
            return CohortSums(monthly_sums, (), unknown_columns)
        doubtful_cases = labelled_cases.filter(nw.col("_doubtful"))
        doubtful_sums = _sum_doubtful_cases(doubtful_cases, rules, unknown_columns, cohort)
        return CohortSums(monthly_sums, doubtful_sums, unknown_columns)

    if executor is not None and summed_cases.implementation.is_polars():
        return executor.submit(collect_sums).result
    # Other engines have a connection, which two threads must not share.
    cohort_sums = collect_sums()
    return lambda: cohort_sums


def _has_happened(as_at: date, schema: Mapping[str, Any]) -> nw.Expr:
    """Build whether an event is over by the date, or has a date that nobody could read."""
    has_happened = nw.col("case_date") <= as_at
    return has_happened | ~nw.col(UNREAD_CASE_DATE).is_null() if UNREAD_CASE_DATE in schema else has_happened


def _sum_doubtful_cases(
    labelled_cases: TableFrame,
    rules: Sequence[Rule],
    unknown_columns: Sequence[Sequence[UnknownColumn]],
    cohort: CohortSignature,
) -> MonthlySums:
    """Add up, by month and by doubt, the labelled cases that may count otherwise than they do."""
    doubt_columns = {
        name: column
        for position, rule in enumerate(rules)
        for name, column in build_doubt_columns(position, rule, unknown_columns[position]).items()
    }
    key_columns = [name for name in doubt_columns if name.startswith("_doubt_")]
    measure_columns = [name for name in doubt_columns if name not in key_columns]
    measure_columns += [f"_{measure}_{position}" for position in range(len(rules)) for measure in "nd"]
    summed_cases = _group_by_month(labelled_cases.with_columns(**doubt_columns), key_columns, measure_columns, cohort)
    return _collect_changes(summed_cases, measure_columns, cohort)


def _group_by_month(
    labelled_cases: TableFrame, key_columns: Sequence[str], measure_columns: Sequence[str], cohort: CohortSignature
) -> TableFrame:
    """Group cases by month and some keys, with sums of measures and the number of `_cases`."""
    measure_totals = [nw.col(name).sum().alias(name) for name in measure_columns]
    month_columns = _build_month_columns(cohort.cases_are_states)
    grouped_cases = labelled_cases.select(*month_columns, *key_columns, *measure_columns)
    return grouped_cases.group_by(*_MONTH_COLUMNS, *key_columns).agg(*measure_totals, nw.len().alias("_cases"))


def _collect_changes(
    summed_cases: TableFrame, measure_columns: Iterable[str], cohort: CohortSignature
) -> Sequence[Mapping[str, Any]]:
    """Collect sums by month; a state that ends is taken away again in a row of its own."""
    month_rows = [dict(row) for row in summed_cases.collect().iter_rows(named=True)]
    return list(_split_starts_and_ends(month_rows, measure_columns)) if cohort.cases_are_states else month_rows


_MONTH_COLUMNS = ("_month", "_until")


def _build_month_columns(cases_are_states: bool) -> tuple[nw.Expr, nw.Expr]:
    """Build the month of an event, or the months in which a state began and ended, if it has."""
    if not cases_are_states:
        return build_month_number("case_date").alias("_month"), nw.lit(None, dtype=nw.Int64).alias("_until")
    start_month = nw.when(nw.col("case_from").is_null()).then(nw.lit(SINCE_ALWAYS))
    return (
        start_month.otherwise(build_month_number("case_from")).cast(nw.Int64).alias("_month"),
        build_month_number("case_until").alias("_until"),
    )


def _split_starts_and_ends(
    month_rows: Iterable[dict[str, Any]], measure_columns: Iterable[str]
) -> Iterator[dict[str, Any]]:
    """Turn states into changes: added in the month they began, taken away when they ended."""
    columns = [*measure_columns, "_cases"]
    for month_row in month_rows:
        yield month_row
        if month_row["_until"] is not None:
            # Reasons and outcomes stay the same, so that their totals lose the state as well.
            yield (month_row | {name: -(month_row[name] or 0) for name in columns} | {"_month": month_row["_until"]})


def count_alike_cases(
    cohort_call: CohortCall, rules: Sequence[Rule], table_frames: TableFrames, la_code: str, as_at: date
) -> list[dict[str, Any]]:
    """Count the cases of a cohort that are alike in all of some rules, by month.

    The rows have the columns of `label_cases`, with measures as 1 or 0, and `_cases`. `_month` is
    the month of an event, or in which a state began; `_until` the one in which it ended, if it has.
    """
    cohort = COHORTS[cohort_call.name]
    comparisons = [comparison for rule in rules for comparison in rule.date_comparisons]
    cases = add_date_comparisons(
        build_cohort(cohort_call, table_frames, la_code), comparisons, table_frames["calendar"]
    )
    # What is public of values is decided by the number of their cases.
    rules = [replace(rule, measure=PROPORTION) if rule.measure.value_column else rule for rule in rules]
    if not cohort.cases_are_states:
        cases = cases.filter(nw.col("case_date") <= as_at)
    labelled_cases = label_cases(cases, cohort.subject_column, rules)
    reason_columns = list_reason_columns(rules)
    # Months of events are never public, so their distinct subjects are not needed.
    columns = [name for name in list_measure_columns(rules) if not name.endswith("_month") and "_to_" not in name]
    flags = (nw.when(nw.col(column_name) > 0).then(1).otherwise(0).alias(column_name) for column_name in columns)
    flagged_cases = labelled_cases.select(*_build_month_columns(cohort.cases_are_states), *reason_columns, *flags)
    case_counts = flagged_cases.group_by(*_MONTH_COLUMNS, *reason_columns, *columns).agg(nw.len().alias("_cases"))
    return [dict(row) for row in case_counts.collect().iter_rows(named=True)]
