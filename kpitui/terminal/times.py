"""Going back and forth in time: the period shown, and the day on which it is known."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kpitui.periods import latest_complete

if TYPE_CHECKING:
    from kpitui.terminal.app import Kpitui


def earlier(app: Kpitui) -> None:
    """The board of the period before."""
    if app.state.board is not None:
        app.want_board(app.state.board.as_at, app.state.board.period.previous)


def later(app: Kpitui) -> None:
    """The board of the next period, if that was over on the board's day."""
    board = app.state.board
    if board is None:
        return
    if board.period >= latest_complete(board.as_at, board.period.kind):
        app.tell(f"{board.period.following.shown} was not over on {board.as_at.isoformat()}")
    else:
        app.want_board(board.as_at, board.period.following)


def latest(app: Kpitui) -> None:
    """The board that the program opened on."""
    if app.state.board is not None:
        app.want_board(app.state.as_at, app.state.period)


def as_known_on(app: Kpitui, text: str) -> None:
    """The board as it would have read on a day, as typed: also day first, as it is said."""
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
