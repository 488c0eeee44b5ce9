"""Cases screen: the rows behind a number, which count, which do not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual import on

from kpitui.model import Board, Entry
from kpitui.terminal import commands, messages
from kpitui.terminal.address import Address
from kpitui.terminal.rows import Arranged, arrange, opened
from kpitui.terminal.saving import Sheet
from kpitui.terminal.screens.arranging import Arranging
from kpitui.terminal.screens.bodies import InTable
from kpitui.terminal.screens.case import CaseScreen
from kpitui.terminal.screens.writing import Writing
from kpitui.terminal.show import Line, line, span, spread
from kpitui.terminal.views import failure
from kpitui.terminal.views.cases import CaseRows, case_rows, figure, summary
from kpitui.terminal.views.groups import NAMES, GroupRows, group_rows
from kpitui.terminal.work import Failure, Request

AT_ONCE = 5_000
"""Rows that are sorted and filtered on the thread that draws. More go to a thread of their own."""
SORTING = "Sorting…"


class CasesScreen(Writing, InTable, Arranging):
    """Cases of an indicator as rows or as groups, for any of its definitions."""

    place: ClassVar[str] = "cases"
    BINDINGS = commands.bindings("cases")

    def __init__(self, indicator: str) -> None:
        super().__init__()
        self.indicator = indicator
        self.variant: str | None = None
        self.found: Arranged | None = None
        self.shown: CaseRows | GroupRows | None = None
        self._of: tuple[Board | None, str | None] = (None, None)
        self._left = ""  # the cursor goes back to it in the list of groups
        self._failed = ""

    @property
    def entry(self) -> Entry | None:
        """Return the indicator that the cases belong to, if the board has it."""
        return self.state.entry(self.indicator)

    @property
    def code(self) -> str:
        """Return the code of the indicator, or the id if the board has no such indicator."""
        return self.entry.indicator.code if self.entry else self.indicator

    def crumbs(self) -> tuple[str, ...]:
        return (self.code, "Cases")

    def address(self) -> Address:
        board = self.state.board
        return Address("cases", self.code, board.period if board else None)

    # --- drawing ------------------------------------------------------------------------------

    def draw(self) -> None:
        wanted = (self.state.board, self.variant)
        if wanted != self._of and self.state.board is not None and self.entry is not None:
            self._of = wanted
            self._want(self.state.board, self.entry)
        self._draw_summary()

    def _want(self, board: Board, entry: Entry) -> None:
        """Request the cases of the current variant, arranged by the current row query."""
        variant, wish = self.variant, self.wish
        self.ask(
            Request("cases", lambda desk: opened(desk.cases(board, entry, variant, None), wish))
        )

    def take(self, result: Any) -> None:
        # Any other message in the footer is not about this answer.
        if self.message == SORTING:
            self.say("")
        self._failed = failure.in_short(result) if isinstance(result, Failure) else ""
        if isinstance(result, Arranged):
            if self.found is None or result.cases is not self.found.cases:
                # Another definition may have other columns, so the query that fits the answer
                # is taken over. The filter stays as typed: it may have grown meanwhile.
                self.wish = replace(result.wish, filter=self.wish.filter)
            self._show(result)
            # The reader asked for something else while this answer was on its way.
            if self.wish != result.wish:
                self.rearrange()
        self._draw_summary()

    def _show(self, found: Arranged) -> None:
        """Show arranged cases, with the cursor on the group that was left, if any."""
        self.found = found
        self.shown = (
            case_rows(found, self.cells) if found.groups is None else group_rows(found, self.cells)
        )
        self.mover.show(self.shown)
        row = self.shown.find(self._left) if found.groups is not None and self._left else None
        if row is not None:
            self.mover.go(row)
            self._left = ""
        self._draw_summary()

    def _draw_summary(self) -> None:
        """Draw the total rate and how many cases count, or why there are none."""
        cells, found = self.cells, self.found
        if self._failed or found is None:
            text = self._failed or "Reading the cases…"
            self.sum_up(line(span(text, "dim")))
            return
        rule = found.cases.rule
        first = spread(line(span(rule.title, "strong")), figure(found), cells)
        # On a low screen the rows need the line more than the note does.
        note = (line(span(rule.note, "dim")),) if rule.note and self.high >= 30 else ()
        told = (*summary(found), *self._told_of_groups(found))
        self.sum_up(first, *note, told)

    def _told_of_groups(self, found: Arranged) -> Line:
        """Say which column the rows are grouped by, or which group is open."""
        if found.groups is not None:
            many = len(self.shown or ())
            groups = "1 group" if many == 1 else f"{many:,} groups"
            by = (found.wish.group_by or "").replace("_", " ")
            return (span(f"   by {by}: {groups}", "accent"),)
        if found.wish.within is not None:
            name, value = found.wish.within
            return (span(f"   {name.replace('_', ' ')}: {value or 'none'}", "accent"),)
        return ()

    # --- order, filter, groups, definition ----------------------------------------------------

    def sortable(self) -> Sequence[str]:
        if self.found is None:
            return ()
        return self.found.names if self.found.groups is None else NAMES

    def groupable(self) -> Sequence[str]:
        return self.found.groupable if self.found is not None else ()

    def rearrange(self) -> None:
        """Filter, sort and group again: at once if the rows are few, else on a thread.

        Only one such request runs at a time. Its answer starts another if the query has changed.
        """
        found, wish = self.found, self.wish
        if found is None:
            return
        if len(found.cases) <= AT_ONCE:
            self._show(arrange(found, wish))
        elif not self.waiting:
            self.say(SORTING)
            self.ask(Request("order", lambda desk: arrange(found, wish)))

    def step_back(self) -> bool:
        self._left = self.wish.within[1] if self.wish.within else ""
        return super().step_back()

    def action_variant(self) -> None:
        self._turn(1)

    def action_variant_back(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        """Show the next or the previous definition. The one as reported is among them."""
        rules = self.entry.indicator.variants if self.entry else ()
        ids: list[str | None] = [None, *(rule.id for rule in rules)]
        if len(ids) == 1:
            self.say("This indicator has one definition")
            return
        self.variant = ids[(ids.index(self.variant) + step) % len(ids)]
        self.redraw()

    # --- opening and saving -------------------------------------------------------------------

    @on(messages.Chosen)
    def action_open(self) -> None:
        if self.typing:
            self.stop_typing()
        elif not self.shown:
            return
        elif isinstance(self.shown, GroupRows):
            self.open_group(str(self.shown.key(self.mover.cursor)))
        elif subject := self.shown.subject(self.mover.cursor):
            variant = self.shown.found.cases.rule.id
            self.app.push_screen(CaseScreen(self.indicator, subject, variant))

    def sheet(self) -> Sheet | None:
        if self.found is None:
            return None
        if isinstance(self.shown, GroupRows):
            # The column of bars has no title, and is not saved.
            heads = [column.title for column in self.shown.columns if column.title]
            return Sheet(f"{self.code} by {self.shown.name}", heads, self.shown.table)
        cases, places = self.found.cases, self.found.places
        # No row becomes a Python object before it is written: there may be millions.
        rows = cases.rows if places is None else cases.frame[places].iter_rows()
        name = f"{self.code} cases {cases.period} {self.variant or ''}"
        return Sheet(name.strip(), cases.columns, rows)
