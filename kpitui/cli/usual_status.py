"""The status that is asked for without options: printed again where nothing has changed."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpitui.council import Council
    from kpitui.model.board import Board, Entry

_OPTIONS_OF_ANOTHER = ("as_at", "period", "public", "area")
_PLAIN_WARNINGS = ("value-in-doubt", "history-too-short", "helper-table-missing", "indicator-note")
"""The warnings about people that neither quote a cell nor tell a day."""


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
    plain_board = replace(hide_board_cells(board), issues=board.issues, entries=_keep_plain_warnings(board))
    if format_board(plain_board) == status_text:
        source_paths = (settings.tables_folder, settings.saved_figures_folder)
        save_status(status_text, settings.config_path, source_paths, settings.as_at)


def _keep_plain_warnings(board: Board) -> tuple[Entry, ...]:
    """Return the entries without their cells, but with their plain warnings."""
    from kpitui.disclosure.cell_values import hide_board_cells

    return tuple(
        replace(hidden_entry, warnings=tuple(warning for warning in entry.warnings if warning.code in _PLAIN_WARNINGS))
        if entry.is_about_people
        else hidden_entry
        for entry, hidden_entry in zip(board.entries, hide_board_cells(board).entries, strict=True)
    )


def _is_usual(options: argparse.Namespace) -> bool:
    is_of_another = any(getattr(options, name, None) for name in _OPTIONS_OF_ANOTHER)
    return options.form == "text" and not is_of_another
