"""The key that saves: where to, whether over what is there, and what came of it."""

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
"""Writes a file, over another if so asked, and says what came of it."""


class Saving:
    """The answers to the saving key, for screens."""

    _saving: Request | None = None

    # What every screen has.
    type_in: Callable[[str, str, Callable[[str, bool], None]], None]
    say: Callable[[str], None]
    post_message: Callable[..., Any]

    @property
    def host(self) -> Kpitui:
        raise NotImplementedError

    @property
    def state(self) -> State:
        raise NotImplementedError

    @property
    def entry(self) -> Entry | None:
        """The indicator whose value is seen."""
        return None

    def sheet(self) -> Sheet | None:
        """What is seen, as rows; None where there is nothing to save yet."""
        return None

    def action_save(self) -> None:
        sheet = self.sheet()
        if sheet is None:
            self.say("There is nothing to save yet")
            return
        board = self.state.board
        if board is not None and board.public:
            sheet = replace(sheet, name=f"{sheet.name} public")
        label = "save as CSV: a path"
        self.ask_where(label, proposed(sheet), lambda _, path, over: save(sheet, path, over=over))

    def action_copy_table(self) -> None:
        sheet = self.sheet()
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
        """Ask for a path, and whether to write over what is there; then write on a thread."""

        def typed(text: str, final: bool) -> None:
            if final and text.strip():
                self._save_at(write, Path.cwd() / Path(text.strip()).expanduser())

        self.type_in(label, name, typed)

    def _save_at(self, write: Write, path: Path) -> None:
        if not path.exists():
            self._start(write, path, over=False)
            return

        def typed(text: str, final: bool) -> None:
            if final and text.strip().lower() in ("y", "yes"):
                self._start(write, path, over=True)
            elif final:
                self.say("Nothing was written")

        self.type_in(f"{path.name} is there already: yes writes over it", "", typed)

    def _start(self, write: Write, path: Path, *, over: bool) -> None:
        """Write on a thread: rows may be many."""
        self.tell_of(Request("save", lambda desk: write(desk, path, over)))

    def tell_of(self, request: Request) -> None:
        """Have something written on a thread, and say what came of it."""
        self._saving = request
        self.post_message(messages.Asked(request))

    def saved(self, answer: Answer) -> bool:
        """Say what came of it, if it is this that was waited for."""
        if answer.request is not self._saving:
            return False
        self._saving = None
        failed = isinstance(answer.result, Failure)
        self.say(failure.in_short(answer.result) if failed else str(answer.result))
        return True
