"""Add up the cases of every indicator, its rules and variants: each cohort once, by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import narwhals as nw

from kpitui.cohorts.date_comparisons import add_date_comparisons
from kpitui.cohorts.registry import build_cohort, find_cohort_problem, find_missing_date_column
from kpitui.conditions import find_schema_mismatch
from kpitui.counts.case_labels import list_measure_spans
from kpitui.counts.monthly_sums import CohortSums, SumsGetter, start_monthly_sums
from kpitui.counts.rule_tally import UNCERTAIN_STAFF, BaseTotals, IndicatorTally, RuleTally
from kpitui.doubts import DoubtTally, DoubtTotals, accumulate_doubts
from kpitui.measured_counts import ValueTotals
from kpitui.model.catalogue import CohortCall, Indicator, Rule
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.issues import Issue, RuleProblem
from kpitui.model.table_knowledge import TableKnowledgeByName
from kpitui.model.windows import SINCE_ALWAYS
from kpitui.populations import NO_ESTIMATES, PopulationEstimates, read_populations
from kpitui.running_totals import RunningTotal, accumulate_changes, add_totals
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
            base_sums[rule.base_cohort, rule.weight_column] = start_monthly_sums(
                base_cases, [_make_base_rule(rule)], context.as_at, executor
            )
    table_doubts = find_table_doubts(cohort_call, context.knowledge, context.missing_tables, context.find_span)
    get_sums: SumsGetter = CohortSums
    if rules:
        hidden_columns = [
            (*find_short_history(rule, context.find_span), *table_doubts.hidden_columns) for rule in rules
        ]
        get_sums = start_monthly_sums(cases, rules, context.as_at, executor, hidden_columns)
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
    if "certain" not in COHORTS[rule.base_cohort.name].parameters:
        return BaseTotals(shown, shown, add_totals(shown, extra_weights))
    certain_call = replace(rule.base_cohort, parameters=(("certain", True),))
    certain_sums = start_monthly_sums(context.get_cases(certain_call), [_make_base_rule(rule)], context.as_at, None)()
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
        columns = {suffix: f"{measure_prefix}_{rule_position}{suffix}" for suffix in list_measure_spans(rule)}
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
