"""The terminal program: a board, and everything behind each of its numbers."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from kpitui.periods import Period
from kpitui.places import find_config


def run(
    config: Path | None,
    address: str | None,
    *,
    as_at: date | None = None,
    period: Period | None = None,
    ascii_only: bool = False,
    theme: str | None = None,
) -> int:
    """Open the terminal program at an address; returns the exit code."""
    # Textual reads these when it is imported: over SSH nothing may move by itself.
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    from kpitui.terminal.work import CouncilDesk

    desk = CouncilDesk(config)  # before Textual is imported: it looks for the last board meanwhile
    from kpitui.terminal.start import start

    return start(
        desk,
        find_config(config),
        address,
        as_at=as_at,
        period=period,
        ascii_only=ascii_only,
        theme=theme,
    )
