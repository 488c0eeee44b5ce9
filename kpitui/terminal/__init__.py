"""The terminal program: a board, and everything behind each of its numbers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui.places import board_file, find_config
from kpitui.terminal.maker import Maker

if TYPE_CHECKING:
    from datetime import date

    from kpitui.periods import Period


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
    place, usual = find_config(config), as_at is None and period is None
    maker = Maker(place, at_once=not board_file(place).is_file()) if usual else None
    from kpitui.terminal.work import CouncilDesk

    desk = CouncilDesk(config, maker)  # before Textual is imported: it awaits a board meanwhile
    from kpitui.terminal.start import start

    return start(
        desk,
        place,
        address,
        as_at=as_at,
        period=period,
        ascii_only=ascii_only,
        theme=theme,
    )
