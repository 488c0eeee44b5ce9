"""Cases of which it cannot be told whether they count, and the bounds that they leave for a value.

A case is unknown to a rule where a cell that decides does not have its true value. What may be true
of it is found by the rule's own conditions (`conditions.find_possible_standings`). At the lowest, a
value has as many of these cases as may be in the denominator alone; at the highest, as many as may
be counted: the choice is the same for every value, so the bounds of any window are sums, as the
numerators are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw

from kpitui.conditions import conditions_hold, find_possible_standings
from kpitui.model.board import CountBounds
from kpitui.model.catalogue import ColumnTest, Rule, UnknownColumn
from kpitui.model.clean_tables import UNREAD_SUFFIX
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.column_readings import find_source_column
from kpitui.model.issues import CodedMessage, create_message
from kpitui.running_totals import RunningTotal, accumulate_changes, count_between, round_off_noise

MAY_BE_OUT, MAY_COUNT, MAY_NOT_COUNT = 1, 2, 4
"""What may be true of a case, as bits: outside the denominator, counted, or in the denominator alone."""
EARLIER_GRADE_REASON = "earlier grade not in the file"
LARGEST_UNGRADED_SHARE = 0.05
"""With more grades unknown than this there is no value: the file knows the latest inspections alone."""
EARLIER_GRADES_BOUNDS = CountBounds((0, 1), (1, 1), 0, create_message("earlier-grades-missing"))
_STANDING_BITS = 8
UNREAD_CASE_DATE = f"case_date{UNREAD_SUFFIX}"
"""The column of an event's date where nobody could read it: the event may be in any period."""


@dataclass(frozen=True, slots=True)
class DoubtTally:
    """Unknown cases by reason, and what they change in a count at its lowest and at its highest."""

    cases: Mapping[str, float] = field(default_factory=dict)
    lowest: tuple[float, float] = (0, 0)
    highest: tuple[float, float] = (0, 0)
    least_denominator: float = 0
    open_reason: CodedMessage | None = None  # why nothing can be told, if so

    @property
    def changes(self) -> tuple[float, float, float, float, float]:
        """Return all changes in one row."""
        return (*self.lowest, *self.highest, self.least_denominator)

    def __add__(self, other: DoubtTally) -> DoubtTally:
        return DoubtTally(
            dict(Counter(self.cases) + Counter(other.cases)),
            (self.lowest[0] + other.lowest[0], self.lowest[1] + other.lowest[1]),
            (self.highest[0] + other.highest[0], self.highest[1] + other.highest[1]),
            self.least_denominator + other.least_denominator,
            self.open_reason or other.open_reason,
        )

    def lacks_earlier_grades(self, denominator: float) -> bool:
        """Say whether files of the latest inspections alone leave too many grades of a day unknown."""
        unknown_weight = self.lowest[1] if self.cases.get(EARLIER_GRADE_REASON) else 0
        return unknown_weight > LARGEST_UNGRADED_SHARE * (denominator + unknown_weight)

    def scale(self, weight: float) -> DoubtTally:
        """Return the tally of as many cases of another weight."""
        (low_n, low_d), (high_n, high_d) = self.lowest, self.highest
        return DoubtTally(
            self.cases,
            (low_n * weight, low_d * weight),
            (high_n * weight, high_d * weight),
            self.least_denominator * weight,
            self.open_reason,
        )


NO_DOUBT = DoubtTally()


@dataclass(frozen=True, slots=True)
class TableCoverage:
    """From when to when the tables behind a count can answer; `first_table` and `last_table` say which.

    `begins_after` says whether the first table must begin after a day, and `ends_before` whether the
    last must end before it.
    """

    first_day: date | None = None
    first_table: str = ""
    last_day: date | None = None
    last_table: str = ""
    begins_after: Callable[[date], bool] = lambda day: False
    ends_before: Callable[[date], bool] = lambda day: False

    def covers_nothing(self, first_day: date, last_day: date) -> bool:
        """Say whether no day of a window is covered; a state is that of its last day."""
        if self.first_day is not None and last_day < self.first_day:
            return True
        return self.last_day is not None and self.last_day < first_day and self.ends_before(last_day)

    def explain_gap(self, first_day: date, last_day: date) -> CodedMessage | None:
        """Say which table does not go over all days of a window, or return None."""
        if self.begins_after(first_day):
            return create_message("table-begins-later", table=self.first_table)
        return create_message("table-ends-earlier", table=self.last_table) if self.ends_before(last_day) else None


FULL_COVERAGE = TableCoverage()


@dataclass(frozen=True, slots=True)
class DoubtTotals:
    """The running totals of a rule's unknown cases, and of those that may be in any period."""

    cases: Mapping[str, RunningTotal]
    changes: Sequence[RunningTotal]  # those of a `DoubtTally`, in its order
    undated: DoubtTally = NO_DOUBT
    coverage: TableCoverage = FULL_COVERAGE

    def tally_between(self, first_month: int, last_month: int) -> DoubtTally:
        """Tally the cases of some months, and those that may belong to them."""
        if not self.cases:
            return self.undated
        low_n, low_d, high_n, high_d, least_d = (total.total_between(first_month, last_month) for total in self.changes)
        cases = count_between(self.cases, first_month, last_month)
        return DoubtTally(cases, (low_n, low_d), (high_n, high_d), least_d) + self.undated


CERTAIN = DoubtTotals({}, ())


def list_unknown_columns(
    rule: Rule, schema: Mapping[str, Any], hidden_columns: Sequence[UnknownColumn] = ()
) -> tuple[UnknownColumn, ...]:
    """List the columns that may hide how a case counts, as far as the cases have what says so.

    To those that the rule declares come the cells that could not be read, and `hidden_columns`.
    """
    declared_columns = [
        unknown_column
        for unknown_column in rule.unknown_columns
        if all(test.column in schema for tests in unknown_column.conditions for test in tests)
    ]
    return (*declared_columns, *_list_unread_columns(rule, schema), *hidden_columns)


def _list_unread_columns(rule: Rule, schema: Mapping[str, Any]) -> Iterator[UnknownColumn]:
    """List the columns whose cells could not be read: those that the rule tests, and dates that decide.

    A case with such a date may be none: it may have ended, or not have begun.
    """
    tested_columns = {test.column for tests in _iterate_alternatives(rule) for test in tests} | {rule.weight_column}
    tested_columns |= {rule.measure.value_column}
    compared_columns = {
        part: comparison.name for comparison in rule.date_comparisons for part in (comparison.earlier, comparison.later)
    }
    membership_dates = COHORTS[rule.cohort.name].membership_dates
    for unread_column in (name for name in schema if name.endswith(UNREAD_SUFFIX)):
        column_name = unread_column.removesuffix(UNREAD_SUFFIX)
        if column_name in compared_columns:
            # What two dates make of each other is not known where one of them is not.
            is_unread = ((ColumnTest(unread_column, "missing", False),),)
            yield UnknownColumn(f"{column_name} could not be read", compared_columns[column_name], is_unread)
        if column_name in membership_dates or column_name in tested_columns:
            is_unread = ((ColumnTest(unread_column, "missing", False),),)
            reason = f"{_CASE_DATE_WORDS.get(column_name, find_source_column(column_name))} could not be read"
            yield UnknownColumn(reason, column_name, is_unread, reason, column_name in membership_dates)


_CASE_DATE_WORDS = {"case_date": "the date", "case_from": "the date", "case_until": "the date"}


def _iterate_alternatives(rule: Rule) -> Iterable[Sequence[ColumnTest]]:
    for conditions in (rule.population, rule.counted, *(exclusion.conditions for exclusion in rule.exclusions)):
        yield from conditions


def build_doubtful_column(unknown_columns: Iterable[Sequence[UnknownColumn]]) -> nw.Expr:
    """Build whether any of the rules' columns is unknown for a case; never null."""
    # Rules of one cohort share most of their columns, mostly as one and the same tuple.
    conditions = {id(entry.conditions): entry.conditions for rule_columns in unknown_columns for entry in rule_columns}
    if not conditions:
        return nw.lit(False)
    is_doubtful = reduce(or_, (conditions_hold(tests) for tests in conditions.values()))
    return nw.when(is_doubtful).then(nw.lit(True)).otherwise(nw.lit(False))


def build_doubt_columns(rule_position: int, rule: Rule, unknown_columns: Sequence[UnknownColumn]) -> dict[str, nw.Expr]:
    """Build `_doubt_0`: 0 for a certain case, or else its reason and what may be true of it.

    The lowest three bits are those of what may be true; the others number the reason, from 1.
    Weighted cases have `_w_0`, their weight, and `_x_0`, by how much it may be more, besides.
    """
    if not unknown_columns:
        return {}
    unknown_cells = {
        name: reduce(or_, (_hold(entry) for entry in unknown_columns if entry.column == name))
        for name in {entry.column for entry in unknown_columns}
    }
    standings = find_possible_standings(rule, unknown_cells)
    may_be_out = reduce(or_, (_hold(entry) for entry in unknown_columns if entry.may_not_belong), standings.is_out)
    reason_number: Any = nw
    for number, entry in enumerate(unknown_columns, 1):
        reason_number = reason_number.when(_hold(entry)).then(nw.lit(number * _STANDING_BITS))
    reason_number = reason_number.otherwise(nw.lit(0))
    possible_bits = (
        _to_bit(may_be_out, MAY_BE_OUT)
        + _to_bit(standings.is_counted, MAY_COUNT)
        + _to_bit(standings.is_not_counted, MAY_NOT_COUNT)
    )
    doubt = nw.when(reason_number > 0).then(reason_number + possible_bits).otherwise(nw.lit(0))
    return {f"_doubt_{rule_position}": doubt} | _build_weight_columns(rule_position, rule, unknown_cells)


def _build_weight_columns(rule_position: int, rule: Rule, unknown_cells: Mapping[str, nw.Expr]) -> dict[str, nw.Expr]:
    """Build the weight of a case, and by how much it may be more where it is not known."""
    if rule.weight_column is None:
        return {}
    weight = nw.col(rule.weight_column)
    lacks_weight = unknown_cells.get(rule.weight_column, nw.lit(False))
    extra_weight = nw.when(lacks_weight).then(nw.lit(float(rule.largest_weight))).otherwise(nw.lit(0.0))
    return {f"_w_{rule_position}": weight.fill_null(0), f"_x_{rule_position}": extra_weight}


def _hold(unknown_column: UnknownColumn) -> nw.Expr:
    """Build whether a column is unknown for a case; never null."""
    return nw.when(conditions_hold(unknown_column.conditions)).then(nw.lit(True)).otherwise(nw.lit(False))


def _to_bit(condition: nw.Expr, bit: int) -> nw.Expr:
    return nw.when(condition).then(nw.lit(bit)).otherwise(nw.lit(0))


def accumulate_doubts(
    rule: Rule, rule_position: int, unknown_columns: Sequence[UnknownColumn], doubtful_sums: Sequence[Mapping[str, Any]]
) -> DoubtTotals:
    """Accumulate the unknown cases of a rule from the sums of its cohort; see `counts.CohortSums`."""
    if not unknown_columns or not doubtful_sums:
        return CERTAIN
    tallies = [
        (month_row["_month"], tally)
        for month_row in doubtful_sums
        if (tally := _tally_row(rule, rule_position, unknown_columns, month_row)) is not None
    ]
    dated_tallies = [(month, tally) for month, tally in tallies if month is not None]
    undated = sum((tally for month, tally in tallies if month is None), NO_DOUBT)
    return DoubtTotals(
        {
            reason: accumulate_changes((month, tally.cases.get(reason, 0)) for month, tally in dated_tallies)
            for reason in sorted({reason for _, tally in dated_tallies for reason in tally.cases})
        },
        [
            accumulate_changes((month, tally.changes[index]) for month, tally in dated_tallies)
            for index in range(len(NO_DOUBT.changes))
        ],
        undated,
    )


def _tally_row(
    rule: Rule, rule_position: int, unknown_columns: Sequence[UnknownColumn], month_row: Mapping[str, Any]
) -> DoubtTally | None:
    """Tally cases of which the same may be true; None where all stand as they are shown."""
    doubt, case_number = month_row[f"_doubt_{rule_position}"], month_row["_cases"]
    if not doubt:
        return None
    reason = unknown_columns[doubt // _STANDING_BITS - 1].reason
    if rule.distinct:
        # The case may take the place of another of its subject, or give its place to it.
        return DoubtTally({reason: case_number}, (-case_number, case_number), (case_number, -case_number), -case_number)
    least_weight = float((month_row[f"_w_{rule_position}"] if rule.weight_column else case_number) or 0)
    most_weight = least_weight + float((month_row[f"_x_{rule_position}"] if rule.weight_column else 0) or 0)
    numerator, denominator = (float(month_row[f"_{measure}_{rule_position}"] or 0) for measure in "nd")
    lowest, highest = (0.0, 0.0), (0.0, 0.0)
    if doubt & MAY_NOT_COUNT:
        lowest = (0.0, most_weight)
    elif not doubt & MAY_BE_OUT:
        lowest = (least_weight, least_weight)
    if doubt & MAY_COUNT:
        highest = (most_weight, most_weight)
    elif not doubt & MAY_BE_OUT:
        highest = (0.0, least_weight)
    tally = DoubtTally(
        {reason: case_number},
        (lowest[0] - numerator, lowest[1] - denominator),
        (highest[0] - numerator, highest[1] - denominator),
        (0 if doubt & MAY_BE_OUT else least_weight) - denominator,
    )
    return tally if any(tally.changes) else None


def find_bounds(
    numerator: float, denominators: tuple[float, float, float], doubt_tally: DoubtTally, *, is_share: bool
) -> CountBounds:
    """Find the bounds of a count from its doubts.

    `denominators` are the one shown, the least and the most that it can be. Where the value `is_share`
    of its denominator, it lies between 0 and 100%.
    """
    if open_reason := doubt_tally.open_reason:
        return CountBounds((0, 1), (1, 1) if is_share else (1, 0), 0, open_reason)
    shown, least, most = denominators
    low_n, high_n = numerator + doubt_tally.lowest[0], numerator + doubt_tally.highest[0]
    if not is_share:
        # The denominator is a headcount, and has bounds of its own.
        return CountBounds((_clip(low_n), _clip(most)), (_clip(high_n), _clip(least)), _clip(least))
    low_d, high_d = most + doubt_tally.lowest[1], least + doubt_tally.highest[1]
    # Without a case that must be in the denominator there is a value only if a case is in it.
    if low_d <= 0:
        low_n, low_d = high_n, high_d
    lowest, highest = (min(low_n, low_d), low_d), (min(high_n, high_d), high_d)
    return CountBounds(
        (_clip(lowest[0]), _clip(lowest[1])),
        (_clip(highest[0]), _clip(highest[1])),
        _clip(shown + doubt_tally.least_denominator),
    )


def _clip(number: float) -> float:
    """Return a number of cases, which is no less than none."""
    return round_off_noise(max(0, number))
