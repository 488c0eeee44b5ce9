"""The board: what is known of every indicator on one date.

`Board` and its parts are all that the front ends read. Nothing here computes more than a
percentage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isnan, nan
from typing import Literal

from kpitui.model.catalogue import Indicator, Target
from kpitui.model.issues import CodedMessage, Issue
from kpitui.model.measures import PROPORTION, Measure, ValueSpread
from kpitui.model.periods import Period

Rag = Literal["green", "amber", "red", "none"]
DirectionOfTravel = Literal["better", "worse", "higher", "lower", "same", "none"]
Significance = Literal["more than chance", "no more than chance", ""]
FigureStatus = Literal["official", "provisional"]

# NaN spreads through arithmetic: a figure derived from a hidden number stays hidden.
HIDDEN_NUMBER = nan
"""A number that the public board does not show: it, or another, could be worked out from it."""
# 0 is shown, and so are 6 and more (docs/public.md, What is hidden).
SMALLEST_HIDDEN_COUNT, LARGEST_HIDDEN_COUNT = 1, 5


@dataclass(frozen=True, slots=True)
class CountBounds:
    """The lowest and the highest that a value can be, each as numerator and denominator.

    A denominator of 0 stands for a value without a limit. `least_denominator` is the smallest
    number of cases there may be. Where nothing can be told, `open_reason` says why.
    """

    lowest: tuple[float, float]
    highest: tuple[float, float]
    least_denominator: float
    open_reason: CodedMessage | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """A numerator, a denominator and the excluded cases by reason, for one rule and period.

    On a public board any of these numbers may be `HIDDEN_NUMBER`. `is_small` says that a hidden
    numerator is from 1 to 5 itself, and not hidden to protect another number. `unknown` has the
    cases of which it cannot be told whether they count, by reason; `bounds` are what they leave
    possible, and None where all is known. `measure` says what the value is made of, and `spread` how
    the values of a mean or a median lie.
    """

    numerator: float
    denominator: float
    excluded: Mapping[str, float] = field(default_factory=dict)
    is_small: bool = False
    unknown: Mapping[str, float] = field(default_factory=dict)
    bounds: CountBounds | None = None
    measure: Measure = PROPORTION
    spread: ValueSpread | None = None

    @property
    def is_hidden(self) -> bool:
        """Say whether the percentage is unknown because one of its two numbers is hidden."""
        return isnan(self.numerator) or isnan(self.denominator)

    @property
    def value(self) -> float | None:
        """Return the unrounded value; None if a number is hidden or the denominator is 0."""
        # Contract, section 4: with a denominator of 0 there is no value and no colour.
        if self.is_hidden or not self.denominator:
            return None
        return self.measure.compute_value(self.numerator, self.denominator)

    @property
    def case_count(self) -> float:
        """Return how many cases the value rests on."""
        return self.measure.count_cases(self.numerator, self.denominator)

    @property
    def excluded_total(self) -> float:
        """Return the number of excluded cases; `HIDDEN_NUMBER` if any of them is hidden."""
        return sum(self.excluded.values())

    @property
    def low(self) -> float | None:
        """Return the lowest value that the unknown cases allow; where all is known, the value."""
        return self.value if self.bounds is None else self.lowest_count.value

    @property
    def high(self) -> float | None:
        """Return the highest value that the unknown cases allow; None if there is no limit."""
        return self.value if self.bounds is None else self.highest_count.value

    @property
    def lowest_count(self) -> Count:
        """Return the count at its lowest value, without doubt."""
        return self if self.bounds is None else Count(*self.bounds.lowest, self.excluded, measure=self.measure)

    @property
    def highest_count(self) -> Count:
        """Return the count at its highest value, without doubt."""
        return self if self.bounds is None else Count(*self.bounds.highest, self.excluded, measure=self.measure)


@dataclass(frozen=True, slots=True)
class VariantCount:
    """A rival definition: its figures, and what choosing it would change."""

    id: str
    title: str
    note: str
    count: Count | None
    rag: Rag
    points_difference: float | None  # value minus the main value
    cases_difference: float | None  # numerator minus the main numerator
    problem: Issue | None = None
    doubt: CodedMessage | None = None  # what unknown cases leave possible


@dataclass(frozen=True, slots=True)
class Coverage:
    """From when to when the tables behind a figure can answer, and whether all their rows were read."""

    first_day: date | None = None
    last_day: date | None = None
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """One period of an indicator's history."""

    period: Period
    status: FigureStatus
    count: Count
    target: float | None
    rag: Rag
    # What stands against the figure. It names files, and a figure is the same wherever its files are.
    reservations: tuple[Issue, ...] = field(default=(), compare=False)
    coverage: Coverage = field(default=Coverage(), compare=False)


@dataclass(frozen=True, slots=True)
class Movement:
    """The change against an earlier period; better and worse follow the indicator's polarity.

    Where that is neutral, a value is higher or lower.
    """

    direction: DirectionOfTravel
    change: float | None
    earlier_point: HistoryPoint | None
    is_hidden: bool = False  # on a public board, if either value is hidden
    significance: Significance = ""
    untested_because: CodedMessage | None = None  # why it cannot be told whether the change is more than chance
    possible_changes: tuple[float, float] | None = None  # the least and the most, if a value is in doubt


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement of a value: its colour and reason, and what would meet the target."""

    rag: Rag
    reason: CodedMessage
    printed_value: CodedMessage  # "31.3%", "just below 45.0%" or "no value"
    cases_to_target: int | None  # the fewest that would have to be different; None if no number would do
    points_per_case: float | None  # points that one case is worth, if numbers are small
    chance_interval: tuple[float, float] | None  # where the true level may be (Wilson, 95%)
    is_below_minimum: bool = False  # too few cases for a colour: the counts say more than the value


@dataclass(frozen=True, slots=True)
class PeriodLimits:
    """The limits of a process chart for one period: they depend on its number of cases."""

    period: Period
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class ProcessChart:
    """Limits and signals of a process chart over the official periods since the last restart.

    `mean` and limits are in per cent; `lower_limit` and `upper_limit` are those of the last period.
    A baseline that `is_baseline_fixed` stays as it is when further periods come.
    """

    mean: float
    lower_limit: float
    upper_limit: float
    start_period: Period
    signals: tuple[CodedMessage, ...]
    assurance: CodedMessage | None  # whether the target will be met; None while there is a signal
    variation: CodedMessage  # no sign of change, or unusual for better or worse
    method: str = ""  # the name of the chart
    baseline_count: int = 0
    is_baseline_fixed: bool = False
    limits: tuple[PeriodLimits, ...] = ()  # of every period of the chart


@dataclass(frozen=True, slots=True)
class Funnel:
    """A comparison with a comparator: is the difference more than chance, for this denominator?

    `overdispersion` is how many times the variance of chance the councils of the published file
    have, and None where too few of them give their counts to tell.
    """

    comparator: Comparator
    lower_limit: float
    upper_limit: float
    verdict: CodedMessage
    overdispersion: float | None = None
    council_count: int = 0


@dataclass(frozen=True, slots=True)
class CouncilStanding:
    """The rank of a council's published figure among all councils of the same file; 1 is best."""

    rank: int
    council_count: int
    quartile: int
    period: str


@dataclass(frozen=True, slots=True)
class Comparator:
    """A published figure to compare with, or the reason why there is none."""

    name: str
    period: str
    value: float | None
    symbol: str
    publication: str
    published_on: date | None
    basis: str
    detail: CodedMessage | None = None
    measure: Measure = PROPORTION


@dataclass(frozen=True, slots=True)
class Restatement:
    """A period whose count has changed since it was saved on a given day."""

    period: Period
    saved_on: date
    saved_count: Count
    current_count: Count


@dataclass(frozen=True, slots=True)
class CommentaryNote:
    """Commentary on an indicator: a reason, an action, a question or an answer."""

    period: Period
    kind: str
    text: str
    author: str
    written_on: date | None
    due_on: date | None
    owner: str = ""  # who carries out an action
    closed_on: date | None = None  # the day an action was done
    is_held_back: bool = False  # on a public board, where its text is not shown
    expected: str = ""  # the value that an action is to bring by its due date


@dataclass(frozen=True, slots=True)
class TableSource:
    """A table as it was read: its origin, its rows and its age.

    rows_read = rows_used + rows_refused. `problem` says why the table could not be used at all.
    `recognised_as` names the return, published file or database that it came from; it is empty for
    a clean table. A source that is not `is_watched` is read once: later changes go unnoticed.
    `rows_in_file` counts all rows of the file, some of which may not belong to this table.
    `rows_superseded` were left out because a later file has them too. `file_section` is the sheet,
    record or member of an archive that it is in, where the file has several.
    """

    table: str
    file: str
    rows_read: float  # `HIDDEN_NUMBER` on a public board if rows may be children
    rows_used: float
    rows_refused: float
    last_event: date | None
    read_at: datetime | None
    made_up: bool = False
    problem: Issue | None = None
    recognised_as: str = ""
    is_watched: bool = True
    rows_in_file: float | None = None
    rows_superseded: float = 0
    file_section: str = ""


@dataclass(frozen=True, slots=True)
class ReadingProgress:
    """Progress of reading the tables: the file at hand, and the rows read so far."""

    file_name: str
    file_number: int
    file_count: int
    rows_read: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The council's figure of a whole year beside the one that was published for it.

    `difference` is here less published, in the unit of the indicator; `cases` is about how many cases
    that is, and None where the figure is no share.
    """

    point: HistoryPoint
    published: Comparator
    difference: float
    cases: int | None


@dataclass(frozen=True, slots=True)
class YearEnd:
    """What the rest of the year must bring, if it has as many cases a quarter as the year until now.

    `cases_needed` is how many of the `expected_cases` must count, or with `is_limit` at most may;
    None where no number would do. `low` and `high` are the year's value if nothing changes: where
    chance takes it in 95 of 100 such years.
    """

    cases_needed: int | None
    expected_cases: int
    is_limit: bool
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One indicator on the board, with everything known about it on the date."""

    indicator: Indicator
    point: HistoryPoint
    target: Target | None
    judgement: Judgement
    movement: Movement
    year_movement: Movement
    history: tuple[HistoryPoint, ...]  # official, of the same kind, ending with `point`
    provisional_points: tuple[HistoryPoint, ...]  # later periods or months that are not official yet
    complete_years: tuple[HistoryPoint, ...]  # completed financial years of the history
    year_to_date: Count | None  # shown beside a rule that counts single periods
    restatements: tuple[Restatement, ...]
    variants: tuple[VariantCount, ...]
    variant_history: Mapping[str, tuple[Count, ...]]  # by variant, aligned with `history`
    not_counted: Mapping[str, float]  # outcome -> cases in the denominator, not in the numerator
    comparators: tuple[Comparator, ...]
    published_series: tuple[Comparator, ...]  # the council's own published yearly figures
    funnel: Funnel | None
    process_chart: ProcessChart | None
    no_chart_reason: CodedMessage | None  # why there is no process chart
    commentary_notes: tuple[CommentaryNote, ...]
    sources: tuple[TableSource, ...]
    warnings: tuple[CodedMessage, ...]
    problem: Issue | None  # why there is no value: a missing or broken table, or a mistake in the config
    data_age_days: int
    made_up: bool
    is_about_people: bool = False  # cases are children or staff: never public
    overdue_actions: tuple[CommentaryNote, ...] = ()  # open actions due before the date
    reason_missing: bool = False  # red in a period without a written reason
    standing: CouncilStanding | None = None  # among all councils of the published file
    reconciliation: Reconciliation | None = None  # of the latest year that has a published figure
    year_end: YearEnd | None = None  # what the rest of the year must be for the target to be met

    @property
    def coverage(self) -> Coverage:
        """Return from when to when the tables behind the latest figure can answer."""
        return self.point.coverage


@dataclass(frozen=True, slots=True)
class Board:
    """Everything known on `as_at`, ready to show; the only thing that front ends read."""

    council_name: str
    as_at: date
    period: Period
    entries: tuple[Entry, ...]
    sources: tuple[TableSource, ...]
    issues: tuple[Issue, ...]
    made_up_tables: tuple[str, ...]  # tables that hold made-up data
    saved_views: Mapping[str, str] = field(default_factory=dict)  # addresses by their names
    opening_view: str = ""  # the view to open at, by name or address
    is_public: bool = False  # small counts of children are hidden
    report_notes: tuple[CommentaryNote, ...] = ()  # commentary on the report as a whole
    release_texts: tuple[str, ...] = ()  # what officers released, by whom and why; for whoever prepares
