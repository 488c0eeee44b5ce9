"""What the children of a state tell of the events that begin and end it.

Children in care at the end of a quarter are those at its beginning, and those who entered, less those
who left. Of four such numbers three give the fourth. So one reason to be left out is reserved: how
many are left out for it is never shown, whatever the number. PROOF.md says why that is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from kpitui.model.catalogue import CohortCall, Exclusion, Indicator, Rule
from kpitui.model.cohort_signatures import COHORTS

HIDE_STOCK: Final = "*"
"""Stands for a reserved reason where there is none: then no number of the state is shown."""


@dataclass(frozen=True, slots=True)
class FamilyRule:
    """A rule of an indicator; the main one or a variant."""

    indicator: Indicator
    rule: Rule
    is_main: bool


RulesByCohort = Mapping[CohortCall, Sequence[FamilyRule]]
"""The rules of one family, by the cohort that they are over."""


def find_reserved_reasons(rule_groups: Sequence[RulesByCohort]) -> dict[CohortCall, str]:
    """Find the reason that is reserved in each cohort of states whose events are counted too.

    Where nobody is left out of a state for a reason of its own, each kind of its events reserves one.
    """
    reserved_reasons: dict[CohortCall, str] = {}
    for stock_group in rule_groups:
        flow_groups = [group for group in rule_groups if _has_flows_of(stock_group, group)]
        if not flow_groups:
            continue
        stock_reason = _find_free_reason(stock_group)
        flow_reasons = [_find_free_reason(group) for group in flow_groups]
        if stock_reason or not all(flow_reasons):
            reserved_reasons |= dict.fromkeys(stock_group, stock_reason or HIDE_STOCK)
        else:
            for group, reason in zip(flow_groups, flow_reasons, strict=True):
                reserved_reasons |= dict.fromkeys(group, reason)
    return reserved_reasons


def list_totals_elsewhere(
    rule_group: RulesByCohort, rule_groups: Sequence[RulesByCohort]
) -> list[tuple[Exclusion, ...]]:
    """List what the denominators of other cohorts leave out of the same states: the rest may be shown there."""
    other_groups = [group for group in rule_groups if group is not rule_group or len(rule_group) > 1]
    return [
        family_rule.rule.exclusions
        for other_group in other_groups
        if any(_has_same_states(*pair) for pair in product(rule_group, other_group))
        for family_rules in other_group.values()
        for family_rule in family_rules
        if not family_rule.rule.population
    ]


def _has_same_states(cohort_call: CohortCall, other_call: CohortCall) -> bool:
    """Say whether two cohorts have a state for each of the same people on a day: the same events change them."""
    flow_cohorts = COHORTS[cohort_call.name].flow_cohorts
    is_alike = bool(flow_cohorts) and flow_cohorts == COHORTS[other_call.name].flow_cohorts
    return is_alike and _get_table(cohort_call) == _get_table(other_call)


def _has_flows_of(stock_group: Iterable[CohortCall], flow_group: Iterable[CohortCall]) -> bool:
    """Say whether the events of one family begin or end the states of another."""
    return any(
        flow_call.name in COHORTS[stock_call.name].flow_cohorts and _get_table(flow_call) == _get_table(stock_call)
        for stock_call in stock_group
        for flow_call in flow_group
    )


def _get_table(cohort_call: CohortCall) -> object:
    """Return the council's own table that a cohort is of, or None."""
    return dict(cohort_call.parameters).get("table")


def _find_free_reason(rule_group: RulesByCohort) -> str:
    """Return the reason for which all rules of a family leave out cases first, or an empty text.

    No other number of the family has a case of that reason: it is asked for before any other.
    """
    rules = [family_rule.rule for family_rules in rule_group.values() for family_rule in family_rules]
    first_exclusions = {rule.exclusions[:1] for rule in rules}
    common_exclusions = first_exclusions.pop() if len(first_exclusions) == 1 else ()
    return "".join(exclusion.reason for exclusion in common_exclusions)
