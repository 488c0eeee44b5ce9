"""Base class of the screens: it composes the parts that every screen has, and draws."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Self, cast

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from kpitui.tui import messages
from kpitui.tui.address import Address
from kpitui.tui.commands import COMMANDS, Command, CommandHandlers, build_bindings
from kpitui.tui.requests import DeskAnswer
from kpitui.tui.screen_parts.clipboard_commands import build_clipboard_commands
from kpitui.tui.screen_parts.cursor_commands import build_cursor_commands
from kpitui.tui.screen_parts.frame import ScreenFrame
from kpitui.tui.screen_parts.save_dialogue import SaveDialogue
from kpitui.tui.screen_parts.typed_commands import build_typed_commands
from kpitui.tui.textual_overrides.quiet_screen import QuietScreen

if TYPE_CHECKING:
    from kpitui.model.board import Entry
    from kpitui.model.periods import Period
    from kpitui.tui.host import Host, OpenedCase
    from kpitui.tui.save_rows import RowExport
    from kpitui.tui.state import AppState
    from kpitui.tui.view_options import ViewOptions
    from kpitui.tui.widgets.row_grid import RowGrid
    from kpitui.tui.widgets.scrolling_text import ScrollingText


class BaseScreen(QuietScreen):
    """Screen with a head and a foot. A subclass composes and draws what is between them.

    It adds what answers its own commands to `command_handlers`, and what takes answers of the desk
    to `answer_takers`. `indicator_id` is that of the indicator it is about, if it is about one.
    """

    screen_name: ClassVar[str] = ""
    CSS = """
    BaseScreen { layout: vertical; background: $background; overflow: hidden; }
    #foot { dock: bottom; }
    """

    ALLOW_SELECT = False
    AUTO_FOCUS = ""

    def __init__(self, indicator_id: str = "") -> None:
        super().__init__()
        self.indicator_id = indicator_id
        self.mounted_event = asyncio.Event()
        self._drawn_for: tuple[AppState, int, int] | None = None
        self.frame = ScreenFrame(self)
        self.prompt = self.frame.prompt
        self.save_dialogue = SaveDialogue(self)
        self.answer_takers: list[Callable[[DeskAnswer], bool]] = [self.save_dialogue.accept_answer]
        self.command_handlers: CommandHandlers = {
            "back": self.go_back,
            "open": self._open_unless_asking,
            "ahead": self._open_ahead,
            **build_cursor_commands(self),
            **build_clipboard_commands(self),
            **build_typed_commands(self, self.save_dialogue),
            **self.save_dialogue.command_handlers,
        }

    @classmethod
    def bind_commands(cls, command_table: Sequence[Command]) -> type[Self]:
        """Return the class with the keys of a table; `BINDINGS` has those that are usual."""
        if command_table is COMMANDS:
            return cls
        bindings = build_bindings(cls.screen_name, command_table)
        return cast("type[Self]", type(cls.__name__, (cls,), {"BINDINGS": bindings}, inherit_bindings=False))

    # --- for subclasses to override -----------------------------------------------------------

    def compose_body(self) -> Iterable[Widget]:
        """Compose the widgets between the head and the foot."""
        raise NotImplementedError

    def draw_body(self) -> None:
        """Draw the state in the body. Runs when the state or the size of the screen changes."""
        raise NotImplementedError

    def build_breadcrumbs(self) -> tuple[str, ...]:
        """Return the breadcrumbs below the board, outermost first; empty for the board itself."""
        return ()

    def describe_place(self) -> str:
        """Describe where the screen is among its like: ``red 3 of 4``; here it has no place."""
        return ""

    def build_address(self) -> Address:
        """Return the address that opens this screen again."""
        return Address()

    def restore_options(self, options: ViewOptions) -> None:
        """Show what the options of an address ask for; here nothing can be asked for."""

    def count_filtered(self) -> tuple[int, int] | None:
        """Return how many rows a filter leaves, and of how many; None without a filter."""
        return None

    def build_sheet(self) -> RowExport | None:
        """Return the rows on the screen, or None if there is nothing to save yet."""
        return None

    def move_to_case(self, step: int) -> OpenedCase | None:
        """Move the cursor to the next case and return it; None where there is none, as here."""
        return None

    def open_current(self) -> None:
        """Open what the cursor is on; here nothing is to be opened."""

    @property
    def body_widget(self) -> RowGrid | ScrollingText | None:
        """Return the widget that the cursor keys move, or None if the screen has none."""
        return None

    # --- what the parts ask for ---------------------------------------------------------------

    @property
    def host(self) -> Host:
        """Return the program by what a screen may ask of it."""
        return cast("Host", self.app)

    @property
    def state(self) -> AppState:
        """Return the current state of the program."""
        return self.host.state

    @property
    def current_entry(self) -> Entry | None:
        """Return the indicator that the screen is about, if the board has it."""
        return self.state.find_entry(self.indicator_id)

    @property
    def indicator_code(self) -> str:
        """Return the code of the indicator, or the id if the board has no such indicator."""
        return self.current_entry.indicator.code if self.current_entry else self.indicator_id

    @property
    def board_period(self) -> Period | None:
        """Return the period of the board, if there is one."""
        return self.state.board.period if self.state.board else None

    @property
    def line_width(self) -> int:
        """Return the cells a line may take, inside a margin of one cell on each side."""
        # A new screen has no size until its first layout: that of the app stands in for it.
        return (self.size.width or self.app.size.width) - 2

    @property
    def screen_height(self) -> int:
        """Return the height of the screen in lines."""
        return self.size.height or self.app.size.height

    def show_message(self, message_text: str) -> None:
        """Show a message in the foot until the next key; an empty text takes it away."""
        self.frame.show_message(message_text)

    # --- drawing ------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        yield self.frame.head
        yield from self.compose_body()
        yield self.prompt
        yield self.frame.foot

    def on_mount(self) -> None:
        self.redraw()
        self.mounted_event.set()

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
        """Draw everything again. Only cells that differ are sent to the terminal."""
        if not self.is_attached:
            return
        self._drawn_for = (self.state, self.line_width, self.screen_height)
        self.draw_body()
        self.draw_frame()

    def draw_frame(self) -> None:
        """Draw the head and the foot, and record the visit in the history."""
        self.frame.draw_head()
        self.host.navigator.record_visit(self)
        # The foot says which rows of the body are seen, so it comes after it.
        self.frame.draw_foot()

    # --- commands and answers -----------------------------------------------------------------

    def action_run_command(self, command_id: str, *digits: int) -> None:
        self.run_command(command_id, *digits)

    def run_command(self, command_id: str, *digits: int) -> None:
        """Run a command of this screen by its id, with the digit that was pressed if it takes one."""
        self.command_handlers[command_id](*digits)

    def handle_answer(self, answer: DeskAnswer) -> bool:
        """Hand an answer to the part that waits for it, and return whether one did."""
        return any(accept_answer(answer) for accept_answer in self.answer_takers)

    def go_back(self) -> None:
        """Close the input line, or else leave the screen; what was to open does not open."""
        self.host.pending.cancel_action()
        if self.prompt.is_open:
            self.prompt.close_line()
        else:
            self.host.navigator.leave_screen()

    def _open_unless_asking(self) -> None:
        if self.prompt.is_open:
            self.prompt.close_line()
        else:
            self.open_current()

    def _open_ahead(self) -> None:
        """Open the list of who is due next by the clock of the indicator, or all lists."""
        code = self.current_entry.indicator.code if self.current_entry else ""
        self.host.navigator.open_address(Address("due", subject_id=code))

    @on(messages.CursorMoved)
    def _show_position(self) -> None:
        self.frame.draw_foot()

    @on(messages.RowChosen)
    def _open_clicked_row(self) -> None:
        self.run_command("open")

    @on(messages.HeadingClicked)
    def _sort_by_clicked_heading(self, message: messages.HeadingClicked) -> None:
        if "sort_column" in self.command_handlers:
            self.run_command("sort_column", message.column_index + 1)
