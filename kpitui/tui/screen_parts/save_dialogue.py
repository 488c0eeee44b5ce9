"""Saving to a file: asks for a path, asks before it overwrites, and reports the outcome."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kpitui.locations import expand_home
from kpitui.tui.commands import CommandHandlers
from kpitui.tui.requests import DeskAnswer, DeskRequest, RequestFailure
from kpitui.tui.save_rows import propose_file_name, write_csv_export
from kpitui.tui.views import failure_lines

if TYPE_CHECKING:
    from kpitui.tui.desk_protocol import Desk
    from kpitui.tui.host import HostedScreen

FileWriter: TypeAlias = "Callable[[Desk, Path, bool], str]"
"""Writes a file, over an existing one only if told to, and returns what to report."""


class SaveDialogue:
    """Asks where to save what a screen shows, and has it written on a thread."""

    def __init__(self, screen: HostedScreen) -> None:
        self._screen = screen
        self._save_request: DeskRequest | None = None
        self.command_handlers: CommandHandlers = {"save": self.save_sheet}

    def save_sheet(self) -> None:
        """Save the rows on the screen as CSV, or say that there are none yet."""
        sheet = self._screen.build_sheet()
        if sheet is None:
            self._screen.show_message("There is nothing to save yet")
            return
        board = self._screen.state.board
        if board is not None and board.is_public:
            # The file name says that small counts are hidden, wherever the file goes.
            sheet = replace(sheet, export_name=f"{sheet.export_name} public")
        self.ask_save_path(
            "save as CSV: a path",
            propose_file_name(sheet),
            lambda _, path, overwrite: write_csv_export(sheet, path, overwrite=overwrite),
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

        self._screen.prompt.ask_text(prompt_label, suggested_name, handle_typed_path)

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
                self._screen.show_message("Nothing was saved")

        prompt_label = f"{target_path.name} already exists: type yes to replace it"
        self._screen.prompt.ask_text(prompt_label, "", handle_confirmation)

    def _start_saving(self, write_file: FileWriter, target_path: Path, *, overwrite: bool) -> None:
        """Write on a thread, since there may be many rows."""
        self.start_file_write(DeskRequest("save", lambda desk: write_file(desk, target_path, overwrite)))

    def start_file_write(self, request: DeskRequest) -> None:
        """Have something written on a thread, and show the outcome in the foot."""
        self._save_request = request
        self._screen.host.start_request(request)

    def accept_answer(self, answer: DeskAnswer) -> bool:
        """Report the outcome of the last write, and return whether the answer was about it."""
        if answer.request is not self._save_request:
            return False
        self._save_request = None
        is_failure = isinstance(answer.result, RequestFailure)
        self._screen.show_message(failure_lines.summarise_failure(answer.result) if is_failure else str(answer.result))
        return True
