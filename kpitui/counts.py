"""Numerators, denominators and exclusions of every rule of an indicator, over any period.

All cases of a cohort are added up once, by month. Every window is a whole number of months, so
the count of any period is a difference of two running totals, and 240 months cost what one does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import narwhals as nw

from kpitui.cohorts.date_comparisons import add_date_comparisons
from kpitui.cohorts.registry import build_cohort, find_cohort_problem, find_missing_date_column
from kpitui.conditions import conditions_hold, find_exclusion_reason, find_schema_mismatch
from kpitui.doubts import (
    EARLIER_GRADES_BOUNDS,
    UNREAD_CASE_DATE,
    DoubtTally,
    DoubtTotals,
    accumulate_doubts,
    build_doubt_columns,
    build_doubtful_column,
    find_bounds,
    list_unknown_columns,
)
from kpitui.measured_counts import MeasuredCases, ValueTotals, measure_count
from kpitui.model.board import Count
from kpitui.model.catalogue import CohortCall, ColumnTest, Indicator, Rule, UnknownColumn
from kpitui.model.cohort_signatures import COHORTS, CohortSignature
from kpitui.model.issues import Issue, RuleProblem
from kpitui.model.measures import PROPORTION
from kpitui.model.periods import MONTHS_PER_PERIOD, Period, get_month_start
from kpitui.model.table_knowledge import TableKnowledgeByName
from kpitui.model.windows import SINCE_ALWAYS, get_window_months
from kpitui.populations import NO_ESTIMATES, PopulationEstimates, read_populations
from kpitui.running_totals import RunningTotal, accumulate_changes, add_totals, count_between, round_off_noise
from kpitui.table_doubts import (
    NO_TABLE_DOUBTS,
    SpanFinder,
    TableDoubts,
    find_no_span,
    find_short_history,
    find_table_doubts,
)
from kpitui.tables.as_known_on import TableFrame, TableFrames

NO_PROBLEMS: Mapping[str, Issue] = {}
NO_KNOWLEDGE: TableKnowledgeByName = {}
UNCERTAIN_STAFF = UnknownColumn("staff not certain", "staff_known", ((ColumnTest("staff_known", "equal", "N"),),))
"""The mark of staff in a headcount who are perhaps none."""


@dataclass(frozen=True, slots=True)
class RuleTally:
    """The running totals of one rule, those of its numerator and denominator by their suffix."""

    rule: Rule
    numerators: Mapping[str, RunningTotal]
    denominators: Mapping[str, RunningTotal]
    excluded: Mapping[str, RunningTotal]
    not_counted: Mapping[str, RunningTotal]
    base_totals: BaseTotals | None
    first_month: int | None  # the month of the first dated case
    doubts: DoubtTotals
    as_at: date
    values: ValueTotals | None  # those of a mean or a median
    populations: PopulationEstimates

    def count_period(self, period: Period) -> Count:
        """Count a period under the rule's window, and measure it as the rule does."""
        month_span = get_window_months(self.rule.window, period)
        if self.doubts.coverage.covers_nothing(*self._get_covered_days(period, month_span[0])):
            # Nothing known is not nothing there: even a number has no value.
            return Count(0, 0, measure=self.rule.measure)
        population = self.populations.find_number(self.rule.measure.population, period)
        spread = None if self.values is None else self.values.collect_between(*month_span)
        return measure_count(self._count_cases(period), self.rule.measure, MeasuredCases(population, spread))

    def _count_cases(self, period: Period) -> Count:
        """Count the cases of a period: those counted, those eligible, and those left out."""
        first_month, last_month = get_window_months(self.rule.window, period)
        window_days = self._get_covered_days(period, first_month)
        running_total = self.numerators[get_measure_suffix(self.rule, period)]
        numerator = round_off_noise(running_total.total_between(first_month, last_month))
        denominators = self._list_denominators(period, first_month, last_month)
        doubt_tally = self.doubts.tally_between(first_month, last_month)
        if gap := self.doubts.coverage.explain_gap(*window_days):
            doubt_tally += DoubtTally(open_reason=gap)
        if denominators[1] != denominators[2]:
            uncertain_staff = round_off_noise(denominators[2] - denominators[1])
            doubt_tally += DoubtTally({UNCERTAIN_STAFF.reason: uncertain_staff})
        if doubt_tally.lacks_earlier_grades(denominators[0]):
            return Count(0, 0, unknown=doubt_tally.cases, bounds=EARLIER_GRADES_BOUNDS)
        has_doubts = bool(doubt_tally.cases or doubt_tally.open_reason)
        is_share = self.base_totals is None and self.rule.measure.traits.is_share
        return Count(
            numerator,
            denominators[0],
            count_between(self.excluded, first_month, last_month),
            unknown=doubt_tally.cases,
            bounds=find_bounds(numerator, denominators, doubt_tally, is_share=is_share) if has_doubts else None,
        )

    def count_year_to_date(self, period: Period) -> Count | None:
        """Count from 1 April to the end of a period.

        Returns None for a rule that already counts more than single periods, and for one over
        distinct subjects, whose cases do not add up over periods.
        """
        if self.rule.window != "period" or self.rule.distinct:
            return None
        return replace(self, rule=replace(self.rule, window="year-to-date")).count_period(period)

    def count_outcomes(self, period: Period) -> Mapping[str, float]:
        """Count the cases in the denominator but not in the numerator, by outcome."""
        return count_between(self.not_counted, *get_window_months(self.rule.window, period))

    def _get_covered_days(self, period: Period, first_month: int) -> tuple[date, date]:
        """Return the first and the last day that a count is about; a state is that of its last day."""
        last_day = min(period.last_day, self.as_at)
        is_state = self.rule.window == "period-end"
        return last_day if is_state else min(get_month_start(first_month), last_day), last_day

    def _list_denominators(self, period: Period, first_month: int, last_month: int) -> tuple[float, float, float]:
        """Return the denominator, and the least and the most that a headcount may be."""
        if self.base_totals is None:
            running_total = self.denominators[get_measure_suffix(self.rule, period)]
            denominator = round_off_noise(running_total.total_between(first_month, last_month))
            return denominator, denominator, denominator
        totals = (self.base_totals.shown, self.base_totals.least, self.base_totals.most)
        shown, least, most = (self._average_base(total, first_month, last_month) for total in totals)
        return shown, least, most

    def _average_base(self, base_total: RunningTotal, first_month: int, last_month: int) -> float:
        """Average a headcount over the days that the rule names."""
        if self.rule.base_days == "month ends":
            end_totals = [base_total.total_up_to(number) for number in range(first_month, last_month + 1)]
        else:
            # The end of the month before is the day before the window (definitions.md, EA11).
            end_totals = [base_total.total_up_to(first_month - 1), base_total.total_up_to(last_month)]
        # The mean itself is not rounded: 1 of a headcount of 2/12 is 600%, not 599.9999988%.
        mean = round_off_noise(sum(end_totals)) / len(end_totals)
        return int(mean) if mean.is_integer() else mean


@dataclass(frozen=True, slots=True)
class BaseTotals:
    """The running headcount that denominators are measured on, and the least and the most it may be."""

    shown: RunningTotal
    least: RunningTotal
    most: RunningTotal


@dataclass(frozen=True, slots=True)
class IndicatorTally:
    """The totals of an indicator's rule and variants; `problems` says why a rule has none."""

    rule_tallies: Mapping[str, RuleTally]
    problems: Mapping[str, Issue | RuleProblem]
    first_month: int | None  # the month of the first dated case


def tally_indicator(
    indicator: Indicator,
    table_frames: TableFrames,
    la_code: str,
    as_at: date,
    missing_tables: Mapping[str, Issue] = NO_PROBLEMS,
    unreadable_tables: Mapping[str, Issue] = NO_PROBLEMS,
    knowledge: TableKnowledgeByName = NO_KNOWLEDGE,
    find_span: SpanFinder = find_no_span,
) -> IndicatorTally:
    """Add up the cases of one indicator; see `tally_indicators`."""
    problems = (missing_tables, unreadable_tables)
    return tally_indicators((indicator,), table_frames, la_code, as_at, *problems, knowledge, find_span)[indicator.id]


def tally_indicators(
    indicators: Sequence[Indicator],
    table_frames: TableFrames,
    la_code: str,
    as_at: date,
    missing_tables: Mapping[str, Issue] = NO_PROBLEMS,
    unreadable_tables: Mapping[str, Issue] = NO_PROBLEMS,
    knowledge: TableKnowledgeByName = NO_KNOWLEDGE,
    find_span: SpanFinder = find_no_span,
) -> dict[str, IndicatorTally]:
    """Add up all cases of indicators, their rules and variants; each cohort is read once.

    `table_frames` are as known on `as_at`. `missing_tables` gives the tables that cannot be used,
    with the reason, and `unreadable_tables` those of them that do have a file. `knowledge` is what
    is known of the others, and `find_span` finds how far they go. Returns tallies by indicator id.
    """
    context = _TallyContext(table_frames, la_code, as_at, missing_tables, unreadable_tables, knowledge, find_span)
    tallies = {indicator.id: IndicatorTally({}, {}, None) for indicator in indicators}
    base_sums: BaseSums = {}
    with ThreadPoolExecutor(1) as executor:  # adds up one cohort while the next is planned
        cohort_plans = [
            _plan_cohort(call, rules, context, base_sums, executor)
            for call, rules in _group_rules_by_cohort(indicators).items()
        ]
        for cohort_plan in cohort_plans:
            for (indicator_id, rule), problem in cohort_plan.uncountable_rules:
                problems = {**tallies[indicator_id].problems, rule.id: problem}
                tallies[indicator_id] = replace(tallies[indicator_id], problems=problems)
            cohort_sums = cohort_plan.get_sums()
            for position, (indicator_id, rule) in enumerate(cohort_plan.countable_rules):
                base_totals = _accumulate_base(rule, base_sums, context) if rule.base_cohort else None
                rule_tally = _build_rule_tally(
                    rule, position, cohort_sums, base_totals, cohort_plan.table_doubts, as_at
                )
                rule_tally = replace(rule_tally, populations=context.get_populations(rule))
                tallies[indicator_id] = _add_rule_tally(tallies[indicator_id], rule_tally)
    return tallies


@dataclass(frozen=True, slots=True)
class _TallyContext:
    """The data to add up, and the tables that are missing from it."""

    table_frames: TableFrames
    la_code: str
    as_at: date
    missing_tables: Mapping[str, Issue]
    unreadable_tables: Mapping[str, Issue]
    knowledge: TableKnowledgeByName
    find_span: SpanFinder
    _cases_by_call: dict[CohortCall, TableFrame] = field(default_factory=dict)

    def get_cases(self, cohort_call: CohortCall) -> TableFrame:
        """Return a cohort's cases, planned once even if several rules or bases need them."""
        if cohort_call not in self._cases_by_call:
            self._cases_by_call[cohort_call] = build_cohort(cohort_call, self.table_frames, self.la_code)
        return self._cases_by_call[cohort_call]

    def get_populations(self, rule: Rule) -> PopulationEstimates:
        """Return the estimates of the area that were known on the date, if a rule has any use for them."""
        if not rule.measure.population:
            return NO_ESTIMATES
        return read_populations(self.table_frames["area_populations"], self.as_at)


NamedRule = tuple[str, Rule]
"""An indicator's id, and one of its rules."""
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
BaseSums = dict[tuple[CohortCall, str | None], SumsGetter]
"""The sums of staff, or of their weight, that denominators are measured on."""


@dataclass(frozen=True, slots=True)
class _CohortPlan:
    """The rules that a cohort can answer, those that it cannot and why, and its sums to come."""

    countable_rules: Sequence[NamedRule]
    uncountable_rules: Sequence[tuple[NamedRule, Issue | RuleProblem]]
    get_sums: SumsGetter
    table_doubts: TableDoubts = NO_TABLE_DOUBTS


def _plan_cohort(
    cohort_call: CohortCall,
    named_rules: Sequence[NamedRule],
    context: _TallyContext,
    base_sums: BaseSums,
    executor: ThreadPoolExecutor,
) -> _CohortPlan:
    """Sort a cohort's rules into those it can and cannot answer, and start adding up."""
    problem: Issue | RuleProblem | None = find_cohort_problem(
        cohort_call, context.missing_tables, context.unreadable_tables
    ) or find_missing_date_column(cohort_call, context.table_frames)
    if problem is not None:
        return _CohortPlan((), [(named_rule, problem) for named_rule in named_rules], CohortSums)
    all_comparisons = [comparison for _, rule in named_rules for comparison in rule.date_comparisons]
    cases = add_date_comparisons(context.get_cases(cohort_call), all_comparisons, context.table_frames["calendar"])
    schema = cases.collect_schema()
    problems = [(named_rule, _find_rule_problem(named_rule[1], schema, context)) for named_rule in named_rules]
    uncountable_rules = [(named_rule, problem) for named_rule, problem in problems if problem is not None]
    countable_rules = [named_rule for named_rule, problem in problems if problem is None]
    rules = [rule for _, rule in countable_rules]
    for rule in rules:
        if rule.base_cohort is not None and (rule.base_cohort, rule.weight_column) not in base_sums:
            base_cases = context.get_cases(rule.base_cohort)
            base_sums[rule.base_cohort, rule.weight_column] = _sum_by_month(
                base_cases, [_make_base_rule(rule)], context.as_at, executor
            )
    table_doubts = find_table_doubts(cohort_call, context.knowledge, context.missing_tables, context.find_span)
    get_sums: SumsGetter = CohortSums
    if rules:
        hidden_columns = [
            (*find_short_history(rule, context.find_span), *table_doubts.hidden_columns) for rule in rules
        ]
        get_sums = _sum_by_month(cases, rules, context.as_at, executor, hidden_columns)
    return _CohortPlan(countable_rules, uncountable_rules, get_sums, table_doubts)


def _make_base_rule(rule: Rule) -> Rule:
    """Make the rule of a headcount: all in post on the last day, each as 1 or by weight."""
    assert rule.base_cohort is not None
    unknown_weights = tuple(entry for entry in rule.unknown_columns if entry.column == rule.weight_column)
    return Rule(
        "",
        "",
        rule.base_cohort,
        "period-end",
        (),
        weight_column=rule.weight_column,
        unknown_columns=(*unknown_weights, UNCERTAIN_STAFF),
        largest_weight=rule.largest_weight,
    )


def _add_rule_tally(indicator_tally: IndicatorTally, rule_tally: RuleTally) -> IndicatorTally:
    """Return an indicator's tally with one more rule."""
    first_months = [month for month in (indicator_tally.first_month, rule_tally.first_month) if month is not None]
    rule_tallies = {**indicator_tally.rule_tallies, rule_tally.rule.id: rule_tally}
    return replace(indicator_tally, rule_tallies=rule_tallies, first_month=min(first_months, default=None))


def _accumulate_base(rule: Rule, base_sums: BaseSums, context: _TallyContext) -> BaseTotals:
    """Accumulate the headcount, or its weight, that a rule's denominator is measured on."""
    assert rule.base_cohort is not None
    cohort_sums = base_sums[rule.base_cohort, rule.weight_column]()
    shown = accumulate_changes((row["_month"], row["_d_0"]) for row in cohort_sums.monthly)
    if not cohort_sums.doubtful:
        return BaseTotals(shown, shown, shown)
    extra_weights = accumulate_changes((row["_month"], row.get("_x_0")) for row in cohort_sums.doubtful)
    certain_call = replace(rule.base_cohort, parameters=(("certain", True),))
    certain_sums = _sum_by_month(context.get_cases(certain_call), [_make_base_rule(rule)], context.as_at, None)()
    least = accumulate_changes((row["_month"], row["_d_0"]) for row in certain_sums.monthly)
    return BaseTotals(shown, least, add_totals(shown, extra_weights))


def _find_rule_problem(rule: Rule, schema: nw.Schema, context: _TallyContext) -> Issue | RuleProblem | None:
    """Find why a rule cannot use cases with these columns; None where it can."""
    for table_name in rule.required_tables:
        if table_name in context.missing_tables:
            return context.missing_tables[table_name]
    problem = find_schema_mismatch(rule, schema)
    if problem or rule.base_cohort is None or rule.weight_column is None:
        return problem
    # Of the base only the weight is used: the rule's conditions are about the cases.
    weighed_rule = replace(rule, counted=(), exclusions=(), population=(), outcome_column=None)
    return find_schema_mismatch(weighed_rule, context.get_cases(rule.base_cohort).collect_schema())


def _sum_by_month(
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
    reason_columns, measure_columns = _list_reason_columns(rules), _list_measure_columns(rules)
    summed_cases = _group_by_month(labelled_cases, ["_doubtful", *reason_columns], measure_columns, cohort)

    def collect_sums() -> CohortSums:
        monthly_sums = _collect_changes(summed_cases, measure_columns, cohort)
        if not any(month_row["_doubtful"] for month_row in monthly_sums):
            return CohortSums(monthly_sums, (), unknown_columns)
        doubtful_sums = _sum_doubtful_cases(cases.filter(nw.col("_doubtful")), rules, unknown_columns, cohort)
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
    cases: TableFrame,
    rules: Sequence[Rule],
    unknown_columns: Sequence[Sequence[UnknownColumn]],
    cohort: CohortSignature,
) -> MonthlySums:
    """Add up, by month and by doubt, the cases that may count otherwise than they do."""
    # Distinct subjects are told apart among all cases, not among these: see `doubts`.
    plain_rules = [replace(rule, distinct=None, outcome_column=None) for rule in rules]
    labelled_cases = label_cases(cases, cohort.subject_column, plain_rules)
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


def label_cases(cases: TableFrame, subject_column: str, rules: Sequence[Rule]) -> TableFrame:
    """Label the cases for each rule, by its position: `_left_0` (a reason or null), `_d_0`, `_n_0`.

    A rule over distinct subjects has a pair for each suffix of `get_measure_suffix`: `_d_0_month` and
    so on. A rule that asks for outcomes has `_outcome_0`: what happened to a case that is not counted.
    """
    cases = cases.with_columns(
        *(find_exclusion_reason(rule).alias(f"_left_{rule_position}") for rule_position, rule in enumerate(rules))
    ).with_columns(_build_denominator_column(rule_position, rule) for rule_position, rule in enumerate(rules))
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


def _list_reason_columns(rules: Sequence[Rule]) -> list[str]:
    """List the columns of `label_cases` for exclusion reasons, outcomes and values."""
    columns = [f"_left_{position}" for position in range(len(rules))]
    columns += [f"_value_{position}" for position, rule in enumerate(rules) if rule.measure.has_spread]
    return columns + [f"_outcome_{rule_position}" for rule_position, rule in enumerate(rules) if rule.outcome_column]


def _list_measure_columns(rules: Sequence[Rule]) -> list[str]:
    """List the columns of `label_cases` for the shares in numerators and denominators."""
    return [
        f"_{measure}_{position}{suffix}"
        for position, rule in enumerate(rules)
        for measure in "nd"
        for suffix in dict.fromkeys(["", *_list_measure_spans(rule)])
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


def _list_measure_spans(rule: Rule) -> Mapping[str, tuple[int, int]]:
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
    """Flag the one case of a subject that stands for it in each span of `_list_measure_spans`.

    Over a window the flags add up. `last` flags the last case in the span. `any` flags the first case
    and the first counted one. Of cases on one day, counted ones come last.
    """
    # Engines order ties as they like, so cases of one day are ordered by whether they count.
    case_order = ["case_date", f"_n_{rule_position}"]
    month_number = _build_month_number("case_date")
    for suffix, (span_length, counted_months) in _list_measure_spans(rule).items():
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


def _build_month_number(column: str) -> nw.Expr:
    """Build the number of the month of a date column, as `get_month_number` does for a date."""
    date_parts = nw.col(column).dt
    # The parts are small integers (the month an Int8), which overflow without a word.
    return date_parts.year().cast(nw.Int64) * 12 + date_parts.month().cast(nw.Int64) - 4


_MONTH_COLUMNS = ("_month", "_until")


def _build_month_columns(cases_are_states: bool) -> tuple[nw.Expr, nw.Expr]:
    """Build the month of an event, or the months in which a state began and ended, if it has."""
    if not cases_are_states:
        return _build_month_number("case_date").alias("_month"), nw.lit(None, dtype=nw.Int64).alias("_until")
    start_month = nw.when(nw.col("case_from").is_null()).then(nw.lit(SINCE_ALWAYS))
    return (
        start_month.otherwise(_build_month_number("case_from")).cast(nw.Int64).alias("_month"),
        _build_month_number("case_until").alias("_until"),
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


def _group_rules_by_cohort(indicators: Iterable[Indicator]) -> dict[CohortCall, list[NamedRule]]:
    """Group rules by cohort, each with the id of its indicator."""
    rules_by_cohort: dict[CohortCall, list[NamedRule]] = defaultdict(list)
    for indicator in indicators:
        for rule in (indicator.rule, *indicator.variants):
            rules_by_cohort[rule.cohort].append((indicator.id, rule))
    return rules_by_cohort


def _build_rule_tally(
    rule: Rule,
    rule_position: int,
    cohort_sums: CohortSums,
    base_totals: BaseTotals | None,
    table_doubts: TableDoubts,
    as_at: date,
) -> RuleTally:
    """Build the tally of one rule from the sums of its cohort."""
    monthly_sums = cohort_sums.monthly

    def accumulate_measures(measure_prefix: str) -> dict[str, RunningTotal]:
        columns = {suffix: f"{measure_prefix}_{rule_position}{suffix}" for suffix in _list_measure_spans(rule)}
        return {
            suffix: accumulate_changes((month_row["_month"], month_row[column]) for month_row in monthly_sums)
            for suffix, column in columns.items()
        }

    # The rows hold the cases of every rule of the cohort; these touch this one.
    rule_rows = (row for row in monthly_sums if row[f"_d_{rule_position}"] or row[f"_left_{rule_position}"] is not None)
    return RuleTally(
        rule=rule,
        numerators=accumulate_measures("_n"),
        denominators=accumulate_measures("_d"),
        excluded=_accumulate_by_value(monthly_sums, f"_left_{rule_position}"),
        not_counted=_accumulate_by_value(monthly_sums, f"_outcome_{rule_position}") if rule.outcome_column else {},
        base_totals=base_totals,
        first_month=min(
            (month_row["_month"] for month_row in rule_rows if month_row["_month"] not in (None, SINCE_ALWAYS)),
            default=None,
        ),
        doubts=_add_table_doubts(
            accumulate_doubts(rule, rule_position, cohort_sums.unknown_columns[rule_position], cohort_sums.doubtful),
            table_doubts,
            rule,
        ),
        as_at=as_at,
        values=_collect_values(monthly_sums, rule_position) if rule.measure.has_spread else None,
        populations=NO_ESTIMATES,
    )


def _add_table_doubts(doubts: DoubtTotals, table_doubts: TableDoubts, rule: Rule) -> DoubtTotals:
    """Add what the tables leave open in every period."""
    lost_rows = (
        table_doubts.lost_rows.scale(max(1, rule.largest_weight)) if rule.weight_column else table_doubts.lost_rows
    )
    open_tally = DoubtTally(open_reason=table_doubts.open_reason)
    undated = doubts.undated + lost_rows + open_tally
    return replace(doubts, undated=undated, coverage=table_doubts.coverage)


def _collect_values(monthly_sums: Iterable[Mapping[str, Any]], rule_position: int) -> ValueTotals:
    """Collect the values of a rule's eligible cases, in order of month."""
    value_rows = sorted(
        (month_row["_month"], float(month_row[f"_value_{rule_position}"]), float(month_row[f"_d_{rule_position}"]))
        for month_row in monthly_sums
        if month_row[f"_d_{rule_position}"]
        and month_row[f"_value_{rule_position}"] is not None
        and month_row["_month"] is not None
    )
    return ValueTotals([row[0] for row in value_rows], [row[1:] for row in value_rows])


def _accumulate_by_value(monthly_sums: Iterable[Mapping[str, Any]], column_name: str) -> dict[str, RunningTotal]:
    """Accumulate the numbers of cases by the values of a text column."""
    changes_by_value: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for month_row in monthly_sums:
        if month_row[column_name] is not None:
            changes_by_value[month_row[column_name]].append((month_row["_month"], month_row["_cases"]))
    return {value: accumulate_changes(changes_by_value[value]) for value in sorted(changes_by_value)}


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
    reason_columns = _list_reason_columns(rules)
    # Months of events are never public, so their distinct subjects are not needed.
    columns = [name for name in _list_measure_columns(rules) if not name.endswith("_month") and "_to_" not in name]
    flags = (nw.when(nw.col(column_name) > 0).then(1).otherwise(0).alias(column_name) for column_name in columns)
    flagged_cases = labelled_cases.select(*_build_month_columns(cohort.cases_are_states), *reason_columns, *flags)
    case_counts = flagged_cases.group_by(*_MONTH_COLUMNS, *reason_columns, *columns).agg(nw.len().alias("_cases"))
    return [dict(row) for row in case_counts.collect().iter_rows(named=True)]
