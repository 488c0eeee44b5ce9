"""Indicator screen: one indicator in full."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from kpitui.model.board import Entry
from kpitui.tui import commands
from kpitui.tui.address import Address
from kpitui.tui.save_rows import RowExport, build_history_export
from kpitui.tui.screens.commentary_editing import CommentaryEditing
from kpitui.tui.screens.screen_bodies import ScrollingScreen
from kpitui.tui.views.indicator_page import build_indicator_page


class IndicatorScreen(CommentaryEditing, ScrollingScreen):
    """Page of one indicator, with keys to the next and the previous one."""

    screen_name: ClassVar[str] = "indicator"
    BINDINGS = commands.build_bindings("indicator")

    def __init__(self, indicator_id: str) -> None:
        super().__init__()
        self.indicator_id = indicator_id

    @property
    def current_entry(self) -> Entry | None:
        """Return the indicator shown, if the board has it."""
        return self.state.find_entry(self.indicator_id)

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return (self.current_entry.indicator.code if self.current_entry else self.indicator_id,)

    def build_address(self) -> Address:
        board_period = self.state.board.period if self.state.board else None
        return Address("indicator", self.build_breadcrumbs()[0], board_period)

    def draw_body(self) -> None:
        if self.state.board is None or self.current_entry is None:
            return
        line_width, height = self.line_width, self.screen_height
        # Large figures are made of box characters, which --ascii replaces.
        figures, restated_key = not self.host.ascii_only, self.host.get_key_label("restated")
        self.show_page(
            build_indicator_page(
                self.current_entry, line_width, height, large_figures=figures, restated_key=restated_key
            )
        )

    def action_open(self) -> None:
        self.action_cases()

    def action_cases(self) -> None:
        if self.current_entry is not None:
            self.host.navigator.open_cases(self.current_entry)

    def action_restated(self) -> None:
        self.host.navigator.open_address(replace(self.build_address(), screen_name="restated"))

    def build_sheet(self) -> RowExport | None:
        return (
            build_history_export(self.current_entry, f"{self.build_breadcrumbs()[0]} history")
            if self.current_entry
            else None
        )

    def action_following(self) -> None:
        self._turn_page(1)

    def action_preceding(self) -> None:
        self._turn_page(-1)

    def _turn_page(self, step: int) -> None:
        """Show the next indicator in the order of the board, and move the cursor there along."""
        neighbour_id = self.host.navigator.move_to_neighbour(self.indicator_id, step)
        if neighbour_id is not None:
            self.indicator_id = neighbour_id
            self.body_widget.scroll_to_line(0)
            self.redraw()
