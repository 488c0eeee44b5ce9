"""The terminal program: a board, and the cases, data and changes that explain each figure."""

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
    """Open the terminal program at an address and return the exit code.

    `as_at` and `period` choose another board than the one the config opens on. With neither, a
    second process makes the usual board while this one imports Textual. `theme_name` is one of
    `THEMES`; None lets the terminal decide.
    """
    # Textual reads these when it is imported. Over SSH each frame of an animation costs bytes.
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    # Without a snapshot to show, the process starts at once; with one, when the board is asked for.
    place, usual = find_config(config), as_at is None and period is None
    maker = Maker(place, at_once=not board_file(place).is_file()) if usual else None
    from kpitui.terminal.work import CouncilDesk

    desk = CouncilDesk(config, maker)  # before Textual is imported: its thread waits meanwhile
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
