"""Keeping what the first screen sent, so that the next start can show it before anything is imported."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui.first_frame import build_mark, keep_frame
from kpitui.model.board import Board

if TYPE_CHECKING:
    from kpitui.file_stamps import FileStamps
    from kpitui.tui.state import AppState
    from kpitui.tui.textual_overrides.terminal_contents import TerminalContents


class FrameKeeper:
    """Keeps the first screen of a start without arguments, if the board on it was the one of the tables."""

    def __init__(self, get_state: Callable[[], AppState], terminal_contents: TerminalContents) -> None:
        self._get_state, self._contents = get_state, terminal_contents
        self._config_path = Path()
        self._frame_text = ""
        self._recalled_board: Board | None = None

    def watch_first_text(self, config_path: Path) -> None:
        """Keep the next update that is sent, if it shows the board of the run before."""
        self._config_path = config_path.absolute()
        self._contents.report_first_text = self._take_first_text

    def _take_first_text(self, frame_text: str) -> None:
        state = self._get_state()
        if state.tables_unread and not state.just_made and state.board is not None and not state.board.opening_view:
            self._frame_text, self._recalled_board = frame_text, state.board

    def keep(self, board: Board, file_stamps: FileStamps | None) -> None:
        """Keep the frame where the tables gave the board that is on it. Runs on a thread."""
        from kpitui.disclosure.cell_values import hide_board_cells

        if not self._frame_text or file_stamps is None or board.is_public:
            return
        frame_text, self._frame_text = self._frame_text, ""
        recalled_board, self._recalled_board = self._recalled_board, None
        if recalled_board is None or _drop_sources(hide_board_cells(board)) != _drop_sources(recalled_board):
            return
        file_names = [name for name, _, _ in file_stamps]
        folders = sorted({os.path.dirname(name) for name in file_names})
        # A config that appears nearer would be another council's.
        own_configs = [os.path.abspath("config.toml"), str(self._config_path)]
        watched = [*own_configs, *folders, *file_names]
        try:
            keep_frame(frame_text, build_mark(watched), watched)
        except OSError:
            return


def _drop_sources(board: Board) -> Board:
    """Return a board without its sources, which say when they were read, and are not on the first screen."""
    entries = tuple(replace(entry, sources=()) for entry in board.entries)
    return replace(board, sources=(), entries=entries)
