"""The terminal program: a board, and everything behind each of its numbers."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui.periods import Period
from kpitui.places import find_config

if TYPE_CHECKING:
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
    from kpitui import snapshot
    from kpitui.terminal import early
    from kpitui.terminal.work import CouncilDesk

    first: First | None = None
    if as_at is None and period is None:  # the usual board
        place = find_config(config)
        first = snapshot.recall(place) or early.begin(place)
    desk = CouncilDesk(config, first)  # before Textual is imported: the board is made meanwhile
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
