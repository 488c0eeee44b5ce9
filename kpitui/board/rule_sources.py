"""The tables that a rule reads, and the files that they came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kpitui.cohorts.registry import list_required_tables
from kpitui.model.board import TableSource
from kpitui.model.catalogue import Indicator
from kpitui.model.cohort_signatures import COHORTS


def select_table_sources(sources: Sequence[TableSource], indicator: Indicator) -> tuple[TableSource, ...]:
    """Return the sources of an indicator's tables, in the order of the tables."""
    table_names = list_rule_tables(indicator)
    return tuple(source for name in table_names for source in sources if source.table == name)


def list_rule_tables(indicator: Indicator) -> list[str]:
    """Return the tables that an indicator's main rule reads, each once."""
    table_names = [*list_required_tables(indicator.rule.cohort), *list_helper_tables(indicator)]
    return list(dict.fromkeys(table_names))


def list_helper_tables(indicator: Indicator) -> tuple[str, ...]:
    """Return the tables that add to the cohort's cases but may be empty."""
    return COHORTS[indicator.rule.cohort.name].optional_tables


def pick_latest_sources(sources: Iterable[TableSource]) -> Sequence[TableSource]:
    """Return one source for each table: the one with the latest event."""
    sources_by_age = sorted(sources, key=lambda source: source.last_event or date.min)
    return list({source.table: source for source in sources_by_age}.values())
