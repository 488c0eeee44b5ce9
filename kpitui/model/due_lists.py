"""Operational lists as data: whose clock runs out when, by the clock of an indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from kpitui.model.catalogue import Conditions, DateComparison, Indicator, Rule
from kpitui.model.issues import Issue

HorizonUnit = Literal["working_days", "days", "months"]
DayBasis = Literal["working", "calendar"]
DUE_COLUMNS = ("due", "days_left", "team", "worker", "reason")
"""What every list has, after the column of its subject and before those of its cohort."""


@dataclass(frozen=True, slots=True)
class DueReason:
    """Why a case is on a list, in words with the names of its columns in braces, where conditions hold."""

    words: str
    conditions: Conditions = ()


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far ahead a list looks."""

    number: int
    unit: HorizonUnit

    def __str__(self) -> str:
        unit_text = self.unit.replace("_", " ")
        return f"{self.number} {unit_text.removesuffix('s') if self.number == 1 else unit_text}"


@dataclass(frozen=True, slots=True)
class DueList:
    """One list: the cases of `rule` that are still to be met, each with a day.

    The day is in `due_column`; or it is the last that passes `due_comparison`, a test that the
    indicator counts by. `case_from` as the column stands for the day from which a state counts.
    Days left are counted on a `day_basis`. Where a list `drops_past` cases, the day is the end of a
    chance and not a deadline.
    """

    id: str
    code: str
    title: str
    indicator: Indicator
    rule: Rule
    reasons: tuple[DueReason, ...]
    due_column: str = ""
    due_comparison: DateComparison | None = None
    day_basis: DayBasis = "calendar"
    horizon: Horizon | None = None
    drops_past: bool = False
    note: str = ""

    @property
    def is_of_turning_states(self) -> bool:
        """Say whether the day is the one from which the indicator's condition holds."""
        return self.due_column == "case_from"


def find_due_list(due_lists: Sequence[DueList], list_name: str) -> DueList | None:
    """Find a list by code or id, in any capitals, or by the code or id of its indicator."""
    folded_name = list_name.casefold()
    names_by_list = [((entry.code, entry.id), entry) for entry in due_lists]
    names_by_list += [((entry.indicator.code, entry.indicator.id), entry) for entry in due_lists]
    return next((entry for names, entry in names_by_list if folded_name in map(str.casefold, names)), None)


@dataclass(frozen=True, slots=True)
class DueQuery:
    """What of a list is asked for: days ahead in the list's own unit, and one team."""

    within: int | None = None
    team: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class DueCases:
    """The rows of a list on a day, in order of the day that they are due.

    `case_frame` is a polars data frame, typed loosely so that this module need not import polars.
    `undated_count` are cases of which the day cannot be told. `latest_events` say by table how far its
    rows reach: of what came after nothing is known. With a `problem` there are no rows.
    """

    due_list: DueList
    as_at: date
    query: DueQuery
    case_frame: Any
    subject_column: str
    undated_count: int = 0
    latest_events: tuple[tuple[str, date], ...] = ()
    team_names: tuple[str, ...] = ()  # of all cases, whichever team is asked for
    problem: Issue | None = None
    made_up: bool = False

    def __len__(self) -> int:
        return int(self.case_frame.height)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Return the names of the columns, in order."""
        return tuple(self.case_frame.columns)

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """Return the columns that people read: no team or worker where no case has one."""
        people_columns = [name for name in ("team", "worker") if self.case_frame[name].null_count() < len(self)]
        return (self.subject_column, "due", "days_left", *people_columns, "reason")

    @property
    def overdue_count(self) -> int:
        """Return how many cases were due before the day."""
        return int((self.case_frame["due"] < self.as_at).sum())

    @property
    def ahead_count(self) -> int:
        """Return how many cases are due on the day or after it."""
        return len(self) - self.overdue_count
