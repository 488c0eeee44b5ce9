"""Immutable types for indicators and for the board.

The catalogue's `Indicator` tells cohorts, counts and judgements what to do. `Board` and its parts
are all that the front ends read. Nothing here computes more than a percentage.
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

# NaN spreads through arithmetic: a figure derived from a hidden number stays hidden.
HIDDEN = nan
"""A number that the public board does not show: it, or another, could be worked out from it."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A fault or doubt in a file: where it is, what it is and what was done about it.

    Issues with the same `group_key` are reported together; without one, the message is the key.
    `occurrences` is more than 1 where there are too many to list one by one.
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


# --- the catalogue: indicators as data --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Test:
    """One condition on a named column; `comparison` is one of the words of contract section 6."""

    column: str
    how: Literal[
        "equal", "any_of", "at_least", "at_most", "more_than", "less_than", "starts_with", "missing"
    ]
    value: Scalar | tuple[Scalar, ...]


Conditions = tuple[tuple[Test, ...], ...]
"""Alternatives, of which one must hold; each is a list of tests that must all hold."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A reason to leave cases out of the denominator; `negated` inverts the conditions."""

    reason: str
    when: Conditions
    unless: bool = False


@dataclass(frozen=True, slots=True)
class CohortCall:
    """A cohort of `kpitui.cohorts` by name, with the parameters to build it with."""

    name: str
    parameters: tuple[tuple[str, Scalar], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """The definition of one number: the cases it covers, excludes and counts, and its window.

    `population` narrows the cohort to the cases that the number covers. `outcome_column` names the
    column that says what happened to the cases not counted. Each case weighs its `weight_column`
    (pupils, full-time equivalents) or 1. `base_cohort` replaces the cases as the denominator: a
    headcount, averaged over the days of `base_days`.
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
    needs: tuple[str, ...] = ()  # tables required beyond those of its cohort
    note: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A target from a period on: why it was set, who answers for it and when it is reviewed."""

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
    """How far back before its window an indicator looks.

    With a shorter history than that the indicator reads too low.
    """

    table: str
    column: str
    months: int


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of the catalogue: its rule and variants, and how to judge and show it."""

    id: str
    code: str
    title: str
    theme: str
    polarity: Polarity
    rule: Rule
    variants: tuple[Rule, ...] = ()
    unit: str = "%"
    noun: tuple[str, str] = ("case", "cases")
    unit_noun: str = ""  # the noun for the unit of a weight: pupils
    definition: str = ""
    source: str = ""
    targets: tuple[Target, ...] = ()
    tolerance: float = 0.0
    # Tolerances are the council's own: no default can know what a committee accepts.
    tolerance_is: Literal["points", "relative"] = "points"
    red_line: float | None = None
    trajectory: bool = False  # interpolate in a straight line between targets
    dead_band: float = 0.05
    minimum: int = 0
    scale: tuple[float, float] = (0.0, 100.0)
    outcome_names: Mapping[str, str] = field(default_factory=dict)
    # Exclusions that mean a changed framework: while cases have one of these reasons, no colour.
    broken_by: tuple[str, ...] = ()
    pending: str = ""
    note: str = ""
    breaks: tuple[Break, ...] = ()
    look_back: LookBack | None = None
    short: str = ""  # a title for narrow columns
    on_request: bool = False  # only on boards whose config names it


# --- the board on one date ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Count:
    """A numerator, a denominator and the excluded cases by reason, for one rule and period.

    On a public board any of these numbers may be `HIDDEN_NUMBER`. `is_small` says that a hidden
    numerator is from 1 to 5 itself, and not hidden to protect another number.
    """

    numerator: float
    denominator: float
    excluded: Mapping[str, float] = field(default_factory=dict)
    small: bool = False

    @property
    def hidden(self) -> bool:
        """Say whether the percentage is unknown because one of its two numbers is hidden."""
        return isnan(self.numerator) or isnan(self.denominator)

    @property
    def value(self) -> float | None:
        """Return the unrounded percentage; None if a number is hidden or the denominator is 0."""
        # Contract, section 4: with a denominator of 0 there is no value and no colour.
        if self.hidden or not self.denominator:
            return None
        return 100 * self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class VariantCount:
    """A rival definition: its figures, and what choosing it would change."""

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
    """One period of an indicator's history."""

    period: Period
    status: Status
    count: Count
    target: float | None
    rag: Rag


@dataclass(frozen=True, slots=True)
class Movement:
    """The change against an earlier period; better and worse follow the indicator's polarity."""

    direction: Direction
    change: float | None
    against: Point | None
    hidden: bool = False  # on a public board, if either value is hidden


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement of a value: its colour and reason, and what would meet the target."""

    rag: Rag
    reason: str
    printed: str  # "31.3%", "just below 45.0%" or "no value"
    to_target: str | None
    one_case: float | None  # points that one case is worth, if numbers are small
    interval: tuple[float, float] | None  # the range that chance alone explains (Wilson)


@dataclass(frozen=True, slots=True)
class ProcessChart:
    """Limits and signals of an XmR chart over the official periods since the last restart."""

    mean: float
    lower: float
    upper: float
    trial: bool
    since: Period
    signals: tuple[str, ...]
    assurance: str  # is the target met always, never or by chance?
    variation: str = ""  # common cause, or special cause for better or worse


@dataclass(frozen=True, slots=True)
class Funnel:
    """A comparison with a comparator: is the difference more than chance, for this denominator?"""

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
    """A period whose count has changed since it was saved on a given day."""

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
    owner: str = ""  # who carries out an action
    closed: date | None = None  # the day an action was done


@dataclass(frozen=True, slots=True)
class Source:
    """A table as it was read: its origin, its rows and its age.

    rows_read = rows_used + rows_refused. `problem` says why the table could not be used at all.
    `recognised_as` names the return, published file or database that it came from; it is empty for
    a clean table. A source that is not `is_watched` is read once: later changes go unnoticed.
    `rows_in_file` counts all rows of the file, some of which may not belong to this table.
    `rows_superseded` were left out because a later file has them too.
    """

    table: str
    file: str
    rows_read: float  # `HIDDEN_NUMBER` on a public board if rows may be children
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
    """Progress of reading the tables: the file at hand, and the rows read so far."""

    file: str
    number: int
    of: int
    rows: int

    @property
    def shown(self) -> str:
        """Return the line to show while the user waits."""
        return f"file {self.number:,} of {self.of:,}, {self.rows:,} rows so far: {self.file}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One indicator on the board, with everything known about it on the date."""

    indicator: Indicator
    point: Point
    target: Target | None
    judgement: Judgement
    movement: Movement
    year_movement: Movement
    history: tuple[Point, ...]  # official, of the same kind, ending with `point`
    provisional: tuple[Point, ...]  # later periods or months that are not official yet
    whole_years: tuple[Point, ...]  # completed financial years of the history
    year_to_date: Count | None  # shown beside a rule that counts single periods
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
    problem: str  # why there is no value: a missing or broken table
    data_age_days: int
    made_up: bool
    of_people: bool = False  # cases are children or staff: never public
    overdue: tuple[Note, ...] = ()  # open actions due before the date
    reason_missing: bool = False  # red in a period without a written reason


@dataclass(frozen=True, slots=True)
class Board:
    """Everything known on `as_at`, ready to show; the only thing that front ends read."""

    council: str
    as_at: date
    period: Period
    entries: tuple[Entry, ...]
    sources: tuple[Source, ...]
    issues: tuple[Issue, ...]
    made_up: tuple[str, ...]  # tables that hold made-up data
    views: Mapping[str, str] = field(default_factory=dict)  # addresses by their names
    opens_at: str = ""  # the view to open at, by name or address
    public: bool = False  # small counts of children are hidden
