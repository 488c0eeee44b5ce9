"""The commands that the program answers, whatever screen is open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kpitui.tui import time_travel
from kpitui.tui.address import Address
from kpitui.tui.commands import COMMANDS

if TYPE_CHECKING:
    from kpitui.tui.board_loader import BoardLoader
    from kpitui.tui.commands import CommandHandlers
    from kpitui.tui.host import Host
    from kpitui.tui.navigator import Navigator
    from kpitui.tui.screen_opener import ScreenOpener


def build_app_commands(
    host: Host, boards: BoardLoader, navigator: Navigator, screen_opener: ScreenOpener
) -> CommandHandlers:
    """Return what answers each command of the program, by its id."""
    openers: CommandHandlers = {
        command.id: partial(screen_opener.push_named, command.opens) for command in COMMANDS if command.opens
    }
    return openers | {
        "board": screen_opener.return_to_board,
        "data": lambda: navigator.open_address(Address("data")),
        "changes": lambda: navigator.open_address(Address("changes")),
        "briefing": navigator.open_briefing,
        "goto": screen_opener.push_goto,
        "views": navigator.open_saved_views,
        "previous_view": lambda: navigator.revisit_view(-1),
        "next_view": lambda: navigator.revisit_view(1),
        "earlier": lambda: time_travel.show_earlier_period(host),
        "later": lambda: time_travel.show_later_period(host),
        "period_kind": lambda: time_travel.show_other_kind(host),
        "latest": lambda: time_travel.show_opening_period(host),
        "public": boards.toggle_public_view,
    }
