"""Going from view to view: the stack of screens that an address stands for.

A screen is imported when it is first opened: the board is there sooner without the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kpitui.model import Entry
from kpitui.terminal.address import Address
from kpitui.terminal.screens.board import BoardScreen

if TYPE_CHECKING:
    from kpitui.terminal.app import Kpitui

ROWS: Final = ("cases", "case")
NOT_PUBLIC: Final = "The cases of {} are people, and are not public: {} goes to the internal view"


def open_indicator(app: Kpitui, entry: Entry) -> None:
    from kpitui.terminal.screens.indicator import IndicatorScreen

    app.push_screen(IndicatorScreen(entry.indicator.id))


def open_cases(app: Kpitui, entry: Entry) -> None:
    """The rows behind a number; in the public view only those of schools and settings."""
    from kpitui.terminal.screens.cases import CasesScreen

    if _kept_back(app, entry):
        app.tell(NOT_PUBLIC.format(entry.indicator.code, app.key_of("public")))
    else:
        app.push_screen(CasesScreen(entry.indicator.id))


def leave_people(app: Kpitui) -> None:
    """Go up from cases that the view that came does not show, and say why."""
    open_now = [app.state.entry(view.address().code) for view in app.views if view.place in ROWS]
    kept_back = [one for one in open_now if one is not None and _kept_back(app, one)]
    if kept_back:
        while any(view.place in ROWS for view in app.views):
            app.pop_screen()
        app.tell(NOT_PUBLIC.format(kept_back[0].indicator.code, app.key_of("public")))


def _kept_back(app: Kpitui, entry: Entry) -> bool:
    return entry.of_people and app.state.board is not None and app.state.board.public


def open_briefing(app: Kpitui) -> None:
    from kpitui.terminal.screens.briefing import BriefingScreen

    app.push_screen(BriefingScreen())


def to_board(app: Kpitui) -> BoardScreen:
    """Back to the board, as it was left."""
    while len(app.screen_stack) > 1:
        app.pop_screen()
    board = app.screen_stack[0]
    assert isinstance(board, BoardScreen)
    return board


def _open_changes(app: Kpitui, wanted: Address) -> None:
    """Changes are laid over whatever is on the screen, as the data is, and lead back to it."""
    from kpitui.terminal.screens.changes import ChangesScreen

    top = app.views[-1]
    if isinstance(top, ChangesScreen):
        top.compare(wanted.before)
    else:
        app.push_screen(ChangesScreen(wanted.before))


def open_view(app: Kpitui, wanted: Address) -> None:
    """Build the stack for an address, so that Escape leads up from it step by step."""
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
    board.show_entry(entry)
    open_indicator(app, entry)
    if wanted.place == "restated":
        from kpitui.terminal.screens.restated import RestatedScreen

        app.push_screen(RestatedScreen(entry.indicator.id))
    if wanted.place in ("cases", "case"):
        open_cases(app, entry)
    if wanted.place == "case" and not _kept_back(app, entry):
        from kpitui.terminal.screens.case import CaseScreen

        app.push_screen(CaseScreen(entry.indicator.id, wanted.subject))
