"""Going on where one is told to, without having been to the shell.

Whoever ends a session sends SIGCONT behind SIGTERM, and a program may be stopped and continued from
outside.  Textual would take the terminal a second time: with a second thread that writes, which
never ends, and as the state to leave behind that in which keys are not shown.
"""

from __future__ import annotations

from typing import Any

from textual.driver import Driver


def steady(base: type[Driver]) -> type[Driver]:
    """A driver that takes the terminal again only when it has left it."""
    go_on = getattr(base, "_sigcont_application", None)
    if go_on is None:
        return base

    def continued(self: Any, *_: object) -> None:
        writer = self._writer_thread
        if writer is None or not writer.is_alive():
            go_on(self)
            return
        # Others may have drawn on it meanwhile.
        self._app.call_later(self._app.draw_anew)

    return type("Steady", (base,), {"_sigcont_application": continued})
