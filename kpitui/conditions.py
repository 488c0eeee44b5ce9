"""Conditions of the catalogue as data-frame expressions.

A condition is structured data over named columns (contract, section 6). No text is evaluated, so
nothing in a config can reach a file or a network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

import narwhals as nw

from kpitui.model.catalogue import ColumnTest, Conditions, Rule, Scalar
from kpitui.model.column_readings import find_source_column
from kpitui.model.issues import RuleProblem, create_message
from kpitui.text import find_nearest_name

_COMPARISONS: dict[str, Callable[[nw.Expr, Any], nw.Expr]] = {
    "equal": lambda expression, operand: expression == operand,
    "any_of": lambda column_expression, operands: _match_any_of(column_expression, operands),
    "none_of": lambda column_expression, operands: ~_match_any_of(column_expression, operands),
    "at_least": lambda column_expression, operand: column_expression >= operand,
    "at_most": lambda column_expression, operand: column_expression <= operand,
    "more_than": lambda column_expression, operand: column_expression > operand,
    "less_than": lambda column_expression, operand: column_expression < operand,
    "starts_with": lambda column_expression, operand: column_expression.str.starts_with(operand),
    "missing": lambda column_expression, operand: (
        column_expression.is_null() if operand else ~column_expression.is_null()
    ),
}


def conditions_hold(conditions: Conditions) -> nw.Expr:
    """Build a boolean expression: one of the alternatives holds, or there are none.

    A missing cell satisfies no comparison, which may make the expression null. `when` and `filter`
    take null for false in every engine; to negate the expression use `conditions_fail`.
    """
    if not conditions:
        return nw.lit(True)
    return reduce(or_, (_match_all_tests(tests) for tests in conditions))


def conditions_fail(conditions: Conditions) -> nw.Expr:
    """Build a boolean expression that is never null: none of the alternatives holds."""
    # Not the operator ~, which turns null into null.
    return nw.when(conditions_hold(conditions)).then(nw.lit(False)).otherwise(nw.lit(True))


def find_exclusion_reason(rule: Rule) -> nw.Expr:
    """Build a text expression: the first reason to exclude a case from a rule, or null."""
    # With a type, since a rule without exclusions makes a column of nulls alone.
    no_reason = nw.lit(None, dtype=nw.String)
    if not rule.exclusions:
        return no_reason
    # Cases outside the population are not excluded from it, so they have no reason. Without a
    # population the chain begins at narwhals itself: both have `when`.
    reason_chain: Any = nw.when(conditions_fail(rule.population)).then(no_reason) if rule.population else nw
    for exclusion in rule.exclusions:
        applies = (conditions_fail if exclusion.negated else conditions_hold)(exclusion.conditions)
        reason_chain = reason_chain.when(applies).then(nw.lit(exclusion.reason))
    return reason_chain.otherwise(no_reason)  # type: ignore[no-any-return]


UnknownCells = Mapping[str, nw.Expr]
"""For columns that may not have their true value: an expression, never null, that says where."""


@dataclass(frozen=True, slots=True)
class PossibleStandings:
    """Expressions, never null, for what may be true of a case in which some cells are unknown."""

    is_out: nw.Expr  # outside the denominator
    is_counted: nw.Expr  # in the denominator, and in the numerator too
    is_not_counted: nw.Expr  # in the denominator alone


def find_possible_standings(rule: Rule, unknown_cells: UnknownCells) -> PossibleStandings:
    """Build what may be true of a case under a rule, where the cells in `unknown_cells` may be anything.

    This is Kleene's logic of three values: a test on an unknown cell may hold, and may fail.
    """
    may_be_out, must_be_out = nw.lit(False), nw.lit(False)
    if rule.population:
        may_be_out = may_be_out | _may_fail(rule.population, unknown_cells)
        must_be_out = must_be_out | ~_may_hold(rule.population, unknown_cells)
    for exclusion in rule.exclusions:
        may_hold, may_fail = (
            _may_hold(exclusion.conditions, unknown_cells),
            _may_fail(exclusion.conditions, unknown_cells),
        )
        may_be_out = may_be_out | (may_fail if exclusion.negated else may_hold)
        must_be_out = must_be_out | ~(may_hold if exclusion.negated else may_fail)
    return PossibleStandings(
        may_be_out,
        ~must_be_out & _may_hold(rule.counted, unknown_cells),
        ~must_be_out & _may_fail(rule.counted, unknown_cells),
    )


def _may_hold(conditions: Conditions, unknown_cells: UnknownCells) -> nw.Expr:
    """Build whether one of the alternatives may hold; never null."""
    if not conditions:
        return nw.lit(True)
    return reduce(or_, (_match_unknown(tests, unknown_cells, holds=True) for tests in conditions))


def _may_fail(conditions: Conditions, unknown_cells: UnknownCells) -> nw.Expr:
    """Build whether all of the alternatives may fail; never null."""
    if not conditions:
        return nw.lit(False)
    return reduce(and_, (_match_unknown(tests, unknown_cells, holds=False) for tests in conditions))


def _match_unknown(column_tests: tuple[ColumnTest, ...], unknown_cells: UnknownCells, *, holds: bool) -> nw.Expr:
    """Build whether all tests may hold, or whether one of them may fail."""
    expressions = [_test_unknown(column_test, unknown_cells, holds=holds) for column_test in column_tests]
    return reduce(and_ if holds else or_, expressions) if expressions else nw.lit(holds)


def _test_unknown(column_test: ColumnTest, unknown_cells: UnknownCells, *, holds: bool) -> nw.Expr:
    """Build whether a test may hold, or may fail, for cells that may be unknown."""
    expression = _COMPARISONS[column_test.comparison](nw.col(column_test.column), column_test.value)
    outcome = nw.when(expression).then(nw.lit(holds)).otherwise(nw.lit(not holds))
    is_unknown = unknown_cells.get(column_test.column)
    if is_unknown is None:
        return outcome
    # The true value of an unknown cell is some value: the cell is not missing in truth.
    if column_test.comparison == "missing" and column_test.value == holds:
        return outcome & ~is_unknown
    return outcome | is_unknown


def find_schema_mismatch(rule: Rule, schema: Mapping[str, Any]) -> RuleProblem | None:
    """Find why a rule cannot use cases with these columns and types; None where it can."""
    return next((problem for problem in _iterate_mismatches(rule, schema) if problem is not None), None)


def _iterate_mismatches(rule: Rule, schema: Mapping[str, Any]) -> Iterator[RuleProblem | None]:
    """Check every column that a rule uses, with the field of the rule that names it."""
    parameters = dict(rule.cohort.parameters)
    for case_column, parameter_name in _CASE_DATE_PARAMETERS.items():
        if case_column in schema:
            # A message must name the column that the council knows.
            own_column = str(parameters.get(parameter_name, case_column))
            date_test = ColumnTest(case_column, "equal", date.min)
            yield _check_column_test(date_test, schema, (_PARAMETER_FIELDS[parameter_name],), own_column)
    for field_names, conditions in _iterate_conditions(rule):
        for column_test in (test for alternative in conditions for test in alternative):
            if column_test.dates is None:
                yield _check_column_test(column_test, schema, field_names)
    for comparison in rule.date_comparisons:
        for date_column in (comparison.earlier, comparison.later):
            yield _check_column_test(ColumnTest(date_column, "equal", date.min), schema, ("value", "counted"))
    if rule.outcome_column:
        yield _check_column_test(ColumnTest(rule.outcome_column, "equal", ""), schema, ("outcomes",))
    if rule.weight_column:
        yield _check_column_test(ColumnTest(rule.weight_column, "equal", 0), schema, ("weight",))
    value_column = rule.measure.value_column
    if value_column and value_column not in {comparison.name for comparison in rule.date_comparisons}:
        yield _check_column_test(ColumnTest(value_column, "equal", 0), schema, ("value",))


def _iterate_conditions(rule: Rule) -> Iterator[tuple[tuple[str, ...], Conditions]]:
    yield ("of",), rule.population
    yield ("counted",), rule.counted
    yield from ((("exclude", "only", "left_out"), exclusion.conditions) for exclusion in rule.exclusions)


# A case's dates, the parameters that name their columns in a council's own table, and the fields
# of the config that set these.
_CASE_DATE_PARAMETERS = {"case_date": "date", "case_from": "start", "case_until": "end"}
_PARAMETER_FIELDS = {"date": "date", "start": "from", "end": "until"}


def _check_column_test(
    column_test: ColumnTest, schema: Mapping[str, Any], field_names: tuple[str, ...], own_column: str = ""
) -> RuleProblem | None:
    """Check that a column exists and has a type that the test can compare with."""
    column_name = column_test.column
    own_column = own_column or find_source_column(column_name)
    if column_name not in schema:
        suggestion = find_nearest_name(column_name, schema) or ""
        message = create_message("rule-column-missing", column=own_column, suggestion=suggestion)
        return RuleProblem(message, field_names)
    column_kind = _describe_column_kind(schema[column_name])
    test_values = column_test.value if isinstance(column_test.value, tuple) else (column_test.value,)
    kinds = [value_kind for value in test_values if (value_kind := _describe_value_kind(value)) != column_kind]
    if column_test.comparison == "missing" or not column_kind or not kinds:
        return None
    message = create_message("rule-column-of-other-type", column=own_column, kind=column_kind, compared_kind=kinds[0])
    return RuleProblem(message, field_names)


def _describe_column_kind(dtype: Any) -> str:
    """Describe a column's type as numbers, text or dates; "" is a type not checked."""
    if dtype.is_numeric():
        return "numbers"
    return {nw.String: "text", nw.Date: "dates"}.get(type(dtype), "")


def _describe_value_kind(value: Scalar) -> str:
    """Describe a value's type in the words used for columns."""
    if isinstance(value, str):
        return "text"
    return "dates" if isinstance(value, date) else "numbers"


def _match_any_of(column_expression: nw.Expr, operands: Sequence[Any]) -> nw.Expr:
    """Build an expression for a column that equals any of some values."""
    if all(isinstance(operand, str) for operand in operands):
        return column_expression.is_in(list(operands))
    # Numbers one by one: in some engines `is_in` tells 45 from 45.0.
    tests: Iterator[nw.Expr] = (column_expression == operand for operand in operands)
    return reduce(or_, tests)


def _match_all_tests(column_tests: tuple[ColumnTest, ...]) -> nw.Expr:
    """Build an expression for tests that must all hold; without any it is true."""
    expressions = [_COMPARISONS[test.comparison](nw.col(test.column), test.value) for test in column_tests]
    return reduce(and_, expressions) if expressions else nw.lit(True)
