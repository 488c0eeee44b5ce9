"""What moved between two periods, filtered and in the order in which it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING, Final

from kpitui.drilldown.case_table import matches_filter
from kpitui.model.board import DirectionOfTravel
from kpitui.summaries.entry_order import build_search_text

if TYPE_CHECKING:
    from kpitui.model.drilldown import GradeChange, IndicatorChange, PeriodChanges

_DIRECTION_RANKS: Final[Mapping[DirectionOfTravel, int]] = {"worse": 0, "better": 1, "same": 2, "none": 3}


def filter_changes(period_changes: PeriodChanges, filter_text: str) -> PeriodChanges:
    """Keep the indicators, schools and settings that contain every word of a text."""
    is_public = period_changes.board.is_public
    return replace(
        period_changes,
        indicator_changes=tuple(
            change
            for change in period_changes.indicator_changes
            if matches_filter(_build_change_text(change, is_public=is_public), filter_text)
        ),
        grade_changes=tuple(
            change for change in period_changes.grade_changes if matches_filter(_build_grade_text(change), filter_text)
        ),
    )


def _build_change_text(indicator_change: IndicatorChange, *, is_public: bool) -> str:
    # In the public view a filter must not find a child either.
    subjects: tuple[str, ...] = ()
    if not is_public:
        changed_subjects = (change.subject for change in indicator_change.standing_changes)
        subjects = (*indicator_change.joined_subjects, *indicator_change.departed_subjects, *changed_subjects)
    return " ".join((build_search_text(indicator_change.entry), indicator_change.movement.direction, *subjects))


def _build_grade_text(grade_change: GradeChange) -> str:
    grades = (grade_change.grade_before, grade_change.grade_after)
    return " ".join((grade_change.urn, grade_change.name, grade_change.provider_kind, *grades))


def sort_changes(indicator_changes: Iterable[IndicatorChange]) -> tuple[IndicatorChange, ...]:
    """Sort indicators by direction, worse before better, then by the size of the change."""
    return tuple(
        sorted(
            indicator_changes,
            key=lambda change: (_DIRECTION_RANKS[change.movement.direction], -abs(change.movement.change or 0.0)),
        )
    )


def select_followed_changes(indicator_changes: Iterable[IndicatorChange]) -> tuple[IndicatorChange, ...]:
    """Select the indicators of which the cases that moved the figure can be named."""
    return tuple(change for change in indicator_changes if change.names_cases)


def sort_outcomes(outcome_counts: Mapping[str, float]) -> Sequence[tuple[str, float]]:
    """Sort outcomes or reasons with their counts: the largest first, equal ones by name."""
    # A hidden count is NaN: it comes last.
    return sorted(outcome_counts.items(), key=lambda outcome: (isnan(outcome[1]), -outcome[1], outcome[0]))
