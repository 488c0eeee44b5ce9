"""The parts of a briefing, worded and ready to lay out.

Texts are complete sentences or cells: a format adds nothing but headings. Numbers are kept
beside them for formats that draw or calculate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpitui.model.board import Entry, Rag
from kpitui.model.drilldown import IndicatorCases
from kpitui.model.periods import Period

WINS_RULE = "On target and improved since the last period: newly on target first, then by how much they improved."
CONCERNS_RULE = (
    "Off target: red before amber; within each, those that got worse first, then by distance from the target."
)
QUESTIONS_RULE = (
    "Questions on this period and the one before, and older ones without an answer. An answer"
    " stands with the oldest question on its indicator that had none."
)


@dataclass(frozen=True, slots=True)
class BriefingCover:
    """The head of the first page, and the marking shown on every page."""

    title: str
    council: str
    committee: str
    audience: str
    meeting_date: str  # "25 March 2019"
    period: str  # "Q3 2018/19"
    data_age: str
    marking: str  # public or internal: on every page
    made_up_notice: str
    officer: str = ""  # who answers for the report, and how to reach them


@dataclass(frozen=True, slots=True)
class RagShareText:
    """The share of the indicators that have one colour, in words: ``4 of 13 (31%)``."""

    rag: Rag
    item_count: int
    text: str


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with its label: a fact about an indicator, a glossary term or a footnote."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A reason, action, question or answer, or a draft made from the figures."""

    text: str
    attribution: str = ""
    is_draft: bool = False
    due_text: str = ""


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A figure beside the indicator's own: a comparator, or a rival definition."""

    name: str
    value: str
    detail: str


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One period of a trend; `value` is None if there is none or it may not be shown."""

    period: str
    value: float | None
    printed_value: str
    rag: Rag
    target: float | None
    provisional: bool
    event_text: str  # what changed the series in this period, or ""
    is_hidden: bool = False


HIDDEN_MARK_LEGEND = ", open diamond on the axis: not shown"


@dataclass(frozen=True, slots=True)
class IndicatorTrend:
    """The periods of an indicator as drawn, and the same in words."""

    points: tuple[TrendPoint, ...]
    scale_low: float
    scale_high: float
    description: str
    judged_index: int | None  # the index of the point that was judged: drawn larger
    has_provisional: bool

    @property
    def caption(self) -> str:
        """Return what the marks of the picture mean."""
        has_hidden = any(point.is_hidden and not point.provisional for point in self.points)
        parts = [", hollow: provisional" if self.has_provisional else "", HIDDEN_MARK_LEGEND if has_hidden else ""]
        return f"Every period; dashed: the target{''.join(parts)}"


@dataclass(frozen=True, slots=True)
class BriefingItem:
    """Everything the briefing says about one indicator."""

    entry: Entry
    number: int  # position in the briefing, from 1
    code: str  # with a dagger if its data is made up
    title: str
    period: str
    value: str
    case_fraction: str
    data_age: str
    rag: Rag
    target: str
    to_target: str
    movement_text: str  # "worse by 15.8 points", since the period before
    year_movement_text: str  # and since a year earlier
    movement_since: str  # "worse by 15.8 points since Q2 2018/19"
    reasons: tuple[Statement, ...]
    actions: tuple[Statement, ...]
    facts: tuple[LabelledText, ...]
    trend: IndicatorTrend
    is_reason_drafted: bool
    comparators: tuple[ComparedFigure, ...]
    variants: tuple[ComparedFigure, ...]
    definition: str

    @property
    def figure(self) -> str:
        """Return the value with its cases: ``31.3% (5 of 16)``."""
        return f"{self.value} ({self.case_fraction})" if self.case_fraction else self.value


@dataclass(frozen=True, slots=True)
class Highlight:
    """A win or a concern, with the figures that make it one."""

    item: BriefingItem
    explanation: str


@dataclass(frozen=True, slots=True)
class BriefingTheme:
    """The indicators of one theme, which start a new page."""

    name: str
    items: tuple[BriefingItem, ...]
    shares: tuple[RagShareText, ...]


@dataclass(frozen=True, slots=True)
class QuestionThread:
    """A question with its answers, oldest first."""

    code: str
    title: str
    question: Statement
    answers: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class TrendPeriod:
    """A period that some indicator has; `is_judged_kind` if it is of the kind judged."""

    period: Period
    heading: str
    is_judged_kind: bool


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A part of the paper that is text: a heading and what stands under it."""

    heading: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A part of the paper that is a table: rows of text under their columns, the first ones of words."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """Everything a committee is given. Tables are rows of text under their headings.

    `missing_work` is what someone should still write or look at; it is for whoever prepares the
    briefing, not for the committee. `cases` are the rows behind the numbers, internal only.
    """

    as_at: date
    cover: BriefingCover
    internal: bool
    is_full: bool
    previous_period: str  # the period before, as in "Q2 2018/19"
    year_earlier: str
    opening: str
    items: tuple[BriefingItem, ...]
    shares: tuple[RagShareText, ...]
    exceptions: tuple[BriefingItem, ...]
    wins: tuple[Highlight, ...]
    concerns: tuple[Highlight, ...]
    themes: tuple[BriefingTheme, ...]
    grade_changes: tuple[tuple[str, ...], ...]  # under GRADE_CHANGE_COLUMNS
    grade_changes_span: str  # empty if no indicator counts schools or settings
    restatements: tuple[tuple[str, ...], ...]  # under RESTATEMENT_COLUMNS
    question_threads: tuple[QuestionThread, ...]
    glossary: tuple[LabelledText, ...]
    sources: tuple[tuple[str, ...], ...]  # under SOURCE_COLUMNS
    footnotes: tuple[LabelledText, ...]
    missing_work: tuple[str, ...]
    drafted_count: int  # reasons that are drafts from the figures
    unanswered_count: int  # questions without an answer
    trend_periods: tuple[TrendPeriod, ...]
    cases: tuple[IndicatorCases, ...] = ()
    sections: tuple[PaperSection, ...] = ()  # before the summary
    further_tables: tuple[PaperTable, ...] = ()  # after that of every indicator
    template: str = ""  # the council's own Word template
    release_texts: tuple[str, ...] = ()  # for whoever prepares the briefing


GRADE_CHANGE_COLUMNS = ("School or setting", "Kind", "Was", "Is", "Inspected")
RESTATEMENT_COLUMNS = ("Indicator", "Period", "Said on", "Then", "Now")
SOURCE_COLUMNS = ("Table", "Last event", "Age at the meeting", "Made up")
