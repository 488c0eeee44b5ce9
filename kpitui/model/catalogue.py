"""An indicator as data: its rule, its variants, and how it is judged and shown.

The catalogue's `Indicator` tells cohorts, counts and judgements what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kpitui.model.measures import PROPORTION, Measure
from kpitui.model.periods import Period
from kpitui.model.windows import CountingWindow

Polarity = Literal["high", "low", "neutral"]
DistinctMode = Literal["any", "last"]
Scalar = str | int | float | bool | date


DateUnit = Literal["days", "working_days", "months", "years"]


@dataclass(frozen=True, slots=True)
class DateComparison:
    """Two dates of a case, compared in a column of that name: days between them, or within a limit."""

    earlier: str
    later: str
    unit: DateUnit
    limit: int | None = None

    @property
    def name(self) -> str:
        """Return the name of the column, as people read it: ``days from start_date to end_date``."""
        unit_text = self.unit.replace("_", " ")
        if self.limit is None:
            return f"{unit_text} from {self.earlier} to {self.later}"
        return f"{self.later} within {self.limit} {unit_text} of {self.earlier}"


@dataclass(frozen=True, slots=True)
class ColumnTest:
    """One condition on a named column; `comparison` is one of the words of contract section 6."""

    column: str
    comparison: Literal[
        "equal", "any_of", "none_of", "at_least", "at_most", "more_than", "less_than", "starts_with", "missing"
    ]
    value: Scalar | tuple[Scalar, ...]
    dates: DateComparison | None = None  # what the column holds, if it compares two dates


Conditions = tuple[tuple[ColumnTest, ...], ...]
"""Alternatives, of which one must hold; each is a list of tests that must all hold."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A reason to leave cases out of the denominator; `negated` inverts the conditions."""

    reason: str
    conditions: Conditions
    negated: bool = False


@dataclass(frozen=True, slots=True)
class UnknownColumn:
    """A column of which some cases do not have the true value, so that it cannot be told how they count.

    `conditions` say which cases these are. `words` finish a sentence: "since ... of 20". Where the
    case `may_not_belong`, it may be no case of the cohort at all.
    """

    reason: str
    column: str
    conditions: Conditions
    words: str = ""
    may_not_belong: bool = False


@dataclass(frozen=True, slots=True)
class CohortCall:
    """A cohort of `kpitui.cohorts` by name, with the parameters to build it with."""

    name: str
    parameters: tuple[tuple[str, Scalar], ...] = ()


@dataclass(frozen=True, slots=True)
class LookBack:
    """How far back before its window an indicator looks.

    With a shorter history than that the indicator reads too low, but for rows whose
    `recorded_column` says what came before.
    """

    table: str
    column: str
    months: int
    recorded_column: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """The definition of one number: the cases it covers, excludes and counts, and its window.

    `population` narrows the cohort to the cases that the number covers. `outcome_column` names the
    column that says what happened to the cases not counted. Each case weighs its `weight_column`
    (pupils, full-time equivalents) or 1; where that is not known it is `largest_weight` at most.
    `base_cohort` replaces the cases as the denominator: a headcount, averaged over the days of
    `base_days`. `unknown_columns` are those that may hide how a case counts.
    """

    id: str
    title: str
    cohort: CohortCall
    window: CountingWindow
    counted: Conditions
    exclusions: tuple[Exclusion, ...] = ()
    population: Conditions = ()
    outcome_column: str | None = None
    weight_column: str | None = None
    distinct: DistinctMode | None = None
    base_cohort: CohortCall | None = None
    base_days: Literal["first and last", "month ends"] = "first and last"
    required_tables: tuple[str, ...] = ()  # tables required beyond those of its cohort
    note: str = ""
    unknown_columns: tuple[UnknownColumn, ...] = ()
    largest_weight: float = 0
    look_back: LookBack | None = None
    measure: Measure = PROPORTION
    date_comparisons: tuple[DateComparison, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A target from a period on: why it was set, who answers for it and when it is reviewed."""

    value: float
    applies_from: Period | None = None
    reason: str = ""
    owner: str = ""
    review_date: date | None = None
    is_national: bool = False


@dataclass(frozen=True, slots=True)
class StatutoryNorm:
    """A value that a law or a regulator asks for, shown beside the target; it gives no colour."""

    value: float
    title: str


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """A date on which a definition, a framework or the outside world changed a series."""

    occurred_on: date
    description: str
    restarts_series: bool = False


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
    noun: tuple[str, str] = ("case", "cases")
    definition: str = ""
    source: str = ""
    targets: tuple[Target, ...] = ()
    tolerance: float = 0.0
    # Tolerances are the council's own: no default can know what a committee accepts.
    tolerance_is: Literal["points", "relative"] = "points"
    red_line: float | None = None
    band: tuple[float, float] | None = None  # where a value should be, if neither high nor low is good
    trajectory: bool = False  # interpolate in a straight line between targets
    dead_band: float = 0.05
    minimum: int = 0
    scale: tuple[float, float] = (0.0, 100.0)
    outcome_names: Mapping[str, str] = field(default_factory=dict)
    # Exclusions that mean a changed framework: while cases have one of these reasons, no colour.
    broken_by: tuple[str, ...] = ()
    pending: str = ""
    note: str = ""
    breaks: tuple[SeriesBreak, ...] = ()
    look_back: LookBack | None = None
    short: str = ""  # a title for narrow columns
    on_request: bool = False  # only on boards whose config names it, or one of its sets
    sets: tuple[str, ...] = ()  # the groups of indicators that `[board] sets` chooses by
    split_columns: tuple[str, ...] = ()  # what a report splits it by
    norm: StatutoryNorm | None = None
    not_comparable: str = ""  # why no figure of others is like it

    @property
    def measure(self) -> Measure:
        """Return the measure of its main rule."""
        return self.rule.measure

    @property
    def unit(self) -> str:
        """Return the unit of its values: ``%``, ``per 10,000``, ``children``, ``days``."""
        return self.rule.measure.unit

    def list_breaks_between(self, first_day: date, last_day: date) -> list[SeriesBreak]:
        """List what changed the series from one day to another, both included."""
        return [series_break for series_break in self.breaks if first_day <= series_break.occurred_on <= last_day]
