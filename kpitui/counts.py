"""Numerators, denominators and exclusions of every rule of an indicator, over any period.

All cases of a cohort are added up once, by month. Every window is a whole number of months, so
the count of any period is a difference of two running totals, and 240 months cost what one does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import accumulate
from typing import Any

import narwhals as nw

from kpitui.aside import Aside, done
from kpitui.cohorts import COHORTS, build, no_date, why_not
from kpitui.conditions import holds, misfit, reason_left_out
from kpitui.model import CohortCall, Count, Indicator, Rule, Window
from kpitui.periods import MONTHS, Kind, Period
from kpitui.tables.known import Frame, Frames

# The month of states that began before records did: earlier than any other.
ALWAYS = -1
NO_PROBLEMS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Steps:
    """A running total that changes in some months."""

    months: Sequence[int]
    totals: Sequence[float]

    def upto(self, month: int) -> float:
        """Return the total at the end of a month."""
        # Only months with a change are stored: the latest up to this one has the total.
        place = bisect_right(self.months, month)
        return self.totals[place - 1] if place else 0

    def within(self, first: int, last: int) -> float:
        """Return what was added from `first_month` to `last_month`, both included."""
        return self.upto(last) - self.upto(first - 1)


@dataclass(frozen=True, slots=True)
class RuleTally:
    """The running totals of one rule, those of its numerator and denominator by kind of period."""

    rule: Rule
    numerators: Mapping[Kind, Steps]
    denominators: Mapping[Kind, Steps]
    excluded: Mapping[str, Steps]
    not_counted: Mapping[str, Steps]
    base: Steps | None
    first_month: int | None  # the month of the first dated case

    def count(self, period: Period) -> Count:
        """Count a period under the rule's window."""
        first, last = window_months(self.rule.window, period)
        numerator = self.numerators[period.kind].within(first, last)
        denominator = (
            self._average(first, last)
            if self.base is not None
            else self.denominators[period.kind].within(first, last)
        )
        return Count(_tidy(numerator), _tidy(denominator), _within(self.excluded, first, last))

    def year_to_date(self, period: Period) -> Count | None:
        """Count from 1 April to the end of a period.

        Returns None for a rule that already counts more than single periods, and for one over
        distinct subjects, whose cases do not add up over periods.
        """
        if self.rule.window != "period" or self.rule.distinct:
            return None
        return replace(self, rule=replace(self.rule, window="year-to-date")).count(period)

    def gone(self, period: Period) -> Mapping[str, float]:
        """Count the cases in the denominator but not in the numerator, by outcome."""
        return _within(self.not_counted, *window_months(self.rule.window, period))

    def _average(self, first: int, last: int) -> float:
        """Average the headcount over the days that the rule names."""
        assert self.base is not None
        if self.rule.base_days == "month ends":
            ends = [self.base.upto(month) for month in range(first, last + 1)]
            return sum(ends) / len(ends)
        # The end of the month before is the day before the window (definitions.md, EA11).
        return (self.base.upto(first - 1) + self.base.upto(last)) / 2


@dataclass(frozen=True, slots=True)
class Tally:
    """The totals of an indicator's rule and variants; `problems` says why a rule has none."""

    rules: Mapping[str, RuleTally]
    problems: Mapping[str, str]
    first_month: int | None  # the month of the first dated case


def window_months(window: Window, period: Period) -> tuple[int, int]:
    """Return the first and last month of a window at a period's end, both included.

    A state on the last day is everything that ever began and had not ended by then.
    """
    last = period.last_month
    if window == "year-to-date":
        # Month numbers count from April, so a year begins at a multiple of 12.
        return last - last % 12, last
    if window == "rolling-12-months":
        return last - 11, last
    if window == "period-end":
        return ALWAYS, last
    return period.first_month, last


def tally(
    indicator: Indicator,
    tables: Frames,
    la_code: str,
    as_at: date,
    lacking: Mapping[str, str] = NO_PROBLEMS,
    unreadable: Mapping[str, str] = NO_PROBLEMS,
) -> Tally:
    """Add up the cases of one indicator; see `tally_indicators`."""
    return tallies((indicator,), tables, la_code, as_at, lacking, unreadable)[indicator.id]


def tallies(
    indicators: Sequence[Indicator],
    tables: Frames,
    la_code: str,
    as_at: date,
    lacking: Mapping[str, str] = NO_PROBLEMS,
    unreadable: Mapping[str, str] = NO_PROBLEMS,
) -> dict[str, Tally]:
    """Add up all cases of indicators, their rules and variants; each cohort is read once.

    `table_frames` are as known on `as_at`. `missing_tables` gives the tables that cannot be used,
    with the reason, and `unreadable_tables` those of them that do have a file. Returns tallies by
    indicator id.
    """
    over = _Over(tables, la_code, as_at, lacking, unreadable)
    found = {one.id: Tally({}, {}, None) for one in indicators}
    bases: Bases = {}
    with Aside() as aside:  # adds up one cohort while the next is planned
        planned = [
            _plan(call, asked, over, bases, aside) for call, asked in _by_cohort(indicators).items()
        ]
        aside.help()
        for plan in planned:
            for (name, rule), told in plan.unfit:
                problems = {**found[name].problems, rule.id: told}
                found[name] = replace(found[name], problems=problems)
            rows = plan.rows.result()
            for place, (name, rule) in enumerate(plan.fit):
                base = _base_steps(bases[rule.base, rule.weight]) if rule.base else None
                found[name] = _with_rule(found[name], _rule_tally(rule, place, rows, base))
    return found


@dataclass(frozen=True, slots=True)
class _Over:
    """The data to add up, and the tables that are missing from it."""

    tables: Frames
    la_code: str
    as_at: date
    lacking: Mapping[str, str]
    unreadable: Mapping[str, str]
    _built: dict[CohortCall, Frame] = field(default_factory=dict)

    def cases(self, call: CohortCall) -> Frame:
        """Return a cohort's cases, planned once even if several rules or bases need them."""
        if call not in self._built:
            self._built[call] = build(call, self.tables, self.la_code)
        return self._built[call]


Named = tuple[str, Rule]
"""An indicator's id, and one of its rules."""
Rows = Sequence[Mapping[str, Any]]
"""The sums of a cohort's cases: a row for each month and combination of reasons and outcomes.

Each has `_month`, the columns of `label_cases`, with measures as sums, and the number of `_cases`.
The end of a state is a row of its own, in the month of its end and with negative numbers.
"""
Bases = dict[tuple[CohortCall, str | None], Future[Rows]]
"""The sums of staff, or of their weight, that denominators are measured on."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """The rules that a cohort can answer, those that it cannot and why, and its sums to come."""

    fit: Sequence[Named]
    unfit: Sequence[tuple[Named, str]]
    rows: Future[Rows]


def _plan(
    call: CohortCall, asked: Sequence[Named], over: _Over, bases: Bases, aside: Aside
) -> _Plan:
    """Sort a cohort's rules into those it can and cannot answer, and start adding up."""
    problem = why_not(call, over.lacking, over.unreadable) or no_date(call, over.tables)
    if problem:
        return _Plan((), [(one, problem) for one in asked], done(()))
    cases = over.cases(call)
    schema = cases.collect_schema()
    told = [(one, _unfit(one[1], schema, over)) for one in asked]
    fit = [one for one, why in told if not why]
    rules = [rule for _, rule in fit]
    for rule in rules:
        if rule.base is not None and (rule.base, rule.weight) not in bases:
            # A headcount is a rule too: all in post on the last day, each as 1 or by weight.
            staff = Rule("", "", rule.base, "period-end", (), weight=rule.weight)
            spells = over.cases(rule.base)
            bases[rule.base, rule.weight] = _monthly(spells, [staff], over.as_at, aside)
    rows: Future[Rows] = _monthly(cases, rules, over.as_at, aside) if rules else done(())
    return _Plan(fit, [one for one in told if one[1]], rows)


def _with_rule(found: Tally, rule: RuleTally) -> Tally:
    """Return an indicator's tally with one more rule."""
    firsts = [one for one in (found.first_month, rule.first_month) if one is not None]
    rules = {**found.rules, rule.rule.id: rule}
    return replace(found, rules=rules, first_month=min(firsts, default=None))


def _base_steps(staff: Future[Rows]) -> Steps:
    """Accumulate the headcount, or its weight, that a denominator is measured on."""
    return _steps((row["_month"], row["_d_0"]) for row in staff.result())


def _unfit(rule: Rule, schema: nw.Schema, over: _Over) -> str:
    """Explain why a rule cannot use cases with these columns, or return ""."""
    if wanted := next((over.lacking[name] for name in rule.needs if name in over.lacking), ""):
        return wanted
    problem = misfit(rule, schema)
    if problem or rule.base is None or rule.weight is None:
        return problem
    # Of the base only the weight is used: the rule's conditions are about the cases.
    weighed = replace(rule, counted=(), left_out=(), of=(), outcomes=None)
    return misfit(weighed, over.cases(rule.base).collect_schema())


def _monthly(cases: Frame, rules: Sequence[Rule], as_at: date, aside: Aside) -> Future[Rows]:
    """Start adding up, by month, the cases of the cohort that some rules share."""
    cohort = COHORTS[rules[0].cohort.name]
    # Visit clocks fall due after the meeting: those are not cases yet (definitions.md, VP8).
    if not cohort.states:
        cases = cases.filter(nw.col("case_date") <= as_at)
    labelled = label(cases, cohort.subject, rules)
    keys, sums = _whys(rules), _sums(rules)
    months = _months(cohort.states)
    totals = [nw.col(name).sum().alias(name) for name in sums]
    counted = labelled.select(*months, *keys, *sums).group_by(*_MONTHS, *keys)
    summed = counted.agg(*totals, nw.len().alias("_cases"))

    def added_up() -> Rows:
        rows = [dict(row) for row in summed.collect().iter_rows(named=True)]
        return list(_begun_and_over(rows, sums)) if cohort.states else rows

    # Other engines have a connection, which two threads must not share.
    return aside.do(added_up) if summed.implementation.is_polars() else done(added_up())


def label(cases: Frame, subject: str, rules: Sequence[Rule]) -> Frame:
    """Label the cases for each rule, by its position: `_left_0` (a reason or null), `_d_0`, `_n_0`.

    A rule over distinct subjects has a pair for each kind of period: `_d_0_month` and so on. A rule
    that asks for outcomes has `_outcome_0`: what happened to a case that is not counted.
    """
    cases = cases.with_columns(
        *(reason_left_out(rule).alias(f"_left_{i}") for i, rule in enumerate(rules))
    ).with_columns(_denominator(i, rule) for i, rule in enumerate(rules))
    cases = cases.with_columns(_numerator(i, rule) for i, rule in enumerate(rules))
    for place, rule in enumerate(rules):
        if rule.distinct:
            cases = _distinct(cases, place, rule, subject)
    outcomes = [_outcome(place, rule) for place, rule in enumerate(rules) if rule.outcomes]
    return cases.with_columns(*outcomes) if outcomes else cases


def _whys(rules: Sequence[Rule]) -> list[str]:
    """List the columns of `label_cases` for exclusion reasons and outcomes."""
    left = [f"_left_{place}" for place in range(len(rules))]
    return left + [f"_outcome_{place}" for place, rule in enumerate(rules) if rule.outcomes]


def _sums(rules: Sequence[Rule]) -> list[str]:
    """List the columns of `label_cases` for the shares in numerators and denominators."""
    return [
        f"_{measure}_{place}{ending}"
        for place, rule in enumerate(rules)
        for measure in "nd"
        for ending in dict.fromkeys(["", *(distinct_column(rule, kind) for kind in MONTHS)])
    ]


def _outcome(place: int, rule: Rule) -> nw.Expr:
    """Build the column with the outcome of cases that are not counted."""
    not_counted = nw.when((nw.col(f"_d_{place}") > 0) & (nw.col(f"_n_{place}") == 0))
    return not_counted.then(nw.col(rule.outcomes or "")).alias(f"_outcome_{place}")


def distinct_column(rule: Rule, kind: Kind) -> str:
    """Return the suffix of a rule's measures for a kind of period."""
    return f"_{_span_kind(rule, kind)}" if rule.distinct else ""


def _denominator(place: int, rule: Rule) -> nw.Expr:
    """Build the column with each case's share in the denominator."""
    eligible = nw.col(f"_left_{place}").is_null()
    # A post without an fte counts for nothing (definitions.md, EA11).
    weight = nw.col(rule.weight).fill_null(0) if rule.weight else nw.lit(1)
    within = eligible & holds(rule.of) if rule.of else eligible
    return nw.when(within).then(weight).otherwise(0).alias(f"_d_{place}")


def _numerator(place: int, rule: Rule) -> nw.Expr:
    """Build the column with each case's share in the numerator."""
    weight = nw.col(f"_d_{place}")
    return nw.when(holds(rule.counted)).then(weight).otherwise(0).alias(f"_n_{place}")


def _distinct(cases: Frame, place: int, rule: Rule, subject: str) -> Frame:
    """Flag the one case of a subject that stands for it in each month, quarter and year.

    Over a window the flags add up. `last` flags the last case in the period. `any` flags the first
    case and the first counted one, over the financial year if the window is the year to date. Of
    cases on one day, counted ones come last.
    """
    eligible, counted = nw.col(f"_d_{place}"), nw.col(f"_n_{place}")
    # Engines order ties as they like, so cases of one day are ordered by whether they count.
    order = ["case_date", f"_n_{place}"]
    # A dict keeps the order and drops repeats: over the year to date all three spans are the year.
    for kind in {_span_kind(rule, kind): None for kind in MONTHS}:
        cases = cases.with_columns((_month("case_date") // MONTHS[kind]).alias("_span"))
        so_far = {
            "_d": eligible.cum_sum().over(subject, "_span", order_by=order),
            "_n": counted.cum_sum().over(subject, "_span", order_by=order),
            "_of": eligible.sum().over(subject, "_span"),
        }
        cases = cases.with_columns(**{f"{name}_at": each for name, each in so_far.items()})
        if rule.distinct == "last":
            stands = (eligible > 0) & (nw.col("_d_at") == nw.col("_of_at"))
            flags = {"_d": stands, "_n": stands & (counted > 0)}
        else:
            first = (eligible > 0) & (nw.col("_d_at") == 1)
            flags = {"_d": first, "_n": (counted > 0) & (nw.col("_n_at") == 1)}
        cases = cases.with_columns(
            *(nw.when(flag).then(1).otherwise(0).alias(f"{name}_{place}_{kind}")
              for name, flag in flags.items())
        ).drop("_d_at", "_n_at", "_of_at")  # fmt: skip
    return cases.drop("_span")


def _span_kind(rule: Rule, kind: Kind) -> Kind:
    """Return the span within which subjects are distinct: the year so far, or the period."""
    return "year" if rule.window == "year-to-date" else kind


def _month(column: str) -> nw.Expr:
    """Build the number of the month of a date column, as `get_month_number` does for a date."""
    parts = nw.col(column).dt
    # The parts are small integers (the month an Int8), which overflow without a word.
    return parts.year().cast(nw.Int64) * 12 + parts.month().cast(nw.Int64) - 4


_MONTHS = ("_month", "_until")


def _months(states: bool) -> tuple[nw.Expr, nw.Expr]:
    """Build the month of an event, or the months in which a state began and ended, if it has."""
    if not states:
        return _month("case_date").alias("_month"), nw.lit(None, dtype=nw.Int64).alias("_until")
    begun = nw.when(nw.col("case_from").is_null()).then(nw.lit(ALWAYS))
    return (
        begun.otherwise(_month("case_from")).cast(nw.Int64).alias("_month"),
        _month("case_until").alias("_until"),
    )


def _begun_and_over(
    rows: Iterable[dict[str, Any]], sums: Iterable[str]
) -> Iterator[dict[str, Any]]:
    """Turn states into changes: added in the month they began, taken away when they ended."""
    changed = [*sums, "_cases"]
    for row in rows:
        yield row
        if row["_until"] is not None:
            # Reasons and outcomes stay the same, so that their totals lose the state as well.
            yield row | {name: -(row[name] or 0) for name in changed} | {"_month": row["_until"]}


def _by_cohort(indicators: Iterable[Indicator]) -> dict[CohortCall, list[Named]]:
    """Group rules by cohort, each with the id of its indicator."""
    groups: dict[CohortCall, list[Named]] = defaultdict(list)
    for indicator in indicators:
        for rule in (indicator.rule, *indicator.variants):
            groups[rule.cohort].append((indicator.id, rule))
    return groups


def _rule_tally(rule: Rule, place: int, rows: Rows, base: Steps | None) -> RuleTally:
    """Build the tally of one rule from the sums of its cohort."""

    @cache  # kinds of period share a column unless subjects are distinct
    def steps_of(column: str) -> Steps:
        return _steps((row["_month"], row[column]) for row in rows)

    def steps(measure: str, kind: Kind) -> Steps:
        return steps_of(f"{measure}_{place}{distinct_column(rule, kind)}")

    # The rows hold the cases of every rule of the cohort; these touch this one.
    own = (row for row in rows if row[f"_d_{place}"] or row[f"_left_{place}"] is not None)
    return RuleTally(
        rule=rule,
        numerators={kind: steps("_n", kind) for kind in MONTHS},
        denominators={kind: steps("_d", kind) for kind in MONTHS},
        excluded=_steps_by(rows, f"_left_{place}"),
        not_counted=_steps_by(rows, f"_outcome_{place}") if rule.outcomes else {},
        base=base,
        first_month=min((row["_month"] for row in own if row["_month"] != ALWAYS), default=None),
    )


def _steps_by(rows: Iterable[Mapping[str, Any]], column: str) -> dict[str, Steps]:
    """Accumulate the numbers of cases by the values of a text column."""
    groups: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row in rows:
        if row[column] is not None:
            groups[row[column]].append((row["_month"], row["_cases"]))
    return {name: _steps(groups[name]) for name in sorted(groups)}


def _steps(changes: Iterable[tuple[int, float | None]]) -> Steps:
    """Accumulate changes, given as month and amount in any order."""
    by_month: dict[int, float] = defaultdict(int)
    for month, amount in changes:
        by_month[month] += float(amount or 0)  # some engines sum into decimals
    months = sorted(by_month)
    return Steps(months, list(accumulate(by_month[month] for month in months)))


def _within(steps: Mapping[str, Steps], first: int, last: int) -> dict[str, int]:
    """Count what each total gained in some months, leaving out zeros."""
    found = {name: int(each.within(first, last)) for name, each in steps.items()}
    return {name: number for name, number in found.items() if number}


def _tidy(number: float) -> float:
    """Round away the noise of binary fractions; return whole numbers as integers."""
    # Sums of fte such as 0.1 + 0.2 would print and compare as something else.
    rounded = round(number, 9)
    return int(rounded) if rounded == int(rounded) else rounded


def standings(
    call: CohortCall, rules: Sequence[Rule], tables: Frames, la_code: str, as_at: date
) -> list[dict[str, Any]]:
    """Count the cases of a cohort that are alike in all of some rules, by month.

    The rows have the columns of `label_cases`, with measures as 1 or 0, and `_cases`. `_month` is
    the month of an event, or in which a state began; `_until` the one in which it ended, if it has.
    """
    cohort = COHORTS[call.name]
    cases = build(call, tables, la_code)
    if not cohort.states:
        cases = cases.filter(nw.col("case_date") <= as_at)
    labelled = label(cases, cohort.subject, rules)
    whys = _whys(rules)
    # Months of events are never public, so their distinct subjects are not needed.
    sums = [name for name in _sums(rules) if not name.endswith("_month")]
    flags = (nw.when(nw.col(name) > 0).then(1).otherwise(0).alias(name) for name in sums)
    alike = labelled.select(*_months(cohort.states), *whys, *flags)
    counted = alike.group_by(*_MONTHS, *whys, *sums).agg(nw.len().alias("_cases"))
    return [dict(row) for row in counted.collect().iter_rows(named=True)]
