"""Explanation below the board: why the current indicator has its colour."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kpitui import wording
from kpitui.commentary.threads import select_leading_notes
from kpitui.figure_wording import describe_warnings
from kpitui.model.board import Board, Entry
from kpitui.summaries.missing_work import collect_outstanding
from kpitui.tui.styled_text import (
    BLANK_LINE,
    StyledLine,
    StyledSpan,
    crop_line,
    justify_line,
    make_line,
    make_span,
    wrap_line,
)
from kpitui.tui.views.rag_marks import describe_case_worth, explain_judgement

LONGEST_LINE_WIDTH: Final = 118
"""Cells of the longest line. A longer one is hard to read."""
MAXIMUM_NOTES: Final = 3


def draw_explanation(
    entry: Entry, line_width: int, row_count: int, *, with_commentary: bool = True
) -> tuple[StyledLine, ...]:
    """Explain the colour of an indicator in at most `row_count` lines.

    Without `with_commentary` only the judgement is given, which is all that a passing cursor needs.
    """
    # Two lines have no room for a blank one above.
    if row_count < 3:
        line = crop_line(explain_judgement(entry, line_width), line_width)
        title_line = justify_line(_draw_full_title(entry), _draw_first_warning(entry), line_width)
        return (line, title_line)[:row_count] if with_commentary else (line,)
    line_width = min(line_width, LONGEST_LINE_WIDTH)
    lines = [BLANK_LINE, *wrap_line(explain_judgement(entry), line_width)]
    if not with_commentary:
        return tuple(lines[:row_count])
    lines += _draw_remarks(entry, line_width)
    if len(lines) > row_count:
        # The indicator screen has the notes in full.
        lines = [*lines[: row_count - 1], crop_line((*lines[row_count - 1], StyledSpan("  …", "dim")), line_width)]
    return tuple(lines)


def _draw_remarks(entry: Entry, line_width: int) -> Iterator[StyledLine]:
    """Draw the title and what a case is worth, the first warning, and the leading notes."""
    case_worth = make_span(f"  {describe_case_worth(entry)}", "dim")
    yield crop_line(make_line(*_draw_full_title(entry), case_worth), line_width)
    for warning in describe_warnings(entry)[:1]:
        yield from wrap_line(make_line(make_span(warning, "amber", max_characters=None)), line_width)
    for note in select_leading_notes(entry.commentary_notes, MAXIMUM_NOTES):
        kind_span = make_span(f"{note.kind.capitalize()}, {note.period.label}: ", "head")
        yield from wrap_line(make_line(kind_span, make_span(note.text, max_characters=None)), line_width)


def _draw_full_title(entry: Entry) -> StyledLine:
    """Draw the full title: the table may have room for the short one alone."""
    return make_line(make_span(f"{entry.indicator.code}  ", "dim"), make_span(entry.indicator.title))


def draw_outstanding_line(board: Board, line_width: int) -> tuple[StyledLine, ...]:
    """Draw what is overdue and which reds have no reason, or nothing if all is in order."""
    outstanding = collect_outstanding(board)
    text = wording.summarise_outstanding(
        outstanding.overdue_action_count, outstanding.overdue_codes, outstanding.unexplained_codes
    )
    return (crop_line(make_line(make_span(text, "amber", max_characters=None)), line_width),) if text else ()


def _draw_first_warning(entry: Entry) -> StyledLine:
    """Draw what a case is worth, and the first warning."""
    return make_line(
        make_span(describe_case_worth(entry), "dim"),
        *(make_span(f"  {warning}", "amber") for warning in describe_warnings(entry)[:1]),
    )
