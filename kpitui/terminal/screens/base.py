"""Base class of the screens: header, footer, requests for work and the input line."""

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
"""Seconds a new screen gets to find its layout before it is first painted."""


class View(Moving, Saving, Screen[None]):
    """Screen with a header and a footer. A subclass composes and draws what is between them."""

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
        self._label = ""  # shown in the footer while the input line is open
        self.message = ""
        self._may_paint = False
        self._drawn: tuple[State, int, int] | None = None

    # --- for subclasses to override -----------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """Compose the widgets between the header and the footer."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw the state in the body. Runs when the state or the size of the screen changes."""
        raise NotImplementedError

    def crumbs(self) -> tuple[str, ...]:
        """Return the breadcrumbs below the board, outermost first; empty for the board itself."""
        return ()

    def address(self) -> Address:
        """Return the address that opens this screen again."""
        return Address()

    def take(self, result: Any) -> None:
        """Receive the result of the last request: its value, or a `RequestFailure`."""

    @property
    def cells(self) -> int:
        """Return the cells a line may take, inside a margin of one cell on each side."""
        # A new screen has no size until its first layout: that of the app stands in for it.
        return (self.size.width or self.app.size.width) - 2

    @property
    def high(self) -> int:
        """Return the height of the screen in lines."""
        return self.size.height or self.app.size.height

    # --- the frame ----------------------------------------------------------------------------

    @property
    def host(self) -> Kpitui:
        """Return the app with its own type, since Textual types it as any app."""
        return cast("Kpitui", self.app)

    @property
    def state(self) -> State:
        """Return the current state of the app."""
        return self.host.state

    def compose(self) -> ComposeResult:
        yield Block(id="head")
        yield from self.body()
        yield Prompt(id="prompt")
        yield Block("bar", id="foot")

    def wrote(self, answer: Answer) -> bool:
        """Handle an answer about commentary, and say whether it was one."""
        return False

    def on_mount(self) -> None:
        if self.host.keyboard is not commands.COMMANDS:
            # BINDINGS is made at import, when only the usual keys are known. Keys from the config
            # replace it for each screen object.
            self._bindings = BindingsMap(commands.bindings(self.place, self.host.keyboard))
        self.redraw()
        self.set_timer(SETTLING, self._settled)

    def _settled(self) -> None:
        """Let the screen be painted, and paint it for the first time."""
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
        """Redraw unless the state and the size are those last drawn."""
        # A new screen is told its size four times before it is first seen.
        if self._drawn != (self.state, self.cells, self.high):
            self.redraw()

    def redraw(self) -> None:
        """Draw the frame and the body again. Only cells that differ are sent to the terminal."""
        if not self.is_attached:
            return
        self._drawn = (self.state, self.cells, self.high)
        self.draw_frame()
        self.draw()

    def draw_frame(self) -> None:
        """Draw the header and the footer, and record the visit in the history."""
        cells = self.cells
        head = frame.head(self.state, self.crumbs(), str(self.address()), cells)
        self.query_one("#head", Block).show(head)
        self.host.visited(self)
        self._draw_foot()

    def _draw_foot(self) -> None:
        """Draw the footer, and place the input line just above it."""
        position = self.mover.position if self.mover is not None else ""
        message = self.message or (self._label if self.typing else "")
        message = message or frame.too_small(self.cells + 2, self.high)
        lines = frame.foot(self.place, self.cells, position, message, self.host.keyboard)
        self.query_one("#foot", Block).show(lines)
        # The input line is docked to the bottom too, and a message may make the footer three
        # lines high.
        self.query_one(Prompt).styles.margin = (0, 0, len(lines), 0)

    @on(messages.Moved)
    def _moved(self) -> None:
        self._draw_foot()

    def say(self, text: str) -> None:
        """Show a message in the footer until the next key."""
        self.message = text
        if self.is_mounted:
            self._draw_foot()

    def heard(self) -> None:
        """Clear the message in the footer. The app calls this when a key is pressed."""
        if self.message:
            self.message = ""
            self._draw_foot()

    # --- requests for work --------------------------------------------------------------------

    def ask(self, request: Request) -> None:
        """Post a request for work. Answers to earlier requests are dropped from then on."""
        self._awaited = request
        self.post_message(messages.Asked(request))

    def answered(self, answer: Answer) -> bool:
        """Handle an answer, and return whether this screen was waiting for it."""
        # Requests are compared as objects: two with the same content may have different answers.
        if answer.request is not self._awaited:
            # Writing a file or commentary does not replace the request that the body waits for.
            return self.saved(answer) or self.wrote(answer)
        self._awaited = None
        self.take(answer.result)
        return True

    @property
    def waiting(self) -> bool:
        """Say whether the answer to the last request is still to come."""
        return self._awaited is not None

    # --- the input line -----------------------------------------------------------------------

    def type_in(self, label: str, value: str, typed: Callable[[str, bool], None]) -> None:
        """Open the input line with a label and an initial text.

        The handler gets the text and False at every change, and the text and True at Enter.
        """
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
        """Say whether the input line is open."""
        return self.query_one(Prompt).display

    def stop_typing(self) -> None:
        """Close the input line without calling its handler."""
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

    # --- actions ------------------------------------------------------------------------------

    def action_back(self) -> None:
        self.host.wait_no_longer()
        if self.typing:
            self.stop_typing()
        # The board is the first screen, and has nothing to go back to.
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    def action_copy_address(self) -> None:
        self.say(send(self.app, str(self.address())))

    def action_between(self) -> None:
        """Open the input line for two periods to compare, from any screen."""
        if self.state.board is not None:
            after = self.state.board.period
            said = f"{self.address().before or after.previous}..{after}"
            self.type_in("from..to (2017-18 Q3..2018-19 Q3), or from alone", said, self._typed_two)

    def _typed_two(self, text: str, final: bool) -> None:
        """Open the changes between two typed periods, or from one to that of the board."""
        if final and self.state.board is not None and text.strip():
            # The later period may be left out.
            two = text if ".." in text else f"{text}..{self.state.board.period}"
            self.host.open_text(f"changes@{two}")

    def action_save_view(self) -> None:
        told = str(self.address())

        def typed(text: str, final: bool) -> None:
            name = clean(" ".join(text.split()))
            # Names are typed where addresses are, so a name must not be an address itself.
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
