"""Areas screen: councils and indicators side by side, or one indicator over all councils."""

from __future__ import annotations

from typing import ClassVar

from kpitui.model.areas import AreaRow, AreaTable
from kpitui.model.catalogue import Indicator
from kpitui.report.area_output import CONFIDENTIAL_AREAS, describe_areas
from kpitui.summaries.area_order import find_area_indicator, rank_area_rows
from kpitui.tui import commands
from kpitui.tui.address import Address
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screens.screen_bodies import TableScreen
from kpitui.tui.styled_text import StyledLine, make_line, make_span, wrap_line
from kpitui.tui.theme import Tone
from kpitui.tui.views.area_rows import (
    INDICATOR_TITLES,
    describe_marks,
    draw_area_rows,
    draw_indicator_rows,
    fit_area_columns,
    list_area_titles,
)
from kpitui.tui.widgets.plain_rows import PlainRows

FIRST_FIGURE_COLUMN = 3  # after the area and how many figures are worse and better
NOT_PUBLIC_NOTE = "Areas have small counts of several councils, and no public form"


class AreasScreen(TableScreen):
    """Areas with most that is worse by more than chance first; `indicator_name` asks for one indicator."""

    screen_name: ClassVar[str] = "areas"
    BINDINGS = commands.build_bindings("areas")

    def __init__(self, place: str = "", indicator_name: str = "") -> None:
        super().__init__()
        self.place, self._indicator_name = place, indicator_name
        self._column = 0
        self._rows: tuple[AreaRow, ...] = ()
        self._area_table = DeskResult[AreaTable](self)
        self.answer_takers.append(self._area_table.accept_answer)
        self.command_handlers |= {"left": lambda: self._move_column(-1), "right": lambda: self._move_column(1)}

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return tuple(filter(None, ("Areas", self.place, self._indicator_name)))

    def build_address(self) -> Address:
        return Address("areas", self._indicator_name, self.board_period, place=self.place)

    def draw_body(self) -> None:
        board = self.state.board
        if board is None:
            return
        if board.is_public:
            self._area_table.clear()
            self._show_text(NOT_PUBLIC_NOTE)
            return
        as_at, period, place = board.as_at, board.period, self.place
        self._area_table.request_once((board,), "areas", lambda desk: desk.build_area_table(as_at, period, place))
        table = self._area_table.value
        if table is None:
            self._show_text(self._area_table.failure_text or "Reading the counts…")
        else:
            self._draw_table(table)

    def _show_text(self, text: str) -> None:
        self._rows = ()
        self.show_summary(*self._wrap_text(text))
        self.row_grid.show_rows(PlainRows((), ()))

    def _wrap_text(self, text: str, tone: Tone = "text") -> tuple[StyledLine, ...]:
        return wrap_line(make_line(make_span(text, tone, max_characters=None)), self.line_width)

    def _draw_table(self, table: AreaTable) -> None:
        """Draw all indicators, or the one that was asked for."""
        indicator = find_area_indicator(table, self._indicator_name) if self._indicator_name else None
        self._rows = tuple(rank_area_rows(table, indicator)) if indicator else table.rows
        if indicator:
            cells, titles, left_count = draw_indicator_rows(self._rows, indicator), [*INDICATOR_TITLES], 2
            heading = f"{indicator.code} {indicator.title}: "
        else:
            cells, titles, left_count = (draw_area_rows(table), list_area_titles(table, self._get_chosen(table)), 1)
            heading = ""
        marks = f"{describe_marks(table)}. {CONFIDENTIAL_AREAS}"
        self.show_summary(*self._wrap_text(heading + describe_areas(table), "strong"), *self._wrap_text(marks, "dim"))
        self.row_grid.show_rows(PlainRows(tuple(cells), fit_area_columns(titles, cells, left_count)))
        if not indicator:
            self.row_grid.show_column(self._column + FIRST_FIGURE_COLUMN)

    def _get_chosen(self, table: AreaTable) -> Indicator | None:
        """Return the indicator that Enter opens."""
        return table.indicators[self._column % len(table.indicators)] if table.indicators else None

    def _move_column(self, step: int) -> None:
        table = self._area_table.value
        if table is not None and not self._indicator_name and table.indicators:
            self._column = max(0, min(self._column + step, len(table.indicators) - 1))
            self.redraw()

    def open_current(self) -> None:
        """Open the indicator of the cell over all areas, and from there the board of a council."""
        table = self._area_table.value
        if table is None or not self._rows:
            return
        chosen, row = self._get_chosen(table), self._rows[self.row_grid.cursor_row]
        if not self._indicator_name and chosen is not None:
            self.host.navigator.open_address(Address("areas", chosen.code, self.board_period, place=self.place))
        elif row.area.la_code:
            self.host.navigator.open_area(row.area)
