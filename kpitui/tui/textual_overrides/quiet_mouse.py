"""A mouse that is heard when it is clicked or its wheel turned, not as it moves, and that can be turned off.

Textual asks for every motion, which over SSH is a message to the program for every cell.
"""

from __future__ import annotations

from textual.driver import Driver

from kpitui.tui.textual_overrides.guard import is_supported

CLICKS_ON = "\x1b[?1000h\x1b[?1006h"
CLICKS_OFF = "\x1b[?1000l\x1b[?1006l"


class MouseSwitch:
    """Whether the mouse is for the program; off leaves it to the terminal, to select text with."""

    def __init__(self, *, is_on: bool = True) -> None:
        self.is_on = is_on
        self._driver: Driver | None = None

    def toggle(self) -> bool:
        """Turn the mouse on or off, and return whether it is on now."""
        self.is_on = not self.is_on
        self._send_state()
        return self.is_on

    def bind_driver(self, driver: Driver) -> None:
        """Tell a driver that has just taken the terminal whether to hear the mouse."""
        self._driver = driver
        if self.is_on:
            self._send_state()

    def _send_state(self) -> None:
        if self._driver is not None:
            self._driver.write(CLICKS_ON if self.is_on else CLICKS_OFF)
            self._driver.flush()


def make_quiet_mouse_driver(driver_class: type[Driver], mouse_switch: MouseSwitch) -> type[Driver]:
    """Return a driver class whose mouse is that of the switch; Textual's own where it has changed."""
    if not is_supported("quiet mouse") or not hasattr(driver_class, "_enable_mouse_support"):
        return driver_class

    class QuietMouseDriver(driver_class):  # type: ignore[valid-type, misc]
        def _enable_mouse_support(self) -> None:
            mouse_switch.bind_driver(self)

        def _disable_mouse_support(self) -> None:
            self.write(CLICKS_OFF)
            self.flush()

    return QuietMouseDriver
