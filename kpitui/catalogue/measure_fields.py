"""The fields that say which kind of measure a rule is, and the checks that only a kind can make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kpitui.catalogue.problem_collector import ProblemCollector
from kpitui.config_file.toml_document import KeyPath
from kpitui.model.catalogue import ColumnTest, Conditions, DateComparison, Exclusion
from kpitui.model.measures import Measure, MeasureKind

DEFAULT_PER = 10_000
DEFAULT_POPULATION = "0-17"
DEFAULT_NOUN = ("case", "cases")
# What each kind has beside `kind`; another kind's field is probably a slip.
_KIND_FIELDS: Mapping[MeasureKind, tuple[str, ...]] = {
    "proportion": (),
    "rate": ("per", "population"),
    "number": (),
    "mean": ("value", "bands"),
    "median": ("value", "bands"),
    "ratio": ("value",),
}
ALL_KIND_FIELDS = tuple(dict.fromkeys(name for names in _KIND_FIELDS.values() for name in names))
NO_VALUE_REASON = "no value recorded"


def build_measure(key_path: KeyPath, rule_fields: Mapping[str, Any], problems: ProblemCollector) -> Measure:
    """Build the measure of a rule, and add to `problems` what does not go with its kind."""
    kind: MeasureKind = rule_fields.get("kind", "proportion")
    # Figures that are typed in are values of a column, whatever their kind.
    kind_fields = (*_KIND_FIELDS[kind], *(("value",) if "series" in rule_fields else ()))
    for field_name in ALL_KIND_FIELDS:
        if field_name in rule_fields and field_name not in kind_fields:
            problems.add_problem((*key_path, field_name), "config-field-of-other-kind", kind=kind)
    if kind in ("mean", "median") and "value" not in rule_fields:
        problems.add_problem((*key_path, "kind"), "config-kind-without-value", kind=kind)
    value_columns = [name for name in ("weight", "base", "distinct") if rule_fields.get(name)]
    if kind in ("mean", "median") and value_columns:
        problems.add_problem((*key_path, value_columns[0]), "config-field-of-other-kind", kind=kind)
    noun: tuple[str, str] = rule_fields.get("noun", DEFAULT_NOUN)
    return Measure(
        kind=kind,
        factor=_get_factor(kind, rule_fields),
        units=_get_units(kind, rule_fields, noun),
        noun=noun,
        decimals=min(rule_fields.get("decimals", 0 if kind == "number" else 1), 2),
        population=rule_fields.get("population", DEFAULT_POPULATION) if kind == "rate" else "",
        value_column=_get_value_column(rule_fields),
        bands=rule_fields.get("bands", ()),
    )


def _get_factor(kind: MeasureKind, rule_fields: Mapping[str, Any]) -> int:
    if kind == "rate":
        per: int = rule_fields.get("per", DEFAULT_PER)
        return per
    return 100 if kind == "proportion" else 1


def _get_units(kind: MeasureKind, rule_fields: Mapping[str, Any], noun: tuple[str, str]) -> tuple[str, str]:
    """Return the units that a rule names, or those of its kind."""
    if "unit" in rule_fields:
        return _pluralise(rule_fields["unit"])
    value = rule_fields.get("value")
    if kind == "rate":
        return _pluralise(f"per {_get_factor(kind, rule_fields):,}")
    if isinstance(value, DateComparison):
        return _pluralise(value.unit.replace("_", " "))
    return {"proportion": ("%", "%"), "number": noun}.get(kind, noun)


def _pluralise(unit: str) -> tuple[str, str]:
    """Return a unit for 1 and for others: day, days."""
    return (unit.removesuffix("s") if unit.split()[-1:] in (["days"], ["weeks"], ["months"], ["years"]) else unit), unit


def _get_value_column(rule_fields: Mapping[str, Any]) -> str:
    value = rule_fields.get("value", "")
    return value.name if isinstance(value, DateComparison) else str(value)


def build_value_exclusions(rule_fields: Mapping[str, Any]) -> tuple[Exclusion, ...]:
    """Build the exclusion of cases without the value that a mean or a median is of."""
    column_name = _get_value_column(rule_fields)
    if not column_name or rule_fields.get("kind") not in ("mean", "median"):
        return ()
    return (Exclusion(NO_VALUE_REASON, ((ColumnTest(column_name, "missing", True),),)),)


def list_date_comparisons(rule_fields: Mapping[str, Any]) -> tuple[DateComparison, ...]:
    """List the comparisons of dates that a rule's conditions and its value ask for, each once."""
    value = rule_fields.get("value")
    comparisons = [value] if isinstance(value, DateComparison) else []
    return tuple(dict.fromkeys((*comparisons, *iterate_comparisons(_iterate_conditions(rule_fields)))))


def iterate_comparisons(all_conditions: Iterable[Conditions]) -> Iterator[DateComparison]:
    """Yield the comparisons of dates that conditions ask for."""
    for conditions in all_conditions:
        for column_tests in conditions:
            for column_test in column_tests:
                if column_test.dates is not None:
                    yield column_test.dates


def _iterate_conditions(rule_fields: Mapping[str, Any]) -> Iterator[Conditions]:
    for field_name in ("of", "counted", "exclude", "only"):
        yield rule_fields.get(field_name, ())
    yield from (exclusion.conditions for exclusion in rule_fields.get("left_out", ()))


def check_targets(
    key_path: KeyPath, indicator_fields: Mapping[str, Any], measure: Measure, problems: ProblemCollector
) -> None:
    """Check that targets and tolerances are possible for a kind, and say what was probably meant."""
    targets = [("target", indicator_fields["target"])] if "target" in indicator_fields else []
    targets += [("targets", target.value) for target in indicator_fields.get("targets", ())]
    for field_name, target_value in targets:
        values = {"target": f"{target_value:g}", "meant": f"{100 * target_value:g}", "unit": measure.unit}
        if measure.traits.is_share and 0 < target_value < 1:
            problems.add_problem((*key_path, field_name), "config-target-of-share", **values)
        elif target_value < 0 or (measure.traits.is_share and target_value > 100):
            problems.add_problem((*key_path, field_name), "config-target-impossible", **values)
    tolerance = indicator_fields.get("tolerance", 0)
    if tolerance > 100 and (measure.traits.is_share or indicator_fields.get("tolerance_is") == "relative"):
        problems.add_problem((*key_path, "tolerance"), "config-tolerance-impossible", tolerance=f"{tolerance:g}")
    if indicator_fields.get("polarity") == "neutral" and targets:
        problems.add_problem((*key_path, targets[0][0]), "config-target-of-neutral")
    if indicator_fields.get("polarity") != "neutral" and "band" in indicator_fields:
        problems.add_problem((*key_path, "band"), "config-band-of-polarity")
