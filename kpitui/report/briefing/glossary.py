"""Explains the terms a briefing uses and the marks beside its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpitui import words
from kpitui.report.briefing.items import MADE_UP
from kpitui.report.briefing.shape import Fact, Item
from kpitui.words import SUPPRESSED

ALWAYS = (
    Fact("Green", "the target is met."),
    Fact("Amber", "the target is missed, by no more than the tolerance that was set for it."),
    Fact("Red", "the target is missed by more than the tolerance."),
    Fact(
        "Better, worse",
        "in the sense of what is good for this indicator, whether high or low is good.",
    ),
    Fact(
        "Points",
        "percentage points, the difference between two percentages: from 20% to 25% is 5 points.",
    ),
    Fact(
        "Target and tolerance",
        "what the council aims at, and how far on the wrong side of it is amber and not yet red.",
    ),
)
PROVISIONAL = Fact(
    "Provisional", "of a month, or of a period that is not over: it may still change."
)
YEAR = Fact("Since 1 April", "the financial year so far: it runs from April to March.")
NEIGHBOURS = Fact(
    "Statistical neighbours",
    "the councils that are most like this one, by a published model.",
)
CHANCE = Fact(
    "More than chance",
    "whether a figure lies outside the range in which such figures vary by themselves.",
)
GRADES = Fact(
    "Good or better", "graded Good or Outstanding at the latest inspection by Ofsted that has one."
)
SMALL = Fact(words.SMALL, "small numbers: one case is worth 2 points or more")
UNREAL = Fact(MADE_UP, "computed from made-up data")
HIDDEN = Fact(
    SUPPRESSED, "a count of children from 1 to 5, or a number from which one could be worked out"
)


def glossary(items: Sequence[Item]) -> tuple[Fact, ...]:
    """Return the common terms and those this briefing uses."""
    return (*ALWAYS, *_used(items))


def footnotes(items: Sequence[Item], *, internal: bool) -> tuple[Fact, ...]:
    """Return the meaning of each mark that appears beside a number or code."""
    small = any(item.entry.judgement.one_case is not None for item in items)
    made_up = any(item.entry.made_up for item in items)
    told = ((SMALL, small), (UNREAL, made_up), (HIDDEN, not internal))
    return tuple(fact for fact, there in told if there)


def _used(items: Sequence[Item]) -> Iterator[Fact]:
    """Yield the terms that only some briefings use, judged by titles and fact labels."""
    # The labels are those that indicator_items gives: a term is explained if its fact is there.
    names = {fact.name for item in items for fact in item.facts}
    if any("Good or better" in item.title for item in items):
        yield GRADES
    if "Later, provisional" in names:
        yield PROVISIONAL
    if "Since 1 April" in names:
        yield YEAR
    if any(one.name.startswith("Statistical") for item in items for one in item.comparators):
        yield NEIGHBOURS
    if "More than chance" in names:
        yield CHANCE
