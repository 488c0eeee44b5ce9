"""Commentary editing: opens the editor, checks the text and reports the outcome.

A text that could not be saved stays in its file. The same key opens it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from kpitui.model import Entry
from kpitui.terminal import editor, messages
from kpitui.terminal.views import failure
from kpitui.terminal.work import Answer, Failure, Request
from kpitui.text import clean

if TYPE_CHECKING:
    from kpitui.commentary.writing import Draft
    from kpitui.terminal.app import Kpitui

CANNOT_LEAVE = "The screen cannot be left to an editor here"
NOT_PUBLIC = "The commentary is written in the internal view: {} goes there"
GO_ON = "{} goes on with the text, kept in {}"


@dataclass(frozen=True, slots=True)
class Text:
    """File that holds a text being written, and the draft it belongs to."""

    draft: Draft
    path: Path

    def read(self) -> str:
        """Return the text. Bytes that are not UTF-8 are replaced: any editor may have saved it."""
        return self.path.read_text(encoding="utf-8", errors="replace")


class Writing:
    """Mixin that answers the key for writing, on screens with an indicator."""

    _asked_for: Request | None = None
    _written: tuple[Request, Text] | None = None

    # Supplied by the screen that this is mixed into.
    host: Kpitui
    say: Callable[[str], None]
    post_message: Callable[..., Any]

    @property
    def entry(self) -> Entry | None:
        """Return the indicator that the commentary is about."""
        raise NotImplementedError

    def action_edit(self) -> None:
        entry = self.entry
        if entry is not None:
            self.host.when_read(lambda: self._begin(entry))

    def _begin(self, entry: Entry) -> None:
        """Open the text left unsaved for this indicator, or request a new draft."""
        board = self.host.state.board
        assert board is not None
        if board.public:  # commentary may name what the public view hides
            self.say(NOT_PUBLIC.format(self.host.key_of("public")))
            return
        # A text stays with its period: the board may show another one by now.
        kept = self.host.unwritten.get((entry.indicator.id, str(board.period)))
        if kept is not None and kept.path.exists():
            self._edit(kept)
            return
        self._asked_for = Request("draft", lambda desk: desk.draft(board, entry))
        self.post_message(messages.Asked(self._asked_for))

    def wrote(self, answer: Answer) -> bool:
        """Handle a draft or the outcome of a write, and say whether the answer was one."""
        if answer.request is self._asked_for:
            self._asked_for = None
            self._drafted(answer.result)
            return True
        if self._written is not None and answer.request is self._written[0]:
            text, self._written = self._written[1], None
            self._ended(text, answer.result)
            return True
        return False

    def _drafted(self, result: Draft | Failure) -> None:
        """Put the draft into a file, and open the editor on it."""
        if isinstance(result, Failure):
            self.say(failure.in_short(result))
            return
        try:
            path = editor.text_file(f"{result.code} {result.period}", result.template)
        except OSError as error:
            self.say(f"No file for the editor can be written: {error.strerror}")
            return
        self._edit(Text(result, path))

    def _edit(self, text: Text) -> None:
        """Give the terminal to the editor until it ends, then submit the text."""
        try:
            command = editor.chosen()
            with self.host.suspend():
                failed = editor.edit(command, text.path)
        except editor.NoEditor as error:
            failed = str(error)
        except SuspendNotSupported:
            failed = CANNOT_LEAVE
        if not failed:
            self._take(text)
        # An editor that failed may have saved before. A text that was never touched is not kept.
        elif self._keep_if(text, text.read() != text.draft.template):
            self.say(f"{failed}. {self._kept(text)}")
        else:
            self.say(f"{failed}. Nothing was written")

    def _take(self, text: Text) -> None:
        """Write the text on a thread, or say which lines are wrong and keep the file."""
        # Imported when needed: the first screen must not wait for it.
        from kpitui.commentary import template

        draft, found = text.draft, text.read()
        try:
            template.changes(found, draft.rows, draft.indicator, draft.period, draft.on)
        except template.Mistakes as mistakes:
            again = template.with_mistakes(found, mistakes)
            text.path.write_text(again, encoding="utf-8")
            self._keep_if(text, True)
            # Each mistake stands at the top of the file after "#! ". The footer repeats them.
            told = "; ".join(line[3:] for line in again.split("\n") if line.startswith("#! line"))
            self.say(f"Nothing was written yet: {told}. {self._kept(text)}")
            return
        request = Request("write", lambda desk: desk.write(draft, found))
        self._written = (request, text)
        self.post_message(messages.Asked(request))

    def _ended(self, text: Text, result: Any) -> None:
        """Report the outcome of a write, and read the tables again if something was written."""
        if isinstance(result, Failure):
            self._keep_if(text, True)
            self.say(f"{failure.in_short(result)} {self._kept(text)}")
            return
        self._keep_if(text, False)
        if result.wrote:
            self.host.action_reread()
            # Reading again writes to the footer itself, so the outcome is shown after it.
            self.host.then = lambda: self.host.tell(result.said)
        else:
            self.say(result.said)

    def _keep_if(self, text: Text, wanted: bool) -> bool:
        """Keep a text for later or delete its file, and return whether it was kept."""
        key = (text.draft.id, text.draft.period)
        if wanted:
            self.host.unwritten[key] = text
        else:
            self.host.unwritten.pop(key, None)
            text.path.unlink(missing_ok=True)
        return wanted

    def _kept(self, text: Text) -> str:
        return GO_ON.format(self.host.key_of("edit"), clean(str(text.path)))
