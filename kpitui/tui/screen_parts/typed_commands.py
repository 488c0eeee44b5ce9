"""Commands that ask for a line: a day, two periods, a name for the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpitui import wording
from kpitui.text import clean_text
from kpitui.tui import saved_views, time_travel
from kpitui.tui.commands import CommandHandlers
from kpitui.tui.requests import DeskRequest
from kpitui.tui.view_address import build_shown_address

if TYPE_CHECKING:
    from kpitui.tui.host import HostedScreen
    from kpitui.tui.screen_parts.save_dialogue import SaveDialogue


def build_typed_commands(screen: HostedScreen, save_dialogue: SaveDialogue) -> CommandHandlers:
    """Return what answers the commands that ask for a line, on every screen."""
    return {
        "as_at": lambda: _ask_day(screen),
        "between": lambda: _ask_periods(screen),
        "save_view": lambda: _ask_view_name(screen, save_dialogue),
    }


def _ask_day(screen: HostedScreen) -> None:
    """Ask for a day, and show the board as it was known then; or for a period."""

    def handle_typed_day(typed_text: str, is_final: bool) -> str:
        return time_travel.show_typed_time(screen.host, typed_text) if is_final else ""

    board = screen.state.board
    prompt_label = "as known on 25 March 2019, or a period: Oct 2018, Q1 2018/19"
    screen.prompt.ask_text(prompt_label, wording.format_date(board.as_at) if board else "", handle_typed_day)


def _ask_periods(screen: HostedScreen) -> None:
    """Ask for two periods, or one to compare with the board's, and show what moved."""
    board = screen.state.board
    if board is None:
        return

    def handle_typed_periods(typed_text: str, is_final: bool) -> str:
        later_board = screen.state.board
        if not is_final or later_board is None or not typed_text.strip():
            return ""
        # The later period may be left out.
        period_range = typed_text if ".." in typed_text else f"{typed_text}..{later_board.period}"
        return screen.host.navigator.try_address_text(f"changes@{period_range}")

    suggested_range = f"{screen.build_address().earlier_period or board.period.previous}..{board.period}"
    prompt_label = "from..to (2017-18 Q3..2018-19 Q3), or from alone"
    screen.prompt.ask_text(prompt_label, suggested_range, handle_typed_periods)


def _ask_view_name(screen: HostedScreen, save_dialogue: SaveDialogue) -> None:
    """Ask for a name, and save the address of the view under it."""
    address_text = str(build_shown_address(screen))

    def handle_typed_name(typed_text: str, is_final: bool) -> str:
        view_name = clean_text(" ".join(typed_text.split()))
        # Names are typed where addresses are, so a name must not be an address itself.
        if is_final and (problem := saved_views.describe_name_problem(view_name, screen.state.indicator_names)):
            return problem
        if is_final:
            views_key = screen.host.get_key_label("views")
            save_dialogue.start_file_write(
                DeskRequest("save view", lambda desk: saved_views.save_view(view_name, address_text, views_key))
            )
        return ""

    screen.prompt.ask_text(f"a name for {address_text}", "", handle_typed_name)
