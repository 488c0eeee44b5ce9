"""The program: it holds the state, asks for boards, and opens the screens that are asked for.

State flows one way.  A screen asks, a thread answers, the program keeps the answer as its state,
and every screen on the stack draws it, each staying where its reader was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar

from textual import on
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter, NoColor
from textual.screen import Screen

from kpitui.model import Board, Entry
from kpitui.periods import Period
from kpitui.terminal import address, messages, times, travel
from kpitui.terminal.address import Address
from kpitui.terminal.filters import Ascii, Controls
from kpitui.terminal.screens.base import View
from kpitui.terminal.screens.board import BoardScreen
from kpitui.terminal.screens.goto import GotoScreen
from kpitui.terminal.screens.help import HelpScreen
from kpitui.terminal.state import State, taken
from kpitui.terminal.theme import THEMES, textual_theme
from kpitui.terminal.views import failure
from kpitui.terminal.views.frame import READING
from kpitui.terminal.watching import EVERY, Watch
from kpitui.terminal.work import Bug, Desk, Failure, Request, start

INTERRUPTED = 130


class Kpitui(App[int]):
    """The terminal program over a desk that makes boards."""

    TITLE = "kpitui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []
    CSS = View.CSS

    def __init__(
        self,
        desk: Desk,
        *,
        opened_at: str | None = None,
        as_at: date | None = None,
        period: Period | None = None,
        theme: str = "default",
        ascii_only: bool = False,
        colourless: bool = False,
    ) -> None:
        super().__init__()
        for name in THEMES:
            self.register_theme(textual_theme(name))
        self.theme = theme
        self.desk = desk
        self.state = State()
        self.bug: BaseException | None = None
        self._ascii = ascii_only
        self._colourless = colourless
        self._asked_as_at, self._asked_period = as_at, period
        self._awaited: Request | None = None
        self._looking: Request | None = None
        self._watch = Watch()
        self._then: Callable[[], None] | None = None
        if opened_at:
            self._then = lambda: self.open_text(opened_at)

    def get_default_screen(self) -> Screen[None]:
        return BoardScreen()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Nothing that controls a terminal is drawn; what the terminal cannot show is replaced."""
        filters = [*super().get_line_filters(), _CONTROLS]
        if self._colourless:
            filters.append(_NO_COLOUR)
        return [*filters, _ASCII] if self._ascii else filters

    def on_mount(self) -> None:
        self.want_board(self._asked_as_at, self._asked_period)
        self.set_interval(EVERY, self._look)

    def _look(self) -> None:
        """See whether the files changed, unless a look or a board is still under way."""
        if self._looking is None and self._awaited is None:
            self._looking = Request("look", lambda desk: desk.stamp())
            start(self.desk, self._looking, self._post_answer)

    # --- the board ----------------------------------------------------------------------------

    def want_board(
        self, as_at: date | None, period: Period | None, *, reread: bool = False
    ) -> None:
        """Ask for a board; the one on screen stays until the answer is there."""
        request = Request("board", lambda desk: desk.board(as_at, period, reread=reread))
        self._awaited = request
        self.state = replace(self.state, reading=True)
        self.tell(READING if self.state.board is not None else "")
        start(self.desk, request, self._post_answer)

    def _post_answer(self, answer: object) -> None:
        self.post_message(messages.Answered(answer))  # type: ignore[arg-type]

    @on(messages.Asked)
    def _asked(self, message: messages.Asked) -> None:
        start(self.desk, message.request, self._post_answer)

    @on(messages.Answered)
    def _answered(self, message: messages.Answered) -> None:
        answer = message.answer
        if isinstance(answer.result, Bug):
            self.fail(answer.result.error)
        elif answer.request is self._looking:
            self._looking = None
            if not isinstance(answer.result, Failure) and self._watch.notice(answer.result):
                self.action_reread()
        elif answer.request is self._awaited:
            self._awaited = None
            self._take(answer.result)
        else:
            any(view.answered(answer) for view in self.views)

    def _take(self, result: Board | Failure) -> None:
        self.state = taken(self.state, result)
        kept = isinstance(result, Failure) and self.state.board is not None
        self.tell(failure.in_short(result) if kept and isinstance(result, Failure) else "")
        for view in self.views:
            view.redraw()
        then, self._then = self._then, None
        if then is not None and self.state.board is not None:
            then()

    @property
    def views(self) -> tuple[View, ...]:
        return tuple(screen for screen in self.screen_stack if isinstance(screen, View))

    def tell(self, text: str) -> None:
        """Say something in the foot of every screen, until the next key."""
        for view in self.views:
            view.say(text)

    # --- opening ------------------------------------------------------------------------------

    def open_indicator(self, entry: Entry) -> None:
        travel.open_indicator(self, entry)

    def open_cases(self, entry: Entry) -> None:
        travel.open_cases(self, entry)

    @on(messages.GoTo)
    def _go_to(self, message: messages.GoTo) -> None:
        self.open(message.address)

    def open_text(self, text: str) -> None:
        """Open a view by an address as typed, or say what is wrong with it."""
        try:
            wanted = address.parse(text, self.state.codes)
        except ValueError as error:
            self.tell(str(error))
            return
        self.open(wanted)

    def open(self, wanted: Address) -> None:
        """Open a view; where it is of another period, its board is made first."""
        board = self.state.board
        if board is not None and wanted.period not in (None, board.period):
            self._then = lambda: travel.open_view(self, wanted)
            self.want_board(board.as_at, wanted.period)
        else:
            travel.open_view(self, wanted)

    # --- commands -----------------------------------------------------------------------------

    def action_board(self) -> None:
        travel.to_board(self)

    def action_data(self) -> None:
        travel.open_view(self, Address("data"))

    def action_changes(self) -> None:
        travel.open_view(self, Address("changes"))

    def action_goto(self) -> None:
        self.push_screen(GotoScreen())

    def action_help(self) -> None:
        self.push_screen(HelpScreen())

    def action_earlier(self) -> None:
        times.earlier(self)

    def action_later(self) -> None:
        times.later(self)

    def action_latest(self) -> None:
        times.latest(self)

    def action_theme(self) -> None:
        names = [name for name in THEMES if not self._colourless or THEMES[name].ansi]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        for view in self.views:
            view.refresh(layout=False)
            for widget in view.walk_children():
                widget.refresh()
        self.tell(f"Theme: {self.theme}")

    def action_reread(self) -> None:
        board = self.state.board
        day, period = (board.as_at, board.period) if board else (None, None)
        self.want_board(day or self._asked_as_at, period or self._asked_period, reread=True)

    async def action_quit(self) -> None:
        self.exit(0)

    def action_interrupt(self) -> None:
        self.exit(INTERRUPTED, return_code=INTERRUPTED)

    # --- the end ------------------------------------------------------------------------------

    def fail(self, error: BaseException) -> None:
        """End on an error that nobody foresaw; whoever started the program writes the log."""
        if self.bug is None:
            self.bug = error
        self.exit(1, return_code=1)

    def _handle_exception(self, error: Exception) -> None:
        # Textual would print a traceback with local variables: records of children.
        self.bug = self.bug or error
        if self.is_headless:
            super()._handle_exception(error)
            return
        self._return_code = 1
        self._close_messages_no_wait()

    def panic(self, *renderables: object) -> None:
        # Only the driver calls this: its reading thread fails when the terminal has gone away.
        self.exit(1, return_code=1)


_CONTROLS, _ASCII, _NO_COLOUR = Controls(), Ascii(), NoColor()
