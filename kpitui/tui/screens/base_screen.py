"""Base class of the screens: header, footer, requests for work and the input line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input

from kpitui.text import clean_text
from kpitui.tui import commands, messages, saved_views, time_travel
from kpitui.tui.address import Address
from kpitui.tui.clipboard import send_to_clipboard
from kpitui.tui.commands import COMMANDS, Command
from kpitui.tui.requests import DeskAnswer, DeskRequest
from kpitui.tui.screens.cursor_keys import CursorKeys
from kpitui.tui.screens.save_dialogue import SaveDialogue
from kpitui.tui.state import AppState
from kpitui.tui.textual_overrides.quiet_screen import QuietScreen
from kpitui.tui.views import screen_frame
from kpitui.tui.widgets.fixed_lines import FixedLines
from kpitui.tui.widgets.input_line import InputLine

if TYPE_CHECKING:
    from kpitui.tui.host import Host


class BaseScreen(CursorKeys, SaveDialogue, QuietScreen):
    """Screen with a header and a footer. A subclass composes and draws what is between them."""

    screen_name: ClassVar[str] = ""
    CSS = """
    BaseScreen { layout: vertical; background: $background; overflow: hidden; }
    #foot { dock: bottom; }
    """

    ALLOW_SELECT = False
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._awaited_request: DeskRequest | None = None
        self._prompt_handler: Callable[[str, bool], None] | None = None
        self._prompt_label = ""  # shown in the footer while the input line is open
        self.footer_message = ""
        self.mounted_event = asyncio.Event()
        self._drawn_for: tuple[AppState, int, int] | None = None

    @classmethod
    def bind_commands(cls, command_table: Sequence[Command]) -> type[Self]:
        """Return the class with the keys of a table; `BINDINGS` has those that are usual."""
        if command_table is COMMANDS:
            return cls
        bindings = commands.build_bindings(cls.screen_name, command_table)
        return cast("type[Self]", type(cls.__name__, (cls,), {"BINDINGS": bindings}, inherit_bindings=False))

    # --- for subclasses to override -----------------------------------------------------------

    def compose_body(self) -> Iterable[Widget]:
        """Compose the widgets between the header and the footer."""
        raise NotImplementedError

    def draw_body(self) -> None:
        """Draw the state in the body. Runs when the state or the size of the screen changes."""
        raise NotImplementedError

    def build_breadcrumbs(self) -> tuple[str, ...]:
        """Return the breadcrumbs below the board, outermost first; empty for the board itself."""
        return ()

    def build_address(self) -> Address:
        """Return the address that opens this screen again."""
        return Address()

    def receive_result(self, result: Any) -> None:
        """Receive the result of the last request: its value, or a `RequestFailure`."""

    @property
    def line_width(self) -> int:
        """Return the cells a line may take, inside a margin of one cell on each side."""
        # A new screen has no size until its first layout: that of the app stands in for it.
        return (self.size.width or self.app.size.width) - 2

    @property
    def screen_height(self) -> int:
        """Return the height of the screen in lines."""
        return self.size.height or self.app.size.height

    # --- the frame ----------------------------------------------------------------------------

    @property
    def host(self) -> Host:
        """Return the program by what a screen may ask of it."""
        return cast("Host", self.app)

    @property
    def state(self) -> AppState:
        """Return the current state of the app."""
        return self.host.state

    def compose(self) -> ComposeResult:
        yield FixedLines(id="head")
        yield from self.compose_body()
        yield InputLine(id="prompt")
        yield FixedLines("bar", id="foot")

    def handle_commentary_answer(self, answer: DeskAnswer) -> bool:
        """Handle an answer about commentary, and say whether it was one."""
        return False

    def on_mount(self) -> None:
        self.redraw()
        self.mounted_event.set()

    def action_run_command(self, command_id: str, *digits: int) -> None:
        self.run_command(command_id, *digits)

    def run_command(self, command_id: str, *digits: int) -> None:
        """Run a command of this screen by its id, with the digit that was pressed if it takes one."""
        getattr(self, f"action_{command_id}")(*digits)

    def on_screen_resume(self) -> None:
        self._redraw_if_changed()
        self.host.navigator.record_visit(self)

    def on_resize(self) -> None:
        self._redraw_if_changed()

    def _redraw_if_changed(self) -> None:
        """Redraw unless the state and the size are those last drawn."""
        # A new screen is told its size four times before it is first seen.
        if self._drawn_for != (self.state, self.line_width, self.screen_height):
            self.redraw()

    def redraw(self) -> None:
        """Draw the frame and the body again. Only cells that differ are sent to the terminal."""
        if not self.is_attached:
            return
        self._drawn_for = (self.state, self.line_width, self.screen_height)
        self.draw_body()
        # The foot says which rows of the body are seen, so it comes after it.
        self.draw_frame()

    def draw_frame(self) -> None:
        """Draw the header and the footer, and record the visit in the history."""
        line_width = self.line_width
        header_lines = screen_frame.draw_header(
            self.state, self.build_breadcrumbs(), str(self.build_address()), line_width
        )
        self.query_one("#head", FixedLines).show_lines(header_lines)
        self.host.navigator.record_visit(self)
        self._draw_footer()

    def _draw_footer(self) -> None:
        """Draw the footer, and place the input line just above it."""
        position = self.body_widget.position_text if self.body_widget is not None else ""
        message = self.footer_message or (self._prompt_label if self.is_prompt_open else "")
        message = message or screen_frame.describe_small_terminal(self.line_width + 2, self.screen_height)
        footer_lines = screen_frame.draw_footer(
            self.screen_name, self.line_width, position, message, self.host.command_table
        )
        self.query_one("#foot", FixedLines).show_lines(footer_lines)
        # The input line is docked to the bottom too, and a message may make the footer three
        # lines high.
        self.query_one(InputLine).styles.margin = (0, 0, len(footer_lines), 0)

    @on(messages.CursorMoved)
    def _update_position(self) -> None:
        self._draw_footer()

    def show_message(self, message_text: str) -> None:
        """Show a message in the footer until the next key."""
        self.footer_message = message_text
        if self.is_mounted:
            self._draw_footer()

    def clear_message(self) -> None:
        """Clear the message in the footer. The app calls this when a key is pressed."""
        if self.footer_message:
            self.footer_message = ""
            self._draw_footer()

    # --- requests for work --------------------------------------------------------------------

    def request_work(self, request: DeskRequest) -> None:
        """Post a request for work. Answers to earlier requests are dropped from then on."""
        self._awaited_request = request
        self.host.start_request(request)

    def handle_answer(self, answer: DeskAnswer) -> bool:
        """Handle an answer, and return whether this screen was waiting for it."""
        # Requests are compared as objects: two with the same content may have different answers.
        if answer.request is not self._awaited_request:
            # Writing a file or commentary does not replace the request that the body waits for.
            return self.handle_save_answer(answer) or self.handle_commentary_answer(answer)
        self._awaited_request = None
        self.receive_result(answer.result)
        return True

    @property
    def is_waiting(self) -> bool:
        """Say whether the answer to the last request is still to come."""
        return self._awaited_request is not None

    # --- the input line -----------------------------------------------------------------------

    def open_prompt(self, prompt_label: str, initial_text: str, prompt_handler: Callable[[str, bool], None]) -> None:
        """Open the input line with a label and an initial text.

        The handler gets the text and False at every change, and the text and True at Enter.
        """
        prompt = self.query_one(InputLine)
        self._prompt_handler = None
        prompt.value = initial_text
        prompt.cursor_position = len(initial_text)
        prompt.display = True
        self.set_focus(prompt, scroll_visible=False)
        self._prompt_handler, self._prompt_label = (prompt_handler, f"{prompt_label} · Enter, or Esc to leave")
        self._draw_footer()

    @property
    def is_prompt_open(self) -> bool:
        """Say whether the input line is open."""
        return self.query_one(InputLine).display

    def close_prompt(self) -> None:
        """Close the input line without calling its handler."""
        prompt = self.query_one(InputLine)
        self._prompt_handler = None
        prompt.display = False
        self.set_focus(None)
        self._draw_footer()

    @on(Input.Changed)
    def _handle_prompt_change(self, prompt_event: Input.Changed) -> None:
        if self._prompt_handler is not None:
            self._prompt_handler(prompt_event.value, False)

    @on(Input.Submitted)
    def _handle_prompt_submit(self, prompt_event: Input.Submitted) -> None:
        handler = self._prompt_handler
        self.close_prompt()
        if handler is not None:
            handler(prompt_event.value, True)

    # --- actions ------------------------------------------------------------------------------

    def action_back(self) -> None:
        self.host.pending.cancel_action()
        if self.is_prompt_open:
            self.close_prompt()
        else:
            self.host.navigator.leave_screen()

    def action_copy_address(self) -> None:
        self.show_message(send_to_clipboard(self.host, str(self.build_address())))

    def action_between(self) -> None:
        """Open the input line for two periods to compare, from any screen."""
        if self.state.board is not None:
            board_period = self.state.board.period
            suggested_range = f"{self.build_address().earlier_period or board_period.previous}..{board_period}"
            self.open_prompt(
                "from..to (2017-18 Q3..2018-19 Q3), or from alone", suggested_range, self._open_typed_periods
            )

    def _open_typed_periods(self, typed_text: str, is_final: bool) -> None:
        """Open the changes between two typed periods, or from one to that of the board."""
        if is_final and self.state.board is not None and typed_text.strip():
            # The later period may be left out.
            period_range = typed_text if ".." in typed_text else f"{typed_text}..{self.state.board.period}"
            self.host.navigator.open_address_text(f"changes@{period_range}")

    def action_save_view(self) -> None:
        address_text = str(self.build_address())

        def handle_typed_name(typed_text: str, is_final: bool) -> None:
            view_name = clean_text(" ".join(typed_text.split()))
            # Names are typed where addresses are, so a name must not be an address itself.
            if is_final and (problem := saved_views.describe_name_problem(view_name, self.state.indicator_names)):
                self.show_message(problem)
            elif is_final:
                views_key = self.host.get_key_label("views")
                self.start_file_write(
                    DeskRequest("save view", lambda desk: saved_views.save_view(view_name, address_text, views_key))
                )

        self.open_prompt(f"a name for {address_text}", "", handle_typed_name)

    def action_as_at(self) -> None:
        date = self.state.board.as_at.isoformat() if self.state.board else ""
        self.open_prompt("as known on (2019-03-25)", date, self._travel_to_typed_date)

    def _travel_to_typed_date(self, typed_text: str, is_final: bool) -> None:
        if is_final:
            time_travel.show_as_known_on(self.host, typed_text)
