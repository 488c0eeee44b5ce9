"""What a briefing says, part by part, ready to be laid out.

All texts are sentences or cells as they are to be printed; a writer sets them on a page and adds
none of its own but headings.  Numbers are beside them for those that draw or calculate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpitui.behind import Cases
from kpitui.model import Entry, Rag


@dataclass(frozen=True, slots=True)
class Cover:
    """The head of the first page, and the line that stands on every one."""

    title: str
    council: str
    committee: str
    audience: str
    meeting: str  # "25 March 2019"
    period: str  # "Q3 2018/19"
    ages: str
    mark: str  # which view it is: on every page
    made_up: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the indicators have a colour: ``4 of 13 (31%)``."""

    rag: Rag
    many: int
    of: int
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of an indicator, under its name."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A text: what someone wrote, or a draft made from the figures until someone does."""

    text: str
    by: str = ""
    draft: bool = False
    due: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure beside the indicator's own: a comparator, or another definition."""

    name: str
    value: str
    detail: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One period of a trend; `value` None where there is none, or where it is not to be seen."""

    period: str
    value: float | None
    printed: str
    rag: Rag
    target: float | None
    provisional: bool
    event: str  # what happened to the series in it, or ""


@dataclass(frozen=True, slots=True)
class Trend:
    """The periods of an indicator as they are drawn, and the same in words."""

    marks: tuple[Mark, ...]
    low: float
    high: float
    words: str


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator as the briefing tells of it."""

    entry: Entry
    number: int  # its place in the briefing, from 1
    code: str  # with a dagger where its data is made up
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
    """A win or a concern, and the figures that make it one."""

    item: Item
    why: str


@dataclass(frozen=True, slots=True)
class Theme:
    """The indicators of one page."""

    name: str
    items: tuple[Item, ...]
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was put, and what was answered."""

    code: str
    title: str
    asked: Written
    answers: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """All that a committee is told.  Tables are rows under their heads, as texts.

    `missing` is what someone should still write or look at: for whoever prepares it, not for the
    committee.  `cases` are the rows behind the numbers, in the internal view alone.
    """

    as_at: date
    cover: Cover
    internal: bool
    full: bool
    before: str  # the period before, and that a year earlier
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
    schools: tuple[tuple[str, ...], ...]  # under SCHOOLS
    schools_since: str  # empty where no indicator is of schools or settings
    restated: tuple[tuple[str, ...], ...]  # under RESTATED
    questions: tuple[Question, ...]
    questions_rule: str
    glossary: tuple[Fact, ...]
    sources: tuple[tuple[str, ...], ...]  # under SOURCES
    footnotes: tuple[Fact, ...]
    missing: tuple[str, ...]
    cases: tuple[Cases, ...] = ()


SCHOOLS = ("School or setting", "Kind", "Was", "Is", "Inspected")
RESTATED = ("Indicator", "Period", "Said on", "Then", "Now")
SOURCES = ("Table", "Last event", "Age at the meeting", "Made up")
