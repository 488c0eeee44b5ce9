"""Save dialogue: asks for a path, asks before it overwrites, and reports the outcome."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kpitui import wording
from kpitui.locations import expand_home
from kpitui.model.board import Entry
from kpitui.tui.clipboard import MAX_ENCODED_BYTES, send_to_clipboard
from kpitui.tui.requests import DeskAnswer, DeskRequest, RequestFailure
from kpitui.tui.save_rows import RowExport, propose_file_name, to_tab_separated, write_csv_export
from kpitui.tui.state import AppState
from kpitui.tui.views import failure_lines

if TYPE_CHECKING:
    from kpitui.tui.desk_protocol import Desk
    from kpitui.tui.host import Host

FileWriter: TypeAlias = "Callable[[Desk, Path, bool], str]"
"""Writes a file, over an existing one only if told to, and returns what to report."""


class SaveDialogue:
    """Mixin that answers the keys for saving and copying on every screen."""

    _save_request: DeskRequest | None = None

    # Supplied by the screen that this is mixed into.
    open_prompt: Callable[[str, str, Callable[[str, bool], None]], None]
    show_message: Callable[[str], None]

    @property
    def host(self) -> Host:
        """Return the app."""
        raise NotImplementedError

    @property
    def state(self) -> AppState:
        """Return the current state of the app."""
        raise NotImplementedError

    @property
    def current_entry(self) -> Entry | None:
        """Return the indicator whose value is copied, or None if the screen has none."""
        return None

    def build_sheet(self) -> RowExport | None:
        """Return the rows on the screen, or None if there is nothing to save yet."""
        return None

    def action_save(self) -> None:
        sheet = self.build_sheet()
        if sheet is None:
            self.show_message("There is nothing to save yet")
            return
        board = self.state.board
        if board is not None and board.is_public:
            # The file name says that small counts are hidden, wherever the file goes.
            sheet = replace(sheet, export_name=f"{sheet.export_name} public")
        prompt_label = "save as CSV: a path"
        self.ask_save_path(
            prompt_label,
            propose_file_name(sheet),
            lambda _, path, overwrite: write_csv_export(sheet, path, overwrite=overwrite),
        )

    def action_copy_table(self) -> None:
        """Send the rows on the screen to the clipboard, with tabs between cells."""
        sheet = self.build_sheet()
        # Base64 turns three bytes into four, and the terminal counts the encoded ones.
        tabbed_text = to_tab_separated(sheet, MAX_ENCODED_BYTES * 3 // 4) if sheet is not None else ""
        if tabbed_text:
            self.show_message(send_to_clipboard(self.host, tabbed_text))
        else:
            large_message = f"Too much for the clipboard: {self.host.get_key_label('save')} saves it as a file"
            self.show_message("There is nothing to send yet" if sheet is None else large_message)

    def action_copy_value(self) -> None:
        if self.current_entry is not None:
            count, unit = self.current_entry.point.count, self.current_entry.indicator.unit
            self.show_message(
                send_to_clipboard(
                    self.host, f"{wording.format_count_value(count, unit)} ({wording.format_fraction(count)})"
                )
            )

    def ask_save_path(self, prompt_label: str, suggested_name: str, write_file: FileWriter) -> None:
        """Ask for a path, and whether to overwrite an existing file; then write on a thread."""

        def handle_typed_path(typed_text: str, is_final: bool) -> None:
            if is_final and typed_text.strip():
                target_path = expand_home(Path(typed_text.strip()))
                # The folder that the user is in may have been deleted.
                with suppress(FileNotFoundError):
                    target_path = target_path.absolute()
                self._save_to_path(write_file, target_path)

        self.open_prompt(prompt_label, suggested_name, handle_typed_path)

    def _save_to_path(self, write_file: FileWriter, target_path: Path) -> None:
        """Write to the path, after asking if there is a file already."""
        # A link that leads nowhere is there too, and a name that is too long is no error yet.
        if not os.path.lexists(target_path):
            self._start_saving(write_file, target_path, overwrite=False)
            return

        def handle_confirmation(typed_text: str, is_final: bool) -> None:
            # Nothing but a clear yes overwrites a file. An empty line is a no.
            if is_final and typed_text.strip().lower() in ("y", "yes"):
                self._start_saving(write_file, target_path, overwrite=True)
            elif is_final:
                self.show_message("Nothing was written")

        self.open_prompt(f"{target_path.name} is there already: yes writes over it", "", handle_confirmation)

    def _start_saving(self, write_file: FileWriter, target_path: Path, *, overwrite: bool) -> None:
        """Write on a thread, since there may be many rows."""
        self.start_file_write(DeskRequest("save", lambda desk: write_file(desk, target_path, overwrite)))

    def start_file_write(self, request: DeskRequest) -> None:
        """Have something written on a thread, and show the outcome in the footer."""
        self._save_request = request
        self.host.start_request(request)

    def handle_save_answer(self, answer: DeskAnswer) -> bool:
        """Report the outcome of the last write, and return whether the answer was about it."""
        if answer.request is not self._save_request:
            return False
        self._save_request = None
        is_failure = isinstance(answer.result, RequestFailure)
        self.show_message(failure_lines.summarise_failure(answer.result) if is_failure else str(answer.result))
        return True
