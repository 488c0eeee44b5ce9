"""Types for the details behind a number: its cases, their subjects, changes and events.

As in `kpitui.model.board`, everything is immutable and computes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpitui.model import Board, Entry, Movement, Point, Rule, Scalar
from kpitui.periods import Period


@dataclass(frozen=True, slots=True)
class CaseRestated:
    """A case whose standing in a number (counted, left out ...) has changed since a given day."""

    subject: str
    then: str
    now: str


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """The rows behind one number, in order of subject and date.

    They stay in columns, since there may be millions of them. `case_frame` is a polars data frame,
    typed loosely so that this module need not import polars. Its last two columns are ``counted``
    and ``left_out_because``. `subject_column` names the column that identifies a row's subject;
    it is empty if there is none.
    """

    entry: Entry
    rule: Rule
    period: Period
    frame: Any
    subject: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns, in order."""
        return tuple(self.frame.columns)

    @property
    def rows(self) -> Iterator[tuple[Scalar | None, ...]]:
        """Iterate over the rows as tuples aligned with `column_names`."""
        rows: Iterator[tuple[Scalar | None, ...]] = self.frame.iter_rows()
        return rows

    def __len__(self) -> int:
        return int(self.frame.height)


@dataclass(frozen=True, slots=True)
class Subject:
    """A school, setting, child or worker: the table and column that hold it, its id and its name.

    Children and workers have no name here.
    """

    table: str
    column: str
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """An indicator in two periods, and the subjects that are in only one of them.

    `joined_subjects` and `departed_subjects` are empty if the cases of one period do not carry over
    into the next, or if no child is behind a case.
    """

    entry: Entry
    before: Point
    after: Point
    movement: Movement
    came: tuple[str, ...]
    went: tuple[str, ...]
    gone_to: Mapping[str, float]  # outcome -> cases of the later period not counted


@dataclass(frozen=True, slots=True)
class Regraded:
    """A school or setting whose grade has changed; a grade may be the reason for having none."""

    urn: str
    name: str
    kind: str
    before: str
    after: str
    inspected: date | None
    table: str = ""  # schools or early_years_settings


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed between two periods, as known on the date of the board."""

    board: Board
    before: Period
    after: Period
    moved: tuple[Moved, ...]
    regraded: tuple[Regraded, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a subject's timeline: a day, what happened, and the row it comes from."""

    day: date
    until: date | None
    what: str
    table: str
    row: Mapping[str, Scalar | None]
