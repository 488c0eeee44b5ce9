"""What every screen has: its head and foot, its moving about, and the line to type in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingsMap
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from kpitui.terminal import commands, messages, saved, times
from kpitui.terminal.address import Address
from kpitui.terminal.clipboard import send
from kpitui.terminal.screens.moving import Moving
from kpitui.terminal.screens.saving import Saving
from kpitui.terminal.state import State
from kpitui.terminal.views import frame
from kpitui.terminal.widgets.block import Block
from kpitui.terminal.widgets.prompt import Prompt
from kpitui.terminal.work import Answer, Request
from kpitui.text import clean

if TYPE_CHECKING:
    from kpitui.terminal.app import Kpitui


SETTLING: Final = 0.01
"""Seconds in which a new screen finds its layout, before it is first painted."""


class View(Moving, Saving, Screen[None]):
    """A screen between its head and its foot.  Subclasses say what is in it and draw it."""

    place: ClassVar[str] = ""
    CSS = """
    View { layout: vertical; background: $background; overflow: hidden; }
    #foot { dock: bottom; }
    """

    ALLOW_SELECT = False
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._awaited: Request | None = None
        self._typed: Callable[[str, bool], None] | None = None
        self._label = ""  # of what is typed in
        self.message = ""
        self._may_paint = False
        self._drawn: tuple[State, int, int] | None = None

    # --- what subclasses fill in --------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The widgets between head and foot."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw the state; called when it changed and when the size did."""
        raise NotImplementedError

    def crumbs(self) -> tuple[str, ...]:
        return ()

    def address(self) -> Address:
        return Address()

    def take(self, result: Any) -> None:
        """Take what was asked for."""

    @property
    def cells(self) -> int:
        """The width that lines have: before the first layout it is that of the program."""
        return (self.size.width or self.app.size.width) - 2

    @property
    def high(self) -> int:
        return self.size.height or self.app.size.height

    # --- the frame ----------------------------------------------------------------------------

    @property
    def host(self) -> Kpitui:
        return cast("Kpitui", self.app)

    @property
    def state(self) -> State:
        return self.host.state

    def compose(self) -> ComposeResult:
        yield Block(id="head")
        yield from self.body()
        yield Prompt(id="prompt")
        yield Block("bar", id="foot")

    def wrote(self, answer: Answer) -> bool:
        """Take an answer about commentary, on screens that write it."""
        return False

    def on_mount(self) -> None:
        if self.host.keyboard is not commands.COMMANDS:
            self._bindings = BindingsMap(commands.bindings(self.place, self.host.keyboard))
        self.redraw()
        self.set_timer(SETTLING, self._settled)

    def _settled(self) -> None:
        self._may_paint = True
        self._on_timer_update()  # at once, not at the next of 60 ticks a second

    def _compositor_refresh(self) -> None:
        # A new screen is laid out three times before its widgets know their sizes, and Textual
        # paints each, and again after a layout that a repaint follows: 38 KB over a slow line
        # where the last 12 KB are all that is seen.
        repaint_follows = self._layout_required and self._repaint_required
        if self._may_paint and not repaint_follows:
            super()._compositor_refresh()

    def on_screen_resume(self) -> None:
        self._redraw_if_changed()
        self.host.visited(self)

    def on_resize(self) -> None:
        self._redraw_if_changed()

    def _redraw_if_changed(self) -> None:
        """A new screen is told its size four times before it is first seen."""
        if self._drawn != (self.state, self.cells, self.high):
            self.redraw()

    def redraw(self) -> None:
        """Draw everything anew; only what changed is sent."""
        if not self.is_attached:
            return
        self._drawn = (self.state, self.cells, self.high)
        self.draw_frame()
        self.draw()

    def draw_frame(self) -> None:
        cells = self.cells
        head = frame.head(self.state, self.crumbs(), str(self.address()), cells)
        self.query_one("#head", Block).show(head)
        self.host.visited(self)
        self._draw_foot()

    def _draw_foot(self) -> None:
        position = self.mover.position if self.mover is not None else ""
        message = self.message or (self._label if self.typing else "")
        message = message or frame.too_small(self.cells + 2, self.high)
        lines = frame.foot(self.place, self.cells, position, message, self.host.keyboard)
        self.query_one("#foot", Block).show(lines)
        self.query_one(Prompt).styles.margin = (0, 0, len(lines), 0)

    @on(messages.Moved)
    def _moved(self) -> None:
        self._draw_foot()

    def say(self, text: str) -> None:
        """A message in the foot, until the next key."""
        self.message = text
        if self.is_mounted:
            self._draw_foot()

    def heard(self) -> None:
        """A key was pressed: what was said has been read."""
        if self.message:
            self.message = ""
            self._draw_foot()

    # --- asking -------------------------------------------------------------------------------

    def ask(self, request: Request) -> None:
        """Ask for work; an answer to anything asked before is dropped from now on."""
        self._awaited = request
        self.post_message(messages.Asked(request))

    def answered(self, answer: Answer) -> bool:
        """Take an answer if it is the one that is waited for."""
        if answer.request is not self._awaited:
            return self.saved(answer) or self.wrote(answer)
        self._awaited = None
        self.take(answer.result)
        return True

    @property
    def waiting(self) -> bool:
        """Whether something was asked for that is not there yet."""
        return self._awaited is not None

    # --- typing -------------------------------------------------------------------------------

    def type_in(self, label: str, value: str, typed: Callable[[str, bool], None]) -> None:
        """Open the line to type in; `typed` hears every change, and at Enter a final True."""
        prompt = self.query_one(Prompt)
        self._typed = None
        prompt.value = value
        prompt.cursor_position = len(value)
        prompt.display = True
        self.set_focus(prompt, scroll_visible=False)
        self._typed, self._label = typed, f"{label} · Enter, or Esc to leave"
        self._draw_foot()

    @property
    def typing(self) -> bool:
        return self.query_one(Prompt).display

    def stop_typing(self) -> None:
        prompt = self.query_one(Prompt)
        self._typed = None
        prompt.display = False
        self.set_focus(None)
        self._draw_foot()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        if self._typed is not None:
            self._typed(event.value, False)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        typed = self._typed
        self.stop_typing()
        if typed is not None:
            typed(event.value, True)

    # --- going back, and keeping --------------------------------------------------------------

    def action_back(self) -> None:
        self.host.wait_no_longer()
        if self.typing:
            self.stop_typing()
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    def action_copy_address(self) -> None:
        self.say(send(self.app, str(self.address())))

    def action_between(self) -> None:
        """Ask for two periods to compare, from wherever one is."""
        if self.state.board is not None:
            after = self.state.board.period
            said = f"{self.address().before or after.previous}..{after}"
            self.type_in("from..to (2017-18 Q3..2018-19 Q3), or from alone", said, self._typed_two)

    def _typed_two(self, text: str, final: bool) -> None:
        if final and self.state.board is not None and text.strip():
            two = text if ".." in text else f"{text}..{self.state.board.period}"
            self.host.open_text(f"changes@{two}")

    def action_save_view(self) -> None:
        told = str(self.address())

        def typed(text: str, final: bool) -> None:
            name = clean(" ".join(text.split()))
            if final and (problem := saved.name_problem(name, self.state.codes)):
                self.say(problem)
            elif final:
                opener = self.host.key_of("views")
                self.tell_of(Request("save view", lambda desk: saved.save(name, told, opener)))

        self.type_in(f"a name for {told}", "", typed)

    def action_as_at(self) -> None:
        day = self.state.board.as_at.isoformat() if self.state.board else ""
        self.type_in("as known on (2019-03-25)", day, self._as_at_typed)

    def _as_at_typed(self, text: str, final: bool) -> None:
        if final:
            times.as_known_on(self.host, text)
