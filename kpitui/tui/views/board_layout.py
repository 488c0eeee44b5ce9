"""The layout of the board: how the height is shared among panels, table and explanation."""

from __future__ import annotations

from dataclasses import dataclass

from kpitui.model.board import Board
from kpitui.tui.styled_text import BLANK_LINE, StyledLine
from kpitui.tui.views.explanation import draw_explanation, draw_outstanding_line
from kpitui.tui.views.theme_panels import draw_theme_panels

MAXIMUM_EXPLANATION_LINES = 9
"""Maximum lines of the explanation below the table."""
HEAD_LINES, FOOT_LINES = 2, 1
MINIMUM_TABLE_LINES = 3


@dataclass(frozen=True, slots=True)
class BoardLayout:
    """The lines above the table, and the lines that the table and the explanation have."""

    lines_above: tuple[StyledLine, ...]
    table_height: int
    explanation_height: int
    row_gap: int  # blank lines between two rows of the table


def fit_board_layout(board: Board, line_width: int, screen_height: int) -> BoardLayout:
    """Share out the height among the table, panels, outstanding work and explanation."""
    table_lines = len(board.entries) + 1  # with the headings
    lines_above = _draw_lines_above(board, line_width, screen_height - HEAD_LINES - FOOT_LINES - table_lines - 1)
    body_height = screen_height - HEAD_LINES - FOOT_LINES - len(lines_above)
    room = min(max(body_height - table_lines, 1), MAXIMUM_EXPLANATION_LINES)
    # The height is set aside for the longest explanation, so that the table does not jump as the
    # cursor moves.
    needed_lines = (len(draw_explanation(entry, line_width, room)) for entry in board.entries)
    explanation_height = max(needed_lines, default=1)
    # Rows are set apart only where the explanation has all its lines and every row stays in sight.
    has_room_between_rows = room >= MAXIMUM_EXPLANATION_LINES and body_height - explanation_height > 2 * len(
        board.entries
    )
    table_height = max(body_height - explanation_height, MINIMUM_TABLE_LINES)
    return BoardLayout(lines_above, table_height, explanation_height, 1 if has_room_between_rows else 0)


def _draw_lines_above(board: Board, line_width: int, spare_height: int) -> tuple[StyledLine, ...]:
    """Draw the panels and the outstanding work, as far as the height allows."""
    if spare_height <= 0:
        return ()
    panel_lines = draw_theme_panels(board, line_width, spare_height - 3)
    outstanding_lines = draw_outstanding_line(board, line_width)
    air_height = max(spare_height - len(panel_lines), 0)
    # Blank lines come last: panels and outstanding work go first where the height is short.
    lines_before = (BLANK_LINE,) if air_height >= 1 + len(outstanding_lines) else ()
    if air_height >= 4:
        lines_after = (*outstanding_lines, BLANK_LINE)
    elif air_height >= 2:
        lines_after = outstanding_lines or (BLANK_LINE,)
    else:
        lines_after = outstanding_lines[:air_height]
    return (*lines_before, *panel_lines, *lines_after)
