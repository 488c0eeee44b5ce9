"""Table of the board: its columns, and how they share the width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from kpitui import figure_wording, wording
from kpitui.issue_wording import describe_problem
from kpitui.model.board import Entry, Movement
from kpitui.tui.styled_text import EN_DASH, Alignment, StyledLine, StyledSpan, make_span, measure_line
from kpitui.tui.theme import Tone
from kpitui.tui.views.rag_marks import MADE_UP_MARK, draw_rag_mark
from kpitui.tui.views.sparkline import draw_sparkline, measure_sparklines

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
    made_up_mark = (StyledSpan(MADE_UP_MARK, "strong"),) if entry.made_up else ()
    return (make_span(entry.indicator.code, "strong"), *made_up_mark)


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
        percentage = wording.format_value(entry.point.count.value, entry.indicator.unit)
        return (StyledSpan(percentage + wording.SMALL_NUMBERS_MARK, "dim"),)
    return (StyledSpan(figure_wording.format_short_entry_value(entry), "strong"), StyledSpan("" if is_small else " "))


def _format_fraction_cell(entry: Entry, line_width: int) -> StyledLine:
    """Format numerator and denominator, shortened as far as the width asks."""
    count = entry.point.count
    if not count.denominator and not count.numerator:
        return (StyledSpan(EN_DASH, "dim"),)
    fraction, short_fraction = wording.format_fraction(count), wording.format_fraction(count, "/")
    # The figures of a fraction are shortened last: they are what it is for.
    for text in (fraction, short_fraction, short_fraction.replace(",", "")):
        if len(text) <= line_width:
            return (StyledSpan(text),)
    return (StyledSpan(f"{_abbreviate_thousands(count.numerator)}/{_abbreviate_thousands(count.denominator)}"),)


def _abbreviate_thousands(value: float) -> str:
    return wording.format_count(value) if value < 1000 else f"{value / 1000:.0f}k"


def _format_target_cell(entry: Entry, line_width: int) -> StyledLine:
    return (StyledSpan(wording.format_target(entry) or EN_DASH, "text" if wording.format_target(entry) else "dim"),)


def _format_rag_cell(entry: Entry, line_width: int) -> StyledLine:
    return draw_rag_mark(entry.judgement.rag, is_short=True)


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
    BoardColumn("rag", "Status", 2, _format_rag_cell),
    BoardColumn("direction", "Direction", 4, _format_direction_cell),
    BoardColumn("year", "Year on year", 9, _format_year_cell, minimum_width=12),
    BoardColumn("trend", "Trend", 6, draw_sparkline, minimum_width=7),
    BoardColumn("to_target", "Would meet it", 10, _format_to_target_cell, minimum_width=14),
    BoardColumn("target_reason", "Why this target", 13, _format_target_reason_cell, minimum_width=20),
    BoardColumn("age", "Age", 7, _format_age_cell, alignment="right"),
)
"""The columns of the board. Its rows are sorted by them under these ids (`summaries.entry_order`)."""

COMPACT_PRIORITY: Final = 7
REQUIRED_PRIORITY: Final = 2
"""Columns up to this priority must fit, or no further column is added."""
MAXIMUM_TITLE_WIDTH: Final = 52


def fit_board_columns(entries: Sequence[Entry], line_width: int) -> tuple[tuple[BoardColumn, int], ...]:
    """Fit columns to a width, and return those that fit with their widths.

    The columns that matter most get room first, then each is widened in turn.
    """
    allocator = _WidthAllocator(entries, line_width)
    columns = sorted(BOARD_COLUMNS, key=lambda candidate: candidate.priority)
    for board_column in (column for column in columns if column.priority <= COMPACT_PRIORITY):
        if not allocator.add_column(board_column) and board_column.priority <= REQUIRED_PRIORITY:
            break
    # Titles, trends and counts become legible before columns of lower priority get room.
    for column_id, width in (("title", 30), ("trend", 12), ("fraction", 11), ("trend", 14)):
        allocator.widen_column(column_id, width)
    for board_column in (column for column in columns if column.priority > COMPACT_PRIORITY):
        allocator.add_column(board_column)
    for column_id in ("trend", "age", "title", "to_target"):
        allocator.widen_column(column_id, 999)
    allocator.widen_column("direction", 999, only_in_full=True)  # else some rows have the long wording, some the short
    allocator.widen_column("target_reason", 999)
    return tuple(
        (column, allocator.column_widths[column.column_id])
        for column in BOARD_COLUMNS
        if column.column_id in allocator.column_widths
    )


class _WidthAllocator:
    """Width of a table while its columns share it out."""

    def __init__(self, entries: Sequence[Entry], line_width: int) -> None:
        # Each column is followed by a blank, the last one by none.
        self.entries, self.remaining_width = entries, line_width + 1
        self.column_widths: dict[str, int] = {}

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
            board_column = next(candidate for candidate in BOARD_COLUMNS if candidate.column_id == column_id)
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
    # A sparkline draws what it is given room for, so its history is measured instead.
    """Return the width at which a column shows all of its cells in full."""
    if board_column.column_id == "trend":
        return measure_sparklines(entries)
    widest_cell = max(
        [len(board_column.title), *(measure_line(board_column.format_cell(entry, 99)) for entry in entries)]
    )
    return min(widest_cell, MAXIMUM_TITLE_WIDTH)
