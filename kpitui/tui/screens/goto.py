"""Go-to screen: find an indicator, view, command, school or child by part of its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.widget import Widget

from kpitui.model.drilldown import Subject
from kpitui.model.periods import Period
from kpitui.tui import address, commands, saved_views
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screen_parts.destinations import Destination, list_destinations, list_saved_views
from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.styled_text import BLANK_LINE, StyledLine, make_line, make_span
from kpitui.tui.widgets.fixed_lines import FixedLines
from kpitui.tui.widgets.plain_rows import PlainRows
from kpitui.tui.widgets.row_grid import GridColumn, RowGrid

VIEWS_PROMPT = "a part of its name or address"
GOTO_PROMPT = "indicator, school, child, address, command"
PUBLIC_SEARCH_NOTE = "Children and workers are not searched in the public view."
MINIMUM_SEARCH_LENGTH = 3
"""Letters to type before schools, children and workers are searched for."""


class GotoScreen(BaseScreen):
    """List of destinations that shrinks as you type."""

    screen_name: ClassVar[str] = "goto"
    BINDINGS = commands.build_bindings("goto")

    def __init__(self, *, views_only: bool = False) -> None:
        super().__init__()
        self._views_only = views_only
        self._typed_text = ""
        self._destinations: tuple[Destination, ...] = ()
        self._found_subjects = DeskResult[tuple[Subject, ...]](self)
        self._no_match_lines = FixedLines(id="air")
        self._row_grid = RowGrid(fixed_columns=2, id="table")
        self.answer_takers.append(self._found_subjects.accept_answer)
        # The line is always open here: going back leaves the screen, and Enter opens.
        self.command_handlers |= {"open": self.open_current, "back": self._leave}

    def compose_body(self) -> Iterable[Widget]:
        yield self._no_match_lines
        yield self._row_grid

    @property
    def body_widget(self) -> RowGrid:
        return self._row_grid

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("Saved views" if self._views_only else "Go to",)

    def on_mount(self) -> None:
        self.prompt.ask_text(VIEWS_PROMPT if self._views_only else GOTO_PROMPT, "", self._handle_typed_text)

    def draw_body(self) -> None:
        found_subjects = self._found_subjects.value or ()
        if self._views_only:
            destinations: Sequence[Destination] = tuple(list_saved_views(self.host))
        else:
            destinations = list_destinations(self.host, found_subjects, self._typed_text)
        self._destinations = tuple(
            destination for destination in destinations if destination.matches_text(self._typed_text)
        )
        self._no_match_lines.show_lines((BLANK_LINE, *self._draw_search_state()))
        name_width = max((len(destination.name) for destination in self._destinations), default=4)
        title_width = self.line_width - name_width - 16
        grid_columns = (GridColumn("Name", min(name_width, 32)), GridColumn("", title_width), GridColumn("", 12))
        table_cells = tuple(destination.table_cells for destination in self._destinations)
        self._row_grid.show_rows(PlainRows(table_cells, grid_columns))

    def _draw_search_state(self) -> tuple[StyledLine, ...]:
        """Draw that a search is under way, or that it found nothing."""
        if self._found_subjects.is_waiting:
            return make_line(make_span("Searching schools, children and workers…", "dim")), BLANK_LINE
        board = self.state.board
        if board is not None and board.is_public and len(self._typed_text.strip()) >= MINIMUM_SEARCH_LENGTH:
            return make_line(make_span(PUBLIC_SEARCH_NOTE, "dim")), BLANK_LINE
        if self._destinations:
            return ()
        return make_line(make_span(f"Nothing was found for “{self._typed_text}”.", "dim")), BLANK_LINE

    def _handle_typed_text(self, typed_text: str, is_final: bool) -> str:
        """Filter the list at every letter, and open the current row at Enter."""
        self._typed_text = typed_text
        if is_final:
            problem = "" if self._destinations else self._find_problem(typed_text)
            if not problem:
                self.open_current()
            return problem
        self._search_subjects(typed_text.strip())
        self._row_grid.move_to_row(0)
        self.redraw()
        return ""

    def _find_problem(self, typed_text: str) -> str:
        """Return what is wrong with an address that was typed, or an empty text."""
        state = self.state
        config_views = state.board.saved_views if state.board else {}
        try:
            saved_views.find_view(typed_text, state.indicator_names, config_views, self.board_period)
        except ValueError as error:
            return str(error)
        return ""

    def _search_subjects(self, typed_text: str) -> None:
        """Request a search for schools, children and workers, once the tables are read."""
        board = self.state.board
        if board is not None and not self.state.tables_unread and len(typed_text) >= MINIMUM_SEARCH_LENGTH:
            self._found_subjects.request("find", lambda desk: desk.search_subjects(board, typed_text))

    def open_current(self) -> None:
        """Open the current row, or the address that was typed."""
        typed_text = self.prompt.value or self._typed_text
        destinations, row_index = self._destinations, self._row_grid.cursor_row
        self._leave()
        # A valid address goes before the row under the cursor, which only contains the letters.
        if _is_address_text(typed_text, self.state.indicator_names, self.board_period) or not destinations:
            self.host.navigator.open_address_text(typed_text)
            return
        destination = destinations[min(row_index, len(destinations) - 1)]
        self.host.navigator.remember_choice(destination.name)
        self.app.call_next(destination.activate)  # before the next key

    def _leave(self) -> None:
        self.host.navigator.leave_screen()


def _is_address_text(typed_text: str, valid_codes: Iterable[str], reference_period: Period | None) -> bool:
    try:
        address.parse_address(typed_text, valid_codes, reference_period)
    except ValueError:
        return False
    return bool(typed_text.strip())
