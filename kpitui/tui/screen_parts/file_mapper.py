"""Mapping a file that is not known: `kpitui map` asks in this terminal, and the tables are read again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from kpitui.tui import external_editor
from kpitui.tui.commands import CommandHandlers

if TYPE_CHECKING:
    from kpitui.tui.host import HostedScreen

NO_FILE_MESSAGE = "This row has no file: put the cursor on a file that kpitui does not know"
NO_CONFIG_MESSAGE = "No config to write to"
CANNOT_SUSPEND_MESSAGE = "Questions cannot be asked in this terminal: run kpitui map"
NOTHING_WRITTEN_MESSAGE = "Nothing was written: the config does not map {}"
MAPPED_MESSAGE = "The config maps {} now"


class FileMapper:
    """Lets the reader say which columns of a file are those of a table."""

    def __init__(self, screen: HostedScreen, find_file: Callable[[], str]) -> None:
        self._screen, self._find_file = screen, find_file
        self.command_handlers: CommandHandlers = {"map_file": self._map_file}

    def _map_file(self) -> None:
        file_name, config_path = self._find_file(), self._screen.host.config_path
        if not file_name or config_path is None:
            self._screen.show_message(NO_CONFIG_MESSAGE if file_name else NO_FILE_MESSAGE)
            return
        # -P: a module in the folder where the user is must not be imported.
        command = [sys.executable, "-P", "-m", "kpitui", "map", "--config", str(config_path)]
        try:
            with self._screen.host.suspend():
                failure_text = external_editor.run_editor(command, Path(file_name))
        except SuspendNotSupported:
            self._screen.show_message(CANNOT_SUSPEND_MESSAGE)
            return
        short_name = Path(file_name).name
        if failure_text:
            self._screen.show_message(NOTHING_WRITTEN_MESSAGE.format(short_name))
        else:
            # Reading again writes to the footer itself, so the outcome is shown after it.
            self._screen.host.boards.reread_board(MAPPED_MESSAGE.format(short_name))
