"""Moving in time: the period on screen, and the day on which its figures are taken as known."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kpitui.periods import latest_complete

if TYPE_CHECKING:
    from kpitui.terminal.app import Kpitui


def earlier(app: Kpitui) -> None:
    """Ask for the board of the period before."""
    if app.state.board is not None:
        app.want_board(app.state.board.as_at, app.state.board.period.previous)


def later(app: Kpitui) -> None:
    """Ask for the board of the next period, if that was complete on the board's day."""
    board = app.state.board
    if board is None:
        return
    if board.period >= latest_complete(board.as_at, board.period.kind):
        app.tell(f"{board.period.following.shown} was not over on {board.as_at.isoformat()}")
    else:
        app.want_board(board.as_at, board.period.following)


def latest(app: Kpitui) -> None:
    """Ask for the board that the program opened on."""
    if app.state.board is not None:
        app.want_board(app.state.as_at, app.state.period)


def as_known_on(app: Kpitui, text: str) -> None:
    """Ask for the board as it was known on a day, typed as 2019-03-25 or 25/3/2019."""
    try:
        day = _day(text.strip())
    except ValueError:
        app.tell(f"“{text}” is not a date: write 2019-03-25")
        return
    app.want_board(day, None)


def _day(text: str) -> date:
    if "/" in text:
        day, month, year = map(int, text.split("/"))
        return date(year, month, day)
    return date.fromisoformat(text)
