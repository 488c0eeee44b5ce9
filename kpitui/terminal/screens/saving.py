"""Save dialogue: asks for a path, asks before it overwrites, and reports the outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from kpitui import words
from kpitui.model import Entry
from kpitui.terminal import messages
from kpitui.terminal.clipboard import CAP, send
from kpitui.terminal.saving import Sheet, in_tabs, proposed, save
from kpitui.terminal.state import State
from kpitui.terminal.views import failure
from kpitui.terminal.work import Answer, Failure, Request

if TYPE_CHECKING:
    from kpitui.terminal.app import Kpitui
    from kpitui.terminal.desk import Desk

Write: TypeAlias = "Callable[[Desk, Path, bool], str]"
"""Writes a file, over an existing one only if told to, and returns what to report."""


class Saving:
    """Mixin that answers the keys for saving and copying on every screen."""

    _saving: Request | None = None

    # Supplied by the screen that this is mixed into.
    type_in: Callable[[str, str, Callable[[str, bool], None]], None]
    say: Callable[[str], None]
    post_message: Callable[..., Any]

    @property
    def host(self) -> Kpitui:
        """Return the app."""
        raise NotImplementedError

    @property
    def state(self) -> State:
        """Return the current state of the app."""
        raise NotImplementedError

    @property
    def entry(self) -> Entry | None:
        """Return the indicator whose value is copied, or None if the screen has none."""
        return None

    def sheet(self) -> Sheet | None:
        """Return the rows on the screen, or None if there is nothing to save yet."""
        return None

    def action_save(self) -> None:
        sheet = self.sheet()
        if sheet is None:
            self.say("There is nothing to save yet")
            return
        board = self.state.board
        if board is not None and board.public:
            # The file name says that small counts are hidden, wherever the file goes.
            sheet = replace(sheet, name=f"{sheet.name} public")
        label = "save as CSV: a path"
        self.ask_where(label, proposed(sheet), lambda _, path, over: save(sheet, path, over=over))

    def action_copy_table(self) -> None:
        """Send the rows on the screen to the clipboard, with tabs between cells."""
        sheet = self.sheet()
        # Base64 turns three bytes into four, and the terminal counts the encoded ones.
        told = in_tabs(sheet, CAP * 3 // 4) if sheet is not None else ""
        if told:
            self.say(send(self.host, told))
        else:
            much = f"Too much for the clipboard: {self.host.key_of('save')} saves it as a file"
            self.say("There is nothing to send yet" if sheet is None else much)

    def action_copy_value(self) -> None:
        if self.entry is not None:
            count, unit = self.entry.point.count, self.entry.indicator.unit
            self.say(send(self.host, f"{words.rate(count, unit)} ({words.fraction(count)})"))

    def ask_where(self, label: str, name: str, write: Write) -> None:
        """Ask for a path, and whether to overwrite an existing file; then write on a thread."""

        def typed(text: str, final: bool) -> None:
            if final and text.strip():
                self._save_at(write, Path.cwd() / Path(text.strip()).expanduser())

        self.type_in(label, name, typed)

    def _save_at(self, write: Write, path: Path) -> None:
        """Write to the path, after asking if there is a file already."""
        if not path.exists():
            self._start(write, path, over=False)
            return

        def typed(text: str, final: bool) -> None:
            # Nothing but a clear yes overwrites a file. An empty line is a no.
            if final and text.strip().lower() in ("y", "yes"):
                self._start(write, path, over=True)
            elif final:
                self.say("Nothing was written")

        self.type_in(f"{path.name} is there already: yes writes over it", "", typed)

    def _start(self, write: Write, path: Path, *, over: bool) -> None:
        """Write on a thread, since there may be many rows."""
        self.tell_of(Request("save", lambda desk: write(desk, path, over)))

    def tell_of(self, request: Request) -> None:
        """Have something written on a thread, and show the outcome in the footer."""
        self._saving = request
        self.post_message(messages.Asked(request))

    def saved(self, answer: Answer) -> bool:
        """Report the outcome of the last write, and return whether the answer was about it."""
        if answer.request is not self._saving:
            return False
        self._saving = None
        failed = isinstance(answer.result, Failure)
        self.say(failure.in_short(answer.result) if failed else str(answer.result))
        return True
