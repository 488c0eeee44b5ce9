"""Moving in time: the period on screen, and the day on which its figures are taken as known."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kpitui.model.periods import find_latest_complete

if TYPE_CHECKING:
    from kpitui.tui.host import Host


def show_earlier_period(host: Host) -> None:
    """Ask for the board of the period before."""
    if host.state.board is not None:
        host.boards.request_board(host.state.board.as_at, host.state.board.period.previous)


def show_later_period(host: Host) -> None:
    """Ask for the board of the next period, if that was complete on the board's day."""
    board = host.state.board
    if board is None:
        return
    if board.period >= find_latest_complete(board.as_at, board.period.kind):
        host.show_notice(f"{board.period.following.label} was not over on {board.as_at.isoformat()}")
    else:
        host.boards.request_board(board.as_at, board.period.following)


def show_opening_period(host: Host) -> None:
    """Ask for the board that the program opened on."""
    if host.state.board is not None:
        host.boards.request_board(host.state.as_at, host.state.period)


def show_as_known_on(host: Host, date_text: str) -> None:
    """Ask for the board as it was known on a day, typed as 2019-03-25 or 25/3/2019."""
    try:
        as_at = _parse_typed_date(date_text.strip())
    except ValueError:
        host.show_notice(f"“{date_text}” is not a date: write 2019-03-25")
        return
    host.boards.request_board(as_at, None)


def _parse_typed_date(date_text: str) -> date:
    if "/" in date_text:
        day_number, month_number, year_number = map(int, date_text.split("/"))
        return date(year_number, month_number, day_number)
    return date.fromisoformat(date_text)
