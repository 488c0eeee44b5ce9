"""Go-to screen: find an indicator, view, command, school or child by part of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.widget import Widget

from kpitui.drilldown.case_table import matches_filter
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.drilldown import Subject
from kpitui.tui import address, commands, messages, saved_views
from kpitui.tui.requests import DeskRequest, RequestFailure
from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.screens.data import PlainRows
from kpitui.tui.styled_text import BLANK_LINE, StyledLine, make_line, make_span
from kpitui.tui.views.rag_marks import draw_rag_mark
from kpitui.tui.widgets.fixed_lines import FixedLines
from kpitui.tui.widgets.input_line import InputLine
from kpitui.tui.widgets.row_grid import GridColumn, RowGrid

if TYPE_CHECKING:
    from kpitui.tui.host import HostedScreen


@dataclass(frozen=True, slots=True)
class Destination:
    """Something that can be opened or done from this screen."""

    name: str
    title: str
    activate: Callable[[], object]
    mark_cell: StyledLine = ()

    @property
    def table_cells(self) -> tuple[StyledLine, ...]:
        """Return the cells of the row: name, title, and mark."""
        return ((make_span(self.name, "accent"),), (make_span(self.title),), self.mark_cell)


VIEWS_PROMPT = "a part of its name or address"
GOTO_PROMPT = "indicator, school, child, address, command"
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
        self._found_subjects: tuple[Subject, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        yield FixedLines(id="air")
        yield RowGrid(fixed_columns=2, id="table")

    @property
    def body_widget(self) -> RowGrid:
        return self.query_one("#table", RowGrid)

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("Saved views" if self._views_only else "Go to",)

    def on_mount(self) -> None:
        super().on_mount()
        self.open_prompt(VIEWS_PROMPT if self._views_only else GOTO_PROMPT, "", self._handle_typed_text)

    def draw_body(self) -> None:
        self._destinations = tuple(
            destination
            for destination in self._list_destinations()
            if _matches_destination(destination, self._typed_text)
        )
        match_lines = (make_line(make_span(f"Nothing here has “{self._typed_text}” in it.", "dim")), BLANK_LINE)
        self.query_one("#air", FixedLines).show_lines((BLANK_LINE, *(() if self._destinations else match_lines)))
        name_width = max((len(destination.name) for destination in self._destinations), default=4)
        title_width = self.line_width - name_width - 16
        grid_columns = (GridColumn("Name", min(name_width, 32)), GridColumn("", title_width), GridColumn("", 12))
        self.body_widget.show_rows(
            PlainRows(tuple(destination.table_cells for destination in self._destinations), grid_columns)
        )

    def _handle_typed_text(self, typed_text: str, is_final: bool) -> None:
        """Filter the list at every letter, and open the current row at Enter."""
        self._typed_text = typed_text
        if is_final:
            self.action_open()
            return
        self._search_subjects(typed_text.strip())
        self.body_widget.move_to_row(0)
        self.redraw()

    def _search_subjects(self, typed_text: str) -> None:
        """Request a search for schools, children and workers, once the tables are read."""
        board = self.state.board
        if board is not None and not self.state.tables_unread and len(typed_text) >= MINIMUM_SEARCH_LENGTH:
            self.request_work(DeskRequest("find", lambda desk: desk.search_subjects(board, typed_text)))

    def receive_result(self, result: Any) -> None:
        self._found_subjects = () if isinstance(result, RequestFailure) else result
        self.redraw()

    @on(messages.RowChosen)
    def action_open(self) -> None:
        """Open the current row, or the address that was typed."""
        typed_text = self.query_one(InputLine).value or self._typed_text
        destinations, row_index = self._destinations, self.body_widget.cursor_row
        self.app.pop_screen()
        # A valid address goes before the row under the cursor, which only contains the letters.
        if _is_address_text(typed_text, self.state.indicator_names) or not destinations:
            self.host.navigator.open_address_text(typed_text)
        else:
            self.app.call_next(destinations[min(row_index, len(destinations) - 1)].activate)  # before the next key

    def action_back(self) -> None:
        self.app.pop_screen()

    # --- destinations ---------------------------------------------------------------------------

    def _list_destinations(self) -> Iterable[Destination]:
        """List saved and recent views, indicators, commands, and the subjects found."""
        board = self.state.board
        for view_name, address_text in saved_views.combine_views(board.saved_views if board else {}).items():
            yield Destination(
                view_name, address_text, self._make_view_opener(address_text), make_line(make_span("view", "dim"))
            )
        if self._views_only:
            return
        for address_text in self.host.navigator.list_recent_addresses():
            yield Destination(
                address_text,
                "looked at before",
                self._make_view_opener(address_text),
                make_line(make_span("view", "dim")),
            )
        for entry in self.state.board.entries if self.state.board else ():
            code = entry.indicator.code
            mark_cell = draw_rag_mark(entry.judgement.rag)
            yield Destination(code, entry.indicator.title, self._make_view_opener(code), mark_cell)
            yield Destination(f"{code}/cases", f"Cases of {code}", self._make_view_opener(f"{code}/cases"))
        # Commands act on the screen below, so only those that work there are offered.
        screen_below = self.host.navigator.screen_below
        for command in self.host.command_table:
            # Commands that take a digit or move the cursor do nothing when chosen from a list.
            is_useful = not command.takes_digit and command.group != "Moving"
            if screen_below is not None and screen_below.screen_name in command.screen_names and is_useful:
                yield Destination(
                    commands.format_command_keys(command),
                    command.title,
                    self._make_command_runner(command, screen_below),
                )

        for subject in self._found_subjects:
            mark_cell = make_line(make_span(CLEAN_TABLES[subject.table].subject_noun, "dim"))
            yield Destination(subject.id, subject.name, self._make_subject_opener(subject), mark_cell)

    def _make_view_opener(self, address_text: str) -> Callable[[], object]:
        return lambda: self.host.navigator.open_address_text(address_text)

    def _make_subject_opener(self, subject: Subject) -> Callable[[], object]:
        return lambda: self.host.navigator.open_subject_case(subject)

    def _make_command_runner(self, command: commands.Command, screen_below: HostedScreen) -> Callable[[], object]:
        command_owner = self.host if command.is_for_program else screen_below
        return lambda: command_owner.run_command(command.id)


def _matches_destination(destination: Destination, typed_text: str) -> bool:
    return matches_filter(f"{destination.name} {destination.title}", typed_text)


def _is_address_text(typed_text: str, valid_codes: Iterable[str]) -> bool:
    try:
        address.parse_address(typed_text, valid_codes)
    except ValueError:
        return False
    return bool(typed_text.strip())
