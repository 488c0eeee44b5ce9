"""Continuing after SIGCONT when the program was never suspended.

Whoever ends a session sends SIGCONT after SIGTERM, and a program may be stopped and continued from
outside. Textual would then take the terminal a second time: it would start a second writer thread,
which never ends, and save as the state to restore one in which typed keys do not show.
"""

from __future__ import annotations

from typing import Any

from textual.driver import Driver


def make_resume_safe_driver(driver_class: type[Driver]) -> type[Driver]:
    """Return a driver class that takes the terminal again only if it had left it.

    A class without Textual's private hook is returned unchanged.
    """
    # Private in Textual, so it may be gone in another version: then nothing is overridden.
    resume_application = getattr(driver_class, "_sigcont_application", None)
    if resume_application is None:
        return driver_class

    def resume_if_suspended(self: Any, *_: object) -> None:
        thread = self._writer_thread
        if thread is None or not thread.is_alive():
            resume_application(self)
            return
        # The terminal was never left, but another program may have drawn on it meanwhile.
        self._app.call_later(self._app.redraw_terminal)

    return type("Steady", (driver_class,), {"_sigcont_application": resume_if_suspended})
