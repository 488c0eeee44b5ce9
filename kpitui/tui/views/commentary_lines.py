"""Published figures to compare with, signals of the process chart, and commentary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kpitui import wording
from kpitui.commentary.threads import select_actions, select_reasons
from kpitui.figure_wording import describe_finding, format_comparator
from kpitui.model.board import CommentaryNote, Comparator, Entry, Restatement
from kpitui.summaries.comparisons import group_names_by_basis
from kpitui.tui.styled_text import StyledLine, StyledSpan, make_line, make_span, wrap_line
from kpitui.tui.views.page_layout import TableHead, draw_table

COMPARATOR_TABLE_HEAD: Final[TableHead] = (("Where", "left"), ("Value", "right"), ("Period", "left"))


def draw_comparators(entry: Entry, line_width: int) -> Iterator[StyledLine]:
    """Draw comparators and the council's published figures, with basis and source."""
    for group_title, comparators in (("", entry.comparators), ("Published for us", entry.published_series)):
        if group_title and comparators:
            yield make_line(make_span(group_title, "dim"))
        if table_rows := [
            _build_comparator_row(comparator) for comparator in comparators if comparator.value is not None
        ]:
            yield from draw_table(COMPARATOR_TABLE_HEAD, table_rows, line_width)
        for basis, names in group_names_by_basis(comparators).items():
            basis_span = make_span(f"{basis[:1].upper()}{basis[1:]}: ", "dim", max_characters=None)
            yield from wrap_line((basis_span, make_span(", ".join(names), max_characters=None)), line_width, 2)
        # Figures of one table share their source: it is named once.
        for source in dict.fromkeys(comparator.publication for comparator in comparators if comparator.publication):
            yield from wrap_line(make_line(make_span(f"Source: {source}", "dim", max_characters=None)), line_width, 2)
    if not entry.comparators and not entry.published_series:
        yield make_line(make_span("No published figure to compare with.", "dim"))
    if entry.funnel is not None:
        funnel_text = f"{describe_finding(entry.funnel.verdict)} ({wording.describe_funnel_limits(entry.funnel)})"
        yield from wrap_line(make_line(make_span(funnel_text, max_characters=None)), line_width)
    if entry.standing is not None:
        standing_text = wording.describe_standing(entry.standing)
        yield from wrap_line(make_line(make_span(standing_text, max_characters=None)), line_width)


def draw_chart_signals(entry: Entry, line_width: int) -> Iterator[StyledLine]:
    """Draw what the process chart says of the series, or why there is none."""
    if entry.process_chart is None:
        if entry.no_chart_reason:
            finding_text = f"No process limits: {describe_finding(entry.no_chart_reason)}."
            yield from wrap_line(make_line(make_span(finding_text, "dim", max_characters=None)), line_width)
        return
    for message in filter(None, (entry.process_chart.variation, entry.process_chart.assurance)):
        yield from wrap_line(make_line(make_span(f"{describe_finding(message)}.", max_characters=None)), line_width)
    for signal in entry.process_chart.signals:
        yield from wrap_line(
            make_line(make_span("Signal: ", "amber"), make_span(describe_finding(signal), max_characters=None)),
            line_width,
            2,
        )
    yield from wrap_line(
        make_line(make_span(wording.describe_chart_limits(entry.process_chart), "dim", max_characters=None)), line_width
    )


def _build_comparator_row(comparator: Comparator) -> list[StyledLine]:
    """Build the cells of a published figure: where, value and period."""
    value_span = make_span(format_comparator(comparator), "strong")
    return [make_line(make_span(comparator.name)), make_line(value_span), make_line(make_span(comparator.period))]


def note_missing_reason(entry: Entry) -> StyledSpan:
    """Say that an indicator has no reason yet, in the colour of how much one is needed."""
    return make_span("No reason has been written yet.", "amber" if entry.reason_missing else "dim")


def draw_leading_notes(entry: Entry, line_width: int) -> Iterator[StyledLine]:
    """Draw the reasons of the period in full, and what is being done by when."""
    reasons, actions = select_reasons(entry), select_actions(entry)
    for reason in reasons:
        author = f"  {reason.author}" if reason.author else ""
        yield from wrap_line(
            make_line(make_span(reason.text, max_characters=None), make_span(author, "dim")), line_width
        )
    if not reasons:
        yield make_line(note_missing_reason(entry))
    for action in actions:
        due_spans = _describe_due(action, is_overdue=action in entry.overdue_actions)
        yield from wrap_line(
            make_line(StyledSpan("→ ", "accent"), make_span(action.text, max_characters=None), *due_spans),
            line_width,
            2,
        )


def _describe_due(note: CommentaryNote, *, is_overdue: bool) -> Iterator[StyledSpan]:
    """Describe who carries out an action, and by when or since when it is closed or overdue."""
    if note.owner:
        yield make_span(f"  for {note.owner}", "dim")
    if note.closed_on:
        yield make_span(f"  closed on {wording.format_date(note.closed_on)}", "dim")
    elif note.due_on and is_overdue:
        yield make_span(f"  overdue since {wording.format_date(note.due_on)}", "amber")
    elif note.due_on:
        yield make_span(f"  due {wording.format_date(note.due_on)}", "accent")


def draw_commentary(entry: Entry, line_width: int, restated_key: str) -> Iterator[StyledLine]:
    """Draw notes, newest first, then restatements.

    `restated_key` shows the cases behind a restatement.
    """
    for note in entry.commentary_notes:
        yield from wrap_line(make_line(*_draw_note_heading(note, is_overdue=note in entry.overdue_actions)), line_width)
        yield from wrap_line(make_line(make_span("  "), make_span(note.text, max_characters=None)), line_width, 2)
    for restatement in entry.restatements:
        yield from wrap_line(make_line(*describe_restatement(restatement)), line_width, 2)
    if entry.restatements:
        yield make_line(make_span(f"  {restated_key} shows the cases behind it", "dim"))
    # A red without a reason is told even where other notes exist.
    if entry.reason_missing:
        yield make_line(make_span(f"No reason has been written for the red in {entry.point.period.label}.", "amber"))
    elif not entry.commentary_notes and not entry.restatements:
        yield make_line(make_span("Nothing has been written for this indicator.", "dim"))


def describe_restatement(restatement: Restatement) -> Iterator[StyledSpan]:
    """Describe a restatement: the period, the figure as published, and the figure now."""
    yield make_span("Restated", "head")
    yield make_span(f"  {restatement.period.label}: ", "dim")
    figure = f"{wording.format_fraction(restatement.saved_count)} on {wording.format_date(restatement.saved_on)}"
    yield make_span(f"{figure}, now {wording.format_fraction(restatement.current_count)}", max_characters=None)


def _draw_note_heading(note: CommentaryNote, *, is_overdue: bool) -> Iterator[StyledSpan]:
    """Draw the heading of a note: its kind, period, author, owner and due date."""
    yield make_span(note.kind.capitalize(), "head")
    yield make_span(f"  {note.period.label}", "dim")
    if note.author:
        yield make_span(f"  {note.author}", "dim")
    if note.written_on:
        yield make_span(f", {wording.format_date(note.written_on)}", "dim")
    yield from _describe_due(note, is_overdue=is_overdue)
