"""The words for what is behind a number: the cases, whose they are, what moved, what happened.

As in `model`, everything is immutable and computes nothing.
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
    """A case that stands otherwise in a number now than it did on a day: counted, left out ..."""

    subject: str
    then: str
    now: str


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """The rows behind one number, in order of subject and date, as columns: they may be millions.

    `frame` is a polars data frame, which words know nothing more of; its last two columns are
    ``counted`` and ``left_out_because``.  `subject` is the column that names whose case a row is,
    empty where it has none.
    """

    entry: Entry
    rule: Rule
    period: Period
    frame: Any
    subject: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.frame.columns)

    @property
    def rows(self) -> Iterator[tuple[Scalar | None, ...]]:
        """The rows one after another, as tuples aligned with `columns`."""
        rows: Iterator[tuple[Scalar | None, ...]] = self.frame.iter_rows()
        return rows

    def __len__(self) -> int:
        return int(self.frame.height)


@dataclass(frozen=True, slots=True)
class Subject:
    """A school, setting, child or worker: the table and column that name it, its number and name.

    A child and a worker have no name here.
    """

    table: str
    column: str
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """An indicator in two periods, and the cases that are in one of them and not in the other.

    `came` and `went` are subjects; they are empty where the cases of two periods do not follow on
    each other, or where there is no child behind a case.
    """

    entry: Entry
    before: Point
    after: Point
    movement: Movement
    came: tuple[str, ...]
    went: tuple[str, ...]
    gone_to: Mapping[str, float]  # outcome -> cases of the later period that are not counted


@dataclass(frozen=True, slots=True)
class Regraded:
    """A school or setting whose grade is not what it was; a grade may be why there is none."""

    urn: str
    name: str
    kind: str
    before: str
    after: str
    inspected: date | None
    table: str = ""  # schools or early_years_settings


@dataclass(frozen=True, slots=True)
class Changes:
    """What moved between two periods, as known on the date of the board."""

    board: Board
    before: Period
    after: Period
    moved: tuple[Moved, ...]
    regraded: tuple[Regraded, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a subject's time line: a day, what happened, and the row that says so."""

    day: date
    until: date | None
    what: str
    table: str
    row: Mapping[str, Scalar | None]
