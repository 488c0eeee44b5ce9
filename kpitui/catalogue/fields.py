"""Parsers for the fields of the catalogue and of the config.

Each takes a raw TOML value and returns it checked, or raises ValueError with what it expected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, get_args

from kpitui.model import Break, Conditions, LeftOut, LookBack, Scalar, Target, Test, Window
from kpitui.periods import Period, parse
from kpitui.text import clean, nearest

Reader = Callable[[Any], Any]

HOW = (
    "equal",
    "any_of",
    "at_least",
    "at_most",
    "more_than",
    "less_than",
    "starts_with",
    "missing",
)


def text(value: Any) -> str:
    """Parse text, and replace its control characters."""
    if not isinstance(value, str):
        raise ValueError("must be text in quotes")
    # Line by line, since a definition may have several and a line break is a control character.
    return "\n".join(clean(line) for line in value.strip().splitlines())


def code(value: Any) -> str:
    """Parse a code: text, or a whole number taken as text."""
    # la_code = 872 is easily written without quotes.
    return text(str(value) if isinstance(value, int) else value)


def number(value: Any) -> float:
    """Parse a finite number."""
    # bool is a subclass of int: true would pass for 1.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")
    # TOML has nan and inf.
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("must be a finite number")
    return value


def truth(value: Any) -> bool:
    """Parse true or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def positive(value: Any) -> float:
    """Parse a number of at least 0."""
    if number(value) < 0:
        raise ValueError("must not be negative")
    return number(value)


def whole(value: Any) -> int:
    """Parse a whole number of at least 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("must be a whole number, 0 or more")
    return value


def day(value: Any) -> date:
    """Parse a date from 1900 on, plain or in quotes, year first."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        found = None
    # datetime is a subclass of date, and TOML has both.
    if type(found) is not date or found.year < 1900:
        raise ValueError("must be a date: 2019-03-25")
    return found


def period(value: Any) -> Period:
    """Parse a period as contract section 3 writes it."""
    return parse(text(value))


def choice(*options: str) -> Reader:
    """Make a parser that accepts one of some words."""

    def read(value: Any) -> str:
        if value in options:
            return str(value)
        close = nearest(str(value), options)
        hint = f" - did you mean {close}?" if close else ""
        raise ValueError(f"must be one of {', '.join(options)}{hint}")

    return read


# From the type, so that a new window is accepted as soon as it is declared.
window = choice(*get_args(Window))


def texts(value: Any) -> tuple[str, ...]:
    """Parse a list of texts."""
    if not isinstance(value, list):
        raise ValueError('must be a list: ["one", "other"]')
    return tuple(text(item) for item in value)


def names(value: Any) -> dict[str, str]:
    """Parse a table of words by code."""
    return {text(key): text(word) for key, word in table(value).items()}


def days(value: Any) -> dict[str, int]:
    """Parse a table of numbers of days by name."""
    return {text(name): whole(number) for name, number in table(value).items()}


def noun(value: Any) -> tuple[str, str]:
    """Parse a noun: singular and plural."""
    found = texts(value)
    if len(found) != 2:
        raise ValueError('must be the noun for one and for several: ["child", "children"]')
    return found[0], found[1]


def scale(value: Any) -> tuple[float, float]:
    """Parse the lowest and highest value of a chart."""
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("must be two numbers: [0, 100]")
    low, high = number(value[0]), number(value[1])
    if low >= high:
        raise ValueError("must have the lower number first")
    return low, high


def scalar(value: Any) -> Scalar:
    """Parse a single value to compare with; true and false become the Y and N of the tables."""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int | float) or type(value) is date:
        return value
    raise ValueError("must be compared with text, a number or a date")


def table(value: Any) -> dict[str, Any]:
    """Parse a table of names and values."""
    if not isinstance(value, dict):
        raise ValueError("must be a table: { name = value }")
    return value


def scalars(value: Any) -> tuple[tuple[str, Scalar], ...]:
    """Parse a table of parameters; true and false stay as they are."""
    return tuple(
        (name, item if isinstance(item, bool) else scalar(item))
        for name, item in table(value).items()
    )


def conditions(value: Any) -> Conditions:
    """Parse a table of conditions that must all hold, or a list of alternatives."""
    alternatives = value if isinstance(value, list) else [value]
    return tuple(
        tuple(test for column, wanted in table(item).items() for test in _tests(column, wanted))
        for item in alternatives
        if item
    )


def left_out(value: Any) -> tuple[LeftOut, ...]:
    """Parse a list of reasons with their conditions."""
    if not isinstance(value, list):
        raise ValueError('must be a list: [{ reason = "...", when = { ... } }]')
    return tuple(_reason(table(item)) for item in value)


def targets(value: Any) -> tuple[Target, ...]:
    """Parse a list of targets, each from a period on, and sort it by period."""
    if not isinstance(value, list):
        raise ValueError('must be a list: [{ from = "2018-19 Q1", value = 45, reason = "..." }]')
    found = (
        Target(
            number(item["value"]),
            period(item["from"]),
            text(item.get("reason", "")),
            text(item.get("owner", "")),
            day(item["review"]) if "review" in item else None,
            truth(item.get("national", False)),
        )
        for item in map(_with("from", "value"), value)
    )
    return tuple(sorted(found, key=lambda target: target.since.start if target.since else date.min))


def breaks(value: Any) -> tuple[Break, ...]:
    """Parse a list of dates on which a series broke or was affected from outside."""
    if not isinstance(value, list):
        raise ValueError('must be a list: [{ date = 2019-09-01, note = "..." }]')
    return tuple(
        Break(day(item["date"]), text(item["note"]), truth(item.get("restarts", False)))
        for item in map(_with("date", "note"), value)
    )


def look_back(value: Any) -> LookBack:
    """Parse the table, column and months that an indicator looks back over."""
    item = _with("table", "column", "months")(value)
    return LookBack(text(item["table"]), text(item["column"]), whole(item["months"]))


def base(value: Any) -> dict[str, str]:
    """Parse the cohort to measure a denominator on, and the days of its average."""
    item = _with("cohort")(value)
    for name in item.keys() - {"cohort", "days"}:
        raise ValueError(f"has {name}, which is not known: it has cohort and days")
    days = choice("first and last", "month ends")(item.get("days", "first and last"))
    return {"cohort": text(item["cohort"]), "days": days}


def _tests(column: str, wanted: Any) -> tuple[Test, ...]:
    """Parse the conditions on one column: a value, a list of values or a table of comparisons."""
    if isinstance(wanted, list):
        return (Test(column, "any_of", tuple(scalar(item) for item in wanted)),)
    if not isinstance(wanted, dict):
        return (Test(column, "equal", scalar(wanted)),)
    return tuple(_test(column, how, value) for how, value in wanted.items())


def _test(column: str, how: str, value: Any) -> Test:
    """Parse one comparison with its value."""
    if how not in HOW:
        close = nearest(how, HOW)
        hint = f" - did you mean {close}?" if close else ""
        raise ValueError(
            f"has the condition {how} on {column}, which is not one of {', '.join(HOW)}{hint}"
        )
    if how == "any_of":
        if not isinstance(value, list):
            raise ValueError(f"has any_of on {column}, which must be a list")
        return Test(column, "any_of", tuple(scalar(item) for item in value))
    if how == "missing":
        if not isinstance(value, bool):
            raise ValueError(f"has missing on {column}, which must be true or false")
        return Test(column, "missing", value)
    return Test(column, how, scalar(value))  # type: ignore[arg-type]


def _reason(item: Mapping[str, Any]) -> LeftOut:
    """Parse one reason with its conditions."""
    known = _with("reason", "when")(item)
    return LeftOut(text(known["reason"]), conditions(known["when"]))


def _with(*required: str) -> Callable[[Any], dict[str, Any]]:
    """Make a parser of tables that must have certain fields."""

    def read(value: Any) -> dict[str, Any]:
        item = table(value)
        for name in required:
            if name not in item:
                raise ValueError(f"has an entry without {name}")
        return item

    return read
