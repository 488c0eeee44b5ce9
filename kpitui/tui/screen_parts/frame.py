"""The frame of a screen: its head, its foot with the message, and the line to type in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpitui.tui.view_address import build_shown_address
from kpitui.tui.views import screen_frame
from kpitui.tui.widgets.fixed_lines import FixedLines
from kpitui.tui.widgets.input_line import InputLine

if TYPE_CHECKING:
    from kpitui.tui.host import HostedScreen


class ScreenFrame:
    """Draws what every screen has above and below its body."""

    def __init__(self, screen: HostedScreen) -> None:
        self._screen = screen
        self.head = FixedLines(id="head")
        self.foot = FixedLines("bar", id="foot")
        self.prompt = InputLine(self.draw_foot, self.show_message, id="prompt")
        self.message = ""

    def draw_head(self) -> None:
        """Draw where one is, the address, and the date and period of the board."""
        screen = self._screen
        address = build_shown_address(screen)
        address_texts = [str(address), f"{address.path_text}?…"] if str(address.options) else [str(address)]
        if place := screen.describe_place():
            address_texts.insert(0, f"{place} · {address_texts[0]}")
        head_lines = screen_frame.draw_header(
            screen.state, screen.build_breadcrumbs(), address_texts, screen.line_width, filtered=screen.count_filtered()
        )
        self.head.show_lines(head_lines)

    def draw_foot(self) -> None:
        """Draw the keys or a message, and place the input line just above them."""
        screen = self._screen
        position = screen.body_widget.position_text if screen.body_widget is not None else ""
        message = self.message or (self.prompt.prompt_label if self.prompt.is_open else "")
        message = message or screen_frame.describe_small_terminal(screen.line_width + 2, screen.screen_height)
        foot_lines = screen_frame.draw_footer(
            screen.screen_name, screen.line_width, position, message, screen.host.command_table
        )
        self.foot.show_lines(foot_lines)
        # The input line is docked to the bottom too, and a message may make the foot three lines high.
        self.prompt.styles.margin = (0, 0, len(foot_lines), 0)

    def show_message(self, message_text: str) -> None:
        """Show a message in the foot until the next key."""
        if self.message != message_text or message_text:
            self.message = message_text
            # A new screen draws its foot when it is mounted.
            if self.foot.is_mounted:
                self.draw_foot()
