"""Changes between two periods, down to the schools and the cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from kpitui import wording
from kpitui.model.board import HistoryPoint
from kpitui.model.drilldown import GradeChange, IndicatorChange, PeriodChanges
from kpitui.summaries.change_order import filter_changes, select_followed_changes, sort_changes
from kpitui.tui.styled_text import BLANK_LINE, StyledLine, StyledSpan, make_line, make_span, wrap_line
from kpitui.tui.views.board_table import format_direction
from kpitui.tui.views.page_layout import Page, PageSection, TableHead, draw_table, stack_sections
from kpitui.tui.views.rag_marks import draw_outcome_tally, draw_rag_mark, format_rate_or_dash

T = TypeVar("T")
NARROW_DIRECTION_WIDTH = 10
"""Cells of a direction in its short wording."""
FULL_TITLES_WIDTH = 100
"""Width from which indicators are shown with their full titles."""
BOTH_VALUES_WIDTH = 64
"""Width from which both values are shown. Below it the change has to tell the earlier one."""
EARLIER_VALUE_COLUMN = 2
"""Index of the column with the earlier value."""


def build_changes_page(period_changes: PeriodChanges, line_width: int, filter_text: str = "") -> Page:
    """Build the page: indicators, schools and settings by name, cases, and where cases went.

    A filter text keeps what contains all of its words; sections that are left empty are dropped.
    """
    matching_changes = filter_changes(period_changes, filter_text)
    body = stack_sections(_build_change_sections(matching_changes, line_width, filter_text), line_width)
    if not body.lines:
        body = Page((make_line(make_span(f"No change contains “{filter_text}”.", "dim")),), ())
    title_lines = wrap_line(_draw_periods(period_changes), line_width)
    return Page((*title_lines, BLANK_LINE, *body.lines), tuple(line + len(title_lines) + 1 for line in body.anchors))


def _draw_periods(period_changes: PeriodChanges) -> StyledLine:
    return make_line(
        make_span("What moved from ", "dim"),
        make_span(period_changes.earlier_period.label, "strong"),
        make_span(" to ", "dim"),
        make_span(period_changes.later_period.label, "strong"),
        make_span(f", as known on {wording.format_date(period_changes.board.as_at)}", "dim"),
    )


def _build_change_sections(period_changes: PeriodChanges, line_width: int, filter_text: str) -> Iterator[PageSection]:
    """Yield the sections, without those that a filter leaves empty."""
    indicators, places = period_changes.indicator_changes, period_changes.grade_changes
    if indicators:
        event_lines = _draw_changed_circumstances(period_changes, line_width)
        yield PageSection("Indicators", (*_draw_moved_indicators(indicators, line_width), *event_lines))
    if places or not filter_text:
        place_lines = tuple(_draw_regraded_places(places, line_width))
        yield PageSection("Schools and settings that changed grade", place_lines)
    if indicators:
        yield PageSection("Cases that moved the figure", tuple(_draw_changed_cases(period_changes, line_width)))
        yield PageSection("What happened to those not counted", tuple(_draw_outcomes(indicators, line_width)))


def _draw_moved_indicators(moved_indicators: Sequence[IndicatorChange], line_width: int) -> Iterator[StyledLine]:
    """Draw the table of indicators, worse before better."""
    table_head: TableHead = (
        ("Code", "left"),
        ("Indicator", "left"),
        ("Was", "right"),
        ("Is", "right"),
        ("Status", "left"),
        ("Direction", "left"),
    )
    table_rows = [_build_moved_row(indicator, line_width) for indicator in sort_changes(moved_indicators)]
    if line_width < BOTH_VALUES_WIDTH:
        table_head, table_rows = (
            _omit_column(table_head, EARLIER_VALUE_COLUMN),
            [_omit_column(row, EARLIER_VALUE_COLUMN) for row in table_rows],
        )
    yield from draw_table(table_head, table_rows, line_width, flexible_column=1)


def _omit_column(row_items: Sequence[T], column_index: int) -> list[T]:
    """Return the items of a row without the one at an index."""
    return [*row_items[:column_index], *row_items[column_index + 1 :]]


def _draw_changed_circumstances(period_changes: PeriodChanges, line_width: int) -> Iterator[StyledLine]:
    """Draw what changed the series between the two periods: their figures may not compare."""
    for event_text in wording.describe_events_between(period_changes):
        yield from wrap_line(
            make_line(make_span("┊ ", "head"), make_span(event_text, max_characters=None)), line_width, 2
        )


def _build_moved_row(moved_indicator: IndicatorChange, line_width: int) -> list[StyledLine]:
    """Build the cells of an indicator: code, title, both values, colour and direction."""
    indicator = moved_indicator.entry.indicator
    is_narrow = line_width < FULL_TITLES_WIDTH
    title = indicator.short if indicator.short and is_narrow else indicator.title
    return [
        make_line(make_span(moved_indicator.entry.indicator.code, "strong")),
        make_line(make_span(title)),
        make_line(make_span(_format_point_value(moved_indicator.before_point), "dim")),
        make_line(make_span(_format_point_value(moved_indicator.after_point), "strong")),
        _format_rag_change(moved_indicator, is_brief=line_width < BOTH_VALUES_WIDTH),
        format_direction(moved_indicator.movement, NARROW_DIRECTION_WIDTH if is_narrow else 99),
    ]


def _format_point_value(point: HistoryPoint) -> str:
    return format_rate_or_dash(point.count)


def _format_rag_change(moved_indicator: IndicatorChange, *, is_brief: bool) -> StyledLine:
    """Draw the colour with the one before: ``■ Red, was ●``, or in brief ``●→■ Red``."""
    current_mark = draw_rag_mark(moved_indicator.after_point.rag, is_short=True)
    if moved_indicator.before_point.rag == moved_indicator.after_point.rag:
        # Two cells stand for the mark and the arrow, so that the words align.
        return (StyledSpan("  "), *current_mark) if is_brief else current_mark
    mark = StyledSpan(wording.RAG_SHAPES[moved_indicator.before_point.rag], moved_indicator.before_point.rag)
    return (
        (mark, StyledSpan("→", "dim"), *current_mark) if is_brief else (*current_mark, make_span(", was ", "dim"), mark)
    )


def _draw_regraded_places(regraded_places: Sequence[GradeChange], line_width: int) -> Iterator[StyledLine]:
    """Draw the table of schools and settings with both grades."""
    if not regraded_places:
        yield make_line(make_span("None changed.", "dim"))
        return
    table_head: TableHead = (("Name", "left"), ("Was", "left"), ("Is", "left"), ("Inspected", "left"))
    table_rows = [
        [
            make_line(make_span(place.name or place.urn)),
            make_line(make_span(place.grade_before, "dim")),
            make_line(make_span(place.grade_after, "strong")),
            make_line(make_span(place.inspected_on, "dim")),
        ]
        for place in regraded_places
    ]
    yield from draw_table(table_head, table_rows, line_width)


def _draw_changed_cases(period_changes: PeriodChanges, line_width: int) -> Iterator[StyledLine]:
    # docs/public.md: which cases came and went is not public, for staff as for children.
    """Draw the cases that came, went or count otherwise, by indicator."""
    if period_changes.board.is_public:
        yield make_line(make_span("The public view does not show which children came and went.", "dim"))
        return
    indicators_with_cases = select_followed_changes(period_changes.indicator_changes)
    for moved_indicator in indicators_with_cases:
        span_line = make_line(make_span(f"{moved_indicator.entry.indicator.code}  ", "strong"))
        yield from wrap_line((*span_line, *_list_subjects("came", moved_indicator.joined_subjects)), line_width, 8)
        yield from wrap_line((*span_line, *_list_subjects("went", moved_indicator.departed_subjects)), line_width, 8)
        for change in moved_indicator.standing_changes:
            standing_text = f"{change.standing_before}, now {change.standing_after}"
            standing_spans = (make_span(f"{change.subject}  "), make_span(standing_text, "dim", max_characters=None))
            yield from wrap_line((*span_line, *standing_spans), line_width, 8)
    if not indicators_with_cases:
        yield make_line(make_span("No indicator tracks its cases from one period to the next.", "dim"))


def _draw_outcomes(moved_indicators: Sequence[IndicatorChange], line_width: int) -> Iterator[StyledLine]:
    """Draw where the cases that do not count went, by indicator."""
    indicators_with_outcomes = [indicator for indicator in moved_indicators if indicator.outcome_counts]
    for moved_indicator in indicators_with_outcomes:
        yield make_line(
            make_span(f"{moved_indicator.entry.indicator.code}  ", "strong"),
            make_span(moved_indicator.after_point.period.label),
        )
        yield from draw_outcome_tally(moved_indicator.entry, moved_indicator.outcome_counts, line_width)
    if not indicators_with_outcomes:
        yield make_line(make_span("No indicator records what happened to its cases.", "dim"))


def _list_subjects(movement_verb: str, subject_ids: Sequence[str]) -> tuple[StyledSpan, ...]:
    """List subjects after their number: ``3 came  A1, A2, A3``."""
    subjects = ", ".join(subject_ids)
    return (make_span(f"{len(subject_ids):,} {movement_verb}  ", "dim"), make_span(subjects, max_characters=None))
