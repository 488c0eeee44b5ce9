"""Opening each screen on top of the others, and closing it again.

A screen is imported when it is first opened, so that the board is shown sooner.
"""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING, Final, TypeVar

from kpitui.model.board import Entry
from kpitui.tui.address import CASE_SCREENS, CHILDREN_SCREENS, Address
from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.screens.board import BoardScreen
from kpitui.tui.view_options import NO_OPTIONS, ViewOptions

if TYPE_CHECKING:
    from kpitui.tui.host import OpenedCase
    from kpitui.tui.program_protocol import Program

ScreenT = TypeVar("ScreenT", bound=BaseScreen)
CHILDREN_NOT_PUBLIC: Final = "This names children, and is hidden in the public view: press {} to leave it"
CASES_NOT_PUBLIC: Final = "The cases of {} are hidden in the public view: press {} to leave it"


class ScreenOpener:
    """Pushes and pops screens; the public view opens cases of schools and settings only."""

    def __init__(self, program: Program) -> None:
        self._program = program

    @property
    def board_screen(self) -> BoardScreen:
        """Return the board, which is always the first screen."""
        board_screen = self._program.stacked_screens[0]
        assert isinstance(board_screen, BoardScreen)
        return board_screen

    def return_to_board(self) -> BoardScreen:
        """Go back to the board, which is as it was left, and return its screen."""
        for _ in self._program.stacked_screens[1:]:
            self._program.pop_screen()
        return self.board_screen

    def leave_screen(self) -> None:
        """Close the screen on top; the board is the first, and has nothing to go back to."""
        if len(self._program.stacked_screens) > 1:
            self._program.pop_screen()

    def _bind(self, screen_class: type[ScreenT]) -> type[ScreenT]:
        return screen_class.bind_commands(self._program.command_table)

    # --- the cases of an indicator ------------------------------------------------------------

    def push_cases(self, entry: Entry, options: ViewOptions = NO_OPTIONS) -> None:
        """Push the cases of an indicator as the options ask, or say that they are not public."""
        from kpitui.tui.screens.cases import CasesScreen

        if self.is_withheld(entry):
            self._show_withheld(entry)
        else:
            cases_screen = self._bind(CasesScreen)(entry.indicator.id)
            cases_screen.restore_options(options)
            self._program.push_screen(cases_screen)

    def push_case(self, indicator_id: str, opened_case: OpenedCase) -> None:
        """Push one case of an indicator, in the definition that its rows are of."""
        from kpitui.tui.screens.case import CaseScreen

        self._program.push_screen(self._bind(CaseScreen)(indicator_id, opened_case))

    def leave_withheld_cases(self) -> None:
        """Leave cases of people when a public board has come, and say why."""
        program = self._program
        if (
            any(screen.screen_name in CHILDREN_SCREENS for screen in program.stacked_screens)
            and self._refuse_children()
        ):
            while any(screen.screen_name in CHILDREN_SCREENS for screen in program.stacked_screens):
                program.pop_screen()
        case_screens = [screen for screen in program.stacked_screens if screen.screen_name in (*CASE_SCREENS, "split")]
        open_entries = [program.state.find_entry(screen.build_address().indicator_code) for screen in case_screens]
        entries = [entry for entry in open_entries if entry is not None and self.is_withheld(entry)]
        if entries:
            while any(screen.screen_name in (*CASE_SCREENS, "split") for screen in program.stacked_screens):
                program.pop_screen()
            self._show_withheld(entries[0])

    def is_withheld(self, entry: Entry) -> bool:
        """Say whether the board is public and the entry's cases are people."""
        board = self._program.state.board
        return entry.is_about_people and board is not None and board.is_public

    def _show_withheld(self, entry: Entry) -> None:
        program = self._program
        program.show_notice(CASES_NOT_PUBLIC.format(entry.indicator.code, program.get_key_label("public")))

    # --- the other screens --------------------------------------------------------------------

    def push_indicator(self, entry: Entry) -> None:
        """Push the page of an indicator."""
        from kpitui.tui.screens.indicator import IndicatorScreen

        self._program.push_screen(self._bind(IndicatorScreen)(entry.indicator.id))

    def push_restated(self, entry: Entry) -> None:
        """Push the cases behind what was restated of an indicator."""
        from kpitui.tui.screens.restated import RestatedScreen

        self._program.push_screen(self._bind(RestatedScreen)(entry.indicator.id))

    def push_changes(self, address: Address) -> None:
        """Push the changes onto whatever is on screen, so that Escape leads back to it."""
        from kpitui.tui.screens.changes import ChangesScreen

        top_screen = self._program.stacked_screens[-1]
        if isinstance(top_screen, ChangesScreen):
            top_screen.restore_options(address.options)
            top_screen.compare_with(address.earlier_period)
            return
        changes_screen = self._bind(ChangesScreen)(address.earlier_period)
        changes_screen.restore_options(address.options)
        self._program.push_screen(changes_screen)

    def push_split(self, entry: Entry, column_name: str) -> None:
        """Push an indicator by the groups of a column, or say that these are not public."""
        from kpitui.tui.screens.split import SplitScreen

        if self.is_withheld(entry):
            self._show_withheld(entry)
        else:
            self._program.push_screen(self._bind(SplitScreen)(entry.indicator.id, column_name))

    def push_due(self, list_name: str, options: ViewOptions = NO_OPTIONS) -> None:
        """Push the lists of who is due, or one of them, or say that they are not public."""
        from kpitui.tui.screens.due import DueCasesScreen, DueListsScreen

        if self._refuse_children():
            return
        due_screen: DueCasesScreen | DueListsScreen = (
            self._bind(DueCasesScreen)(list_name) if list_name else self._bind(DueListsScreen)()
        )
        due_screen.restore_options(options)
        self._program.push_screen(due_screen)

    def push_flow(self) -> None:
        """Push the flow from referral to care, or say that it is not public."""
        from kpitui.tui.screens.flow import FlowScreen

        if not self._refuse_children():
            self._program.push_screen(self._bind(FlowScreen)())

    def _refuse_children(self) -> bool:
        """Say that a screen that names children is not public, if the board is public."""
        program, board = self._program, self._program.state.board
        is_public = board is not None and board.is_public
        if is_public:
            program.show_notice(CHILDREN_NOT_PUBLIC.format(program.get_key_label("public")))
        return is_public

    def push_data(self, doubtful_entry: Entry | None = None, options: ViewOptions = NO_OPTIONS) -> None:
        """Push the sources of the board, unless they are on top already.

        With a `doubtful_entry` the cursor is on what is not certain of it.
        """
        from kpitui.tui.screens.data import DataScreen

        top_screen = self._program.stacked_screens[-1]
        if isinstance(top_screen, DataScreen):
            top_screen.restore_options(options)
            return
        data_screen = self._bind(DataScreen)(doubtful_entry)
        data_screen.restore_options(options)
        self._program.push_screen(data_screen)

    def push_areas(self, address: Address) -> None:
        """Push areas side by side, so that Escape leads back; one indicator over areas above all of them."""
        from kpitui.tui.screens.areas import AreasScreen

        top_screen = self._program.stacked_screens[-1]
        is_above_all = isinstance(top_screen, AreasScreen) and top_screen.place == address.place
        if address.indicator_code and not is_above_all:
            self._program.push_screen(self._bind(AreasScreen)(address.place))
        self._program.push_screen(self._bind(AreasScreen)(address.place, address.indicator_code))

    def push_briefing(self) -> None:
        """Push the preview of the briefing."""
        from kpitui.tui.screens.briefing import BriefingScreen

        self._program.push_screen(self._bind(BriefingScreen)())

    def push_goto(self, *, views_only: bool = False) -> None:
        """Push the list of everything that can be gone to, or of the saved views."""
        from kpitui.tui.screens.goto import GotoScreen

        self._program.push_screen(self._bind(GotoScreen)(views_only=views_only))

    def push_named(self, screen_path: str) -> None:
        """Push the screen that a command of the table opens, such as ``help:HelpScreen``."""
        self._program.push_screen(self._bind(resolve_name(f"kpitui.tui.screens.{screen_path}"))())
