"""Navigation: the stack of screens that an address stands for.

A screen is imported when it is first opened, so that the board is shown sooner.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from kpitui.model import Entry
from kpitui.terminal import saved
from kpitui.terminal.address import Address
from kpitui.terminal.commands import OVER_DATA
from kpitui.terminal.history import History
from kpitui.terminal.screens.base import View
from kpitui.terminal.screens.board import BoardScreen
from kpitui.terminal.work import Answer, Failure, Request, start

if TYPE_CHECKING:
    from kpitui.behind import Subject
    from kpitui.terminal.app import Kpitui

ROWS: Final = ("cases", "case")
NEED_TABLES: Final = ("cases", "case", "restated", "data", "changes")
NOT_PUBLIC: Final = "The cases of {} are people, and are not public: {} goes to the internal view"


class Travelling:
    """Opens views by address, saved name or subject, for the program."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History()
        self._homing: Request | None = None

    @property
    def host(self) -> Kpitui:
        """Return the program that this is a part of."""
        return cast("Kpitui", self)

    def open_indicator(self, entry: Entry) -> None:
        """Open an indicator, and have the tables read: its cases are likely to be next."""
        open_indicator(self.host, entry)
        prepare = Request("prepare", lambda desk: desk.prepare())
        start(self.host.desk, prepare, self.host.post_answer)

    def open_cases(self, entry: Entry) -> None:
        """Open the cases of an indicator as soon as the tables have been read."""
        self.host.when_read(lambda: open_cases(self.host, entry))

    def open_text(self, text: str) -> None:
        """Open a view by its address or its saved name, or say what is wrong with it."""
        state = self.host.state
        try:
            wanted = saved.find(text, state.codes, state.board.views if state.board else {})
        except ValueError as error:
            self.host.tell(str(error))
            # The next board clears the foot, so it has to show this again.
            if state.remembered and state.reading:
                self.host.said = "  ".join(filter(None, (self.host.said, str(error))))
        else:
            self.open(wanted)

    def open(self, wanted: Address) -> None:
        """Open a view; if it is of another period, ask for that board first."""
        host, board = self.host, self.host.state.board
        if board is not None and wanted.period not in (None, board.period):
            host.then = lambda: open_view(host, wanted)
            host.want_board(board.as_at, wanted.period)
        elif wanted.place in NEED_TABLES:
            host.when_read(lambda: open_view(host, wanted))
        else:
            open_view(host, wanted)

    def open_subject(self, subject: Subject) -> None:
        """Open the case of a school, child or worker under the first indicator that has it."""
        board = self.host.state.board
        if board is not None:
            self._homing = Request("home", lambda desk: (subject, desk.home(board, subject)))
            start(self.host.desk, self._homing, self.host.post_answer)

    def found(self, answer: Answer) -> bool:
        """Open the subject that was looked for; return whether the answer was about that."""
        if answer.request is not self._homing:
            return False
        self._homing = None
        if isinstance(answer.result, Failure):
            return True
        subject, entry = answer.result
        if entry is not None:
            self.open(Address("case", entry.indicator.code, subject=subject.id))
        elif self.host.state.board is not None:
            period = self.host.state.board.period.shown
            self.host.tell(f"{subject.name or subject.id} is in no indicator of {period}")
        return True

    def visited(self, view: View) -> None:
        """Record the view in the history, unless another board or view is on its way."""
        board = self.host.state.board
        here = view is self.host.screen and view.place in OVER_DATA
        if board is not None and here and self.host.settled:
            where = view.address()
            self.history.visit(str(replace(where, period=where.period or board.period)))


def open_indicator(app: Kpitui, entry: Entry) -> None:
    """Push the screen of an indicator."""
    from kpitui.terminal.screens.indicator import IndicatorScreen

    app.push_screen(IndicatorScreen(entry.indicator.id))


def open_cases(app: Kpitui, entry: Entry) -> None:
    """Push the cases of an indicator; the public view has only those of schools and settings."""
    from kpitui.terminal.screens.cases import CasesScreen

    if _kept_back(app, entry):
        app.tell(NOT_PUBLIC.format(entry.indicator.code, app.key_of("public")))
    else:
        app.push_screen(CasesScreen(entry.indicator.id))


def leave_people(app: Kpitui) -> None:
    """Leave cases of people when a public board has come, and say why."""
    open_now = [app.state.entry(view.address().code) for view in app.views if view.place in ROWS]
    kept_back = [one for one in open_now if one is not None and _kept_back(app, one)]
    if kept_back:
        while any(view.place in ROWS for view in app.views):
            app.pop_screen()
        app.tell(NOT_PUBLIC.format(kept_back[0].indicator.code, app.key_of("public")))


def _kept_back(app: Kpitui, entry: Entry) -> bool:
    return entry.of_people and app.state.board is not None and app.state.board.public


def open_briefing(app: Kpitui) -> None:
    """Push the preview of the briefing."""
    from kpitui.terminal.screens.briefing import BriefingScreen

    app.push_screen(BriefingScreen())


def to_board(app: Kpitui) -> BoardScreen:
    """Go back to the board, which is as it was left, and return its screen."""
    while len(app.screen_stack) > 1:
        app.pop_screen()
    board = app.screen_stack[0]
    assert isinstance(board, BoardScreen)
    return board


def _open_changes(app: Kpitui, wanted: Address) -> None:
    """Push the changes onto whatever is on screen, so that Escape leads back to it."""
    from kpitui.terminal.screens.changes import ChangesScreen

    top = app.views[-1]
    if isinstance(top, ChangesScreen):
        top.compare(wanted.before)
    else:
        app.push_screen(ChangesScreen(wanted.before))


def open_view(app: Kpitui, wanted: Address) -> None:
    """Build the stack of screens for an address, so that Escape leads up step by step."""
    if wanted.place == "changes":
        _open_changes(app, wanted)
        return
    if wanted.place == "data":
        if app.views[-1].place != "data":
            from kpitui.terminal.screens.data import DataScreen

            app.push_screen(DataScreen())
        return
    board = to_board(app)
    entry = app.state.entry(wanted.code)
    if entry is None:
        return
    # Escape then leads to this indicator on the board, as if it had been opened from there.
    board.show_entry(entry)
    open_indicator(app, entry)
    if wanted.place == "restated":
        from kpitui.terminal.screens.restated import RestatedScreen

        app.push_screen(RestatedScreen(entry.indicator.id))
    if wanted.place in ("cases", "case"):
        open_cases(app, entry)
    # Otherwise the cases above have already said why they stay closed.
    if wanted.place == "case" and not _kept_back(app, entry):
        from kpitui.terminal.screens.case import CaseScreen

        app.push_screen(CaseScreen(entry.indicator.id, wanted.subject))
