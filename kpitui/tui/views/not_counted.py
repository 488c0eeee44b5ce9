"""Section of an indicator's page on the cases that are not counted, and on those that are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpitui import wording
from kpitui.model.board import Entry
from kpitui.model.drilldown import AdultOutcome
from kpitui.summaries.leaver_groups import subtract_adults
from kpitui.tui.styled_text import StyledLine, StyledSpan, make_line, make_span, wrap_line
from kpitui.tui.views.rag_marks import draw_outcome_tally


def name_not_counted(entry: Entry) -> str:
    """Name the section of those who did not achieve it, or of those left out alone."""
    return "Those who did not achieve it" if entry.not_counted else "Left out of the count"


def draw_not_counted(entry: Entry, adult_outcomes: Sequence[AdultOutcome], line_width: int) -> Iterator[StyledLine]:
    """Draw who is in the denominator alone, by outcome, then who is left out, by reason.

    Those who had turned 18 are a group of their own: they could not have counted.
    """
    if entry.not_counted:
        yield make_line(make_span("In the denominator but not counted:", "dim"))
        yield from _draw_adults(adult_outcomes, line_width)
        yield from draw_outcome_tally(entry, subtract_adults(entry.not_counted, adult_outcomes), line_width)
    reasons = entry.point.count.excluded
    if reasons:
        yield make_line(make_span("Left out of the count:", "dim"))
        yield from draw_outcome_tally(entry, reasons, line_width)
    if not entry.not_counted and not reasons:
        yield make_line(make_span("No case is left out.", "dim"))


def _draw_adults(adult_outcomes: Sequence[AdultOutcome], line_width: int) -> Iterator[StyledLine]:
    """Draw how many had turned 18, and below it what became of them."""
    if not adult_outcomes:
        return
    adult_count = sum(outcome.case_count for outcome in adult_outcomes)
    yield make_line(StyledSpan(f"  {adult_count}  ", "strong"), make_span("had turned 18. Of them:"))
    for outcome in adult_outcomes:
        count_span = make_span(f"     {wording.format_count(outcome.case_count)}  ", "strong")
        yield from wrap_line(make_line(count_span, make_span(outcome.words)), line_width, 8)
