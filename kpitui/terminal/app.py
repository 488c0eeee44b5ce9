"""The program: it holds the state, asks for boards and opens screens.

State flows one way. A screen posts a request, a thread answers it, the program keeps the answer as
its state, and every screen on the stack draws that state without moving the reader's cursor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.filter import LineFilter, NoColor
from textual.screen import Screen

from kpitui.model import Board, Progress
from kpitui.periods import Period
from kpitui.terminal import messages, travel
from kpitui.terminal.commands import COMMANDS, Command
from kpitui.terminal.doing import Doing
from kpitui.terminal.filters import Ascii, Controls
from kpitui.terminal.hearing import Hearing
from kpitui.terminal.screens.base import View
from kpitui.terminal.screens.board import BoardScreen
from kpitui.terminal.sent import Sparing
from kpitui.terminal.state import State, recalled, taken
from kpitui.terminal.theme import THEMES, textual_theme
from kpitui.terminal.travel import Travelling
from kpitui.terminal.views import failure
from kpitui.terminal.views.frame import READING
from kpitui.terminal.watching import EVERY, Watch
from kpitui.terminal.work import Bug, Failure, Recalled, Request, start

if TYPE_CHECKING:
    from kpitui.terminal.desk import Desk
    from kpitui.terminal.screens.writing import Text

FIRST_PAINT = 0.05
"""Seconds in which the previous board is painted, before the tables are read."""
TOLD_EVERY = 0.5
"""Seconds between two reports of how far the reading is."""


class Kpitui(Doing, Travelling, Hearing, Sparing):
    """The terminal program, over a desk that makes the boards.

    It holds state and the event loop; commands, navigation, key order and drawing are in its bases.
    """

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
        keyboard: Sequence[Command] = COMMANDS,
        said: str = "",
    ) -> None:
        super().__init__()
        for name in THEMES:
            self.register_theme(textual_theme(name))
        self.theme = theme
        self.desk = desk
        self.state = State()
        self.bug: BaseException | None = None
        self.ascii_only = ascii_only
        self.colourless = colourless
        self.keyboard = keyboard
        self.said = said  # shown with the next board, such as mistakes in [keys]
        self.asked_as_at, self.asked_period = as_at, period
        self.public = False  # whether the next board is asked for with small counts hidden
        self._awaited: Request | None = None
        self._looking: Request | None = None
        self._recalling: Request | None = None
        self._watch = Watch()
        self._told = time.monotonic()
        self.then: Callable[[], None] | None = None
        self.held: str | None = None  # a key pressed before the first board
        self._opens_itself = not opened_at  # without an address, open what the config names
        self.unwritten: dict[tuple[str, str], Text] = {}  # drafts by indicator id and period
        if opened_at:
            self.then = lambda: self.open_text(opened_at)

    def get_default_screen(self) -> Screen[None]:
        return BoardScreen()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Drop control characters from every line; replace what the terminal cannot show."""
        # ESC and C1 codes pass through Textual's widgets raw: a cell could set the clipboard.
        filters = [*super().get_line_filters(), _CONTROLS]
        if self.colourless:
            filters.append(_NO_COLOUR)
        return [*filters, _ASCII] if self.ascii_only else filters

    def on_mount(self) -> None:
        recalled = self.desk.recall()
        # A snapshot is of the usual board only, so it cannot stand in for another day or period.
        if self.asked_as_at is not None or self.asked_period is not None:
            self._read_first()
        elif recalled.done():
            self._remember(recalled.result())
        else:
            self._recalling = Request("recall", lambda _: recalled.result())
            start(self.desk, self._recalling, self.post_answer)
        self.set_interval(EVERY, self._look)

    def _read_first(self) -> None:
        if self._awaited is None:
            self.want_board(self.asked_as_at, self.asked_period)

    def _look(self) -> None:
        """Check whether files changed, unless a check or a board is under way."""
        if self._looking is None and self._awaited is None and self._recalling is None:
            self._looking = Request("look", lambda desk: desk.stamp())
            start(self.desk, self._looking, self.post_answer)

    # --- the board ----------------------------------------------------------------------------

    def want_board(
        self, as_at: date | None, period: Period | None, *, reread: bool = False
    ) -> None:
        """Ask for a board; the present one stays on screen until the answer is there.

        `as_at` None means the config's date of the meeting, `period` None the last complete one.
        `reread` reads the tables again instead of using those in memory.
        """
        public = self.public
        request = Request(
            "board", lambda desk: desk.board(as_at, period, reread=reread, public=public)
        )
        self._awaited = request
        self._told = time.monotonic()
        self.state = replace(self.state, reading=True, progress="")
        if not self.state.remembered:
            self.tell(READING if self.state.board is not None else "")
        start(self.desk, request, self.post_answer)

    def post_answer(self, answer: object) -> None:
        """Post a desk's answer to the program; called from the thread that did the work."""
        self.post_message(messages.Answered(answer))  # type: ignore[arg-type]

    def told(self, progress: Progress) -> None:
        """Post how far the reading is, at most twice a second; the thread that reads calls it."""
        # Every report is a line sent to the terminal, and over SSH each line costs.
        if time.monotonic() - self._told > TOLD_EVERY:
            self._told = time.monotonic()
            self.post_message(messages.Reading(progress))

    @on(messages.Reading)
    def _reading(self, message: messages.Reading) -> None:
        if self.state.reading:
            self.state = replace(self.state, progress=message.progress.shown)
            self._redraw()

    @on(messages.Asked)
    def _asked(self, message: messages.Asked) -> None:
        start(self.desk, message.request, self.post_answer)

    @on(messages.Answered)
    def _answered(self, message: messages.Answered) -> None:
        answer = message.answer
        # Answers to requests that nobody waits for any longer match none of these and are dropped.
        if isinstance(answer.result, Bug):
            self.fail(answer.result.error)
        elif answer.request is self._looking:
            self._looking = None
            if not isinstance(answer.result, Failure) and self._watch.notice(answer.result):
                self.action_reread()
        elif answer.request is self._recalling:
            self._recalling = None
            self._remember(answer.result)
        elif answer.request is self._awaited:
            self._awaited = None
            self._take(answer.result)
        elif not self.found(answer):
            any(view.answered(answer) for view in self.views)

    def _remember(self, result: Recalled | Failure | None) -> None:
        """Show the recalled board before polars is imported: both are slow."""
        if not isinstance(result, Recalled):
            self._read_first()
            return
        self.state = recalled(result)
        if self.screen.is_mounted:  # else it draws what there is when it is
            self._redraw()
        self.screen.call_later(self._go_on)
        self.set_timer(FIRST_PAINT, self._read_first)

    def _take(self, result: Board | Failure) -> None:
        self.state = taken(self.state, result)
        if not isinstance(result, Failure):
            # Compare later stamps with these files, or a change while reading is missed.
            self._watch.seen = self.desk.made_from()
            self.tell(self.said)
            self.said = ""
            travel.leave_people(self)
            self._show_state()
            start(self.desk, Request("keep", lambda desk: desk.keep(result)), self.post_answer)
            return
        self.held = None
        if self.state.board is not None:
            self.then = None
            # The failed request may have been for the other view: the board on screen decides.
            self.public = self.state.board.public
        self.tell(failure.in_short(result) if self.state.board is not None else "")
        self._redraw()

    def _show_state(self) -> None:
        """Draw a new board, then run what waited for it."""
        self._redraw()
        self._go_on()

    def _go_on(self) -> None:
        """Open the config's view or the pending one, then answer the held key."""
        # Cleared first: the action itself may set the next one.
        then, self.then = self.then, None
        board = self.state.board
        if self._opens_itself and board is not None and board.opens_at:
            self.open_text(board.opens_at)
        self._opens_itself = False
        if then is not None:
            then()
        held, self.held = self.held, None
        if held is not None:
            self.call_later(self.answer, held)

    def _redraw(self) -> None:
        for view in self.views:
            view.redraw()

    @property
    def settled(self) -> bool:
        """Say whether no board is on its way and nothing waits for one."""
        return self._awaited is None and self.then is None

    @property
    def views(self) -> tuple[View, ...]:
        """Return the program's own screens on the stack, the top one last."""
        return tuple(screen for screen in self.screen_stack if isinstance(screen, View))

    def tell(self, text: str) -> None:
        """Show a notice in the foot of every screen, until the next key."""
        for view in self.views:
            view.say(text)

    # --- the end ------------------------------------------------------------------------------

    def fail(self, error: BaseException) -> None:
        """End on an unexpected error; `run_app` writes the log once the terminal is back."""
        if self.bug is None:
            self.bug = error
        self.exit(1, return_code=1)

    def _handle_exception(self, error: Exception) -> None:
        # Textual still delivers messages while it closes: a half-mounted screen may fail on them.
        if self._exit:
            self._close_messages_no_wait()
            return
        # Textual prints a traceback with local variables, and those hold children's records.
        self.bug = self.bug or error
        if self.is_headless:
            super()._handle_exception(error)
            return
        self._return_code = 1
        self._close_messages_no_wait()

    def panic(self, *renderables: object) -> None:
        # Only the driver calls this, when its input thread fails on a terminal that has gone.
        self.exit(1, return_code=1)


_CONTROLS, _ASCII, _NO_COLOUR = Controls(), Ascii(), NoColor()
