"""Go-to screen: find an indicator, view, command, school or child by part of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.widget import Widget

from kpitui.behind import Subject
from kpitui.terminal import address, commands, messages, saved
from kpitui.terminal.rows import holds
from kpitui.terminal.screens.base import View
from kpitui.terminal.screens.data import PlainRows
from kpitui.terminal.show import BLANK, Line, line, span
from kpitui.terminal.views.marks import rag_mark
from kpitui.terminal.widgets.block import Block
from kpitui.terminal.widgets.grid import Column, Grid
from kpitui.terminal.widgets.prompt import Prompt
from kpitui.terminal.work import Failure, Request


@dataclass(frozen=True, slots=True)
class Goal:
    """Something that can be opened or done from this screen."""

    name: str
    title: str
    go: Callable[[], object]
    mark: Line = ()

    @property
    def cells(self) -> tuple[Line, ...]:
        """Return the cells of the row: name, title, and mark."""
        return ((span(self.name, "accent"),), (span(self.title),), self.mark)


HINT_OF_VIEWS = "a part of its name or address"
HINT = "indicator, school, child, address, command"
RECENT = 3
"""Views looked at before that are offered first."""
LEAST = 3
"""Letters to type before schools, children and workers are searched for."""
KINDS = {"schools": "school", "early_years_settings": "setting", "children": "child",
         "social_workers": "worker"}  # fmt: skip


class GotoScreen(View):
    """List of destinations that shrinks as you type."""

    place: ClassVar[str] = "goto"
    BINDINGS = commands.bindings("goto")

    def __init__(self, *, views_only: bool = False) -> None:
        super().__init__()
        self._views_only = views_only
        self._text = ""
        self._goals: tuple[Goal, ...] = ()
        self._found: tuple[Subject, ...] = ()

    def body(self) -> Iterable[Widget]:
        yield Block(id="air")
        yield Grid(fixed=2, id="table")

    @property
    def mover(self) -> Grid:
        return self.query_one("#table", Grid)

    def crumbs(self) -> tuple[str, ...]:
        return ("Saved views" if self._views_only else "Go to",)

    def on_mount(self) -> None:
        super().on_mount()
        self.type_in(HINT_OF_VIEWS if self._views_only else HINT, "", self._hear)

    def draw(self) -> None:
        self._goals = tuple(goal for goal in self._all() if _holds(goal, self._text))
        nothing = (line(span(f"Nothing here has “{self._text}” in it.", "dim")), BLANK)
        self.query_one("#air", Block).show((BLANK, *(() if self._goals else nothing)))
        size = max((len(goal.name) for goal in self._goals), default=4)
        columns: Sequence[Column] = (
            Column("Name", min(size, 32)), Column("", self.cells - size - 16), Column("", 12),
        )  # fmt: skip
        self.mover.show(PlainRows(tuple(goal.cells for goal in self._goals), columns))

    def _hear(self, text: str, final: bool) -> None:
        """Filter the list at every letter, and open the current row at Enter."""
        self._text = text
        if final:
            self.action_open()
            return
        self._look_for(text.strip())
        self.mover.go(0)
        self.redraw()

    def _look_for(self, text: str) -> None:
        """Request a search for schools, children and workers, once the tables are read."""
        board = self.state.board
        if board is not None and not self.state.remembered and len(text) >= LEAST:
            self.ask(Request("find", lambda desk: desk.find(board, text)))

    def take(self, result: Any) -> None:
        self._found = () if isinstance(result, Failure) else result
        self.redraw()

    @on(messages.Chosen)
    def action_open(self) -> None:
        """Open the current row, or the address that was typed."""
        text = self.query_one(Prompt).value or self._text
        goals, row = self._goals, self.mover.cursor
        self.app.pop_screen()
        # A valid address goes before the row under the cursor, which only contains the letters.
        if _is_address(text, self.state.codes) or not goals:
            self.host.open_text(text)
        else:
            self.app.call_next(goals[min(row, len(goals) - 1)].go)  # before the next key

    def action_back(self) -> None:
        self.app.pop_screen()

    # --- destinations ---------------------------------------------------------------------------

    def _all(self) -> Iterable[Goal]:
        """List saved and recent views, indicators, commands, and the subjects found."""
        board = self.state.board
        for name, told in saved.known(board.views if board else {}).items():
            yield Goal(name, told, self._opener(told), line(span("view", "dim")))
        if self._views_only:
            return
        for told in self.host.history.recent(RECENT):
            yield Goal(told, "looked at before", self._opener(told), line(span("view", "dim")))
        for entry in self.state.board.entries if self.state.board else ():
            code = entry.indicator.code
            mark = rag_mark(entry.judgement.rag)
            yield Goal(code, entry.indicator.title, self._opener(code), mark)
            yield Goal(f"{code}/cases", f"Cases of {code}", self._opener(f"{code}/cases"))
        # Commands act on the screen below, so only those that work there are offered.
        below = self.host.views[-2] if len(self.host.views) > 1 else None
        for command in self.host.keyboard:
            reachable = below is not None and below.place in command.where
            # Commands that take a digit or move the cursor do nothing when chosen from a list.
            if reachable and not command.numbered and command.group != "Moving":
                yield Goal(commands.signs(command), command.title, self._doer(command, below))

        for one in self._found:
            mark = line(span(KINDS[one.table], "dim"))
            yield Goal(one.id, one.name, self._finder(one), mark)

    def _opener(self, text: str) -> Callable[[], object]:
        return lambda: self.host.open_text(text)

    def _finder(self, subject: Subject) -> Callable[[], object]:
        return lambda: self.host.open_subject(subject)

    def _doer(self, command: commands.Command, below: View | None) -> Callable[[], object]:
        # An action of the app needs its prefix. Others run on the screen below.
        name = f"app.{command.id}" if command.of_app else command.id
        return lambda: self.app.run_action(name, default_namespace=below)


def _holds(goal: Goal, text: str) -> bool:
    return holds(f"{goal.name} {goal.title}", text)


def _is_address(text: str, codes: Iterable[str]) -> bool:
    try:
        address.parse(text, codes)
    except ValueError:
        return False
    return bool(text.strip())
