"""The terminal program: a board, and everything behind each of its numbers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui.places import board_file, find_config

if TYPE_CHECKING:
    from datetime import date

    from kpitui.periods import Period
    from kpitui.terminal.work import First


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
    usual = as_at is None and period is None
    first = _first(find_config(config)) if usual else None
    from kpitui.terminal.work import CouncilDesk

    desk = CouncilDesk(config, first)  # before Textual is imported: it awaits the board meanwhile
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


def _first(config: Path) -> First:
    """The board to show before the tables are read: that of the run before, or one made now."""
    from kpitui.terminal import early

    if not board_file(config).is_file():
        return early.begin(config)
    from kpitui import snapshot

    return snapshot.recall(config) or early.begin(config)
