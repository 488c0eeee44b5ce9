"""Navigation: the stack of screens that an address stands for.

A screen is imported when it is first opened, so that the board is shown sooner.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from kpitui.model.board import Entry
from kpitui.tui import saved_views
from kpitui.tui.address import Address
from kpitui.tui.commands import DATA_SCREENS
from kpitui.tui.requests import DeskAnswer, DeskRequest, RequestFailure, start_request
from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.screens.board import BoardScreen
from kpitui.tui.view_history import ViewHistory

if TYPE_CHECKING:
    from kpitui.model.drilldown import Subject
    from kpitui.tui.app import KpituiApp

CASE_SCREENS: Final = ("cases", "case")
TABLE_READING_SCREENS: Final = ("cases", "case", "restated", "data", "changes")
CASES_NOT_PUBLIC: Final = "The cases of {} are people, and are not public: {} goes to the internal view"


class Navigator:
    """Opens views by address, saved name or subject, for the program."""

    def __init__(self) -> None:
        super().__init__()
        self.view_history = ViewHistory()
        self._subject_request: DeskRequest | None = None

    @property
    def host(self) -> KpituiApp:
        """Return the program that this is a part of."""
        return cast("KpituiApp", self)

    def open_indicator(self, entry: Entry) -> None:
        """Open an indicator, and have the tables read: its cases are likely to be next."""
        push_indicator_screen(self.host, entry)
        read_request = DeskRequest("prepare", lambda desk: desk.read_tables())
        start_request(self.host.desk, read_request, self.host.post_answer)

    def open_cases(self, entry: Entry) -> None:
        """Open the cases of an indicator as soon as the tables have been read."""
        self.host.run_when_read(lambda: push_cases_screen(self.host, entry))

    def open_address_text(self, address_text: str) -> None:
        """Open a view by its address or its saved name, or say what is wrong with it."""
        app_state = self.host.state
        try:
            address = saved_views.find_view(
                address_text, app_state.indicator_names, app_state.board.saved_views if app_state.board else {}
            )
        except ValueError as error:
            self.host.show_notice(str(error))
            # The next board clears the foot, so it has to show this again.
            if app_state.tables_unread and app_state.is_reading:
                self.host.next_notice = "  ".join(filter(None, (self.host.next_notice, str(error))))
        else:
            self.open_address(address)

    def open_address(self, address: Address) -> None:
        """Open a view; if it is of another period, ask for that board first."""
        host, board = self.host, self.host.state.board
        if board is not None and address.period not in (None, board.period):
            host.pending_action = lambda: push_address_screens(host, address)
            host.request_board(board.as_at, address.period)
        elif address.screen_name in TABLE_READING_SCREENS:
            host.run_when_read(lambda: push_address_screens(host, address))
        else:
            push_address_screens(host, address)

    def open_subject_case(self, subject: Subject) -> None:
        """Open the case of a school, child or worker under the first indicator that has it."""
        board = self.host.state.board
        if board is not None:
            self._subject_request = DeskRequest("home", lambda desk: (subject, desk.find_first_entry(board, subject)))
            start_request(self.host.desk, self._subject_request, self.host.post_answer)

    def accept_subject_answer(self, answer: DeskAnswer) -> bool:
        """Open the subject that was looked for; return whether the answer was about that."""
        if answer.request is not self._subject_request:
            return False
        self._subject_request = None
        if isinstance(answer.result, RequestFailure):
            return True
        subject, entry = answer.result
        if entry is not None:
            self.open_address(Address("case", entry.indicator.code, subject_id=subject.id))
        elif self.host.state.board is not None:
            period_text = self.host.state.board.period.label
            self.host.show_notice(f"{subject.name or subject.id} is in no indicator of {period_text}")
        return True

    def record_visit(self, visited_screen: BaseScreen) -> None:
        """Record the view in the history, unless another board or view is on its way."""
        board = self.host.state.board
        is_current = visited_screen is self.host.screen and visited_screen.screen_name in DATA_SCREENS
        if board is not None and is_current and self.host.is_settled:
            address = visited_screen.build_address()
            self.view_history.record_address(str(replace(address, period=address.period or board.period)))


def push_indicator_screen(app: KpituiApp, entry: Entry) -> None:
    """Push the screen of an indicator."""
    from kpitui.tui.screens.indicator import IndicatorScreen

    app.push_screen(IndicatorScreen(entry.indicator.id))


def push_cases_screen(app: KpituiApp, entry: Entry) -> None:
    """Push the cases of an indicator; the public view has only those of schools and settings."""
    from kpitui.tui.screens.cases import CasesScreen

    if _is_withheld(app, entry):
        app.show_notice(CASES_NOT_PUBLIC.format(entry.indicator.code, app.get_key_label("public")))
    else:
        app.push_screen(CasesScreen(entry.indicator.id))


def leave_withheld_cases(app: KpituiApp) -> None:
    """Leave cases of people when a public board has come, and say why."""
    open_entries = [
        app.state.find_entry(screen.build_address().indicator_code)
        for screen in app.stacked_screens
        if screen.screen_name in CASE_SCREENS
    ]
    entries = [entry for entry in open_entries if entry is not None and _is_withheld(app, entry)]
    if entries:
        while any(stacked_screen.screen_name in CASE_SCREENS for stacked_screen in app.stacked_screens):
            app.pop_screen()
        app.show_notice(CASES_NOT_PUBLIC.format(entries[0].indicator.code, app.get_key_label("public")))


def _is_withheld(app: KpituiApp, entry: Entry) -> bool:
    return entry.is_about_people and app.state.board is not None and app.state.board.is_public


def push_briefing_screen(app: KpituiApp) -> None:
    """Push the preview of the briefing."""
    from kpitui.tui.screens.briefing import BriefingScreen

    app.push_screen(BriefingScreen())


def return_to_board(app: KpituiApp) -> BoardScreen:
    """Go back to the board, which is as it was left, and return its screen."""
    while len(app.screen_stack) > 1:
        app.pop_screen()
    board_screen = app.screen_stack[0]
    assert isinstance(board_screen, BoardScreen)
    return board_screen


def _push_changes_screen(app: KpituiApp, address: Address) -> None:
    """Push the changes onto whatever is on screen, so that Escape leads back to it."""
    from kpitui.tui.screens.changes import ChangesScreen

    top_screen = app.stacked_screens[-1]
    if isinstance(top_screen, ChangesScreen):
        top_screen.compare_with(address.earlier_period)
    else:
        app.push_screen(ChangesScreen(address.earlier_period))


def push_address_screens(app: KpituiApp, address: Address) -> None:
    """Build the stack of screens for an address, so that Escape leads up step by step."""
    if address.screen_name == "changes":
        _push_changes_screen(app, address)
        return
    if address.screen_name == "data":
        if app.stacked_screens[-1].screen_name != "data":
            from kpitui.tui.screens.data import DataScreen

            app.push_screen(DataScreen())
        return
    board_screen = return_to_board(app)
    entry = app.state.find_entry(address.indicator_code)
    if entry is None:
        return
    # Escape then leads to this indicator on the board, as if it had been opened from there.
    board_screen.move_to_entry(entry)
    push_indicator_screen(app, entry)
    if address.screen_name == "restated":
        from kpitui.tui.screens.restated import RestatedScreen

        app.push_screen(RestatedScreen(entry.indicator.id))
    if address.screen_name in ("cases", "case"):
        push_cases_screen(app, entry)
    # Otherwise the cases above have already said why they stay closed.
    if address.screen_name == "case" and not _is_withheld(app, entry):
        from kpitui.tui.screens.case import CaseScreen

        app.push_screen(CaseScreen(entry.indicator.id, address.subject_id))
