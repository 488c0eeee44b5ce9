"""Labels of cases: why a rule leaves a case out, and its shares in numerator and denominator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import narwhals as nw

from kpitui.conditions import conditions_hold, find_exclusion_reason
from kpitui.model.catalogue import Rule
from kpitui.model.periods import MONTHS_PER_PERIOD, Period
from kpitui.tables.as_known_on import TableFrame


def label_cases(cases: TableFrame, subject_column: str, rules: Sequence[Rule]) -> TableFrame:
    """Label the cases for each rule, by its position: `_left_0` (a reason or null), `_d_0`, `_n_0`.

    A rule over distinct subjects has a pair for each suffix of `get_measure_suffix`: `_d_0_month` and
    so on. A rule that asks for outcomes has `_outcome_0`: what happened to a case that is not counted.
    """
    cases = _label_exclusions(cases, rules)
    cases = cases.with_columns(_build_denominator_column(position, rule) for position, rule in enumerate(rules))
    cases = cases.with_columns(_build_numerator_column(rule_position, rule) for rule_position, rule in enumerate(rules))
    for rule_position, rule in enumerate(rules):
        if rule.distinct:
            cases = _flag_distinct_subjects(cases, rule_position, rule, subject_column)
    columns = [_build_outcome_column(position, rule) for position, rule in enumerate(rules) if rule.outcome_column]
    columns += [
        nw.col(rule.measure.value_column).alias(f"_value_{position}")
        for position, rule in enumerate(rules)
        if rule.measure.has_spread
    ]
    return cases.with_columns(*columns) if columns else cases


def _label_exclusions(cases: TableFrame, rules: Sequence[Rule]) -> TableFrame:
    """Add the reason to leave a case out of each rule; most variants share that of their main rule."""
    first_positions: dict[tuple[object, ...], int] = {}
    for position, rule in enumerate(rules):
        first_positions.setdefault((rule.population, rule.exclusions), position)
    cases = cases.with_columns(
        *(find_exclusion_reason(rules[position]).alias(f"_left_{position}") for position in first_positions.values())
    )
    shared_reasons = [
        nw.col(f"_left_{first_position}").alias(f"_left_{position}")
        for position, rule in enumerate(rules)
        if (first_position := first_positions[rule.population, rule.exclusions]) != position
    ]
    return cases.with_columns(*shared_reasons) if shared_reasons else cases


def list_reason_columns(rules: Sequence[Rule]) -> list[str]:
    """List the columns of `label_cases` for exclusion reasons, outcomes and values."""
    columns = [f"_left_{position}" for position in range(len(rules))]
    columns += [f"_value_{position}" for position, rule in enumerate(rules) if rule.measure.has_spread]
    return columns + [f"_outcome_{rule_position}" for rule_position, rule in enumerate(rules) if rule.outcome_column]


def list_measure_columns(rules: Sequence[Rule]) -> list[str]:
    """List the columns of `label_cases` for the shares in numerators and denominators."""
    return [
        f"_{measure}_{position}{suffix}"
        for position, rule in enumerate(rules)
        for measure in "nd"
        for suffix in dict.fromkeys(["", *list_measure_spans(rule)])
    ]


def _build_outcome_column(rule_position: int, rule: Rule) -> nw.Expr:
    """Build the column with the outcome of cases that are not counted."""
    not_counted = nw.when((nw.col(f"_d_{rule_position}") > 0) & (nw.col(f"_n_{rule_position}") == 0))
    return not_counted.then(nw.col(rule.outcome_column or "")).alias(f"_outcome_{rule_position}")


def get_measure_suffix(rule: Rule, period: Period) -> str:
    """Return the suffix of a rule's measures for a period; empty unless subjects are distinct."""
    if not rule.distinct:
        return ""
    if has_growing_spans(rule):
        return f"_to_{period.last_month % MONTHS_PER_PERIOD['year'] + 1}"
    return "_year" if rule.window == "year-to-date" else f"_{period.kind}"


def has_growing_spans(rule: Rule) -> bool:
    """Say whether another case may stand for a subject as the year goes on: its last one so far."""
    return rule.distinct == "last" and rule.window == "year-to-date"


def list_measure_spans(rule: Rule) -> Mapping[str, tuple[int, int]]:
    """List, by suffix, the spans of months within which a rule's subjects are distinct.

    Each has a length, and how many of its months count: those so far, for a year that goes on.
    """
    year_length = MONTHS_PER_PERIOD["year"]
    if not rule.distinct:
        return {"": (1, 1)}
    if has_growing_spans(rule):
        return {f"_to_{months}": (year_length, months) for months in range(1, year_length + 1)}
    if rule.window == "year-to-date":
        return {"_year": (year_length, year_length)}
    return {f"_{kind}": (months, months) for kind, months in MONTHS_PER_PERIOD.items()}


def _build_denominator_column(rule_position: int, rule: Rule) -> nw.Expr:
    """Build the column with each case's share in the denominator."""
    is_eligible = nw.col(f"_left_{rule_position}").is_null()
    # A post without an fte counts for nothing (definitions.md, EA11).
    case_weight = nw.col(rule.weight_column).fill_null(0) if rule.weight_column else nw.lit(1)
    is_in_population = is_eligible & conditions_hold(rule.population) if rule.population else is_eligible
    return nw.when(is_in_population).then(case_weight).otherwise(0).alias(f"_d_{rule_position}")


def _build_numerator_column(rule_position: int, rule: Rule) -> nw.Expr:
    """Build the column with each case's share in the numerator."""
    case_weight = nw.col(f"_d_{rule_position}")
    if not rule.measure.value_column:
        return nw.when(conditions_hold(rule.counted)).then(case_weight).otherwise(0).alias(f"_n_{rule_position}")
    is_measured = conditions_hold(rule.counted) & (case_weight > 0)
    case_value = nw.col(rule.measure.value_column).fill_null(0)
    return nw.when(is_measured).then(case_value).otherwise(0).alias(f"_n_{rule_position}")


def _flag_distinct_subjects(cases: TableFrame, rule_position: int, rule: Rule, subject_column: str) -> TableFrame:
    """Flag the one case of a subject that stands for it in each span of `list_measure_spans`.

    Over a window the flags add up. `last` flags the last case in the span. `any` flags the first case
    and the first counted one. Of cases on one day, counted ones come last.
    """
    # Engines order ties as they like, so cases of one day are ordered by whether they count.
    case_order = ["case_date", f"_n_{rule_position}"]
    month_number = build_month_number("case_date")
    if has_growing_spans(rule):
        return _flag_growing_spans(cases, rule_position, rule, subject_column, case_order)
    for suffix, (span_length, counted_months) in list_measure_spans(rule).items():
        is_in_time = month_number % span_length < counted_months
        column, counted_column = (
            nw.when(is_in_time).then(nw.col(f"_{measure}_{rule_position}")).otherwise(0) for measure in "dn"
        )
        cases = cases.with_columns((month_number // span_length).alias("_span"))
        running_sums = {
            "_d": column.cum_sum().over(subject_column, "_span", order_by=case_order),
            "_n": counted_column.cum_sum().over(subject_column, "_span", order_by=case_order),
            "_of": column.sum().over(subject_column, "_span"),
        }
        cases = cases.with_columns(**{f"{name}_at": running_sum for name, running_sum in running_sums.items()})
        if rule.distinct == "last":
            is_last_eligible = (column > 0) & (nw.col("_d_at") == nw.col("_of_at"))
            conditions = {"_d": is_last_eligible, "_n": is_last_eligible & (counted_column > 0)}
        else:
            is_first_eligible = (column > 0) & (nw.col("_d_at") == 1)
            conditions = {"_d": is_first_eligible, "_n": (counted_column > 0) & (nw.col("_n_at") == 1)}
        cases = cases.with_columns(
            *(nw.when(condition).then(1).otherwise(0).alias(f"{flag_name}_{rule_position}{suffix}")
              for flag_name, condition in conditions.items())
        ).drop("_d_at", "_n_at", "_of_at")  # fmt: skip
    return cases.drop("_span")


def _flag_growing_spans(
    cases: TableFrame, rule_position: int, rule: Rule, subject_column: str, case_order: list[str]
) -> TableFrame:
    """Flag the last case of a subject in each of the spans of a year that goes on, all of them at once.

    It is the last one of a span if the subject's next case comes after that, or not within the year.
    """
    eligible, counted = (nw.col(f"_{measure}_{rule_position}") > 0 for measure in "dn")
    year_length = MONTHS_PER_PERIOD["year"]
    month_number = build_month_number("case_date")
    cases = cases.with_columns(
        (month_number // year_length).alias("_span"),
        (month_number % year_length).alias("_place"),
        nw.when(eligible).then(1).otherwise(0).alias("_eligible"),
    )
    next_place = nw.col("_place").shift(-1).over(subject_column, "_span", "_eligible", order_by=case_order)
    cases = cases.with_columns(next_place.alias("_next_place"))
    flags = []
    for suffix, (_, counted_months) in list_measure_spans(rule).items():
        is_last = nw.col("_next_place").is_null() | (nw.col("_next_place") >= counted_months)
        is_flagged = eligible & (nw.col("_place") < counted_months) & is_last
        flags += [
            nw.when(condition).then(1).otherwise(0).alias(f"_{measure}_{rule_position}{suffix}")
            for measure, condition in (("d", is_flagged), ("n", is_flagged & counted))
        ]
    return cases.with_columns(*flags).drop("_span", "_place", "_eligible", "_next_place")


def build_month_number(column: str) -> nw.Expr:
    """Build the number of the month of a date column, as `get_month_number` does for a date."""
    date_parts = nw.col(column).dt
    # The parts are small integers (the month an Int8), which overflow without a word.
    return date_parts.year().cast(nw.Int64) * 12 + date_parts.month().cast(nw.Int64) - 4
