"""Which indicators are about people, whose small counts and rows are not public."""

from __future__ import annotations

from kpitui.cohorts.registry import COHORTS
from kpitui.model.catalogue import Indicator

PUBLIC_SUBJECTS = ("urn", "worker")
"""The subject columns whose counts are public: schools and settings, and staff."""


def is_about_children(indicator: Indicator) -> bool:
    """Say whether an indicator counts children, or cases whose subject nobody knows."""
    return any(column not in PUBLIC_SUBJECTS for column in _list_subject_columns(indicator))


def is_about_people(indicator: Indicator) -> bool:
    """Say whether the rows behind a number are children or staff, and so never public."""
    return any(column != "urn" for column in _list_subject_columns(indicator))


def _list_subject_columns(indicator: Indicator) -> list[str]:
    rules = (indicator.rule, *indicator.variants)
    return [COHORTS[rule.cohort.name].subject_column for rule in rules]
