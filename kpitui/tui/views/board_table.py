"""Table of the board: its columns, their headings, and how they share the width."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rich.cells import cell_len

from kpitui import figure_wording, wording
from kpitui.issue_wording import describe_problem
from kpitui.model.board import Count, Entry, Movement
from kpitui.tui.styled_text import EN_DASH, Alignment, StyledLine, StyledSpan, make_span, measure_line
from kpitui.tui.theme import Tone
from kpitui.tui.views.rag_marks import MADE_UP_MARK
from kpitui.tui.views.sparkline import draw_sparkline

CellFormatter = Callable[[Entry, int], StyledLine]


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """Column of the board. The lower its priority, the earlier it is given room."""

    column_id: str
    title: str
    priority: int
    format_cell: CellFormatter
    alignment: Alignment = "left"
    minimum_width: int = 0


def _format_code_cell(entry: Entry, line_width: int) -> StyledLine:
    """Format the code behind the shape of its colour: the heading of the group has the word."""
    rag_mark = StyledSpan(f"{wording.RAG_SHAPES[entry.judgement.rag]} ", entry.judgement.rag)
    made_up_mark = (StyledSpan(MADE_UP_MARK, "strong"),) if entry.made_up else ()
    return (rag_mark, make_span(entry.indicator.code, "strong"), *made_up_mark)


def _format_title_cell(entry: Entry, line_width: int) -> StyledLine:
    """Format the title, or the short one if there is no room for it."""
    full_title, short_title = entry.indicator.title, entry.indicator.short
    return (make_span(full_title if not short_title or cell_len(full_title) <= line_width else short_title),)


def _format_value_cell(entry: Entry, line_width: int) -> StyledLine:
    """Format the value, marked if numbers are small; dim if the counts come before it."""
    if entry.point.count.is_hidden:
        return (StyledSpan(f"{wording.SUPPRESSED_SYMBOL} ", "dim"),)
    if entry.point.count.value is None:
        return (StyledSpan(EN_DASH, "dim"),)
    # The mark of small numbers takes a cell in every row, so that the digits align.
    is_small = entry.judgement.points_per_case is not None
    # Below the minimum there is no colour, and the counts say more than a percentage.
    if entry.judgement.is_below_minimum:
        percentage = wording.format_value(entry.point.count.value, entry.indicator.measure)
        provisional_mark, doubt_mark = wording.mark_provisional(entry.point), wording.mark_doubt(entry.point.count)
        return (StyledSpan(f"{percentage}{provisional_mark}{wording.SMALL_NUMBERS_MARK}{doubt_mark}", "dim"),)
    return (StyledSpan(figure_wording.format_short_entry_value(entry), "strong"), StyledSpan("" if is_small else " "))


def _format_fraction_cell(entry: Entry, line_width: int) -> StyledLine:
    return _format_fraction(entry, _write_fraction_in_full)


def _format_fraction(entry: Entry, write_fraction: Callable[[Count], str]) -> StyledLine:
    count = entry.point.count
    if not count.denominator and not count.numerator:
        return (StyledSpan(EN_DASH, "dim"),)
    return (StyledSpan(write_fraction(count)),)


def _write_fraction_in_full(count: Count) -> str:
    return wording.format_fraction(count)


def _write_fraction_with_stroke(count: Count) -> str:
    return wording.format_fraction(count, "/")


def _write_fraction_in_thousands(count: Count) -> str:
    if not wording.is_fraction(count):
        return _abbreviate_thousands(count.case_count)
    return f"{_abbreviate_thousands(count.numerator)}/{_abbreviate_thousands(count.denominator)}"


def _abbreviate_thousands(value: float) -> str:
    return f"{value / 1000:.0f}k" if value >= 10_000 else wording.format_count(value).replace(",", "")


FRACTION_STYLES: Final = (_write_fraction_in_full, _write_fraction_with_stroke, _write_fraction_in_thousands)
"""How a column may write its fractions, the fullest first. All rows of a column write them alike."""


def _choose_fraction_column(board_column: BoardColumn, entries: Sequence[Entry], column_width: int) -> BoardColumn:
    """Return the column of fractions in the fullest style that every row has room for."""
    style = next(
        (
            style
            for style in FRACTION_STYLES
            if all(measure_line(_format_fraction(entry, style)) <= column_width for entry in entries)
        ),
        FRACTION_STYLES[-1],
    )
    return replace(board_column, format_cell=lambda entry, line_width: _format_fraction(entry, style))


def _format_target_cell(entry: Entry, line_width: int) -> StyledLine:
    """Format the target; its unit stands with the value."""
    target_value = entry.point.target
    return (StyledSpan(EN_DASH, "dim"),) if target_value is None else (StyledSpan(wording.format_exact(target_value)),)


def format_direction(movement: Movement, line_width: int) -> StyledLine:
    """Format the direction of a movement, in the shorter wording if the longer does not fit."""
    if movement.is_hidden:
        return (StyledSpan(wording.SUPPRESSED_SYMBOL, "dim"),)
    if movement.change is None:
        return (StyledSpan("no earlier" if line_width >= 10 else EN_DASH, "dim"),)
    tone: Tone = "text" if movement.direction == "worse" else "dim"
    wordings = (
        wording.describe_tested_movement(movement),
        wording.describe_movement(movement),
        wording.describe_movement_briefly(movement),
    )
    return (StyledSpan(next((text for text in wordings if len(text) <= line_width), wordings[-1]), tone),)


def _format_direction_cell(entry: Entry, line_width: int) -> StyledLine:
    return format_direction(entry.movement, line_width)


def _format_year_cell(entry: Entry, line_width: int) -> StyledLine:
    return format_direction(entry.year_movement, line_width)


def _format_newest_cell(entry: Entry, line_width: int) -> StyledLine:
    """Format the newest figure that is later than the period judged."""
    if not entry.provisional_points:
        return (StyledSpan(EN_DASH, "dim"),)
    count = entry.provisional_points[-1].count
    if count.is_hidden or count.value is None:
        return (StyledSpan(wording.SUPPRESSED_SYMBOL if count.is_hidden else EN_DASH, "dim"),)
    return (StyledSpan(wording.format_number(count.value)),)


def _format_age_cell(entry: Entry, line_width: int) -> StyledLine:
    """Format the age of the data, with the unit shortened if there is no room."""
    if entry.problem:
        return (StyledSpan(EN_DASH, "dim"),)
    age_text = wording.format_age_in_days(entry.data_age_days)
    return (StyledSpan(age_text if len(age_text) <= line_width else f"{entry.data_age_days:,}d", "dim"),)


def _format_to_target_cell(entry: Entry, line_width: int) -> StyledLine:
    return (make_span(describe_problem(entry.problem) or figure_wording.describe_cases_to_target(entry), "text"),)


def _format_theme_cell(entry: Entry, line_width: int) -> StyledLine:
    return (make_span(entry.indicator.theme, "dim"),)


def _format_target_reason_cell(entry: Entry, line_width: int) -> StyledLine:
    return (make_span(entry.target.reason if entry.target else "", "dim"),)


BOARD_COLUMNS: Final[tuple[BoardColumn, ...]] = (
    BoardColumn("code", "Code", 0, _format_code_cell),
    BoardColumn("title", "Indicator", 0, _format_title_cell, minimum_width=16),
    BoardColumn("theme", "Theme", 12, _format_theme_cell),
    BoardColumn("value", "Value", 1, _format_value_cell, alignment="right"),
    BoardColumn("fraction", "Count", 5, _format_fraction_cell, alignment="right", minimum_width=7),
    BoardColumn("target", "Target", 3, _format_target_cell, alignment="right"),
    BoardColumn("direction", "Direction", 2, _format_direction_cell),
    BoardColumn("trend", "Trend", 6, draw_sparkline, minimum_width=8),
    BoardColumn("newest", "Newest", 4, _format_newest_cell, alignment="right"),
    BoardColumn("year", "In a year", 9, _format_year_cell, minimum_width=12),
    BoardColumn("to_target", "Would meet it", 10, _format_to_target_cell, minimum_width=14),
    BoardColumn("target_reason", "Why this target", 13, _format_target_reason_cell, minimum_width=20),
    BoardColumn("age", "Age", 8, _format_age_cell, alignment="right"),
)
"""The columns of the board. Its rows are sorted by them under these ids (`summaries.entry_order`)."""

COMPACT_PRIORITY: Final = 6
REQUIRED_PRIORITY: Final = 2
"""Columns up to this priority must fit, or no further column is added."""
MAXIMUM_TITLE_WIDTH: Final = 52
SEVERAL_YEARS: Final = 15
"""Periods of a trend where there is room: with quarters nearly four years."""


def fit_board_columns(entries: Sequence[Entry], line_width: int) -> tuple[tuple[BoardColumn, int], ...]:
    """Fit columns to a width, and return those that fit with their headings and widths.

    The columns that matter most get room first, then each is widened in turn.
    """
    board_columns = [_name_column(column, entries) for column in _select_columns(entries)]
    allocator = _WidthAllocator(board_columns, entries, line_width)
    by_priority = sorted(board_columns, key=lambda candidate: candidate.priority)
    for board_column in (column for column in by_priority if column.priority <= COMPACT_PRIORITY):
        if not allocator.add_column(board_column) and board_column.priority <= REQUIRED_PRIORITY:
            break
    # Titles, trends and counts become legible before columns of lower priority get room.
    for column_id, width in (("title", 30), ("fraction", 9), ("trend", SEVERAL_YEARS)):
        allocator.widen_column(column_id, width)
    allocator.widen_column("fraction", 999, only_in_full=True)
    for board_column in (column for column in by_priority if column.priority > COMPACT_PRIORITY):
        allocator.add_column(board_column)
    for column_id in ("age", "title", "to_target"):
        allocator.widen_column(column_id, 999)
    allocator.widen_column("direction", 999, only_in_full=True)  # else some rows have the long wording, some the short
    allocator.widen_column("target_reason", 999)
    return allocator.list_columns()


def _select_columns(entries: Sequence[Entry]) -> Iterator[BoardColumn]:
    """Select the columns that say something of these indicators."""
    # An age that all share stands in the head of the screen, once.
    ages = {entry.data_age_days for entry in entries if not entry.problem}
    is_empty = {"age": len(ages) <= 1, "newest": not any(entry.provisional_points for entry in entries)}
    yield from (column for column in BOARD_COLUMNS if not is_empty.get(column.column_id))


def _name_column(board_column: BoardColumn, entries: Sequence[Entry]) -> BoardColumn:
    """Return a column with its heading: the period or span of time that all of its cells share."""
    column_id, title = board_column.column_id, board_column.title
    periods = {entry.point.period for entry in entries}
    period = next(iter(periods)) if len(periods) == 1 else None
    newest_periods = {entry.provisional_points[-1].period for entry in entries if entry.provisional_points}
    if column_id == "value" and period is not None:
        title = period.short_label
    elif column_id == "direction" and period is not None:
        title = f"since {period.previous.short_label}"
    elif column_id == "newest" and len(newest_periods) == 1:
        title = f"{next(iter(newest_periods)).short_label}{wording.PROVISIONAL_MARK}"
    return replace(board_column, title=title)


class _WidthAllocator:
    """Width of a table while its columns share it out."""

    def __init__(self, board_columns: Sequence[BoardColumn], entries: Sequence[Entry], line_width: int) -> None:
        # Each column is followed by a blank, the last one by none.
        self.board_columns, self.entries = board_columns, entries
        self.remaining_width = line_width + 1
        self.column_widths: dict[str, int] = {}

    def list_columns(self) -> tuple[tuple[BoardColumn, int], ...]:
        """List the columns that have room, each with its width."""
        fitted_columns = []
        for board_column in self.board_columns:
            width = self.column_widths.get(board_column.column_id)
            if width is None:
                continue
            if board_column.column_id == "fraction":
                board_column = _choose_fraction_column(board_column, self.entries, width)
            elif board_column.column_id == "trend":
                board_column = replace(board_column, title=_name_trend(self.entries, width))
            fitted_columns.append((board_column, width))
        return tuple(fitted_columns)

    def add_column(self, board_column: BoardColumn) -> bool:
        """Add a column at its minimum width, and return whether there was room."""
        width = _minimum_column_width(board_column, self.entries)
        has_room = width + 1 <= self.remaining_width
        if has_room:
            self.column_widths[board_column.column_id] = width
            self.remaining_width -= width + 1
        return has_room

    def widen_column(self, column_id: str, maximum_width: int, *, only_in_full: bool = False) -> None:
        """Widen a column towards its preferred width, up to a maximum or not at all."""
        if column_id in self.column_widths:
            board_column = next(candidate for candidate in self.board_columns if candidate.column_id == column_id)
            width = min(_preferred_column_width(board_column, self.entries), maximum_width)
            added_width = max(width - self.column_widths[column_id], 0)
            added_width = (
                min(added_width, self.remaining_width)
                if not only_in_full
                else added_width * (added_width <= self.remaining_width)
            )
            self.column_widths[column_id] += added_width
            self.remaining_width -= added_width


def _minimum_column_width(board_column: BoardColumn, entries: Sequence[Entry]) -> int:
    """Return the width without which a column is of no use."""
    if board_column.minimum_width:
        return board_column.minimum_width
    return max([len(board_column.title), *(measure_line(board_column.format_cell(entry, 0)) for entry in entries)])


def _preferred_column_width(board_column: BoardColumn, entries: Sequence[Entry]) -> int:
    """Return the width at which a column shows all of its cells in full."""
    # A sparkline draws what it is given room for.
    if board_column.column_id == "trend":
        return SEVERAL_YEARS
    widest_cell = max(
        [len(board_column.title), *(measure_line(board_column.format_cell(entry, 99)) for entry in entries)]
    )
    return min(widest_cell, MAXIMUM_TITLE_WIDTH)


def _name_trend(entries: Sequence[Entry], width: int) -> str:
    """Name the span of a trend: ``8 quarters``, or ``Trend`` where the indicators have several."""
    kinds = {entry.point.period.kind for entry in entries}
    title = f"{width} {kinds.pop()}s" if len(kinds) == 1 else "Trend"
    return title if len(title) <= width else "Trend"
