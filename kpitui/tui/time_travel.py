"""Moving in time: the period on screen, and the day on which its figures are taken as known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpitui.model.periods import Period, find_latest_complete
from kpitui.model.typed_dates import parse_typed_time
from kpitui.wording import format_date

if TYPE_CHECKING:
    from kpitui.tui.host import Host


def show_earlier_period(host: Host) -> None:
    """Ask for the board of the period before."""
    if host.state.board is not None:
        host.boards.request_board(host.state.board.as_at, host.state.board.period.previous)


def show_later_period(host: Host) -> None:
    """Ask for the board of the next period, or of the next month where that was all that was over."""
    board = host.state.board
    if board is None:
        return
    following = board.period.following
    if not following.is_complete(board.as_at):
        # The months after the last complete quarter are newer than it.
        following = Period("month", board.period.last_month + 1)
    if following.is_complete(board.as_at):
        host.boards.request_board(board.as_at, following)
    else:
        host.show_notice(f"{following.label} was not over on {format_date(board.as_at)}")


def show_other_kind(host: Host) -> None:
    """Ask for the board of the last month of the quarter or year, or of the quarter of the month."""
    board = host.state.board
    if board is None:
        return
    period = board.period
    if period.kind != "month":
        host.boards.request_board(board.as_at, Period("month", period.last_month))
        return
    quarter = Period("quarter", period.first_month // 3)
    latest = find_latest_complete(board.as_at)
    host.boards.request_board(board.as_at, min(quarter, latest))


def show_opening_period(host: Host) -> None:
    """Ask for the board that the program opened on."""
    if host.state.board is not None:
        host.boards.request_board(host.state.as_at, host.state.period)


def show_typed_time(host: Host, time_text: str) -> str:
    """Ask for the board as it was known on a day, or for that of a period; return what is wrong."""
    board = host.state.board
    try:
        day_or_period = parse_typed_time(time_text, board.period if board else None)
    except ValueError as error:
        return str(error)
    if isinstance(day_or_period, Period):
        host.boards.request_board(board.as_at if board else None, day_or_period)
    else:
        host.boards.request_board(day_or_period, None)
    return ""
