"""Writing commentary: opens the editor, checks the text and reports the outcome.

A text that could not be saved stays in its file. The same key opens it again.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from kpitui.atomic_files import describe_write_error, replace_file
from kpitui.model.board import Entry
from kpitui.text import clean_text
from kpitui.tui import external_editor
from kpitui.tui.commands import CommandHandlers
from kpitui.tui.draft_file import DraftFile
from kpitui.tui.requests import DeskAnswer, DeskRequest, RequestFailure
from kpitui.tui.views import failure_lines

if TYPE_CHECKING:
    from kpitui.commentary.editor_template import MarkedTemplate
    from kpitui.commentary.note_store import CommentaryDraft
    from kpitui.tui.host import Host, HostedScreen

CANNOT_SUSPEND_MESSAGE = "An editor cannot be opened from this terminal"
NOT_PUBLIC_MESSAGE = "Commentary is written in the internal view: press {} to go there"
EMPTY_TEXT_MESSAGE = "The text was empty, so nothing was saved: to delete a note, delete only its block"
"""An editor that finds the disk full may leave an empty file, which must not delete every note."""
RESUME_MESSAGE = "{} opens the text again; it is in {}"


class CommentaryEditor:
    """Lets the reader write on the indicator of a screen, in their own editor."""

    def __init__(self, screen: HostedScreen) -> None:
        self._screen = screen
        self._draft_request: DeskRequest | None = None
        self._pending_write: tuple[DeskRequest, DraftFile] | None = None
        self.command_handlers: CommandHandlers = {"edit": self._edit_commentary}

    @property
    def _host(self) -> Host:
        return self._screen.host

    def _edit_commentary(self) -> None:
        entry = self._screen.current_entry
        if entry is not None:
            self._host.pending.run_when_read(lambda: self._start_editing(entry))

    def _start_editing(self, entry: Entry) -> None:
        """Open the text left unsaved for this indicator, or request a new draft."""
        board = self._host.state.board
        assert board is not None
        if board.is_public:  # commentary may name what the public view hides
            self._screen.show_message(NOT_PUBLIC_MESSAGE.format(self._host.get_key_label("public")))
            return
        # A text stays with its period: the board may show another one by now.
        draft = self._host.unwritten_drafts.get((entry.indicator.id, str(board.period)))
        if draft is not None and draft.file_path.exists():
            self._run_editor(draft)
            return
        self._draft_request = DeskRequest("draft", lambda desk: desk.draft_commentary(board, entry))
        self._host.start_request(self._draft_request)

    def accept_answer(self, answer: DeskAnswer) -> bool:
        """Take a draft or the outcome of a write, and return whether the answer was one."""
        if answer.request is self._draft_request:
            self._draft_request = None
            self._open_draft(answer.result)
            return True
        if self._pending_write is not None and answer.request is self._pending_write[0]:
            draft_file, self._pending_write = self._pending_write[1], None
            self._finish_write(draft_file, answer.result)
            return True
        return False

    def _open_draft(self, result: CommentaryDraft | RequestFailure) -> None:
        """Put the draft into a file, and open the editor on it."""
        if isinstance(result, RequestFailure):
            self._screen.show_message(failure_lines.summarise_failure(result))
            return
        try:
            file_path = external_editor.create_draft_file(
                f"{result.indicator_code} {result.period_text}", result.template_text
            )
        except OSError as os_error:
            self._screen.show_message(f"No file for the editor can be written: {describe_write_error(os_error)}")
            return
        self._run_editor(DraftFile(result, file_path))

    def _run_editor(self, draft_file: DraftFile) -> None:
        """Have the text edited, then submit it if all went well."""
        failure_text = self._edit_file(draft_file)
        if not failure_text and not draft_file.read_text().strip():
            self._keep_or_delete(draft_file, False)
            self._screen.show_message(EMPTY_TEXT_MESSAGE)
        elif not failure_text:
            self._submit_text(draft_file)
        # An editor that failed may have saved before. A text that was never touched is not kept.
        elif self._keep_or_delete(draft_file, draft_file.read_text() != draft_file.draft.template_text):
            self._screen.show_message(f"{failure_text}. {self._resume_hint(draft_file)}")
        else:
            self._screen.show_message(f"{failure_text}. Nothing was saved")

    def _edit_file(self, draft_file: DraftFile) -> str:
        """Give the terminal to the editor until it ends; return what went wrong, or an empty text."""
        try:
            command = external_editor.choose_editor()
            with self._host.suspend():
                return external_editor.run_editor(command, draft_file.file_path)
        except external_editor.EditorNotFound as editor_error:
            return str(editor_error)
        except SuspendNotSupported:
            return CANNOT_SUSPEND_MESSAGE

    def _submit_text(self, draft_file: DraftFile) -> None:
        """Write the text on a thread, or say which lines are wrong and keep the file."""
        # Imported when needed: the first screen must not wait for it.
        from kpitui.commentary import editor_template

        draft, edited_text = draft_file.draft, draft_file.read_text()
        try:
            editor_template.parse_template_changes(
                edited_text, draft.original_rows, draft.indicator_name, draft.period_text, draft.note_date
            )
        except editor_template.TemplateMistakes as text_mistakes:
            self._report_mistakes(draft_file, editor_template.mark_mistakes(edited_text, text_mistakes))
            return
        request = DeskRequest("write", lambda desk: desk.write_commentary(draft, edited_text))
        self._pending_write = (request, draft_file)
        self._host.start_request(request)

    def _report_mistakes(self, draft_file: DraftFile, marked_template: MarkedTemplate) -> None:
        """Keep a text with its mistakes marked at the top, and repeat them in the foot."""
        # On a full disk the text stays as it is: the foot has the mistakes too.
        with suppress(OSError):
            replace_file(draft_file.file_path, marked_template.text.encode())
        self._keep_or_delete(draft_file, True)
        summary = "; ".join(marked_template.mistake_texts)
        self._screen.show_message(f"Nothing was saved yet: {summary}. {self._resume_hint(draft_file)}")

    def _finish_write(self, draft_file: DraftFile, write_result: Any) -> None:
        """Report the outcome of a write, and read the tables again if something was written."""
        if isinstance(write_result, RequestFailure):
            self._keep_or_delete(draft_file, True)
            self._screen.show_message(
                f"{failure_lines.summarise_failure(write_result)} {self._resume_hint(draft_file)}"
            )
            return
        self._keep_or_delete(draft_file, False)
        if write_result.was_written:
            # Reading again writes to the footer itself, so the outcome is shown after it.
            self._host.boards.reread_board(write_result.message)
        else:
            self._screen.show_message(write_result.message)

    def _keep_or_delete(self, draft_file: DraftFile, keep_text: bool) -> bool:
        """Keep a text for later or delete its file, and return whether it was kept."""
        draft_key = (draft_file.draft.indicator_id, draft_file.draft.period_text)
        if keep_text:
            self._host.unwritten_drafts[draft_key] = draft_file
        else:
            self._host.unwritten_drafts.pop(draft_key, None)
            with suppress(OSError):
                draft_file.file_path.unlink()
        return keep_text

    def _resume_hint(self, draft_file: DraftFile) -> str:
        return RESUME_MESSAGE.format(self._host.get_key_label("edit"), clean_text(str(draft_file.file_path)))
