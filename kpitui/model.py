"""The words of the field: what an indicator is, and what is known of it on one date.

Everything here is immutable and computes nothing.  The board and all its parts are what the front
ends read; the catalogue's `Indicator` is what cohorts, counts and judgements are told to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isnan, nan
from typing import Literal

from kpitui.periods import Period

Rag = Literal["green", "amber", "red", "none"]
Direction = Literal["better", "worse", "same", "none"]
Polarity = Literal["high", "low"]
Status = Literal["official", "provisional"]
Window = Literal["period", "year-to-date", "rolling-12-months", "period-end"]
Distinct = Literal["any", "last"]
Scalar = str | int | float | bool | date

HIDDEN = nan
"""A number that is not shown in public, since it or another could be worked out from it."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong or doubtful in a file: where it is, what it is and what was done about it.

    `kind` is the same for what is told together; without it, that is the message.  `number` is how
    many it stands for: more than one where they are too many to be named.
    """

    file: str
    message: str
    line: int | None = None
    table: str | None = None
    kind: str = ""
    number: int = 1

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.message}"


# --- the catalogue: an indicator as data ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Test:
    """One condition over a named column; `how` is one of the words of contract section 6."""

    column: str
    how: Literal[
        "equal", "any_of", "at_least", "at_most", "more_than", "less_than", "starts_with", "missing"
    ]
    value: Scalar | tuple[Scalar, ...]


Conditions = tuple[tuple[Test, ...], ...]
"""Alternatives, each a list of tests that must all hold: any of (all of ...)."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why some cases are not in the denominator; `unless` turns the conditions round."""

    reason: str
    when: Conditions
    unless: bool = False


@dataclass(frozen=True, slots=True)
class CohortCall:
    """A cohort of `kpitui.cohorts` by name, with the parameters it is asked for."""

    name: str
    parameters: tuple[tuple[str, Scalar], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """How a number is computed: which cases, which are left out, which are counted, and when.

    `of` narrows a cohort down to the cases that the number is of.  `outcomes` is a column that
    tells what became of the cases that are not counted.  `weight` is a column that each case counts
    for (pupils, full-time equivalents).  `base` is the cohort that the denominator is measured on
    where it is not the cases themselves: a headcount, averaged over the days of `base_days`.
    """

    id: str
    title: str
    cohort: CohortCall
    window: Window
    counted: Conditions
    left_out: tuple[LeftOut, ...] = ()
    of: Conditions = ()
    outcomes: str | None = None
    weight: str | None = None
    distinct: Distinct | None = None
    base: CohortCall | None = None
    base_days: Literal["first and last", "month ends"] = "first and last"
    needs: tuple[str, ...] = ()  # tables that it cannot do without, beyond those of its cohort
    note: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at from a period on: why, who answers for it, when it is looked at again."""

    value: float
    since: Period | None = None
    reason: str = ""
    owner: str = ""
    review: date | None = None
    national: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """A date on which a definition, a framework or the outside world changed a series."""

    date: date
    note: str
    restarts: bool = False


@dataclass(frozen=True, slots=True)
class LookBack:
    """How far before its window an indicator looks: without that much history it reads too low."""

    table: str
    column: str
    months: int


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of the catalogue: its rule, its variants, and how it is judged and shown."""

    id: str
    code: str
    title: str
    theme: str
    polarity: Polarity
    rule: Rule
    variants: tuple[Rule, ...] = ()
    unit: str = "%"
    noun: tuple[str, str] = ("case", "cases")
    unit_noun: str = ""  # what a weight counts: pupils
    definition: str = ""
    source: str = ""
    targets: tuple[Target, ...] = ()
    tolerance: float = 0.0
    tolerance_is: Literal["points", "relative"] = "points"
    red_line: float | None = None
    trajectory: bool = False  # targets are reached in a straight line from one to the next
    dead_band: float = 0.05
    minimum: int = 0
    scale: tuple[float, float] = (0.0, 100.0)
    outcome_names: Mapping[str, str] = field(default_factory=dict)
    broken_by: tuple[str, ...] = ()
    pending: str = ""
    note: str = ""
    breaks: tuple[Break, ...] = ()
    look_back: LookBack | None = None
    short: str = ""  # the title where there is little room
    on_request: bool = False  # only on the board of a council that asks for it


# --- the board: what is known on one date ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Count:
    """A numerator, a denominator and the cases left out by reason, for one rule and period.

    In a public board each of these numbers may be `HIDDEN`, by itself; `small` says of a hidden
    numerator that it is from 1 to 5, and not hidden for the sake of another.
    """

    numerator: float
    denominator: float
    excluded: Mapping[str, float] = field(default_factory=dict)
    small: bool = False

    @property
    def hidden(self) -> bool:
        """Whether there is no telling the percentage, since one of its two numbers is hidden."""
        return isnan(self.numerator) or isnan(self.denominator)

    @property
    def value(self) -> float | None:
        """The percentage, unrounded; None where the denominator is 0, or where it is hidden."""
        if self.hidden or not self.denominator:
            return None
        return 100 * self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class VariantCount:
    """A rival definition beside the main one: its figures and what choosing it would change."""

    id: str
    title: str
    note: str
    count: Count | None
    rag: Rag
    points: float | None  # value minus the main value
    cases: float | None  # numerator minus the main numerator
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a history."""

    period: Period
    status: Status
    count: Count
    target: float | None
    rag: Rag


@dataclass(frozen=True, slots=True)
class Movement:
    """How the value moved against an earlier period, in the sense of the indicator's polarity."""

    direction: Direction
    change: float | None
    against: Point | None
    hidden: bool = False  # in a public board, where either value is


@dataclass(frozen=True, slots=True)
class Judgement:
    """A value judged: the colour with its reason, and what would meet the target."""

    rag: Rag
    reason: str
    printed: str  # the value as it is to be printed: "31.3%", "just below 45.0%", "no value"
    to_target: str | None
    one_case: float | None  # what one case is worth, in points, where numbers are small
    interval: tuple[float, float] | None  # the range that chance alone explains


@dataclass(frozen=True, slots=True)
class ProcessChart:
    """Limits and signals of an XmR chart over the official periods since the last restart."""

    mean: float
    lower: float
    upper: float
    trial: bool
    since: Period
    signals: tuple[str, ...]
    assurance: str  # whether the target is met by the process itself, missed by it, or by chance
    variation: str = ""  # common, or special and for the better or the worse


@dataclass(frozen=True, slots=True)
class Funnel:
    """Whether a value differs from a comparator by more than chance, for its denominator."""

    against: Comparator
    lower: float
    upper: float
    says: str


@dataclass(frozen=True, slots=True)
class Comparator:
    """A published figure to compare with, or the reason why there is none."""

    name: str
    period: str
    value: float | None
    symbol: str
    source: str
    published: date | None
    basis: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Restated:
    """A period that counts otherwise now than it was said to on a day."""

    period: Period
    said_on: date
    then: Count
    now: Count


@dataclass(frozen=True, slots=True)
class Note:
    """Commentary on an indicator: a reason, an action, a question or an answer."""

    period: Period
    kind: str
    text: str
    author: str
    written: date | None
    due: date | None
    owner: str = ""  # who does what is to be done
    closed: date | None = None  # the day on which it was done


@dataclass(frozen=True, slots=True)
class Source:
    """A table as it was read: where from, how many rows, how old.

    rows_read = rows_used + rows_refused.  `problem` says why the table could not be used at all;
    `read_as` which return or published file it is, where it is no clean table, or which database.
    Of a source that is not `watched` a change is not noticed: it is as it was when it was read.
    `rows_in_file` are all that there are, of which some may say nothing of this table;
    `rows_again` those left out because a later file has them too.
    """

    table: str
    file: str
    rows_read: float  # `HIDDEN` in a public board where they may be children
    rows_used: float
    rows_refused: float
    last_event: date | None
    read: datetime | None
    made_up: bool = False
    problem: str = ""
    read_as: str = ""
    watched: bool = True
    rows_in_file: float | None = None
    rows_again: float = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of the tables is: at which of so many files, and the rows so far."""

    file: str
    number: int
    of: int
    rows: int

    @property
    def shown(self) -> str:
        """As it is shown while one waits."""
        return f"file {self.number:,} of {self.of:,}, {self.rows:,} rows so far: {self.file}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One indicator on the board, with all that is known of it on the date."""

    indicator: Indicator
    point: Point
    target: Target | None
    judgement: Judgement
    movement: Movement
    year_movement: Movement
    history: tuple[Point, ...]  # official periods of the same kind, the last is `point`'s
    provisional: tuple[Point, ...]  # later periods or months, not official
    whole_years: tuple[Point, ...]  # of the history's years that were over
    year_to_date: Count | None  # beside a period that stands alone
    restated: tuple[Restated, ...]
    variants: tuple[VariantCount, ...]
    variant_history: Mapping[str, tuple[Count, ...]]  # by variant, aligned with `history`
    not_counted: Mapping[str, float]  # outcome -> cases in the denominator, not in the numerator
    comparators: tuple[Comparator, ...]
    published: tuple[Comparator, ...]  # the council's own published yearly figures
    funnel: Funnel | None
    chart: ProcessChart | None
    chart_reason: str  # why there is no process chart, or ""
    notes: tuple[Note, ...]
    sources: tuple[Source, ...]
    warnings: tuple[str, ...]
    problem: str  # why there is no value at all: a missing or broken table
    data_age_days: int
    made_up: bool
    of_people: bool = False  # its cases are children or staff: never public
    overdue: tuple[Note, ...] = ()  # actions that were due before the date and are not closed
    reason_missing: bool = False  # red, and no reason is written of the period


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that is known on `as_at`, ready to show; the only thing that front ends read."""

    council: str
    as_at: date
    period: Period
    entries: tuple[Entry, ...]
    sources: tuple[Source, ...]
    issues: tuple[Issue, ...]
    made_up: tuple[str, ...]  # tables that hold made-up data
    views: Mapping[str, str] = field(default_factory=dict)  # addresses that the config names
    opens_at: str = ""  # the view to open at, by name or address
    public: bool = False  # small counts of children are hidden: what is shown may be published
