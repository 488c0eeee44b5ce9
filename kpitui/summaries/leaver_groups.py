"""Those who left care, with those who had turned 18 as a group of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpitui.model.board import Board, Entry
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.drilldown import AdultOutcome


def has_adult_group(board: Board, entry: Entry) -> bool:
    """Say whether the outcomes of an indicator are those of care leavers, and may be shown by age."""
    rule = entry.indicator.rule
    derived_columns = COHORTS[rule.cohort.name].derived_columns
    # A public board hides small counts, and every group of these is small.
    return not board.is_public and rule.outcome_column == "rec" and "age_at_end" in derived_columns


def subtract_adults(outcome_counts: Mapping[str, float], adults: Sequence[AdultOutcome]) -> Mapping[str, float]:
    """Return the outcomes of those under 18: the counts without those of the adults, none of them 0."""
    adult_counts: dict[str, int] = {}
    for outcome in adults:
        adult_counts[outcome.code] = adult_counts.get(outcome.code, 0) + outcome.case_count
    remaining = {code: count - adult_counts.get(code, 0) for code, count in outcome_counts.items()}
    return {code: count for code, count in remaining.items() if count > 0}
