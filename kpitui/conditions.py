"""Conditions of the catalogue as data-frame expressions.

A condition is structured data over named columns (contract, section 6): nothing is evaluated as
text, so nothing in a config can reach a file or a network.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from typing import Any

import narwhals as nw

from kpitui.model import Conditions, LeftOut, Test

_HOW: dict[str, Callable[[nw.Expr, Any], nw.Expr]] = {
    "equal": lambda column, value: column == value,
    "any_of": lambda column, values: column.is_in(list(values)),
    "at_least": lambda column, value: column >= value,
    "at_most": lambda column, value: column <= value,
    "more_than": lambda column, value: column > value,
    "less_than": lambda column, value: column < value,
    "starts_with": lambda column, value: column.str.starts_with(value),
    "missing": lambda column, value: column.is_null() if value else ~column.is_null(),
}


def holds(conditions: Conditions) -> nw.Expr:
    """A boolean expression, never null: any of the alternatives holds.

    Without alternatives everything holds.  A missing cell satisfies no comparison.
    """
    if not conditions:
        return nw.lit(True)
    return reduce(or_, (_all(tests) for tests in conditions))


def reason_left_out(reasons: tuple[LeftOut, ...]) -> nw.Expr:
    """The first reason that holds for a case, or null: a text expression."""
    if not reasons:
        return nw.lit(None, dtype=nw.String)
    first, *rest = reasons
    chain: Any = nw.when(_applies(first)).then(nw.lit(first.reason))
    for left_out in rest:
        chain = chain.when(_applies(left_out)).then(nw.lit(left_out.reason))
    return chain.otherwise(nw.lit(None, dtype=nw.String))  # type: ignore[no-any-return]


def columns_of(conditions: Conditions) -> set[str]:
    """The columns that conditions look at."""
    return {test.column for tests in conditions for test in tests}


def _applies(left_out: LeftOut) -> nw.Expr:
    return ~holds(left_out.when) if left_out.unless else holds(left_out.when)


def _all(tests: tuple[Test, ...]) -> nw.Expr:
    # A missing cell makes its test null, which `when` takes for false in every engine.
    parts = (_HOW[test.how](nw.col(test.column), test.value) for test in tests)
    both = reduce(and_, parts, nw.lit(True))
    return nw.when(both).then(nw.lit(True)).otherwise(nw.lit(False))
