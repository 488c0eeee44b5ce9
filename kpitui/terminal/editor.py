"""The user's own editor for commentary: choosing it, the draft file, and running it."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kpitui.places import state_folder

USUAL: Final = ("nano", "vi")
"""Editors to look for where the environment names none."""
ENDS: Final = (signal.SIGTERM, signal.SIGHUP)


class NoEditor(Exception):
    """No editor can be found; the message says what to do."""


def chosen(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return the command words of $VISUAL or $EDITOR, or of an installed editor.

    Raises NoEditor if there is none, or if the variable cannot be split into words.
    """
    named = environment.get("VISUAL") or environment.get("EDITOR")
    if named:
        try:
            return shlex.split(named)
        except ValueError as error:
            raise NoEditor(f"$EDITOR cannot be read ({error}): {named}") from None
    found = next(filter(shutil.which, USUAL), None)
    if found is None:
        raise NoEditor(
            "No editor is set: leave kpitui, type export EDITOR=nano, and start it again"
        )
    return [found]


def text_file(name: str, text: str) -> Path:
    """Create a file that holds a draft and is readable by its owner alone; return its path.

    It is in the state folder, where an interrupted edit can be found again, or in the folder of
    temporary files if that cannot be written to.
    """
    folder: Path | None = None
    with suppress(OSError):
        drafts = state_folder() / "drafts"
        drafts.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = drafts
    # The name shows the indicator and period, so that a leftover draft says what it is.
    plain = "".join(sign if sign.isalnum() or sign in " -" else "-" for sign in name)
    number, path = tempfile.mkstemp(prefix=f"{plain} ", suffix=".txt", dir=folder)
    with open(number, "w", encoding="utf-8") as out:
        out.write(text)
    return Path(path)


def edit(command: list[str], path: Path) -> str:
    """Run the editor on a file in this terminal; return what went wrong, or an empty text.

    It raises nothing: Textual would not restore the screen that it has left. SIGTERM and SIGHUP end
    the editor first, so that the program can then end in order.
    """
    try:
        process = subprocess.Popen([*command, str(path)])
    except OSError as error:
        told = error.strerror or type(error).__name__
        return f"The editor {command[0]} cannot be started: {told}. Set EDITOR to another"
    with _passing_on(process):
        code = process.wait()
    return f"The editor ended with {code}" if code else ""


@contextmanager
def _passing_on(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Forward SIGTERM and SIGHUP to the editor while it has the terminal, and ignore SIGINT."""

    def end(number: int, frame: object) -> None:
        # The editor may have ended between the signal and this line.
        with suppress(ProcessLookupError):
            process.terminate()

    before = {number: signal.signal(number, end) for number in ENDS}
    # Ctrl+C reaches every process of the terminal; while the editor runs it is the editor's key.
    before[signal.SIGINT] = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
