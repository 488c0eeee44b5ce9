"""Explains the terms a briefing uses and the marks beside its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpitui import wording
from kpitui.model.board import Entry
from kpitui.report.briefing.document import BriefingItem, LabelledText
from kpitui.report.briefing.indicator_items import MADE_UP_MARK
from kpitui.report.briefing.withheld import is_withheld
from kpitui.summaries.tallies import has_made_up_data, has_small_numbers

COMMON_TERMS = (
    LabelledText("Green", "the target is met."),
    LabelledText("Amber", "the target is missed by no more than its tolerance."),
    LabelledText("Red", "the target is missed by more than the tolerance."),
    LabelledText("Better, worse", "judged by whether high or low is good for this indicator."),
    LabelledText("Points", "percentage points, the difference between two percentages: from 20% to 25% is 5 points."),
    LabelledText("Target and tolerance", "the council's aim, and how far short of it is amber rather than red."),
)
PROVISIONAL_TERM = LabelledText("Provisional", "for a month, or for a period that is not over: it may still change.")
FINANCIAL_YEAR_TERM = LabelledText("Since 1 April", "the financial year so far: it runs from April to March.")
NEIGHBOURS_TERM = LabelledText(
    "Statistical neighbours", "the councils that are most like this one, by a published model."
)
CHANCE_TERM = LabelledText("More than chance", "whether a figure lies outside the range that chance alone would give.")
GRADES_TERM = LabelledText(
    "Good or better", "graded Good or Outstanding at the latest Ofsted inspection that gave a grade."
)
SMALL_NUMBERS_NOTE = LabelledText(wording.SMALL_NUMBERS_MARK, "small numbers: one case is worth 2 points or more")
PROVISIONAL_NOTE = LabelledText(wording.PROVISIONAL_MARK, wording.PROVISIONAL_LEGEND)
MADE_UP_NOTE = LabelledText(MADE_UP_MARK, "worked out from made-up data")
SUPPRESSED_NOTE = LabelledText(
    "Not shown", "fewer than 6 children, or a number from which one that small could be worked out"
)


def build_glossary(items: Sequence[BriefingItem]) -> tuple[LabelledText, ...]:
    """Return the common terms and those this briefing uses."""
    return (*COMMON_TERMS, *_find_used_terms(items))


def build_footnotes(entries: Sequence[Entry], *, internal: bool) -> tuple[LabelledText, ...]:
    """Return the meaning of each mark that appears beside a number or code."""
    notes = (
        (SMALL_NUMBERS_NOTE, has_small_numbers(entries)),
        (PROVISIONAL_NOTE, any(wording.mark_provisional(entry.point) for entry in entries)),
        (MADE_UP_NOTE, has_made_up_data(entries)),
        (SUPPRESSED_NOTE, not internal and any(map(is_withheld, entries))),
    )
    return tuple(footnote for footnote, is_used in notes if is_used)


def _find_used_terms(items: Sequence[BriefingItem]) -> Iterator[LabelledText]:
    """Yield the terms that only some briefings use, judged by titles and fact labels."""
    # The labels are those that indicator_items gives: a term is explained if its fact is there.
    fact_labels = {fact.label for item in items for fact in item.facts}
    if any("Good or better" in item.title for item in items):
        yield GRADES_TERM
    if "Later, provisional" in fact_labels:
        yield PROVISIONAL_TERM
    if "Since 1 April" in fact_labels:
        yield FINANCIAL_YEAR_TERM
    if any(comparison.name.startswith("Statistical") for item in items for comparison in item.comparators):
        yield NEIGHBOURS_TERM
    if "More than chance" in fact_labels:
        yield CHANCE_TERM
