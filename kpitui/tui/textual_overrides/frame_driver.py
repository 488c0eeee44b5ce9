"""A driver that takes over the screen where the first frame is on it already."""

from __future__ import annotations

from textual.driver import Driver

from kpitui.first_frame import FIRST_FRAME
from kpitui.tui.textual_overrides.terminal_contents import TerminalContents

ENTER_SCREEN = "\x1b[?1049h"
"""The other screen, which most terminals clear as it is entered: a frame on it would be lost."""


def make_frame_driver(driver_class: type[Driver], terminal_contents: TerminalContents) -> type[Driver]:
    """Return a driver class that keeps what is on the screen and lets the contents know of it."""

    class FrameDriver(driver_class):  # type: ignore[valid-type, misc]
        keeps_screen = False

        def start_application_mode(self) -> None:
            FIRST_FRAME.restore_keys()
            painted_text = FIRST_FRAME.hand_over()
            self.keeps_screen = bool(painted_text)
            terminal_contents.expect_text(painted_text)
            super().start_application_mode()

        def write(self, data: str) -> None:
            if self.keeps_screen and data == ENTER_SCREEN:
                self.keeps_screen = False
            else:
                super().write(data)

    return FrameDriver
