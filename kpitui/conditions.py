"""Conditions of the catalogue as data-frame expressions.

A condition is structured data over named columns (contract, section 6). No text is evaluated, so
nothing in a config can reach a file or a network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

import narwhals as nw

from kpitui.model import Conditions, Rule, Scalar, Test
from kpitui.text import nearest

_HOW: dict[str, Callable[[nw.Expr, Any], nw.Expr]] = {
    "equal": lambda column, value: column == value,
    "any_of": lambda column, values: _any_of(column, values),
    "at_least": lambda column, value: column >= value,
    "at_most": lambda column, value: column <= value,
    "more_than": lambda column, value: column > value,
    "less_than": lambda column, value: column < value,
    "starts_with": lambda column, value: column.str.starts_with(value),
    "missing": lambda column, value: column.is_null() if value else ~column.is_null(),
}


def holds(conditions: Conditions) -> nw.Expr:
    """Build a boolean expression: one of the alternatives holds, or there are none.

    A missing cell satisfies no comparison, which may make the expression null. `when` and `filter`
    take null for false in every engine; to negate the expression use `conditions_fail`.
    """
    if not conditions:
        return nw.lit(True)
    return reduce(or_, (_all(tests) for tests in conditions))


def fails(conditions: Conditions) -> nw.Expr:
    """Build a boolean expression that is never null: none of the alternatives holds."""
    # Not the operator ~, which turns null into null.
    return nw.when(holds(conditions)).then(nw.lit(False)).otherwise(nw.lit(True))


def reason_left_out(rule: Rule) -> nw.Expr:
    """Build a text expression: the first reason to exclude a case from a rule, or null."""
    # With a type, since a rule without exclusions makes a column of nulls alone.
    nothing = nw.lit(None, dtype=nw.String)
    if not rule.left_out:
        return nothing
    # Cases outside the population are not excluded from it, so they have no reason. Without a
    # population the chain begins at narwhals itself: both have `when`.
    chain: Any = nw.when(fails(rule.of)).then(nothing) if rule.of else nw
    for left_out in rule.left_out:
        applies = (fails if left_out.unless else holds)(left_out.when)
        chain = chain.when(applies).then(nw.lit(left_out.reason))
    return chain.otherwise(nothing)  # type: ignore[no-any-return]


def misfit(rule: Rule, schema: Mapping[str, Any]) -> str:
    """Explain why a rule cannot use cases with these columns and types, or return ""."""
    told = [_no_date(rule, column, schema) for column in _DATES if column in schema]
    tests = [test for when in _all_conditions(rule) for tests in when for test in tests]
    told += [_misfit(test.column, test, schema) for test in tests]
    if rule.outcomes:
        told.append(_misfit(rule.outcomes, Test(rule.outcomes, "equal", ""), schema))
    if rule.weight:
        told.append(_misfit(rule.weight, Test(rule.weight, "equal", 0), schema))
    return next((problem for problem in told if problem), "")


def _all_conditions(rule: Rule) -> Iterator[Conditions]:
    yield rule.of
    yield rule.counted
    yield from (left_out.when for left_out in rule.left_out)


# A case's dates, and the parameters that name their columns in a council's own table: a message
# must name the column that the council knows.
_DATES = {"case_date": "date", "case_from": "start", "case_until": "end"}


def _no_date(rule: Rule, column: str, schema: Mapping[str, Any]) -> str:
    """Check that a date column of the cases holds dates, and name it as in its own table."""
    own = dict(rule.cohort.parameters).get(_DATES[column], column)
    return _misfit(column, Test(column, "equal", date.min), schema).replace(column, str(own))


def _misfit(column: str, test: Test, schema: Mapping[str, Any]) -> str:
    """Check that a column exists and has a type that the test can compare with."""
    if column not in schema:
        close = nearest(column, schema)
        hint = f" - did you mean {close}?" if close else ""
        return f"its cases have no column {column}{hint}"
    held = _kind_of_column(schema[column])
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    wrong = [kind for value in values if (kind := _kind_of_value(value)) != held]
    if test.how == "missing" or not held or not wrong:
        return ""
    return f"its column {column} holds {held}, which cannot be compared with {wrong[0]}"


def _kind_of_column(dtype: Any) -> str:
    """Describe a column's type as numbers, text or dates; "" is a type not checked."""
    if dtype.is_numeric():
        return "numbers"
    return {nw.String: "text", nw.Date: "dates"}.get(type(dtype), "")


def _kind_of_value(value: Scalar) -> str:
    """Describe a value's type in the words used for columns."""
    if isinstance(value, str):
        return "text"
    return "dates" if isinstance(value, date) else "numbers"


def _any_of(column: nw.Expr, values: Sequence[Any]) -> nw.Expr:
    """Build an expression for a column that equals any of some values."""
    if all(isinstance(value, str) for value in values):
        return column.is_in(list(values))
    # Numbers one by one: in some engines `is_in` tells 45 from 45.0.
    tests: Iterator[nw.Expr] = (column == value for value in values)
    return reduce(or_, tests)


def _all(tests: tuple[Test, ...]) -> nw.Expr:
    """Build an expression for tests that must all hold; without any it is true."""
    parts = [_HOW[test.how](nw.col(test.column), test.value) for test in tests]
    return reduce(and_, parts) if parts else nw.lit(True)
