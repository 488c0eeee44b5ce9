"""Every key, searchable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from kpitui.terminal import commands
from kpitui.terminal.screens.base import View
from kpitui.terminal.views.help import help_lines
from kpitui.terminal.widgets.paper import Paper


class HelpScreen(View):
    place: ClassVar[str] = "help"
    BINDINGS = commands.bindings("help")

    def __init__(self) -> None:
        super().__init__()
        self.filter = ""

    def body(self) -> Iterable[Widget]:
        yield Paper(id="page")

    @property
    def mover(self) -> Paper:
        return self.query_one("#page", Paper)

    def crumbs(self) -> tuple[str, ...]:
        return ("Keys",)

    def draw(self) -> None:
        under = self.host.views[-2].place if len(self.host.views) > 1 else "board"
        self.mover.show(help_lines(self.filter, under, self.cells))

    def action_open(self) -> None:
        if self.typing:
            self.stop_typing()

    def action_find(self) -> None:
        self.type_in("find a key", self.filter, self._filtered)

    def _filtered(self, text: str, final: bool) -> None:
        self.filter = text
        self.redraw()

    def action_back(self) -> None:
        if self.filter:
            self.stop_typing()
            self._filtered("", True)
        else:
            super().action_back()
