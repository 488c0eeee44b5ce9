"""Indicator screen: one indicator in full."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from kpitui.model.board import Board, Entry
from kpitui.model.drilldown import AdultOutcome
from kpitui.summaries.entry_order import find_place_in_rag
from kpitui.summaries.leaver_groups import has_adult_group
from kpitui.tui import commands
from kpitui.tui.address import Address
from kpitui.tui.save_rows import RowExport, build_history_export
from kpitui.tui.screen_parts.commentary_editor import CommentaryEditor
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screens.screen_bodies import ScrollingScreen
from kpitui.tui.views.indicator_page import PageExtras, build_indicator_page
from kpitui.wording import describe_place_in_rag

if TYPE_CHECKING:
    from kpitui.tui.desk_protocol import Desk


class IndicatorScreen(ScrollingScreen):
    """Page of one indicator, with keys to the next and the previous one."""

    screen_name: ClassVar[str] = "indicator"
    BINDINGS = commands.build_bindings("indicator")

    def __init__(self, indicator_id: str) -> None:
        super().__init__(indicator_id)
        commentary_editor = CommentaryEditor(self)
        self._adult_outcomes = DeskResult[tuple[AdultOutcome, ...]](self)
        self.answer_takers += [commentary_editor.accept_answer, self._adult_outcomes.accept_answer]
        self.command_handlers |= commentary_editor.command_handlers | {
            "cases": self.open_current,
            "restated": self._open_restated,
            "doubts": self._open_doubts,
            "split": self._open_split,
            "following": lambda: self._turn_page(1),
            "preceding": lambda: self._turn_page(-1),
        }

    def build_breadcrumbs(self) -> tuple[str, ...]:
        entry = self.current_entry
        return (f"{entry.indicator.code} {entry.indicator.title}" if entry else self.indicator_id,)

    def describe_place(self) -> str:
        board = self.state.board
        return describe_place_in_rag(find_place_in_rag(board.entries, self.indicator_id)) if board else ""

    def build_address(self) -> Address:
        return Address("indicator", self.indicator_code, self.board_period)

    def draw_body(self) -> None:
        entry = self.current_entry
        if entry is None:
            return
        # Large figures are made of box characters, which --ascii replaces.
        page_extras = PageExtras(
            self.host.get_key_label("restated"), self.host.get_key_label("doubts"), self._request_adult_outcomes(entry)
        )
        self.show_page(
            build_indicator_page(
                entry,
                self.line_width,
                self.screen_height,
                large_figures=not self.host.ascii_only,
                page_extras=page_extras,
            )
        )

    def _request_adult_outcomes(self, entry: Entry) -> tuple[AdultOutcome, ...]:
        """Return what became of leavers who had turned 18, once the cases say; empty for others."""
        board = self.state.board
        if board is None or not has_adult_group(board, entry):
            return ()
        if not self._adult_outcomes.is_about(board, entry.indicator.id):
            self._adult_outcomes.clear()
        self._adult_outcomes.request_once((board, entry.indicator.id), "leavers", partial(_count_adults, board, entry))
        return self._adult_outcomes.value or ()

    def build_sheet(self) -> RowExport | None:
        entry = self.current_entry
        return build_history_export(entry, f"{self.indicator_code} history") if entry else None

    def open_current(self) -> None:
        """Open the cases behind the number."""
        if self.current_entry is not None:
            self.host.navigator.open_cases(self.current_entry)

    def _open_doubts(self) -> None:
        if self.current_entry is not None:
            self.host.navigator.open_doubts(self.current_entry)

    def _open_restated(self) -> None:
        self.host.navigator.open_address(replace(self.build_address(), screen_name="restated"))

    def _open_split(self) -> None:
        self.host.navigator.open_address(replace(self.build_address(), screen_name="split"))

    def _turn_page(self, step: int) -> None:
        """Show the next indicator in the order of the board, and move the cursor there along."""
        neighbour_id = self.host.navigator.move_to_neighbour(self.indicator_id, step)
        if neighbour_id is not None:
            self.indicator_id = neighbour_id
            self.scrolling_text.scroll_to_line(0)
            self.redraw()


def _count_adults(board: Board, entry: Entry, desk: Desk) -> tuple[AdultOutcome, ...]:
    from kpitui.drilldown.case_reasons import count_adult_outcomes

    return count_adult_outcomes(desk.find_cases(board, entry, None, None))
