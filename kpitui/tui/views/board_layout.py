"""The layout of the board: how width and height are shared among panels, table and explanation."""

from __future__ import annotations

from dataclasses import dataclass

from kpitui.model.board import Board
from kpitui.summaries.entry_order import group_by_rag
from kpitui.tui.styled_text import BLANK_LINE, StyledLine
from kpitui.tui.views.explanation import draw_outstanding_line
from kpitui.tui.views.theme_panels import draw_theme_flow, draw_theme_panels

HEAD_LINES, FOOT_LINES = 2, 1
MINIMUM_TABLE_LINES = 6
LEAST_EXPLANATION_LINES, MOST_EXPLANATION_LINES = 3, 18
PANELS_FROM_LINES = 34
"""Height from which themes have panels; on lower screens they have a line."""
PANE_FROM_WIDTH, PANE_SHARE = 170, 0.38
"""Width from which the explanation stands beside the table, and its share of it."""


@dataclass(frozen=True, slots=True)
class BoardLayout:
    """The lines above the table, and the room that the table and the explanation have.

    The explanation is below the table, or beside it in a pane if `pane_width` is not 0.
    """

    lines_above: tuple[StyledLine, ...]
    table_height: int
    explanation_height: int
    pane_width: int
    row_gap: int  # blank lines between two rows of the table


def fit_board_layout(board: Board, line_width: int, screen_height: int) -> BoardLayout:
    """Share out the height among the table, panels, outstanding work and explanation."""
    # The heading of the first colour stands in the line of the column headings.
    table_lines = len(board.entries) + max(len(group_by_rag(board.entries)), 1)
    free_height = screen_height - HEAD_LINES - FOOT_LINES
    lines_above = _draw_lines_above(board, line_width, screen_height, free_height - table_lines)
    body_height = free_height - len(lines_above)
    if line_width >= PANE_FROM_WIDTH:
        row_gap = 1 if body_height > 2 * table_lines else 0
        return BoardLayout(lines_above, body_height, body_height, round(line_width * PANE_SHARE), row_gap)
    room = max(body_height - table_lines, LEAST_EXPLANATION_LINES)
    table_height = max(body_height - min(room, MOST_EXPLANATION_LINES), min(MINIMUM_TABLE_LINES, body_height - 1))
    return BoardLayout(lines_above, table_height, body_height - table_height, 0, 0)


def _draw_lines_above(board: Board, line_width: int, screen_height: int, spare_height: int) -> tuple[StyledLine, ...]:
    """Draw the themes and the outstanding work, as far as the height allows."""
    outstanding_lines = draw_outstanding_line(board, line_width)
    if screen_height >= PANELS_FROM_LINES and spare_height >= 10:
        panel_lines = draw_theme_panels(board, line_width, spare_height // 2)
        return (BLANK_LINE, *panel_lines, *outstanding_lines, BLANK_LINE)
    # Three lines are for what the cursor is on: what it means, why, and what is done.
    flow_height = max(spare_height - 4 - len(outstanding_lines), 1)
    flow_lines = draw_theme_flow(board, line_width, min(flow_height, max(screen_height // 8, 1)))
    air_height = spare_height - len(flow_lines) - len(outstanding_lines)
    return (*flow_lines, *outstanding_lines, *(() if air_height < 8 else (BLANK_LINE,)))
