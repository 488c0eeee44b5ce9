"""The status that is asked for without options: printed again where nothing has changed."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpitui.council import Council
    from kpitui.model.board import Board

_OPTIONS_OF_ANOTHER = ("as_at", "period", "public", "area")


def recall_usual_status(options: argparse.Namespace) -> str | None:
    """Return the text of the config's usual status if nothing it is made from has changed, or None."""
    if not _is_usual(options):
        return None
    from kpitui.locations import find_config
    from kpitui.printed_status import recall_status

    return recall_status(find_config(getattr(options, "config", None)))


def save_usual_status(options: argparse.Namespace, council: Council, board: Board, status_text: str) -> None:
    """Save the text of a config's usual status, unless it quotes a cell or a change could go unseen."""
    from kpitui.disclosure.cell_values import hide_board_cells
    from kpitui.printed_status import save_status
    from kpitui.report.text_output import format_board

    settings = council.settings
    if not _is_usual(options) or not council.is_of_files_alone or council.tables.unsettled_files:
        return
    # The number of issues is no text from a cell; all else is printed as it would be without cells.
    if format_board(replace(hide_board_cells(board), issues=board.issues)) == status_text:
        source_paths = (settings.tables_folder, settings.saved_figures_folder)
        save_status(status_text, settings.config_path, source_paths, settings.as_at)


def _is_usual(options: argparse.Namespace) -> bool:
    is_of_another = any(getattr(options, name, None) for name in _OPTIONS_OF_ANOTHER)
    return options.form == "text" and not is_of_another
