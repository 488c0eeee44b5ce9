"""Continuing after SIGCONT when the program was never suspended.

Whoever ends a session sends SIGCONT after SIGTERM, and a program may be stopped and continued from
outside. Textual would then take the terminal a second time: it would start a second writer thread,
which never ends, and save as the state to restore one in which typed keys do not show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.driver import Driver

from kpitui.tui.textual_overrides.guard import is_supported


def make_resume_safe_driver(driver_class: type[Driver], redraw_terminal: Callable[[], object]) -> type[Driver]:
    """Return a driver class that takes the terminal again only if it had left it.

    `redraw_terminal` is called whenever another program may have drawn on it, from a signal handler
    too. Where Textual has no such hook, the class is returned unchanged.
    """
    if not is_supported("safe resume") or not hasattr(driver_class, "_sigcont_application"):
        return driver_class

    class ResumeSafeDriver(driver_class):  # type: ignore[valid-type, misc]
        is_suspended = False

        def suspend_application_mode(self) -> None:
            super().suspend_application_mode()
            self.is_suspended = True

        def resume_application_mode(self) -> None:
            self.is_suspended = False
            super().resume_application_mode()
            # The shell or an editor drew on the terminal meanwhile.
            redraw_terminal()

        def _sigcont_application(self, *_: Any) -> None:
            if self.is_suspended:
                super()._sigcont_application()
            else:
                # The terminal was never left, but another program may have drawn on it meanwhile.
                redraw_terminal()

    return ResumeSafeDriver
