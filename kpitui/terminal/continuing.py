"""Continuing after SIGCONT when the program was never suspended.

Whoever ends a session sends SIGCONT after SIGTERM, and a program may be stopped and continued from
outside. Textual would then take the terminal a second time: it would start a second writer thread,
which never ends, and save as the state to restore one in which typed keys do not show.
"""

from __future__ import annotations

from typing import Any

from textual.driver import Driver


def steady(base: type[Driver]) -> type[Driver]:
    """Return a driver class that takes the terminal again only if it had left it.

    A class without Textual's private hook is returned unchanged.
    """
    # Private in Textual, so it may be gone in another version: then nothing is overridden.
    go_on = getattr(base, "_sigcont_application", None)
    if go_on is None:
        return base

    def continued(self: Any, *_: object) -> None:
        writer = self._writer_thread
        if writer is None or not writer.is_alive():
            go_on(self)
            return
        # The terminal was never left, but another program may have drawn on it meanwhile.
        self._app.call_later(self._app.draw_anew)

    return type("Steady", (base,), {"_sigcont_application": continued})
