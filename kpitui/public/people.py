"""Which indicators are about people, whose small counts and rows are not public."""

from __future__ import annotations

from kpitui.cohorts import COHORTS
from kpitui.model import Indicator

NO_CHILDREN = ("urn", "worker")
"""The subject columns whose counts are public: schools and settings, and staff."""


def of_children(indicator: Indicator) -> bool:
    """Say whether an indicator counts children, or cases whose subject nobody knows."""
    return any(subject not in NO_CHILDREN for subject in _subjects(indicator))


def of_people(indicator: Indicator) -> bool:
    """Say whether the rows behind a number are children or staff, and so never public."""
    return any(subject != "urn" for subject in _subjects(indicator))


def _subjects(indicator: Indicator) -> list[str]:
    rules = (indicator.rule, *indicator.variants)
    return [COHORTS[rule.cohort.name].subject for rule in rules]
