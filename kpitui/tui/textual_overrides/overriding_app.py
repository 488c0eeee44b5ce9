"""An app that sends only what differs from what the terminal shows, and prints no child's record."""

from __future__ import annotations

import io
import os
from typing import Any

from rich.console import Console
from textual.app import App
from textual.screen import Screen

from kpitui.tui.textual_overrides.guard import remove_unsupported
from kpitui.tui.textual_overrides.terminal_contents import TerminalContents, has_background_erase


class OverridingApp(App[int]):
    """An app whose updates and errors are not Textual's own, as far as this version lets them be."""

    def __init__(self) -> None:
        super().__init__()
        self.terminal_contents = TerminalContents(erases_background=has_background_erase(os.environ))
        self.unexpected_error: BaseException | None = None
        self._is_exiting = False
        # Textual prints a traceback with local variables, and those hold children's records.
        self.error_console = Console(file=io.StringIO())

    # --- what is sent -------------------------------------------------------------------------

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        # Not at the top: where Textual has changed, this module cannot be imported.
        from kpitui.tui.textual_overrides.difference_updates import reduce_update

        self.terminal_contents.resize_contents(*self.size)
        update = reduce_update(renderable, self.terminal_contents, shows_cursor=self.focused is not None)
        super()._display(screen, update)

    def on_resize(self) -> None:
        self.terminal_contents.forget_contents()

    def on_mount(self) -> None:
        # While the app was suspended, the shell or the editor drew on the terminal.
        self.app_resume_signal.subscribe(self, lambda _: self.terminal_contents.forget_contents())

    def redraw_terminal(self) -> None:
        """Send the whole screen, whatever the terminal shows."""
        self.terminal_contents.forget_contents()
        self.screen.refresh(layout=True)

    # --- errors -------------------------------------------------------------------------------

    def exit(self, result: int | None = None, return_code: int = 0, message: Any = None) -> None:
        """End with an exit code, once what is under way is done."""
        self._is_exiting = True
        super().exit(result, return_code, message)

    def exit_with_error(self, error: BaseException) -> None:
        """End on an unexpected error; `run_app` writes the log once the terminal is back."""
        self.unexpected_error = self.unexpected_error or error
        self.exit(1, return_code=1)

    def _handle_exception(self, error: Exception) -> None:
        # Textual still delivers messages while it closes: a half-mounted screen may fail on them.
        if self._is_exiting:
            return
        if self.is_headless:  # in a test, which is to fail on it
            self.unexpected_error = self.unexpected_error or error
            super()._handle_exception(error)
        else:
            self.exit_with_error(error)

    def panic(self, *renderables: object) -> None:
        # Only the driver calls this, when its input thread fails on a terminal that has gone.
        self.exit(1, return_code=1)


remove_unsupported(OverridingApp, "differences", "_display")
remove_unsupported(OverridingApp, "private errors", "_handle_exception")
