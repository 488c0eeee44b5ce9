"""Sending text to the clipboard of the reader's terminal, which may be at the far end of SSH.

The program never learns whether the text arrived.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from typing import Final

from textual.app import App

from kpitui.text import clean

CAP: Final = 74_994
"""Encoded bytes that terminals accept in one OSC 52; they drop a longer one without a word."""


def send(app: App[int], text: str) -> str:
    """Send text to the clipboard and return what was done.

    The message says "sent", never "copied": the terminal does not answer.
    """
    text = _cleaned(text)
    encoded = base64.b64encode(text.encode()).decode()
    if len(encoded) > CAP:
        return f"Too long for the terminal's clipboard: {len(encoded):,} of {CAP:,} bytes"
    # By default tmux does not pass on OSC 52 from the programs inside it.
    if os.environ.get("TMUX") and (tmux := shutil.which("tmux")) and _to_tmux(tmux, text):
        return f"Sent to tmux: {_told(text)}"
    app.copy_to_clipboard(text)
    return f"Sent to the terminal: {_told(text)}"


def _cleaned(text: str) -> str:
    """Remove control characters, but keep line breaks and the tabs between cells."""
    rows = (row.split("\t") for row in text.split("\n"))
    return "\n".join("\t".join(map(clean, row)) for row in rows)


def _to_tmux(tmux: str, text: str) -> bool:
    """Load tmux's buffer, which tmux passes on to the terminal that it runs in."""
    try:
        # -w sends the buffer to the outer terminal too; the timeout spares a server that hangs.
        done = subprocess.run(
            [tmux, "load-buffer", "-w", "-"], input=text.encode(), capture_output=True, timeout=1
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _told(text: str) -> str:
    """Shorten the sent text for a message: a count of lines, or the first 60 characters."""
    first, *more = text.split("\n")
    if more:
        return f"{len(more) + 1:,} lines, the headings among them"
    first = first.replace("\t", "  ")
    return first if len(first) <= 60 else f"{first[:59]}…"
