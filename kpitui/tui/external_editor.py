"""The user's own editor for commentary: choosing it, the draft file, and running it."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kpitui.atomic_files import create_numbered_file, create_private_folder
from kpitui.locations import get_state_folder

USUAL_EDITORS: Final = ("nano", "vi")
"""Editors to look for where the environment names none."""
END_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)


class EditorNotFound(Exception):
    """No editor can be found; the message says what to do."""


def choose_editor(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return the command words of $VISUAL or $EDITOR, or of an installed editor.

    Raises NoEditor if there is none, or if the variable cannot be split into words.
    """
    setting = environment.get("VISUAL") or environment.get("EDITOR")
    if setting:
        try:
            return shlex.split(setting)
        except ValueError as error:
            raise EditorNotFound(f"$EDITOR cannot be read ({error}): {setting}") from None
    editor = next(filter(shutil.which, USUAL_EDITORS), None)
    if editor is None:
        raise EditorNotFound("No editor is set: leave kpitui, type export EDITOR=nano, and start it again")
    return [editor]


def create_draft_file(draft_name: str, draft_text: str) -> Path:
    """Create a file that holds a draft and is readable by its owner alone; return its path.

    It is in the state folder, where an interrupted edit can be found again, or in the folder of
    temporary files if that cannot be written to. Raises OSError if neither can.
    """
    # The name shows the indicator and period, so that a leftover draft says what it is.
    safe_name = "".join(character if character.isalnum() or character in " -" else "-" for character in draft_name)
    with suppress(OSError):
        draft_folder = get_state_folder() / "drafts"
        create_private_folder(draft_folder)
        return create_numbered_file(draft_folder, safe_name, draft_text.encode())
    import tempfile

    return create_numbered_file(Path(tempfile.gettempdir()), safe_name, draft_text.encode())


def run_editor(editor_command: list[str], draft_path: Path) -> str:
    """Run the editor on a file in this terminal; return what went wrong, or an empty text.

    It raises nothing: Textual would not restore the screen that it has left. SIGTERM and SIGHUP end
    the editor first, so that the program can then end in order.
    """
    try:
        process = subprocess.Popen([*editor_command, str(draft_path)])
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return f"The editor {editor_command[0]} cannot be started: {reason}. Set EDITOR to another"
    with _forward_signals(process):
        exit_code = process.wait()
    return f"The editor ended with error error {exit_code}" if exit_code else ""


@contextmanager
def _forward_signals(editor_process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Forward SIGTERM and SIGHUP to the editor while it has the terminal, and ignore SIGINT.

    The program hears of what was forwarded when the editor has ended.
    """

    received_signals: list[int] = []

    def end_editor(signal_number: int, stack_frame: object) -> None:
        received_signals.append(signal_number)
        # The editor may have ended between the signal and this line.
        with suppress(ProcessLookupError):
            editor_process.terminate()

    previous_handlers = {number: signal.signal(number, end_editor) for number in END_SIGNALS}
    # Ctrl+C reaches every process of the terminal; while the editor runs it is the editor's key.
    previous_handlers[signal.SIGINT] = signal.signal(signal.SIGINT, lambda signal_number, frame: None)
    try:
        yield
    finally:
        for signal_number, previous_handler in previous_handlers.items():
            signal.signal(signal_number, previous_handler)
        for received_signal in received_signals:
            signal.raise_signal(received_signal)
