"""The terminal program: a board, and the cases, data and changes that explain each figure."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui.locations import find_config, get_snapshot_path
from kpitui.tui.board_process import BoardProcess

if TYPE_CHECKING:
    from datetime import date

    from kpitui.model.periods import Period


def run_terminal_app(
    requested_config: Path | None,
    opening_address: str | None,
    *,
    as_at: date | None = None,
    period: Period | None = None,
    ascii_only: bool = False,
    theme_name: str | None = None,
    area_name: str = "",
) -> int:
    """Open the terminal program at an address and return the exit code.

    `as_at` and `period` choose another board than the one the config opens on. With neither, a
    second process makes the usual board while this one imports Textual. `theme_name` is one of
    `THEMES`; None lets the terminal decide. `area_name` is another council than the config's own.
    """
    # Textual reads these when it is imported. Over SSH each frame of an animation costs bytes.
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    # Without a snapshot to show, the process starts at once; with one, when the board is asked for.
    config_path = find_config(requested_config)
    is_usual_board = as_at is None and period is None and not area_name
    process = BoardProcess(config_path, start_now=not _has_snapshot(config_path)) if is_usual_board else None
    from kpitui.tui.council_desk import CouncilDesk

    # Before Textual is imported: its thread waits meanwhile.
    council_desk = CouncilDesk(requested_config, process, area_name)
    from kpitui.tui.startup import run_council_app

    return run_council_app(
        council_desk,
        config_path,
        opening_address,
        as_at=as_at,
        period=period,
        ascii_only=ascii_only,
        theme_option=theme_name,
    )


def _has_snapshot(config_path: Path) -> bool:
    try:
        return get_snapshot_path(config_path).is_file()
    except OSError:
        return False
