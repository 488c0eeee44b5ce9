"""The parts of a briefing, worded and ready to lay out.

Texts are complete sentences or cells: a format adds nothing but headings. Numbers are kept
beside them for formats that draw or calculate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpitui.behind import Cases
from kpitui.model import Entry, Rag


@dataclass(frozen=True, slots=True)
class Cover:
    """The head of the first page, and the marking shown on every page."""

    title: str
    council: str
    committee: str
    audience: str
    meeting: str  # "25 March 2019"
    period: str  # "Q3 2018/19"
    ages: str
    mark: str  # public or internal: on every page
    made_up: str


@dataclass(frozen=True, slots=True)
class Share:
    """The share of the indicators that have one colour: ``4 of 13 (31%)``."""

    rag: Rag
    many: int
    of: int
    # Worded here, so that the same share reads the same in every format.
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A text with its label: a fact about an indicator, a glossary term or a footnote."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A reason, action, question or answer, or a draft made from the figures."""

    text: str
    by: str = ""
    draft: bool = False
    due: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure beside the indicator's own: a comparator, or a rival definition."""

    name: str
    value: str
    detail: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One period of a trend; `value` is None if there is none or it may not be shown."""

    period: str
    value: float | None
    printed: str
    rag: Rag
    target: float | None
    provisional: bool
    event: str  # what changed the series in this period, or ""


@dataclass(frozen=True, slots=True)
class Trend:
    """The periods of an indicator as drawn, and the same in words."""

    marks: tuple[Mark, ...]
    low: float
    high: float
    words: str


@dataclass(frozen=True, slots=True)
class Item:
    """Everything the briefing says about one indicator."""

    entry: Entry
    number: int  # position in the briefing, from 1
    code: str  # with a dagger if its data is made up
    title: str
    period: str
    value: str
    of: str
    age: str
    status: Rag
    target: str
    to_target: str
    moved: str  # "worse by 15.8 points", since the period before
    moved_year: str  # and since a year earlier
    since: str  # "worse by 15.8 points since Q2 2018/19"
    reason: tuple[Written, ...]
    actions: tuple[Written, ...]
    facts: tuple[Fact, ...]
    trend: Trend
    comparators: tuple[Compared, ...]
    variants: tuple[Compared, ...]
    definition: str


@dataclass(frozen=True, slots=True)
class Pick:
    """A win or a concern, with the figures that make it one."""

    item: Item
    why: str


@dataclass(frozen=True, slots=True)
class Theme:
    """The indicators of one theme, which start a new page."""

    name: str
    items: tuple[Item, ...]
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers, oldest first."""

    code: str
    title: str
    asked: Written
    answers: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """Everything a committee is given. Tables are rows of text under their headings.

    `missing_work` is what someone should still write or look at; it is for whoever prepares the
    briefing, not for the committee. `cases` are the rows behind the numbers, internal only.
    """

    as_at: date
    cover: Cover
    internal: bool
    full: bool
    before: str  # the period before, as in "Q2 2018/19"
    year_before: str
    opening: str
    items: tuple[Item, ...]
    shares: tuple[Share, ...]
    exceptions: tuple[Item, ...]
    wins: tuple[Pick, ...]
    wins_rule: str
    concerns: tuple[Pick, ...]
    concerns_rule: str
    themes: tuple[Theme, ...]
    schools: tuple[tuple[str, ...], ...]  # under GRADE_CHANGE_COLUMNS
    schools_since: str  # empty if no indicator counts schools or settings
    restated: tuple[tuple[str, ...], ...]  # under RESTATEMENT_COLUMNS
    questions: tuple[Question, ...]
    questions_rule: str
    glossary: tuple[Fact, ...]
    sources: tuple[tuple[str, ...], ...]  # under SOURCE_COLUMNS
    footnotes: tuple[Fact, ...]
    missing: tuple[str, ...]
    cases: tuple[Cases, ...] = ()


SCHOOLS = ("School or setting", "Kind", "Was", "Is", "Inspected")
RESTATED = ("Indicator", "Period", "Said on", "Then", "Now")
SOURCES = ("Table", "Last event", "Age at the meeting", "Made up")
