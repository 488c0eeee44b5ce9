"""The address of what a screen shows: as it is printed in the head, copied, and kept in the history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpitui.tui.address import Address

if TYPE_CHECKING:
    from kpitui.tui.host import HostedScreen


def build_shown_address(screen: HostedScreen) -> Address:
    """Build the address as the head prints it: the day only where it is not the one opened on."""
    address, state = screen.build_address(), screen.state
    board = state.board
    if board is None:
        return address
    as_at = board.as_at if state.as_at is not None and board.as_at != state.as_at else None
    return replace(address, options=replace(address.options, as_at=as_at, is_public=board.is_public or None))


def build_copied_address(screen: HostedScreen) -> Address:
    """Build the address to give away: with the period and the day, whatever the program opened on."""
    address, board = build_shown_address(screen), screen.state.board
    if board is None:
        return address
    return replace(address, period=board.period, options=replace(address.options, as_at=board.as_at))


def build_history_address(screen: HostedScreen) -> Address:
    """Build the address that gives a view back as it was, public or internal."""
    address, board = build_copied_address(screen), screen.state.board
    if board is None:
        return address
    return replace(address, options=replace(address.options, is_public=board.is_public))
