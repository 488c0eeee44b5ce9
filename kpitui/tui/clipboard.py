"""Sending text to the clipboard of the reader's terminal, which may be at the far end of SSH.

The program never learns whether the text arrived.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from kpitui.text import clean_text

if TYPE_CHECKING:
    from kpitui.tui.host import Host

MAX_ENCODED_BYTES: Final = 74_994
"""Encoded bytes that terminals accept in one OSC 52; they drop a longer one without a word."""


def send_to_clipboard(host: Host, copied_text: str) -> str:
    """Send text to the clipboard and return what was done.

    The message says "sent", never "copied": the terminal does not answer.
    """
    copied_text = _clean_cells(copied_text)
    encoded_text = base64.b64encode(copied_text.encode()).decode()
    if len(encoded_text) > MAX_ENCODED_BYTES:
        return f"Too long for the terminal's clipboard: {len(encoded_text):,} of {MAX_ENCODED_BYTES:,} bytes"
    # By default tmux does not pass on OSC 52 from the programs inside it.
    if os.environ.get("TMUX") and (tmux_path := shutil.which("tmux")) and _load_tmux_buffer(tmux_path, copied_text):
        return f"Copied to tmux: {_summarise_text(copied_text)}"
    host.copy_to_clipboard(copied_text)
    return f"Copied (if your terminal allows): {_summarise_text(copied_text)}"


def _clean_cells(copied_text: str) -> str:
    """Remove control characters, but keep line breaks and the tabs between cells."""
    cell_rows = (row.split("\t") for row in copied_text.split("\n"))
    return "\n".join("\t".join(map(clean_text, cell_row)) for cell_row in cell_rows)


def _load_tmux_buffer(tmux_path: str, copied_text: str) -> bool:
    """Load tmux's buffer, which tmux passes on to the terminal that it runs in."""
    try:
        # -w sends the buffer to the outer terminal too; the timeout spares a server that hangs.
        process = subprocess.run(
            [tmux_path, "load-buffer", "-w", "-"], input=copied_text.encode(), capture_output=True, timeout=1
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return process.returncode == 0


def _summarise_text(copied_text: str) -> str:
    """Shorten the sent text for a message: a count of lines, or the first 60 characters."""
    first_line, *lines = copied_text.split("\n")
    if lines:
        return f"{len(lines) + 1:,} lines, the headings among them"
    first_line = first_line.replace("\t", "  ")
    return first_line if len(first_line) <= 60 else f"{first_line[:59]}…"
