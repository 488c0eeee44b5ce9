"""Which indicators are about people, whose small counts and rows are not public."""

from __future__ import annotations

from collections.abc import Iterator

from kpitui.model.catalogue import Indicator
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.table_schema import SubjectType


def is_about_children(indicator: Indicator) -> bool:
    """Say whether an indicator counts children, or cases whose subject nobody knows."""
    return not all(subject.has_public_counts for subject in _iterate_subjects(indicator))


def is_about_people(indicator: Indicator) -> bool:
    """Say whether the rows behind a number are children or staff, and so never public."""
    return not all(subject.has_public_rows for subject in _iterate_subjects(indicator))


def _iterate_subjects(indicator: Indicator) -> Iterator[SubjectType]:
    return (COHORTS[rule.cohort.name].subject for rule in (indicator.rule, *indicator.variants))
