"""Filtering, sorting and grouping, the same way on every screen that has rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual import on

from kpitui.terminal import messages
from kpitui.terminal.clipboard import send
from kpitui.terminal.rows import Wish
from kpitui.terminal.screens.base import View
from kpitui.terminal.show import plain_text
from kpitui.terminal.widgets.grid import Grid


class Arranging(View):
    """A screen whose rows are wanted in some way.  Subclasses say what they can be sorted by."""

    def __init__(self) -> None:
        super().__init__()
        self.wish = Wish()

    def sortable(self) -> Sequence[str]:
        """What a wish knows the columns by, as they stand on the screen."""
        return ()

    def groupable(self) -> Sequence[str]:
        """The columns that rows have values of in common."""
        return ()

    def rearrange(self) -> None:
        """Show the rows as they are wanted now."""
        self.redraw()

    def want(self, **wanted: object) -> None:
        """Change what is wanted, and show it."""
        before, self.wish = self.wish, replace(self.wish, **wanted)  # type: ignore[arg-type]
        if self.wish != before:
            self.rearrange()

    # --- filter -------------------------------------------------------------------------------

    def action_find(self) -> None:
        self.type_in("filter", self.wish.filter, self._filtered)

    def _filtered(self, text: str, final: bool) -> None:
        self.want(filter=text)
        if final and text:
            self.say(f"Filtered by “{text}”: {self.host.key_of('back')} shows all")

    def action_back(self) -> None:
        """Escape takes back what was laid over the rows, one thing at a time."""
        if self.wish.filter:
            self.host.wait_no_longer()
            self.stop_typing()
            self.want(filter="")
        elif self.typing or not self.step_back():
            super().action_back()

    def step_back(self) -> bool:
        """Leave a group that was opened, or the groups; whether there was anything to leave."""
        inside, grouped = self.wish.within, self.wish.group_by
        if inside is None and grouped is None:
            return False
        self._group(inside[0] if inside else None, None)
        return True

    # --- order --------------------------------------------------------------------------------

    def action_sort_next(self) -> None:
        self._sort_step(1)

    def action_sort_back(self) -> None:
        self._sort_step(-1)

    def _sort_step(self, step: int) -> None:
        names = ["", *self.sortable()]
        at = names.index(self.wish.sorted_by) if self.wish.sorted_by in names else 0
        self.want(sorted_by=names[(at + step) % len(names)], reverse=False)

    def action_sort_column(self, number: int) -> None:
        self._sort_by(number - 1)

    @on(messages.HeadChosen)
    def _head_chosen(self, message: messages.HeadChosen) -> None:
        self._sort_by(message.column)

    def _sort_by(self, number: int) -> None:
        names = self.sortable()
        if number < len(names):
            again = self.wish.sorted_by == names[number]
            self.want(sorted_by=names[number], reverse=again and not self.wish.reverse)

    def action_reverse(self) -> None:
        self.want(reverse=not self.wish.reverse)

    # --- groups -------------------------------------------------------------------------------

    def action_group(self) -> None:
        """Group by the next column; past the last, the rows themselves."""
        names = [None, *self.groupable()]
        if len(names) == 1:
            self.say("No two rows have a value in common to be grouped by")
            return
        at = names.index(self.wish.group_by) if self.wish.group_by in names else 0
        self._group(names[(at + 1) % len(names)], None)

    def open_group(self, value: str) -> None:
        """The rows of one group."""
        if self.wish.group_by is not None:
            self._group(None, (self.wish.group_by, value))

    def _group(self, name: str | None, within: tuple[str, str] | None) -> None:
        self.want(group_by=name, within=within, sorted_by="", reverse=False)

    # --- keeping ------------------------------------------------------------------------------

    def action_copy_row(self) -> None:
        cells = self.mover.row if isinstance(self.mover, Grid) else ()
        if cells:
            self.say(send(self.app, "\t".join(plain_text(cell).strip() for cell in cells)))
