"""Parser of the lists of who is due: packaged ones, overridden and extended by a council's config."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from kpitui.catalogue.measure_fields import iterate_comparisons
from kpitui.catalogue.parser import COHORT_PARAMETERS, FieldValues, parse_cohort_call, parse_fields
from kpitui.catalogue.problem_collector import ProblemCollector
from kpitui.config_file import field_parsers
from kpitui.config_file.field_errors import InvalidField
from kpitui.config_file.toml_document import KeyPath, TomlDocument, read_toml
from kpitui.model.catalogue import CohortCall, DateComparison, Indicator, Rule
from kpitui.model.due_lists import DueList, DueReason, Horizon, HorizonUnit

PACKAGED_LISTS = Path(__file__).with_name("due_lists.toml")


def read_due_lists(
    config_document: TomlDocument, indicators: Sequence[Indicator], problems: ProblemCollector
) -> tuple[DueList, ...]:
    """Read the packaged lists as the config overrides them, followed by its own.

    A list of an indicator that is not among `indicators` is left out: the council may have broken it.
    """
    packaged_document = read_toml(PACKAGED_LISTS)
    overrides = config_document.data.get("lists", {})
    fields = {name: dict(values) for name, values in packaged_document.data["lists"].items()}
    # That it is no table is a mistake of the config, which is told elsewhere.
    for list_name, values in overrides.items() if isinstance(overrides, dict) else ():
        fields[list_name] = {**fields.get(list_name, {}), **values} if isinstance(values, dict) else values
    # Only the council's own lists can have mistakes.
    return tuple(
        due_list
        for list_name in fields
        if (due_list := _parse_list(list_name, fields[list_name], indicators, problems)) is not None
    )


def _parse_horizon(raw_value: Any) -> Horizon:
    """Parse how far ahead a list looks: ``{ working_days = 10 }``."""
    raw_horizon = field_parsers.parse_table_field(raw_value)
    units: tuple[HorizonUnit, ...] = get_args(HorizonUnit)
    horizons = [(raw_horizon[unit], unit) for unit in units if unit in raw_horizon]
    if len(raw_horizon) != 1 or not horizons:
        raise InvalidField("config-not-a-choice", options=tuple(f"{{ {unit} = 10 }}" for unit in units), suggestion="")
    raw_number, horizon_unit = horizons[0]
    return Horizon(field_parsers.parse_integer_field(raw_number), horizon_unit)


def _parse_due(raw_value: Any) -> str:
    """Parse a column, or ``{ by = "column" }``, which comes back as the column after a colon."""
    if isinstance(raw_value, dict) and [*raw_value] == ["by"]:
        return f":{field_parsers.parse_text_field(raw_value['by'])}"
    return field_parsers.parse_text_field(raw_value)


def _parse_reasons(raw_value: Any) -> tuple[DueReason, ...]:
    """Parse a list of words, each with the conditions under which they hold."""
    if not isinstance(raw_value, list):
        raise InvalidField("config-not-list", example='[{ words = "last seen on {clock_start}" }]')
    entries = [field_parsers.parse_table_field(entry) for entry in raw_value]
    if any("words" not in entry for entry in entries):
        raise InvalidField("config-entry-without-field", field="words")
    return tuple(
        DueReason(
            field_parsers.parse_text_field(entry["words"]), field_parsers.parse_conditions_field(entry.get("when", {}))
        )
        for entry in entries
    )


LIST_FIELDS: dict[str, field_parsers.FieldParser] = {
    "code": field_parsers.parse_text_field,
    "title": field_parsers.parse_text_field,
    "indicator": field_parsers.parse_text_field,
    "cohort": field_parsers.parse_text_field,
    "parameters": field_parsers.parse_parameters_field,
    "listed": field_parsers.parse_conditions_field,
    "left_out": field_parsers.parse_exclusions_field,
    "due": _parse_due,
    "ahead": _parse_horizon,
    "drops_past": field_parsers.parse_boolean_field,
    "reasons": _parse_reasons,
    "note": field_parsers.parse_prose_field,
}


def _parse_list(
    list_name: str, raw_fields: Any, indicators: Sequence[Indicator], problems: ProblemCollector
) -> DueList | None:
    """Parse one list; return None if it has any mistake, or its indicator is not there."""
    key_path = ("lists", list_name)
    if not isinstance(raw_fields, dict):
        problems.add_problem(key_path, "config-not-table", example="{ name = value }")
        return None
    count_before = len(problems.issues)
    fields = parse_fields(key_path, raw_fields, LIST_FIELDS, problems)
    for field_name in ("title", "indicator", "due", "reasons"):
        if field_name not in raw_fields:
            problems.add_problem(key_path, "config-field-missing", field=field_name)
    if len(problems.issues) > count_before:
        return None
    folded_name = fields["indicator"].casefold()
    indicator = next(
        (entry for entry in indicators if folded_name in (entry.id.casefold(), entry.code.casefold())), None
    )
    if indicator is None:
        if problems.documents[0].has_key((*key_path, "indicator")):
            names = [name for entry in indicators for name in (entry.id, entry.code)]
            problems.add_unknown_name((*key_path, "indicator"), fields["indicator"], names)
        return None
    rule = _build_list_rule(key_path, fields, indicator.rule, problems)
    return None if rule is None else _assemble_list(list_name, fields, indicator, rule, problems)


def _build_list_rule(
    key_path: KeyPath, fields: FieldValues, indicator_rule: Rule, problems: ProblemCollector
) -> Rule | None:
    """Build the rule of a list: its indicator's, with what the list says instead.

    A cohort of its own has its own population; conditions on other columns would not fit.
    """
    cohort_call = _build_list_call(key_path, fields, indicator_rule.cohort, problems)
    if cohort_call is None:
        return None
    if "cohort" in fields:
        indicator_rule = replace(indicator_rule, population=(), exclusions=(), date_comparisons=())
    listed, left_out = fields.get("listed", ()), fields.get("left_out", ())
    # Both must hold: of alternatives on either side, each with each.
    population = tuple(
        (*first_tests, *second_tests)
        for first_tests in indicator_rule.population or ((),)
        for second_tests in listed or ((),)
    )
    comparisons = iterate_comparisons((listed, *(entry.conditions for entry in (*left_out, *fields["reasons"]))))
    return replace(
        indicator_rule,
        cohort=cohort_call,
        population=population if any(population) else (),
        exclusions=(*indicator_rule.exclusions, *left_out),
        date_comparisons=tuple(dict.fromkeys((*indicator_rule.date_comparisons, *comparisons))),
    )


def _build_list_call(
    key_path: KeyPath, fields: FieldValues, indicator_call: CohortCall, problems: ProblemCollector
) -> CohortCall | None:
    """Build the call of a list's cohort, with the parameters of its indicator that it takes too."""
    cohort_name = fields.get("cohort", indicator_call.name)
    accepted_names = COHORT_PARAMETERS.get(cohort_name, {})
    parameters = {name: value for name, value in indicator_call.parameters if name in accepted_names}
    parameters |= dict(fields.get("parameters", ()))
    return parse_cohort_call(key_path, cohort_name, tuple(parameters.items()), problems)


def _assemble_list(
    list_name: str, fields: FieldValues, indicator: Indicator, rule: Rule, problems: ProblemCollector
) -> DueList | None:
    """Assemble a list; add a problem where its indicator has no comparison to be due by."""
    due_column, comparison = fields["due"], None
    if due_column.startswith(":"):
        comparison = _find_limit(indicator.rule, due_column[1:])
        if comparison is None:
            problems.add_problem(("lists", list_name, "due"), "config-due-without-limit", column=due_column[1:])
            return None
    horizon = fields.get("ahead")
    return DueList(
        id=list_name,
        code=fields.get("code", list_name),
        title=fields["title"],
        indicator=indicator,
        rule=rule,
        reasons=fields["reasons"],
        due_column="" if comparison else due_column,
        due_comparison=comparison,
        day_basis="working" if horizon and horizon.unit == "working_days" else "calendar",
        horizon=horizon,
        drops_past=fields.get("drops_past", False),
        note=fields.get("note", ""),
    )


def _find_limit(rule: Rule, column_name: str) -> DateComparison | None:
    """Find the comparison of a date with a limit that a rule counts by."""
    comparisons = iterate_comparisons((rule.counted,))
    return next((entry for entry in comparisons if entry.later == column_name and entry.limit is not None), None)
