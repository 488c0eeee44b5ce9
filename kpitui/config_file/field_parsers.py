"""Parsers for the fields of the catalogue and of the config.

Each takes a raw TOML value and returns it checked, or raises InvalidField with what it expected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar, get_args

from kpitui.config_file.field_errors import InvalidField
from kpitui.model.catalogue import (
    ColumnTest,
    Conditions,
    DateComparison,
    DateUnit,
    Exclusion,
    LookBack,
    Scalar,
    SeriesBreak,
    StatutoryNorm,
    Target,
    UnknownColumn,
)
from kpitui.model.clean_tables import list_column_codes
from kpitui.model.periods import Period, parse_period
from kpitui.model.windows import CountingWindow
from kpitui.text import clean_text, find_nearest_name

FieldParser = Callable[[Any], Any]
ParsedValue = TypeVar("ParsedValue")

# What a config may hold is bounded like the cells of a table: sums and shifted dates stay possible.
LARGEST_NUMBER, LARGEST_INTEGER = 1e9, 100_000
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100

COMPARISON_NAMES = (
    "equal", "any_of", "none_of", "at_least", "at_most", "more_than", "less_than", "starts_with", "missing",
)  # fmt: skip


def parse_text_field(raw_value: Any) -> str:
    """Parse text of one line, and replace its control characters; line breaks become spaces."""
    # A title of two lines could pass for a line of the program's own.
    return parse_prose_field(raw_value).replace("\n", " ")


def parse_prose_field(raw_value: Any) -> str:
    """Parse text that may have several lines, and replace its control characters."""
    if not isinstance(raw_value, str):
        raise InvalidField("config-not-text")
    return "\n".join(clean_text(line) for line in raw_value.strip().splitlines())


def parse_code_field(raw_value: Any) -> str:
    """Parse a code: text, or a whole number taken as text."""
    # la_code = 872 is easily written without quotes.
    return parse_text_field(str(raw_value) if isinstance(raw_value, int) else raw_value)


def parse_number_field(raw_value: Any) -> float:
    """Parse a finite number."""
    # bool is a subclass of int: true would pass for 1.
    if isinstance(raw_value, bool) or not isinstance(raw_value, int | float):
        raise InvalidField("config-not-number")
    # TOML has nan and inf.
    if raw_value != raw_value or raw_value in (float("inf"), float("-inf")):
        raise InvalidField("config-not-finite")
    _require_within(raw_value, -LARGEST_NUMBER, LARGEST_NUMBER)
    return raw_value


def _require_within(number: float, lowest: float, highest: float) -> None:
    """Raise InvalidField where a number is outside its range."""
    if not lowest <= number <= highest:
        raise InvalidField("config-out-of-range", lowest=f"{lowest:,.0f}", highest=f"{highest:,.0f}")


def parse_boolean_field(raw_value: Any) -> bool:
    """Parse true or false."""
    if not isinstance(raw_value, bool):
        raise InvalidField("config-not-boolean")
    return raw_value


def parse_non_negative_field(raw_value: Any) -> float:
    """Parse a number of at least 0."""
    if parse_number_field(raw_value) < 0:
        raise InvalidField("config-negative")
    return parse_number_field(raw_value)


def parse_integer_field(raw_value: Any) -> int:
    """Parse a whole number of at least 0: of cases, days or months."""
    if isinstance(raw_value, bool) or not isinstance(raw_value, int) or raw_value < 0:
        raise InvalidField("config-not-whole-number")
    _require_within(raw_value, 0, LARGEST_INTEGER)
    return raw_value


def parse_date_field(raw_value: Any) -> date:
    """Parse a date from 1900 to 2100, plain or in quotes, year first."""
    try:
        parsed_date = date.fromisoformat(raw_value) if isinstance(raw_value, str) else raw_value
    except ValueError:
        parsed_date = None
    # datetime is a subclass of date, and TOML has both.
    if type(parsed_date) is not date:
        raise InvalidField("config-not-date")
    if not EARLIEST_YEAR <= parsed_date.year <= LATEST_YEAR:
        raise InvalidField("config-date-out-of-range", earliest=str(EARLIEST_YEAR), latest=str(LATEST_YEAR))
    return parsed_date


def parse_period_field(raw_value: Any) -> Period:
    """Parse a period as contract section 3 writes it."""
    try:
        return parse_period(parse_text_field(raw_value))
    except InvalidField:
        raise
    except ValueError as error:
        raise InvalidField("config-not-period", reason=str(error)) from None


def make_choice_parser(*options: str) -> FieldParser:
    """Make a parser that accepts one of some words."""

    def parse_choice(raw_value: Any) -> str:
        if raw_value in options:
            return str(raw_value)
        suggestion = find_nearest_name(str(raw_value), options) or ""
        raise InvalidField("config-not-a-choice", options=options, suggestion=suggestion)

    return parse_choice


# From the type, so that a new window is accepted as soon as it is declared.
parse_window_field = make_choice_parser(*get_args(CountingWindow))


def parse_text_list_field(raw_value: Any) -> tuple[str, ...]:
    """Parse a list of texts."""
    if not isinstance(raw_value, list):
        raise InvalidField("config-not-list", example='["one", "other"]')
    return tuple(parse_text_field(item) for item in raw_value)


def parse_names_by_code_field(raw_value: Any) -> dict[str, str]:
    """Parse a table of words by code."""
    return {parse_text_field(code): parse_text_field(name) for code, name in parse_table_field(raw_value).items()}


def parse_days_by_name_field(raw_value: Any) -> dict[str, int]:
    """Parse a table of numbers of days by name."""
    return {parse_text_field(name): parse_integer_field(count) for name, count in parse_table_field(raw_value).items()}


def parse_noun_field(raw_value: Any) -> tuple[str, str]:
    """Parse a noun: singular and plural."""
    noun_forms = parse_text_list_field(raw_value)
    if len(noun_forms) != 2:
        raise InvalidField("config-not-noun")
    return noun_forms[0], noun_forms[1]


def parse_scale_field(raw_value: Any) -> tuple[float, float]:
    """Parse the lowest and highest value of a chart."""
    if not isinstance(raw_value, list) or len(raw_value) != 2:
        raise InvalidField("config-not-scale")
    lowest, highest = parse_number_field(raw_value[0]), parse_number_field(raw_value[1])
    if lowest >= highest:
        raise InvalidField("config-scale-reversed")
    return lowest, highest


def parse_scalar_field(raw_value: Any) -> Scalar:
    """Parse a single value to compare with; true and false become the Y and N of the tables."""
    if isinstance(raw_value, bool):
        return "Y" if raw_value else "N"
    if isinstance(raw_value, str):
        return clean_text(raw_value)
    if isinstance(raw_value, int | float):
        return parse_number_field(raw_value)
    if type(raw_value) is date:
        return parse_date_field(raw_value)
    raise InvalidField("config-not-comparable")


def parse_table_field(raw_value: Any) -> dict[str, Any]:
    """Parse a table of names and values."""
    if not isinstance(raw_value, dict):
        raise InvalidField("config-not-table", example="{ name = value }")
    return raw_value


def parse_parameters_field(raw_value: Any) -> tuple[tuple[str, Scalar], ...]:
    """Parse a table of parameters; true and false stay as they are."""
    return tuple(
        (name, value if isinstance(value, bool) else parse_scalar_field(value))
        for name, value in parse_table_field(raw_value).items()
    )


def parse_conditions_field(raw_value: Any) -> Conditions:
    """Parse a table of conditions that must all hold, or a list of alternatives."""
    alternatives = raw_value if isinstance(raw_value, list) else [raw_value]
    return tuple(
        tuple(
            column_test
            for name, test in parse_table_field(alternative).items()
            for column_test in _parse_column_tests(name, test)
        )
        for alternative in alternatives
        if alternative
    )


def parse_exclusions_field(raw_value: Any) -> tuple[Exclusion, ...]:
    """Parse a list of reasons with their conditions."""
    if not isinstance(raw_value, list):
        raise InvalidField("config-not-list", example='[{ reason = "...", when = { ... } }]')
    return tuple(_parse_exclusion(parse_table_field(exclusion)) for exclusion in raw_value)


def parse_unknown_field(raw_value: Any) -> tuple[UnknownColumn, ...]:
    """Parse a list of columns whose value may not be known, each with a reason."""
    if not isinstance(raw_value, list):
        raise ValueError('must be a list: [{ reason = "...", column = "..." }]')
    return tuple(_parse_unknown_column(parse_table_field(entry)) for entry in raw_value)


def parse_targets_field(raw_value: Any) -> tuple[Target, ...]:
    """Parse a list of targets, each from a period on, and sort it by period."""
    if not isinstance(raw_value, list):
        raise InvalidField("config-not-list", example='[{ from = "2018-19 Q1", value = 45, reason = "..." }]')
    targets = (
        Target(
            _parse_part(fields, "value", parse_number_field),
            _parse_part(fields, "from", parse_period_field),
            _parse_part(fields, "reason", parse_text_field, ""),
            _parse_part(fields, "owner", parse_text_field, ""),
            _parse_part(fields, "review", parse_date_field) if "review" in fields else None,
            _parse_part(fields, "national", parse_boolean_field, False),
        )
        for fields in map(_make_table_parser("from", "value"), raw_value)
    )
    return tuple(sorted(targets, key=lambda target: target.applies_from.first_day if target.applies_from else date.min))


def parse_norm_field(raw_value: Any) -> StatutoryNorm:
    """Parse what a law or a regulator asks for: a value and its title."""
    fields = _make_table_parser("value", "title")(raw_value)
    return StatutoryNorm(
        _parse_part(fields, "value", parse_number_field), _parse_part(fields, "title", parse_text_field)
    )


def parse_breaks_field(raw_value: Any) -> tuple[SeriesBreak, ...]:
    """Parse a list of dates on which a series broke or was affected from outside."""
    if not isinstance(raw_value, list):
        raise InvalidField("config-not-list", example='[{ date = 2019-09-01, note = "..." }]')
    return tuple(
        SeriesBreak(
            _parse_part(fields, "date", parse_date_field),
            _parse_part(fields, "note", parse_text_field),
            _parse_part(fields, "restarts", parse_boolean_field, False),
        )
        for fields in map(_make_table_parser("date", "note"), raw_value)
    )


def parse_look_back_field(raw_value: Any) -> LookBack:
    """Parse the table, column and months that an indicator looks back over."""
    back_fields = _make_table_parser("table", "column", "months")(raw_value)
    return LookBack(
        parse_text_field(back_fields["table"]),
        parse_text_field(back_fields["column"]),
        parse_integer_field(back_fields["months"]),
        parse_text_field(back_fields.get("recorded", "")),
    )


def parse_base_field(raw_value: Any) -> dict[str, str]:
    """Parse the cohort to measure a denominator on, and the days of its average."""
    base_fields = _make_table_parser("cohort")(raw_value)
    for field_name in base_fields.keys() - {"cohort", "days"}:
        raise InvalidField("config-part-not-known", field=field_name, options=("cohort", "days"))
    average_days = make_choice_parser("first and last", "month ends")(base_fields.get("days", "first and last"))
    return {"cohort": parse_text_field(base_fields["cohort"]), "days": average_days}


def _parse_column_tests(column_name: str, raw_test: Any) -> tuple[ColumnTest, ...]:
    """Parse the conditions on one column: a value, a list of values or a table of comparisons."""
    if isinstance(raw_test, list):
        return (ColumnTest(column_name, "any_of", tuple(parse_scalar_field(item) for item in raw_test)),)
    if not isinstance(raw_test, dict):
        return (ColumnTest(column_name, "equal", parse_scalar_field(raw_test)),)
    return tuple(
        _parse_within_test(column_name, operand)
        if comparison == "within"
        else _parse_column_test(column_name, comparison, operand)
        for comparison, operand in raw_test.items()
    )


DATE_UNITS = get_args(DateUnit)


def _parse_within_test(column_name: str, raw_operand: Any) -> ColumnTest:
    """Parse ``within = { working_days = 20, of = "start_date" }``: a date soon enough after another."""
    operand = raw_operand if isinstance(raw_operand, dict) else {}
    units = [name for name in operand if name != "of"]
    if len(units) != 1 or units[0] not in DATE_UNITS or "of" not in operand:
        raise InvalidField("config-condition-within", column=column_name, options=DATE_UNITS)
    limit = parse_integer_field(operand[units[0]])
    dates = DateComparison(parse_text_field(operand["of"]), column_name, units[0], limit)
    return ColumnTest(dates.name, "equal", "Y", dates)


def parse_value_field(raw_value: Any) -> str | DateComparison:
    """Parse what a mean or a median is of: a column of numbers, or the days between two dates."""
    if isinstance(raw_value, str):
        return parse_text_field(raw_value)
    entries = list(raw_value.items()) if isinstance(raw_value, dict) else []
    if len(entries) == 1 and entries[0][0] in ("days", "working_days") and isinstance(entries[0][1], list):
        columns = parse_text_list_field(entries[0][1])
        if len(columns) == 2:
            return DateComparison(columns[0], columns[1], entries[0][0])
    raise InvalidField("config-value-not-known", example='{ working_days = ["start_date", "end_date"] }')


def parse_bands_field(raw_value: Any) -> tuple[float, ...]:
    """Parse the upper limits of bands, in rising order."""
    if not isinstance(raw_value, list):
        raise InvalidField("config-bands-not-rising")
    limits = tuple(parse_number_field(item) for item in raw_value)
    if not limits or any(low >= high for low, high in pairwise(limits)):
        raise InvalidField("config-bands-not-rising")
    return limits


def _parse_column_test(column_name: str, comparison: str, raw_operand: Any) -> ColumnTest:
    """Parse one comparison with its value."""
    if comparison not in COMPARISON_NAMES:
        suggestion = find_nearest_name(comparison, COMPARISON_NAMES) or ""
        raise InvalidField(
            "config-condition-not-known",
            name=comparison,
            column=column_name,
            options=COMPARISON_NAMES,
            suggestion=suggestion,
        )
    if comparison in ("any_of", "none_of"):
        if not isinstance(raw_operand, list):
            raise InvalidField("config-condition-not-list", name=comparison, column=column_name)
        return ColumnTest(column_name, comparison, tuple(parse_scalar_field(item) for item in raw_operand))  # type: ignore[arg-type]
    if comparison == "missing":
        if not isinstance(raw_operand, bool):
            raise InvalidField("config-condition-not-boolean", column=column_name)
        return ColumnTest(column_name, "missing", raw_operand)
    return ColumnTest(column_name, comparison, parse_scalar_field(raw_operand))  # type: ignore[arg-type]


def _parse_exclusion(raw_exclusion: Mapping[str, Any]) -> Exclusion:
    """Parse one reason with its conditions."""
    fields = _make_table_parser("reason", "when")(raw_exclusion)
    return Exclusion(parse_text_field(fields["reason"]), parse_conditions_field(fields["when"]))


_UNKNOWN_FIELDS = ("reason", "column", "when", "words", "may_not_belong")


def _parse_unknown_column(raw_entry: Mapping[str, Any]) -> UnknownColumn:
    """Parse one column; without `when` its value is not known where it is missing or no code."""
    entry_fields = _make_table_parser("reason", "column")(raw_entry)
    if unknown_field := next((name for name in entry_fields if name not in _UNKNOWN_FIELDS), None):
        raise InvalidField("config-part-not-known", field=unknown_field, options=_UNKNOWN_FIELDS)
    column_name = parse_text_field(entry_fields["column"])
    is_missing = (ColumnTest(column_name, "missing", True),)
    is_no_code = [(ColumnTest(column_name, "none_of", codes),) for codes in [list_column_codes(column_name)] if codes]
    return UnknownColumn(
        parse_text_field(entry_fields["reason"]),
        column_name,
        parse_conditions_field(entry_fields["when"]) if "when" in entry_fields else (is_missing, *is_no_code),
        parse_text_field(entry_fields.get("words", "")),
        parse_boolean_field(entry_fields.get("may_not_belong", False)),
    )


def _parse_part(
    raw_fields: Mapping[str, Any], part_name: str, parse_value: Callable[[Any], ParsedValue], default: Any = None
) -> ParsedValue:
    """Parse one part of a value; an error in it names the part."""
    try:
        return parse_value(raw_fields.get(part_name, default))
    except InvalidField as error:
        error.part_names = (part_name, *error.part_names)
        raise


def _make_table_parser(*required_fields: str) -> Callable[[Any], dict[str, Any]]:
    """Make a parser of tables that must have certain fields."""

    def parse_table_with_fields(raw_value: Any) -> dict[str, Any]:
        parsed_table = parse_table_field(raw_value)
        for field_name in required_fields:
            if field_name not in parsed_table:
                raise InvalidField("config-entry-without-field", field=field_name)
        return parsed_table

    return parse_table_with_fields
