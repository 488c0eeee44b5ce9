"""The clipboard of a terminal far away: sent to, never known to be filled."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from typing import Final

from textual.app import App

from kpitui.text import clean

CAP: Final = 74_994
"""Encoded bytes that terminals take in one OSC 52; a longer one is dropped by them unsaid."""


def send(app: App[int], text: str) -> str:
    """Send text to the clipboard and say what was done; nothing answers, so never 'copied'."""
    text = _cleaned(text)
    encoded = base64.b64encode(text.encode()).decode()
    if len(encoded) > CAP:
        return f"Too long for the terminal's clipboard: {len(encoded):,} of {CAP:,} bytes"
    if os.environ.get("TMUX") and (tmux := shutil.which("tmux")) and _to_tmux(tmux, text):
        return f"Sent to tmux: {_told(text)}"
    app.copy_to_clipboard(text)
    return f"Sent to the terminal: {_told(text)}"


def _cleaned(text: str) -> str:
    """Text without what controls a terminal; lines and the tabs between cells stay."""
    rows = (row.split("\t") for row in text.split("\n"))
    return "\n".join("\t".join(map(clean, row)) for row in rows)


def _to_tmux(tmux: str, text: str) -> bool:
    """Load tmux's buffer, which passes it on to the terminal it runs in."""
    try:
        done = subprocess.run(
            [tmux, "load-buffer", "-w", "-"], input=text.encode(), capture_output=True, timeout=1
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _told(text: str) -> str:
    first, *more = text.split("\n")
    if more:
        return f"{len(more) + 1:,} lines, the headings among them"
    first = first.replace("\t", "  ")
    return first if len(first) <= 60 else f"{first[:59]}…"
