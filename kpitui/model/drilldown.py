"""Types for the details behind a number: its cases, their subjects, changes and events.

As in `kpitui.model.board`, everything is immutable and computes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from kpitui.model.board import Board, Count, Entry, HistoryPoint, Movement
from kpitui.model.catalogue import Rule, Scalar
from kpitui.model.periods import Period

REASON_COLUMN: Final = "because"
"""The column that says why a case stands as it does."""


@dataclass(frozen=True, slots=True)
class CaseRestatement:
    """A case whose standing in a number (counted, left out ...) has changed since a given day."""

    subject: str
    saved_standing: str
    current_standing: str


@dataclass(frozen=True, slots=True, eq=False)
class IndicatorCases:
    """The rows behind one number, in order of subject and date.

    They stay in columns, since there may be millions of them. `case_frame` is a polars data frame,
    typed loosely so that this module need not import polars. Its last two columns are ``counted``
    and ``left_out_because``. `subject_column` names the column that identifies a row's subject;
    it is empty if there is none.
    """

    entry: Entry
    rule: Rule
    period: Period
    case_frame: Any
    subject_column: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        """Return the names of the columns, in order."""
        return tuple(self.case_frame.columns)

    @property
    def row_tuples(self) -> Iterator[tuple[Scalar | None, ...]]:
        """Iterate over the rows as tuples aligned with `column_names`."""
        row_iterator: Iterator[tuple[Scalar | None, ...]] = self.case_frame.iter_rows()
        return row_iterator

    def __len__(self) -> int:
        return int(self.case_frame.height)


@dataclass(frozen=True, slots=True)
class AdultOutcome:
    """What became of some who had turned 18 when they left care: the code, its words, how many."""

    code: str
    words: str
    case_count: int


@dataclass(frozen=True, slots=True)
class SplitGroup:
    """A part of an indicator's cases, alike in one column."""

    name: str
    count: Count


@dataclass(frozen=True, slots=True)
class IndicatorSplit:
    """An indicator split by a column: its groups, and the whole that they add up to."""

    entry: Entry
    rule: Rule
    period: Period
    column_name: str
    groups: tuple[SplitGroup, ...]
    total: Count


@dataclass(frozen=True, slots=True)
class Subject:
    """A school, setting, child or worker: the table and column that hold it, its id and its name.

    Children and workers have no name here.
    """

    table: str
    id_column: str
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class StandingChange:
    """A case of two periods whose standing (counted, not counted, left out) differs between them."""

    subject: str
    standing_before: str
    standing_after: str


@dataclass(frozen=True, slots=True)
class IndicatorChange:
    """An indicator in two periods, and the subjects that make its figure move.

    `joined_subjects` have no case in the earlier period, and `departed_subjects` none in the later.
    These and `standing_changes` are empty if the cases of one period do not carry over into the
    next, or if no child is behind a case.
    """

    entry: Entry
    before_point: HistoryPoint
    after_point: HistoryPoint
    movement: Movement
    joined_subjects: tuple[str, ...]
    departed_subjects: tuple[str, ...]
    standing_changes: tuple[StandingChange, ...]
    outcome_counts: Mapping[str, float]  # outcome -> cases of the later period not counted

    @property
    def names_cases(self) -> bool:
        """Say whether any case is known to have moved the figure."""
        return bool(self.joined_subjects or self.departed_subjects or self.standing_changes)


@dataclass(frozen=True, slots=True)
class GradeChange:
    """A school or setting whose grade has changed; a grade may be the reason for having none."""

    urn: str
    name: str
    provider_kind: str
    grade_before: str
    grade_after: str
    inspected_on: date | None
    table: str = ""  # schools or early_years_settings


@dataclass(frozen=True, slots=True)
class PeriodChanges:
    """What changed between two periods, as known on the date of the board."""

    board: Board
    earlier_period: Period
    later_period: Period
    indicator_changes: tuple[IndicatorChange, ...]
    grade_changes: tuple[GradeChange, ...]


EventKind = Literal["birth", "moment", "spell"]


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One line of a subject's timeline: a day, what happened, and the row it comes from.

    A spell without an end still goes on; any other event without one is over in a day.
    """

    start_day: date
    end_day: date | None
    description: str
    table: str
    row: Mapping[str, Scalar | None]
    kind: EventKind = "moment"
