"""Parser of the catalogue: packaged indicators, overridden and extended by a council's config.

Every mistake is collected, with its line and the nearest known name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kpitui.catalogue.measure_fields import (
    ALL_KIND_FIELDS,
    build_measure,
    build_value_exclusions,
    check_targets,
    list_date_comparisons,
)
from kpitui.catalogue.problem_collector import ProblemCollector
from kpitui.config_file import field_parsers
from kpitui.config_file.field_errors import InvalidField
from kpitui.config_file.toml_document import KeyPath, TomlDocument, read_toml
from kpitui.model.catalogue import CohortCall, Exclusion, Indicator, Polarity, Rule, Target
from kpitui.model.cohort_signatures import COHORTS, SERIES_COHORT, SERIES_COLUMNS, ParameterType
from kpitui.model.issues import Issue
from kpitui.model.measures import KIND_TRAITS
from kpitui.text import find_nearest_name

PACKAGED_CATALOGUE = Path(__file__).with_name("indicators.toml")

# Fields of a rule, shared by indicators and variants.
RULE_FIELDS: dict[str, field_parsers.FieldParser] = {
    "title": field_parsers.parse_text_field,
    "note": field_parsers.parse_prose_field,
    "cohort": field_parsers.parse_text_field,
    "parameters": field_parsers.parse_parameters_field,
    "table": field_parsers.parse_text_field,
    "date": field_parsers.parse_text_field,
    "from": field_parsers.parse_text_field,
    "until": field_parsers.parse_text_field,
    "series": field_parsers.parse_text_field,
    "window": field_parsers.parse_window_field,
    "kind": field_parsers.make_choice_parser(*KIND_TRAITS),
    "per": field_parsers.parse_integer_field,
    "population": field_parsers.parse_text_field,
    "value": field_parsers.parse_value_field,
    "bands": field_parsers.parse_bands_field,
    "unit": field_parsers.parse_text_field,
    "decimals": field_parsers.parse_integer_field,
    "noun": field_parsers.parse_noun_field,
    "counted": field_parsers.parse_conditions_field,
    "left_out": field_parsers.parse_exclusions_field,
    "of": field_parsers.parse_conditions_field,
    "outcomes": field_parsers.parse_text_field,
    "exclude": field_parsers.parse_conditions_field,
    "only": field_parsers.parse_conditions_field,
    "reason": field_parsers.parse_text_field,
    "weight": field_parsers.parse_text_field,
    "distinct": field_parsers.make_choice_parser("any", "last"),
    "needs": field_parsers.parse_text_list_field,
    "base": field_parsers.parse_base_field,
    "unknown": field_parsers.parse_unknown_field,
    "largest_weight": field_parsers.parse_non_negative_field,
    "look_back": field_parsers.parse_look_back_field,
}
INDICATOR_FIELDS: dict[str, field_parsers.FieldParser] = RULE_FIELDS | {
    "code": field_parsers.parse_text_field,
    "short": field_parsers.parse_text_field,
    "on_request": field_parsers.parse_boolean_field,
    "theme": field_parsers.parse_text_field,
    "sets": field_parsers.parse_text_list_field,
    "polarity": field_parsers.make_choice_parser("high", "low", "neutral"),
    "band": field_parsers.parse_scale_field,
    "by": field_parsers.parse_text_list_field,
    "norm": field_parsers.parse_norm_field,
    "not_comparable": field_parsers.parse_prose_field,
    "definition": field_parsers.parse_prose_field,
    "source": field_parsers.parse_prose_field,
    "target": field_parsers.parse_number_field,
    "target_reason": field_parsers.parse_prose_field,
    "target_owner": field_parsers.parse_text_field,
    "target_review": field_parsers.parse_date_field,
    "target_national": field_parsers.parse_boolean_field,
    "targets": field_parsers.parse_targets_field,
    "tolerance": field_parsers.parse_non_negative_field,
    "tolerance_is": field_parsers.make_choice_parser("points", "relative"),
    "red_line": field_parsers.parse_number_field,
    "trajectory": field_parsers.parse_boolean_field,
    "dead_band": field_parsers.parse_non_negative_field,
    "minimum": field_parsers.parse_integer_field,
    "scale": field_parsers.parse_scale_field,
    "outcome_names": field_parsers.parse_names_by_code_field,
    "broken_by": field_parsers.parse_text_list_field,
    "pending": field_parsers.parse_text_field,
    "breaks": field_parsers.parse_breaks_field,
    "variants": field_parsers.parse_table_field,
}
INHERITED_FIELDS = INDICATOR_FIELDS.keys() - {"variants"}
FieldValues = dict[str, Any]
FEWEST_PEOPLE = 6
"""With fewer children or staff than this a value has no colour, unless the council says otherwise."""

_INDICATOR_ID = re.compile(r"[\w.-]+")


@cache
def read_packaged_catalogue() -> TomlDocument:
    """Read the packaged indicators; they are the same as long as the program runs."""
    return read_toml(PACKAGED_CATALOGUE)


def name_indicators_by_id(config_document: TomlDocument) -> TomlDocument:
    """Return the config with each `[indicators.CODE]` under its id, in any capitals.

    A table whose id the config has too keeps its name, and is reported with the indicators.
    """
    overrides, packaged_fields = config_document.data.get("indicators"), read_packaged_catalogue().data["indicators"]
    if not isinstance(overrides, dict):
        return config_document
    ids_by_name = _map_names_to_ids(packaged_fields, overrides)
    new_names: dict[str, str] = {}
    for name in map(str, overrides):
        indicator_id = ids_by_name.get(name.casefold(), name)
        if indicator_id not in overrides and indicator_id not in new_names.values():
            new_names[name] = indicator_id
    return config_document.rename_keys(("indicators",), new_names) if new_names else config_document


def _map_names_to_ids(packaged_fields: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, str]:
    """Map each code and id of a packaged indicator, in lower case, to the id; a code may be the config's."""
    ids_by_name = {str(values["code"]).casefold(): indicator_id for indicator_id, values in packaged_fields.items()}
    ids_by_name |= {indicator_id.casefold(): indicator_id for indicator_id in packaged_fields}
    for name, values in overrides.items():
        if isinstance(values, dict) and isinstance(values.get("code"), str) and name in packaged_fields:
            ids_by_name[values["code"].casefold()] = name
    return ids_by_name


def read_catalogue(config_document: TomlDocument | None) -> tuple[tuple[Indicator, ...], tuple[Issue, ...]]:
    """Read the packaged indicators as the config overrides them, followed by its own.

    Returns the indicators, in order, and the mistakes. An indicator with a mistake is left out.
    """
    document = read_packaged_catalogue()
    overrides = config_document.data.get("indicators", {}) if config_document else {}
    # The council's file comes first: an override is reported there, not in the packaged file.
    documents = (*([config_document] if config_document else []), document)
    problems = ProblemCollector(documents)
    if not isinstance(overrides, dict):
        problems.add_problem(("indicators",), "config-not-table", example="[indicators.NAME]")
        overrides = {}
    # `like` among packaged indicators is resolved first: a target that the council gives to one
    # must not pass to those that are like it.
    fields = document.data["indicators"]
    merged_fields = _merge_overrides({name: _resolve_inheritance(name, fields, problems) for name in fields}, overrides)
    indicators = tuple(
        indicator
        for indicator_name in merged_fields
        if (indicator := _parse_indicator(indicator_name, merged_fields, problems)) is not None
    )
    _check_duplicate_codes(indicators, problems)
    return indicators, tuple(problems.issues)


def parse_fields(
    key_path: KeyPath,
    raw_fields: Mapping[str, Any],
    parsers_by_field: Mapping[str, field_parsers.FieldParser],
    problems: ProblemCollector,
) -> FieldValues:
    """Parse the fields of one table; wrong and unknown fields are added to `problems`."""
    fields: FieldValues = {}
    for field_name, raw_value in raw_fields.items():
        if field_name not in parsers_by_field:
            problems.add_unknown_name((*key_path, field_name), field_name, parsers_by_field)
            continue
        try:
            fields[field_name] = parsers_by_field[field_name](raw_value)
        except InvalidField as error:
            problems.add_message((*key_path, field_name, *error.part_names), error.message)
        # Parsers look into values of any shape: a wrong one may fail in other ways too.
        except (ArithmeticError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            problems.add_problem((*key_path, field_name), "config-not-understood", reason=str(error))
    return fields


def _merge_overrides(packaged_fields: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Merge the council's fields over the packaged ones; variants are merged field by field."""
    fields = {name: dict(values) for name, values in packaged_fields.items()}
    for indicator_name, field_values in overrides.items():
        if not isinstance(field_values, dict) or indicator_name not in fields:
            fields[indicator_name] = field_values
            continue
        variants = _merge_variants(fields[indicator_name].get("variants", {}), field_values.get("variants", {}))
        fields[indicator_name] |= field_values | ({"variants": variants} if variants else {})
    return fields


def _merge_variants(packaged_variants: Any, override_variants: Any) -> Any:
    if not isinstance(override_variants, dict):
        return override_variants
    variants = {name: dict(values) for name, values in packaged_variants.items()}
    for variant_name, field_values in override_variants.items():
        variants[variant_name] = (
            variants[variant_name] | field_values
            if variant_name in variants and isinstance(field_values, dict)
            else field_values
        )
    return variants


def _parse_indicator(
    indicator_name: str, merged_fields: Mapping[str, Any], problems: ProblemCollector
) -> Indicator | None:
    """Parse one indicator; return None if it has any mistake."""
    key_path = ("indicators", indicator_name)
    before = len(problems.issues)
    if not isinstance(merged_fields[indicator_name], dict):
        problems.add_problem(key_path, "config-not-table", example="{ name = value }")
        return None
    if not _INDICATOR_ID.fullmatch(indicator_name):
        problems.add_problem(key_path, "config-id-not-a-name")
    raw_fields = _resolve_inheritance(indicator_name, merged_fields, problems)
    parsed_fields = parse_fields(key_path, raw_fields, INDICATOR_FIELDS, problems)
    # Of a share it must be said what counts; of any other kind all cases do.
    is_share_of_cases = raw_fields.get("kind", "proportion") == "proportion" and "series" not in raw_fields
    counted_fields = ("counted",) if is_share_of_cases else ()
    fields = [name for name in ("title", "polarity", *counted_fields) if name not in raw_fields]
    if len(fields) > 1 and (namesake := _find_owner_of_code(indicator_name, merged_fields)):
        problems.add_problem(key_path, "config-indicator-twice", other=namesake)
        return None
    if len(fields) > 1 and find_nearest_name(
        indicator_name, [candidate_name for candidate_name in merged_fields if candidate_name != indicator_name]
    ):
        # Too little for a new indicator, and almost the name of another: probably a slip.
        problems.add_unknown_name(
            key_path,
            indicator_name,
            [candidate_name for candidate_name in merged_fields if candidate_name != indicator_name],
        )
        return None
    for field_name in fields:
        problems.add_problem(key_path, "config-field-missing", field=field_name)
    issues_before_rule = len(problems.issues)
    rule = _build_rule(indicator_name, key_path, parsed_fields, problems)
    rule_is_valid = rule is not None and len(problems.issues) == issues_before_rule
    variants = _parse_variants(key_path, parsed_fields, problems, rule_is_valid)
    _check_red_line(key_path, parsed_fields, problems)
    if rule is not None:
        check_targets(key_path, parsed_fields, rule.measure, problems)
    if len(problems.issues) > before or rule is None:
        return None
    return _assemble_indicator(indicator_name, parsed_fields, rule, variants)


def _resolve_inheritance(
    indicator_name: str, merged_fields: Mapping[str, Any], problems: ProblemCollector, descendant_names: KeyPath = ()
) -> dict[str, Any]:
    """Resolve `like`: merge an indicator's fields over those of its model, without variants.

    `descendant_names` are the indicators on the way here, which a circle of `like` leads back to.
    """
    fields = dict(merged_fields[indicator_name])
    parent_name = _find_indicator_id(fields.pop("like", None), merged_fields)
    if parent_name is None:
        return fields
    is_known = isinstance(parent_name, str) and isinstance(merged_fields.get(parent_name), dict)
    if not is_known or parent_name in (indicator_name, *descendant_names):
        names = [name for name in merged_fields if name not in (indicator_name, *descendant_names)]
        problems.add_unknown_name(("indicators", indicator_name, "like"), str(parent_name), names)
        return fields
    parent_fields = _resolve_inheritance(parent_name, merged_fields, problems, (indicator_name, *descendant_names))
    # A mistaken name is a mistake of the indicator that has it, and of no other.
    parent_fields = {name: value for name, value in parent_fields.items() if name in INHERITED_FIELDS}
    if "title" in fields:
        # The short title of another indicator would name this one wrongly where there is little room.
        parent_fields.pop("short", None)
    return parent_fields | fields


def _find_indicator_id(name: Any, merged_fields: Mapping[str, Any]) -> Any:
    """Return the id of an indicator that is named by its code, or the name itself."""
    if not isinstance(name, str) or name in merged_fields:
        return name
    return _find_owner_of_code(name, merged_fields) or name


def _find_owner_of_code(code: str, merged_fields: Mapping[str, Any]) -> str | None:
    """Find the id of the indicator that has a code, in any capitals; None where none has."""
    codes_by_id = {
        indicator_id: str(values.get("code", "")).casefold()
        for indicator_id, values in merged_fields.items()
        if isinstance(values, dict)
    }
    return next((indicator_id for indicator_id, own_code in codes_by_id.items() if own_code == code.casefold()), None)


def _parse_variants(
    key_path: KeyPath, indicator_fields: FieldValues, problems: ProblemCollector, rule_is_valid: bool
) -> tuple[Rule, ...]:
    """Parse the variants; an invalid main rule is not reported again for each of them."""
    rules = []
    for variant_name, raw_variant in indicator_fields.get("variants", {}).items():
        variant_path = (*key_path, "variants", variant_name)
        if not isinstance(raw_variant, dict):
            problems.add_problem(variant_path, "config-not-table", example="{ name = value }")
            continue
        fields = parse_fields(variant_path, raw_variant, RULE_FIELDS, problems)
        if rule_is_valid and (
            rule := _build_rule(variant_name, variant_path, _merge_variant_fields(indicator_fields, fields), problems)
        ):
            rules.append(rule)
    return tuple(rules)


def _merge_variant_fields(indicator_fields: FieldValues, variant_fields: FieldValues) -> FieldValues:
    """Merge a variant's fields over its indicator's, and parameters one by one."""
    # Both describe the indicator's own rule, and would be wrong for a rival one.
    own_names = {"note", "outcomes"}
    if "kind" in variant_fields:
        # What the indicator says of its own kind is nothing to another one.
        own_names |= {*ALL_KIND_FIELDS, "unit", "decimals"}
    if variant_fields.get("kind") in ("mean", "median"):
        # Every case has a value: none counts more than another.
        own_names.add("counted")
    fields = {name: value for name, value in indicator_fields.items() if name in RULE_FIELDS and name not in own_names}
    accepted_parameters = COHORT_PARAMETERS.get(variant_fields.get("cohort", fields.get("cohort", "")), {})
    # A variant may use another cohort, which knows only some of the parameters.
    parameters = {
        parameter_name: parameter_value
        for parameter_name, parameter_value in fields.get("parameters", ())
        if parameter_name in accepted_parameters
    }
    merged_parameters = parameters | dict(variant_fields.get("parameters", ()))
    return {"title": "", **fields, **variant_fields, "parameters": tuple(merged_parameters.items())}


def _build_rule(rule_name: str, key_path: KeyPath, rule_fields: FieldValues, problems: ProblemCollector) -> Rule | None:
    """Build a rule from parsed fields; return None if its cohort or `counted` is missing."""
    rule_fields = _complete_series_fields(rule_fields)
    cohort_call = _build_cohort_call(key_path, rule_fields, problems)
    if cohort_call is None or ("counted" not in rule_fields and rule_fields.get("kind", "proportion") == "proportion"):
        return None
    base_fields = rule_fields.get("base", {})
    are_states = COHORTS[cohort_call.name].cases_are_states
    window = rule_fields.get("window", "period-end" if are_states else "period")
    base_call = _build_base_call(key_path, base_fields, problems)
    _check_window(key_path, rule_fields, (cohort_call, base_call), window, problems)
    return Rule(
        id=rule_name,
        title=rule_fields.get("title") or rule_name,
        cohort=cohort_call,
        window=window,
        counted=rule_fields.get("counted", ()),
        exclusions=(
            *rule_fields.get("left_out", ()),
            *_build_extra_exclusions(rule_fields),
            *build_value_exclusions(rule_fields),
        ),
        population=rule_fields.get("of", ()),
        outcome_column=rule_fields.get("outcomes"),
        weight_column=rule_fields.get("weight"),
        distinct=rule_fields.get("distinct"),
        base_cohort=base_call,
        base_days=base_fields.get("days", "first and last"),
        note=rule_fields.get("note", ""),
        required_tables=rule_fields.get("needs", ()),
        unknown_columns=rule_fields.get("unknown", ()),
        largest_weight=rule_fields.get("largest_weight", 0),
        look_back=rule_fields.get("look_back"),
        measure=build_measure(key_path, rule_fields, problems),
        date_comparisons=list_date_comparisons(rule_fields),
    )


def _check_window(
    key_path: KeyPath,
    rule_fields: FieldValues,
    cohort_calls: tuple[CohortCall, CohortCall | None],
    window: str,
    problems: ProblemCollector,
) -> None:
    """Check that a rule's cases and those of its base can be added up over its window."""
    cohort_call, base_call = cohort_calls
    are_states = COHORTS[cohort_call.name].cases_are_states
    # A mean headcount is defined over 12 months only (definitions.md, EA11). Events add up in any window.
    if base_call and COHORTS[base_call.name].cases_are_states and window != "rolling-12-months":
        problems.add_problem(key_path, "config-base-window")
    elif base_call and window == "period-end" and not COHORTS[base_call.name].cases_are_states:
        problems.add_problem((*key_path, "base"), "config-base-of-events", cohort=base_call.name)
    if are_states != (window == "period-end"):
        code = "config-window-of-states" if are_states else "config-window-of-events"
        problems.add_problem(key_path, code, window=window)
    # A council's own table does not say which column names the subject.
    if rule_fields.get("distinct") and COHORTS[cohort_call.name].reads_own_table:
        problems.add_problem(key_path, "config-distinct-of-own-table")
    if rule_fields.get("distinct") and rule_fields.get("weight"):
        problems.add_problem(key_path, "config-distinct-and-weighed")
    # Flags of distinct subjects add up only within the span they were set for.
    if rule_fields.get("distinct") and window not in ("period", "year-to-date"):
        problems.add_problem(key_path, "config-distinct-over-window", window=window)


def _complete_series_fields(rule_fields: FieldValues) -> FieldValues:
    """Complete the fields of figures that are typed in: their columns, and the year before as their window."""
    if "series" not in rule_fields:
        return rule_fields
    has_denominator = rule_fields.get("kind", "proportion") in ("proportion", "ratio")
    numerator, denominator = SERIES_COLUMNS
    # A column of values alone has no denominator: each is one.
    weight = {"weight": denominator} if has_denominator and "value" not in rule_fields else {}
    return {"window": "rolling-12-months", "counted": (), "value": numerator} | weight | rule_fields


def _build_extra_exclusions(rule_fields: FieldValues) -> tuple[Exclusion, ...]:
    """Build the exclusions of a variant's `exclude` and `only`."""
    reason = rule_fields.get("reason") or rule_fields.get("title") or "left out"
    cases = (Exclusion(reason, rule_fields["exclude"]),) if rule_fields.get("exclude") else ()
    matching_cases = (Exclusion(reason, rule_fields["only"], negated=True),) if rule_fields.get("only") else ()
    return cases + matching_cases


def _build_cohort_call(key_path: KeyPath, rule_fields: FieldValues, problems: ProblemCollector) -> CohortCall | None:
    """Build the cohort call: a named cohort, or the rows of a council's own table."""
    if "cohort" in rule_fields:
        return parse_cohort_call(key_path, rule_fields["cohort"], rule_fields.get("parameters", ()), problems)
    if "series" in rule_fields:
        return CohortCall(SERIES_COHORT, (("table", rule_fields["series"].removesuffix(".csv")), ("period", "period")))
    if "table" in rule_fields and "date" in rule_fields:
        parameters = (("table", rule_fields["table"]), ("date", rule_fields["date"]))
        return CohortCall("dated-rows", parameters)
    if "table" in rule_fields and "from" in rule_fields and "until" in rule_fields:
        span_parameters = (
            ("table", rule_fields["table"]),
            ("start", rule_fields["from"]),
            ("end", rule_fields["until"]),
        )
        return CohortCall("lasting-rows", span_parameters)
    problems.add_problem(key_path, "config-without-cases")
    return None


def parse_cohort_call(
    key_path: KeyPath, cohort_name: str, parameters: tuple[tuple[str, Any], ...], problems: ProblemCollector
) -> CohortCall | None:
    """Parse a cohort, named under `cohort`, and its parameters; return None for an unknown name."""
    cohorts = [name for name, cohort in COHORTS.items() if not cohort.reads_own_table]
    if cohort_name not in cohorts:
        problems.add_unknown_name((*key_path, "cohort"), cohort_name, cohorts)
        return None
    path = (*key_path, "parameters")
    parsed_parameters = parse_fields(path, dict(parameters), COHORT_PARAMETERS[cohort_name], problems)
    return CohortCall(cohort_name, tuple(parsed_parameters.items()))


def _build_base_call(
    key_path: KeyPath, base_fields: Mapping[str, str], problems: ProblemCollector
) -> CohortCall | None:
    """Build the call for the base of a denominator: states, of which there is a mean, or events."""
    return parse_cohort_call((*key_path, "base"), base_fields["cohort"], (), problems) if base_fields else None


def _make_parameter_parser(parameter_type: ParameterType) -> field_parsers.FieldParser:
    """Make the parser of a cohort's parameter."""
    if isinstance(parameter_type, tuple):
        return field_parsers.make_choice_parser(*parameter_type)
    return field_parsers.parse_boolean_field if parameter_type is bool else field_parsers.parse_integer_field


COHORT_PARAMETERS = {
    cohort_name: {name: _make_parameter_parser(parameter_type) for name, parameter_type in cohort.parameters.items()}
    for cohort_name, cohort in COHORTS.items()
}


def _assemble_indicator(
    indicator_name: str, indicator_fields: FieldValues, rule: Rule, variants: tuple[Rule, ...]
) -> Indicator:
    """Assemble an indicator from parsed fields; absent fields keep the model's defaults."""
    polarity: Polarity = indicator_fields["polarity"]
    fields = (
        "definition",
        "source",
        "tolerance",
        "tolerance_is",
        "red_line",
        "trajectory",
        "dead_band",
        "minimum",
        "scale",
        "noun",
        "outcome_names",
        "broken_by",
        "pending",
        "breaks",
        "look_back",
        "note",
        "short",
        "on_request",
        "sets",
        "band",
        "norm",
        "not_comparable",
    )
    return Indicator(
        id=indicator_name,
        code=indicator_fields.get("code", indicator_name),
        title=indicator_fields["title"],
        theme=indicator_fields.get("theme", "Other"),
        polarity=polarity,
        rule=rule,
        variants=variants,
        targets=_build_targets(indicator_fields),
        split_columns=indicator_fields.get("by", ()),
        **{"minimum": _find_usual_minimum(rule)}
        | {name: indicator_fields[name] for name in fields if name in indicator_fields},
    )


def _find_usual_minimum(rule: Rule) -> int:
    """Return the fewest cases with a colour: of people 6; of schools and settings one is a fact."""
    return 0 if COHORTS[rule.cohort.name].subject.has_public_rows else FEWEST_PEOPLE


def _check_red_line(key_path: KeyPath, indicator_fields: FieldValues, problems: ProblemCollector) -> None:
    """Check that the red line is on the worse side of every target."""
    if "red_line" not in indicator_fields or "polarity" not in indicator_fields:
        return
    red_line, high_is_good = indicator_fields["red_line"], indicator_fields["polarity"] == "high"
    for target in _build_targets(indicator_fields):
        # Otherwise a value could meet its target and be red.
        if red_line > target.value if high_is_good else red_line < target.value:
            code = "config-red-line-above-target" if high_is_good else "config-red-line-below-target"
            values = {"red_line": f"{red_line:g}", "target": f"{target.value:g}"}
            problems.add_problem((*key_path, "red_line"), code, **values)
            return


def _build_targets(indicator_fields: FieldValues) -> tuple[Target, ...]:
    """Build the targets: the standing one, followed by those that apply from a period."""
    targets: tuple[Target, ...] = indicator_fields.get("targets", ())
    if "target" not in indicator_fields:
        return targets
    target = Target(
        value=indicator_fields["target"],
        reason=indicator_fields.get("target_reason", ""),
        owner=indicator_fields.get("target_owner", ""),
        review_date=indicator_fields.get("target_review"),
        is_national=indicator_fields.get("target_national", False),
    )
    return (target, *targets)


def _check_duplicate_codes(indicators: Iterable[Indicator], problems: ProblemCollector) -> None:
    """Check that no two indicators share a code, and blame the one that the council set."""
    ids_by_code: dict[str, str] = {}
    for indicator in indicators:
        for identifier in {indicator.code.lower(), indicator.id.lower()}:
            first_owner = ids_by_code.setdefault(identifier, indicator.id)
            if first_owner == indicator.id:
                continue
            # The later of two is blamed, unless the config gave the earlier one its code.
            renamed_indicator, conflicting_indicator = indicator.id, first_owner
            if problems.documents[0].has_key(("indicators", first_owner, "code")):
                renamed_indicator, conflicting_indicator = first_owner, indicator.id
            problems.add_problem(
                ("indicators", renamed_indicator, "code"), "config-code-taken", other=conflicting_indicator
            )
