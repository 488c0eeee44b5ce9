"""Panels above the board: each theme with its colours, or with its indicators and values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kpitui import wording
from kpitui.model.board import Board, Entry
from kpitui.summaries.entry_order import group_by_theme
from kpitui.summaries.highlights import find_worst_rag
from kpitui.tui.styled_text import StyledLine, StyledSpan, crop_line, fit_line, make_span, measure_line, merge_spans
from kpitui.tui.views.rag_marks import format_rate_or_dash

PANEL_MARGIN: Final = 2
"""Cells of a panel besides its words: the bar before them and the blank after them."""
FULL_PANEL_WIDTH: Final = 16
"""Width of a panel that names its indicators with their values."""


def draw_theme_panels(board: Board, line_width: int, row_count: int) -> tuple[StyledLine, ...]:
    """Draw a panel for each theme, side by side, in at most `row_count` lines."""
    entries_by_theme = group_by_theme(board.entries)
    if not entries_by_theme:
        return ()
    # Narrower or lower panels would have no room for their names.
    if line_width // len(entries_by_theme) < 10 or row_count < 3:
        return draw_theme_flow(board, line_width)
    theme = max(len(entries) for entries in entries_by_theme.values())
    # Values are shown for every theme or for none.
    is_full = row_count >= theme + 2 and line_width // len(entries_by_theme) >= FULL_PANEL_WIDTH
    widths = [max(len(name) + PANEL_MARGIN, FULL_PANEL_WIDTH * is_full) for name in entries_by_theme]
    splits_names = sum(widths) > line_width
    if splits_names:
        widths = [max(map(len, theme_name.split())) + PANEL_MARGIN for theme_name in entries_by_theme]
    panel_widths = share_out_width(line_width, widths)
    columns = [
        _draw_panel(theme_name, entries, width, theme if is_full else 0, splits_name=splits_names)
        for (theme_name, entries), width in zip(entries_by_theme.items(), panel_widths, strict=True)
    ]
    return tuple(tuple(span for column in columns for span in column[index]) for index in range(len(columns[0])))


def share_out_width(line_width: int, needed_widths: Sequence[int]) -> tuple[int, ...]:
    """Share a width out: each gets what it needs, or all the same if that is too much."""
    widths = list(needed_widths) if sum(needed_widths) <= line_width else [0] * len(needed_widths)
    for _ in range(line_width - sum(widths)):
        # The narrowest grows by one cell at a time until the width is used up.
        widths[widths.index(min(widths))] += 1
    return tuple(widths)


def _draw_panel(
    theme_name: str, entries: Sequence[Entry], panel_width: int, entry_rows: int, *, splits_name: bool
) -> tuple[StyledLine, ...]:
    """Draw a panel: a bar in its worst colour, its name, its colours or its indicators."""
    colour_bar = StyledSpan("▌", find_worst_rag(entries))
    name_lines = (
        _split_theme_name(theme_name, panel_width - PANEL_MARGIN)
        if splits_name
        else [(make_span(theme_name, "strong"),)]
    )
    if entry_rows:
        body_lines = [_draw_panel_entry(entry, panel_width - 2) for entry in entries]
        # All panels are as high as that with the most indicators.
        body_lines += [()] * (entry_rows - len(body_lines))
        panel_lines = [*name_lines, *body_lines]
    else:
        panel_lines = [*name_lines, _draw_panel_marks(entries)]
    return tuple(fit_line((colour_bar, *crop_line(line, panel_width - 1)), panel_width) for line in panel_lines)


def _split_theme_name(theme_name: str, line_width: int) -> list[StyledLine]:
    """Split a theme name over two lines at the end of a word."""
    if len(theme_name) <= line_width:
        return [(StyledSpan(theme_name, "strong"),), ()]
    position = theme_name.rfind(" ", 0, line_width + 1)
    first_line, second_line = (theme_name[:position], theme_name[position + 1 :]) if position > 0 else (theme_name, "")
    return [
        crop_line((make_span(first_line, "strong"),), line_width),
        crop_line((make_span(second_line, "strong"),), line_width),
    ]


def _draw_panel_marks(entries: Sequence[Entry]) -> StyledLine:
    """Draw a shape in its colour for each indicator."""
    return tuple(StyledSpan(wording.RAG_SHAPES[entry.judgement.rag] + " ", entry.judgement.rag) for entry in entries)


def _draw_panel_entry(entry: Entry, line_width: int) -> StyledLine:
    """Draw an indicator of a panel: shape, code and value."""
    value_text = format_rate_or_dash(entry.point.count)
    code_width = max(line_width - len(value_text) - 2, 1)
    return (
        StyledSpan(f"{wording.RAG_SHAPES[entry.judgement.rag]} ", entry.judgement.rag),
        *fit_line((StyledSpan(entry.indicator.code, "text"),), code_width),
        StyledSpan(value_text, entry.judgement.rag),
    )


def draw_theme_flow(board: Board, line_width: int, row_count: int = 99) -> tuple[StyledLine, ...]:
    """Draw themes and their colours as running text, in at most `row_count` lines."""
    flow_lines: list[StyledLine] = [()]
    for theme_name, entries in group_by_theme(board.entries).items():
        shape_spans = tuple(
            StyledSpan(wording.RAG_SHAPES[entry.judgement.rag], entry.judgement.rag) for entry in entries
        )
        theme_line = (make_span(f"{theme_name} ", "text"), *merge_spans(shape_spans))
        separator = (StyledSpan("  "),) if flow_lines[-1] else ()
        is_last_line = len(flow_lines) == row_count
        if flow_lines[-1] and measure_line((*flow_lines[-1], *separator, *theme_line)) > line_width - 2 * is_last_line:
            if is_last_line:
                flow_lines[-1] = (*flow_lines[-1], StyledSpan(" …", "dim"))
                break
            flow_lines.append(())
            separator = ()
        flow_lines[-1] = (*flow_lines[-1], *separator, *theme_line)
    return tuple(flow_lines)
