"""Somebody's own editor over a text: which it is, the file it is given, and running it."""

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
"""Editors that are looked for where none is named."""
ENDS: Final = (signal.SIGTERM, signal.SIGHUP)


class NoEditor(Exception):
    """There is no editor: the message says what to do."""


def chosen(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The words of the command in $VISUAL or $EDITOR, or an editor that is there.

    Raises NoEditor.
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
    """A new file with a text, its owner's alone, where an interrupted edit can be found again.

    It is in the state folder, or where that cannot be written to, in the folder of temporary files.
    """
    folder: Path | None = None
    with suppress(OSError):
        drafts = state_folder() / "drafts"
        drafts.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = drafts
    plain = "".join(sign if sign.isalnum() or sign in " -" else "-" for sign in name)
    number, path = tempfile.mkstemp(prefix=f"{plain} ", suffix=".txt", dir=folder)
    with open(number, "w", encoding="utf-8") as out:
        out.write(text)
    return Path(path)


def edit(command: list[str], path: Path) -> str:
    """Run an editor on a file, in the terminal that is ours; what went wrong, or an empty text.

    A signal that ends us ends the editor first, so that we can end in order.  Raises nothing: the
    screen, which is left meanwhile, would not come back.
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
    """While an editor has the terminal, its keys are not ours, and what ends us ends it."""

    def end(number: int, frame: object) -> None:
        with suppress(ProcessLookupError):
            process.terminate()

    before = {number: signal.signal(number, end) for number in ENDS}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
