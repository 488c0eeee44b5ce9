"""The types that the rules of a council's indicators need of columns that no clean table declares.

A condition's values decide how it reads a column: as dates, numbers, Y or N, and otherwise text.
Where rules differ, each has a reading of its own (`model.column_readings`), so that one indicator
cannot change another's number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpitui.model.catalogue import ColumnTest, Conditions, Indicator, Rule, Scalar
from kpitui.model.clean_tables import find_clean_table
from kpitui.model.cohort_signatures import COHORTS, SERIES_COHORT, SERIES_COLUMNS, list_reserved_columns
from kpitui.model.column_readings import find_source_column, name_reading
from kpitui.model.table_schema import ColumnType, KnowledgeDates

TypesByColumn = dict[str, set[ColumnType]]
# The first of those that are asked for is the reading that has the column's own name.
_READING_ORDER = (ColumnType.DATE, ColumnType.NUMBER, ColumnType.AMOUNT, ColumnType.YES_NO, ColumnType.TEXT)


def separate_readings(indicators: Sequence[Indicator]) -> tuple[Indicator, ...]:
    """Return the indicators with each condition on the reading of a column that it asks for."""
    types_by_table = _collect_types(indicators)
    return tuple(
        replace(
            indicator,
            rule=_separate_rule(indicator.rule, types_by_table),
            variants=tuple(_separate_rule(rule, types_by_table) for rule in indicator.variants),
        )
        for indicator in indicators
    )


def infer_column_types(indicators: Iterable[Indicator]) -> Iterator[tuple[str, Mapping[str, ColumnType]]]:
    """Infer the types that rules need of columns that no clean table declares, by table.

    Yields each table's name with its column types; further readings of a column have names of
    their own.
    """
    for table_name, types_by_column in _collect_types(indicators).items():
        yield (
            table_name,
            {
                _name_column(column_name, column_type, asked_types): column_type
                for column_name, asked_types in types_by_column.items()
                for column_type in _READING_ORDER
                if column_type in asked_types
            },
        )


def build_own_table_horizons(indicators: Iterable[Indicator]) -> Iterator[tuple[str, KnowledgeDates]]:
    """Build the horizons of the council's own tables and columns: which dates reveal the future.

    A state that starts after the date is not there yet. Any other later date is missing.
    """
    rules = [*_iterate_rules(indicators)]
    calls = [dict(rule.cohort.parameters) for rule in rules]
    state_starts = {(parameters["table"], parameters["start"]) for parameters in calls if "start" in parameters}
    for table_name, column_types in infer_column_types(indicators):
        dates = [name for name, column_type in column_types.items() if column_type is ColumnType.DATE]
        starts = tuple(name for name in dates if (table_name, name) in state_starts)
        yield table_name, KnowledgeDates(starts, tuple((name, ()) for name in dates if name not in starts))


def iterate_rule_tests(rule: Rule) -> Iterator[ColumnTest]:
    """Iterate over every condition of a rule."""
    for conditions in (rule.population, rule.counted, *(exclusion.conditions for exclusion in rule.exclusions)):
        for column_tests in conditions:
            yield from column_tests


def _iterate_rules(indicators: Iterable[Indicator]) -> Iterator[Rule]:
    for indicator in indicators:
        yield from (indicator.rule, *indicator.variants)


def _collect_types(indicators: Iterable[Indicator]) -> dict[str, TypesByColumn]:
    """Collect, by table and column, every type that the rules of all indicators ask for."""
    types_by_table: dict[str, TypesByColumn] = defaultdict(lambda: defaultdict(set))
    for rule in _iterate_rules(indicators):
        table_name = _find_case_table(rule)
        for column_name, asked_types in _collect_rule_types(rule).items():
            if _is_own_column(rule, column_name):
                types_by_table[table_name][column_name] |= asked_types
        if COHORTS[rule.cohort.name].reads_own_table:
            types_by_table[table_name] |= {}
    return types_by_table


def _find_case_table(rule: Rule) -> str:
    """Return the table that has a row for each case of a rule."""
    table_name = dict(rule.cohort.parameters).get("table")
    return str(table_name) if table_name else COHORTS[rule.cohort.name].required_tables[0]


def _is_own_column(rule: Rule, column_name: str) -> bool:
    """Say whether a column is one that neither the clean table nor the cohort declares."""
    table_name, cohort = _find_case_table(rule), COHORTS[rule.cohort.name]
    declared_columns = (*find_clean_table(table_name).columns, *cohort.joined_columns)
    if rule.cohort.name == SERIES_COHORT and column_name in SERIES_COLUMNS:
        return True
    return column_name not in declared_columns and column_name not in list_reserved_columns(table_name)


def _collect_rule_types(rule: Rule) -> TypesByColumn:
    """Collect the types that one rule asks for; a test for missing cells has that of another test."""
    asked_types: TypesByColumn = defaultdict(set)
    computed_columns = {comparison.name for comparison in rule.date_comparisons}
    for comparison in rule.date_comparisons:
        asked_types[comparison.earlier].add(ColumnType.DATE)
        asked_types[comparison.later].add(ColumnType.DATE)
    if rule.measure.value_column and rule.measure.value_column not in computed_columns:
        asked_types[find_source_column(rule.measure.value_column)].add(ColumnType.NUMBER)
    unknown_tests = (test for entry in rule.unknown_columns for tests in entry.conditions for test in tests)
    for column_test in (*iterate_rule_tests(rule), *unknown_tests):
        if column_test.column in computed_columns:
            continue
        asked_types[find_source_column(column_test.column)] |= _list_test_types(column_test)
    parameters = dict(rule.cohort.parameters)
    for parameter_name in ("date", "start", "end"):
        if parameter_name in parameters:
            asked_types[str(parameters[parameter_name])].add(ColumnType.DATE)
    if "period" in parameters:
        asked_types[str(parameters["period"])].add(ColumnType.TEXT)
    if rule.weight_column:
        asked_types[find_source_column(rule.weight_column)].add(ColumnType.AMOUNT)
    if rule.outcome_column:
        asked_types[find_source_column(rule.outcome_column)].add(ColumnType.TEXT)
    return {name: types or {ColumnType.TEXT} for name, types in asked_types.items()}


def _list_test_types(column_test: ColumnTest) -> set[ColumnType]:
    """Return the type that a test compares with; none for a test for missing cells."""
    if column_test.comparison == "missing":
        return set()
    if column_test.comparison == "starts_with":
        return {ColumnType.TEXT}
    test_values = column_test.value if isinstance(column_test.value, tuple) else (column_test.value,)
    value_types = {_infer_value_type(test_value) for test_value in test_values}
    # "Y" among other words is a word.
    return value_types if len(value_types) == 1 else {ColumnType.TEXT}


def _infer_value_type(test_value: Scalar) -> ColumnType:
    if isinstance(test_value, date):
        return ColumnType.DATE
    if isinstance(test_value, int | float) and not isinstance(test_value, bool):
        return ColumnType.NUMBER
    return ColumnType.YES_NO if test_value in ("Y", "N") else ColumnType.TEXT


def _name_column(column_name: str, column_type: ColumnType, asked_types: set[ColumnType]) -> str:
    """Name the column of a reading: the column's own name for the first of all that are asked for."""
    first_type = next(reading_type for reading_type in _READING_ORDER if reading_type in asked_types)
    return column_name if column_type is first_type else name_reading(column_name, column_type)


def _separate_rule(rule: Rule, types_by_table: Mapping[str, TypesByColumn]) -> Rule:
    """Return a rule that names the reading that it asks for in each of its conditions."""
    shared_types = {
        column_name: asked_types
        for column_name, asked_types in types_by_table.get(_find_case_table(rule), {}).items()
        if len(asked_types) > 1 and _is_own_column(rule, column_name)
    }
    if not shared_types:
        return rule
    readings = _RuleReadings(shared_types, _collect_rule_types(rule))
    return replace(
        rule,
        population=readings.rename_conditions(rule.population),
        counted=readings.rename_conditions(rule.counted),
        exclusions=tuple(
            replace(exclusion, conditions=readings.rename_conditions(exclusion.conditions))
            for exclusion in rule.exclusions
        ),
        unknown_columns=tuple(
            replace(
                unknown_column,
                column=readings.rename_column(unknown_column.column),
                conditions=readings.rename_conditions(unknown_column.conditions),
            )
            for unknown_column in rule.unknown_columns
        ),
        measure=replace(
            rule.measure, value_column=readings.rename_column(rule.measure.value_column, ColumnType.NUMBER)
        ),
        weight_column=rule.weight_column and readings.rename_column(rule.weight_column, ColumnType.AMOUNT),
        outcome_column=rule.outcome_column and readings.rename_column(rule.outcome_column, ColumnType.TEXT),
    )


@dataclass(frozen=True, slots=True)
class _RuleReadings:
    """The columns of a table that are read in several ways, and how one rule reads its columns."""

    shared_types: Mapping[str, set[ColumnType]]
    rule_types: Mapping[str, set[ColumnType]]

    def rename_column(self, column_name: str, column_type: ColumnType | None = None) -> str:
        """Return the name of the reading of a column by a type, or by the first that the rule asks for."""
        if column_name not in self.shared_types:
            return column_name
        asked_types = {column_type} if column_type else self.rule_types[column_name]
        first_type = next(reading_type for reading_type in _READING_ORDER if reading_type in asked_types)
        return _name_column(column_name, first_type, self.shared_types[column_name])

    def rename_conditions(self, conditions: Conditions) -> Conditions:
        """Return conditions on the readings that their values ask for."""
        return tuple(tuple(map(self._rename_test, column_tests)) for column_tests in conditions)

    def _rename_test(self, column_test: ColumnTest) -> ColumnTest:
        test_type = next(iter(_list_test_types(column_test)), None)
        return replace(column_test, column=self.rename_column(column_test.column, test_type))
