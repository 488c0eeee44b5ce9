"""Sending what is on a screen to the clipboard: its address, a row, the value, the table."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from kpitui import wording
from kpitui.tui.clipboard import MAX_ENCODED_BYTES, send_to_clipboard
from kpitui.tui.commands import CommandHandlers
from kpitui.tui.save_rows import to_tab_separated
from kpitui.tui.styled_text import to_plain_text
from kpitui.tui.view_address import build_copied_address
from kpitui.tui.widgets.row_grid import RowGrid

if TYPE_CHECKING:
    from kpitui.tui.host import HostedScreen


def build_clipboard_commands(screen: HostedScreen) -> CommandHandlers:
    """Return what answers the keys that copy from a screen."""
    return {
        "copy_address": lambda: _send_text(screen, str(build_copied_address(screen))),
        "copy_row": lambda: _copy_row(screen),
        "copy_value": lambda: _copy_value(screen),
        "copy_table": lambda: _copy_table(screen),
    }


def _send_text(screen: HostedScreen, copied_text: str) -> None:
    screen.show_message(send_to_clipboard(screen.host, copied_text))


def _copy_row(screen: HostedScreen) -> None:
    """Send the row under the cursor: every cell that is saved of it, whatever the window shows."""
    if not isinstance(screen.body_widget, RowGrid):
        return
    sheet, row_cells = screen.build_sheet(), screen.body_widget.cursor_cells
    if sheet is not None and row_cells:
        row_index = screen.body_widget.cursor_row
        one_row = replace(sheet, rows=islice(sheet.rows, row_index, row_index + 1))
        _send_text(screen, (to_tab_separated(one_row, MAX_ENCODED_BYTES) or "").partition("\n")[2])
    elif row_cells:
        _send_text(screen, "\t".join(to_plain_text(cell).strip() for cell in row_cells))


def _copy_value(screen: HostedScreen) -> None:
    entry = screen.current_entry
    if entry is not None:
        _send_text(screen, wording.describe_figure(entry))


def _copy_table(screen: HostedScreen) -> None:
    """Send the rows on the screen, with tabs between cells."""
    sheet = screen.build_sheet()
    if sheet is None:
        screen.show_message("There is nothing to copy yet")
        return
    # Base64 turns three bytes into four, and the terminal counts the encoded ones.
    tabbed_text = to_tab_separated(sheet, MAX_ENCODED_BYTES * 3 // 4)
    if tabbed_text:
        _send_text(screen, tabbed_text)
    else:
        save_key = screen.host.get_key_label("save")
        screen.show_message(f"Too much for the clipboard: press {save_key} to save it as a file")
