"""Indicator screen: one indicator in full."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from kpitui.model import Entry
from kpitui.terminal import commands
from kpitui.terminal.address import Address
from kpitui.terminal.saving import Sheet, history_sheet
from kpitui.terminal.screens.bodies import OnPaper
from kpitui.terminal.screens.writing import Writing
from kpitui.terminal.views.indicator import indicator_page


class IndicatorScreen(Writing, OnPaper):
    """Page of one indicator, with keys to the next and the previous one."""

    place: ClassVar[str] = "indicator"
    BINDINGS = commands.bindings("indicator")

    def __init__(self, indicator: str) -> None:
        super().__init__()
        self.indicator = indicator

    @property
    def entry(self) -> Entry | None:
        """Return the indicator shown, if the board has it."""
        return self.state.entry(self.indicator)

    def crumbs(self) -> tuple[str, ...]:
        return (self.entry.indicator.code if self.entry else self.indicator,)

    def address(self) -> Address:
        period = self.state.board.period if self.state.board else None
        return Address("indicator", self.crumbs()[0], period)

    def draw(self) -> None:
        if self.state.board is None or self.entry is None:
            return
        cells, rows = self.cells, self.high
        # Large figures are made of box characters, which --ascii replaces.
        large, opener = not self.host.ascii_only, self.host.key_of("restated")
        self.show(indicator_page(self.entry, cells, rows, large=large, opener=opener))

    def action_open(self) -> None:
        self.action_cases()

    def action_cases(self) -> None:
        if self.entry is not None:
            self.host.open_cases(self.entry)

    def action_restated(self) -> None:
        self.host.open(replace(self.address(), place="restated"))

    def sheet(self) -> Sheet | None:
        return history_sheet(self.entry, f"{self.crumbs()[0]} history") if self.entry else None

    def action_following(self) -> None:
        self._turn(1)

    def action_preceding(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        """Show the next indicator in the order of the board, and move the cursor there along."""
        ids = self.host.views[0].order_of_entries()  # type: ignore[attr-defined]
        # A filter on the board may hide this indicator.
        if self.indicator not in ids:
            return
        self.indicator = ids[(ids.index(self.indicator) + step) % len(ids)]
        self.mover.go(0)
        self.redraw()
        if self.entry is not None:
            self.host.views[0].show_entry(self.entry)  # type: ignore[attr-defined]
