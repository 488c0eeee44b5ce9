"""Sending what is on a screen to the clipboard: its address, a row, the value, the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpitui import wording
from kpitui.tui.clipboard import MAX_ENCODED_BYTES, send_to_clipboard
from kpitui.tui.commands import CommandHandlers
from kpitui.tui.save_rows import to_tab_separated
from kpitui.tui.styled_text import to_plain_text
from kpitui.tui.widgets.row_grid import RowGrid

if TYPE_CHECKING:
    from kpitui.tui.host import HostedScreen


def build_clipboard_commands(screen: HostedScreen) -> CommandHandlers:
    """Return what answers the keys that copy from a screen."""
    return {
        "copy_address": lambda: _send_text(screen, str(screen.build_address())),
        "copy_row": lambda: _copy_row(screen),
        "copy_value": lambda: _copy_value(screen),
        "copy_table": lambda: _copy_table(screen),
    }


def _send_text(screen: HostedScreen, copied_text: str) -> None:
    screen.show_message(send_to_clipboard(screen.host, copied_text))


def _copy_row(screen: HostedScreen) -> None:
    row_cells = screen.body_widget.cursor_cells if isinstance(screen.body_widget, RowGrid) else ()
    if row_cells:
        _send_text(screen, "\t".join(to_plain_text(cell).strip() for cell in row_cells))


def _copy_value(screen: HostedScreen) -> None:
    entry = screen.current_entry
    if entry is not None:
        count = entry.point.count
        value_text = wording.format_count_value(count)
        _send_text(screen, f"{value_text} ({wording.format_fraction(count)})")


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
