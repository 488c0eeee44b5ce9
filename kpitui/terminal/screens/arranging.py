"""Filtering, sorting and grouping of rows, with the same keys on every screen."""

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
    """Screen whose rows can be filtered, sorted and grouped. A subclass names the columns."""

    def __init__(self) -> None:
        super().__init__()
        self.wish = Wish()

    def sortable(self) -> Sequence[str]:
        """Return the names of the columns to sort by, from left to right on the screen."""
        return ()

    def groupable(self) -> Sequence[str]:
        """Return the names of the columns in which rows share values."""
        return ()

    def rearrange(self) -> None:
        """Show the rows as the current row query asks."""
        self.redraw()

    def want(self, **wanted: object) -> None:
        """Change fields of the row query, given by name, and show the rows if it changed."""
        before, self.wish = self.wish, replace(self.wish, **wanted)  # type: ignore[arg-type]
        if self.wish != before:
            self.rearrange()

    # --- filter -------------------------------------------------------------------------------

    def action_find(self) -> None:
        self.type_in("filter", self.wish.filter, self._filtered)

    def _filtered(self, text: str, final: bool) -> None:
        # Rows are filtered at every letter, so that you see what a word leaves before Enter.
        self.want(filter=text)
        if final and text:
            self.say(f"Filtered by “{text}”: {self.host.key_of('back')} shows all")

    def action_back(self) -> None:
        """Undo the filter, then the grouping, and leave the screen when neither is set."""
        if self.wish.filter:
            self.host.wait_no_longer()
            self.stop_typing()
            self.want(filter="")
        elif self.typing or not self.step_back():
            super().action_back()

    def step_back(self) -> bool:
        """Leave the open group, or else the groups, and return whether there was either."""
        inside, grouped = self.wish.within, self.wish.group_by
        if inside is None and grouped is None:
            return False
        # From the rows of a group you come back to all groups of the same column.
        self._group(inside[0] if inside else None, None)
        return True

    # --- order --------------------------------------------------------------------------------

    def action_sort_next(self) -> None:
        self._sort_step(1)

    def action_sort_back(self) -> None:
        self._sort_step(-1)

    def _sort_step(self, step: int) -> None:
        """Sort by the next or the previous column. No column at all is one of the steps."""
        names = ["", *self.sortable()]
        at = names.index(self.wish.sorted_by) if self.wish.sorted_by in names else 0
        self.want(sorted_by=names[(at + step) % len(names)], reverse=False)

    def action_sort_column(self, number: int) -> None:
        self._sort_by(number - 1)

    @on(messages.HeadChosen)
    def _head_chosen(self, message: messages.HeadChosen) -> None:
        self._sort_by(message.column)

    def _sort_by(self, number: int) -> None:
        """Sort by a column, or turn the order round if the rows are sorted by it already."""
        names = self.sortable()
        # A digit may be higher than the number of columns, and the bars of groups are a column
        # without a name.
        if number < len(names):
            again = self.wish.sorted_by == names[number]
            self.want(sorted_by=names[number], reverse=again and not self.wish.reverse)

    def action_reverse(self) -> None:
        self.want(reverse=not self.wish.reverse)

    # --- groups -------------------------------------------------------------------------------

    def action_group(self) -> None:
        """Group by the next column. After the last column, show the rows themselves again."""
        names = [None, *self.groupable()]
        if len(names) == 1:
            self.say("No two rows have a value in common to be grouped by")
            return
        at = names.index(self.wish.group_by) if self.wish.group_by in names else 0
        self._group(names[(at + 1) % len(names)], None)

    def open_group(self, value: str) -> None:
        """Show the rows of one group."""
        if self.wish.group_by is not None:
            self._group(None, (self.wish.group_by, value))

    def _group(self, name: str | None, within: tuple[str, str] | None) -> None:
        """Set the grouping and the open group. The order starts again, as the columns differ."""
        self.want(group_by=name, within=within, sorted_by="", reverse=False)

    # --- copying ------------------------------------------------------------------------------

    def action_copy_row(self) -> None:
        cells = self.mover.row if isinstance(self.mover, Grid) else ()
        if cells:
            self.say(send(self.app, "\t".join(plain_text(cell).strip() for cell in cells)))
