"""Help screen: every key, with a search."""

from __future__ import annotations

from typing import ClassVar

from kpitui.terminal import commands
from kpitui.terminal.screens.arranging import Arranging
from kpitui.terminal.screens.bodies import OnPaper
from kpitui.terminal.views.help import help_lines


class HelpScreen(OnPaper, Arranging):
    """All commands by group. Those of the screen below stand out."""

    place: ClassVar[str] = "help"
    BINDINGS = commands.bindings("help")

    def crumbs(self) -> tuple[str, ...]:
        return ("Keys",)

    def draw(self) -> None:
        under = self.host.views[-2].place if len(self.host.views) > 1 else "board"
        self.mover.show(help_lines(self.wish.filter, under, self.cells, self.host.keyboard))

    def action_open(self) -> None:
        if self.typing:
            self.stop_typing()
