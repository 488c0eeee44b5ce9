"""The program: it holds the state and the event loop, and hands everything else to its parts.

State flows one way. A screen makes a request, a thread answers it, the program keeps the answer as
its state, and every screen on the stack draws that state without moving the reader's cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.events import Event
from textual.filter import LineFilter, NoColor
from textual.screen import Screen

from kpitui.model.board import ReadingProgress
from kpitui.model.periods import Period
from kpitui.tui import messages
from kpitui.tui.app_commands import build_app_commands
from kpitui.tui.board_loader import BoardLoader
from kpitui.tui.commands import COMMANDS, Command, format_command_key
from kpitui.tui.control_filter import AsciiFilter, ControlFilter
from kpitui.tui.file_watch import LOOK_INTERVAL
from kpitui.tui.frame_keeper import FrameKeeper
from kpitui.tui.navigator import Navigator
from kpitui.tui.ordered_keys import OrderedKeys
from kpitui.tui.pending_work import PendingWork
from kpitui.tui.requests import DeskAnswer, DeskRequest, UnexpectedError, start_request
from kpitui.tui.screen_opener import ScreenOpener
from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.screens.board import BoardScreen
from kpitui.tui.state import AppState
from kpitui.tui.textual_overrides.overriding_app import OverridingApp
from kpitui.tui.textual_overrides.quiet_mouse import MouseSwitch
from kpitui.tui.theme import THEMES, build_textual_theme

if TYPE_CHECKING:
    from kpitui.tui.desk_protocol import Desk
    from kpitui.tui.draft_file import DraftFile

INTERRUPTED_EXIT_CODE = 130
MOUSE_ON_NOTICE = "Mouse on: click a row or a heading; Shift and drag selects text"
MOUSE_OFF_NOTICE = "Mouse off: drag to select text in the terminal"


class KpituiApp(OverridingApp):
    """The terminal program, over a desk that makes the boards."""

    TITLE = "kpitui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []
    CSS = BaseScreen.CSS

    def __init__(
        self,
        desk: Desk,
        *,
        opening_address: str | None = None,
        as_at: date | None = None,
        period: Period | None = None,
        initial_theme: str = "default",
        ascii_only: bool = False,
        colourless: bool = False,
        command_table: Sequence[Command] = COMMANDS,
        next_notice: str = "",
        config_path: Path | None = None,
        mouse_is_on: bool = True,
    ) -> None:
        super().__init__()
        for theme_name in THEMES:
            self.register_theme(build_textual_theme(theme_name))
        self.theme = initial_theme
        self.desk = desk
        self.state = AppState()
        self.ascii_only, self.colourless = ascii_only, colourless
        self.command_table = command_table
        self.config_path = config_path
        self.mouse_switch = MouseSwitch(is_on=mouse_is_on)
        self.unwritten_drafts: dict[tuple[str, str], DraftFile] = {}  # drafts by indicator id and period
        screen_opener = ScreenOpener(self)
        self.navigator = Navigator(self, screen_opener)
        self.pending = PendingWork(self, opening_address)
        self.boards = BoardLoader(
            self, screen_opener, self.pending, as_at=as_at, period=period, next_notice=next_notice
        )
        self.frame_keeper = FrameKeeper(lambda: self.state, self.terminal_contents)
        self._ordered_keys = OrderedKeys(self, self.pending)
        self.command_handlers = build_app_commands(self, self.boards, self.navigator, screen_opener) | {
            "theme": self.show_next_theme,
            "mouse": self._toggle_mouse,
            "reread": self._reread_everything,
            "suspend_process": self.action_suspend_process,
            "quit": lambda: self.exit(0),
            "interrupt": lambda: self.exit(INTERRUPTED_EXIT_CODE, return_code=INTERRUPTED_EXIT_CODE),
        }

    def get_default_screen(self) -> Screen[None]:
        return BoardScreen.bind_commands(self.command_table)()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Drop control characters from every line; replace what the terminal cannot show."""
        # ESC and C1 codes pass through Textual's widgets raw: a cell could set the clipboard.
        line_filters = [*super().get_line_filters(), _CONTROL_FILTER]
        if self.colourless:
            line_filters.append(_NO_COLOUR_FILTER)
        return [*line_filters, _ASCII_FILTER] if self.ascii_only else line_filters

    def on_mount(self) -> None:
        self.boards.request_opening_board()
        self.set_interval(LOOK_INTERVAL, self.boards.check_files)

    # --- keys and commands --------------------------------------------------------------------

    async def on_event(self, event: Event) -> None:
        if not await self._ordered_keys.answer_key(event):
            await super().on_event(event)

    async def run_key_bindings(self, key_name: str) -> None:
        """Run what a key does on the screen that is open."""
        await self._ordered_keys.run_key_binding(key_name)

    def action_run_command(self, command_id: str) -> None:
        self.run_command(command_id)

    def run_command(self, command_id: str) -> None:
        """Run a command of the program by its id."""
        self.command_handlers[command_id]()

    def get_key_label(self, command_id: str) -> str:
        """Return the key that gives a command, as it is printed on a keyboard."""
        return format_command_key(command_id, self.command_table)

    def show_next_theme(self) -> None:
        """Draw everything in the next theme."""
        # Under NO_COLOR only themes without colours of their own may be chosen.
        theme_names = [name for name in THEMES if not self.colourless or THEMES[name].ansi]
        self.theme = theme_names[(theme_names.index(self.theme) + 1) % len(theme_names)]
        for screen in self.stacked_screens:
            # Tones become colours only as a line is drawn, so every widget draws again.
            screen.refresh(layout=False)
            for child_widget in screen.walk_children():
                child_widget.refresh()
        self.show_notice(f"Theme: {self.theme}")

    def _toggle_mouse(self) -> None:
        self.show_notice(MOUSE_ON_NOTICE if self.mouse_switch.toggle() else MOUSE_OFF_NOTICE)

    def _reread_everything(self) -> None:
        # R is also how to repair a screen that another program has written over.
        self.terminal_contents.forget_contents()
        self.boards.reread_board()

    # --- requests and answers -----------------------------------------------------------------

    def start_request(self, request: DeskRequest) -> None:
        """Have a request answered by a thread of its own."""
        start_request(self.desk, request, lambda answer: self.post_message(messages.WorkAnswered(answer)))

    def post_progress(self, progress: ReadingProgress) -> None:
        """Post how far the reading is; the thread that reads calls it."""
        if self.boards.is_progress_due():
            self.post_message(messages.ReadingProgressed(progress))

    @on(messages.ReadingProgressed)
    def _show_progress(self, message: messages.ReadingProgressed) -> None:
        self.boards.show_progress(message.progress)

    @on(messages.WorkAnswered)
    def _route_answer(self, message: messages.WorkAnswered) -> None:
        if isinstance(message.answer.result, UnexpectedError):
            self.exit_with_error(message.answer.result.error)
            return
        takers: list[Callable[[DeskAnswer], bool]] = [self.boards.accept_answer, self.navigator.accept_answer]
        # An answer to a request that nobody waits for any longer is taken by none, and dropped.
        any(accept(message.answer) for accept in [*takers, *(screen.handle_answer for screen in self.stacked_screens)])

    # --- the screens --------------------------------------------------------------------------

    @property
    def stacked_screens(self) -> tuple[BaseScreen, ...]:
        """Return the program's own screens on the stack, the top one last."""
        return tuple(screen for screen in self.screen_stack if isinstance(screen, BaseScreen))

    def redraw_screens(self) -> None:
        """Draw the state on every screen."""
        for screen in self.stacked_screens:
            screen.redraw()

    def show_notice(self, notice_text: str) -> None:
        """Show a notice in the foot of every screen, until the next key."""
        for screen in self.stacked_screens:
            screen.show_message(notice_text)


_CONTROL_FILTER, _ASCII_FILTER, _NO_COLOUR_FILTER = ControlFilter(), AsciiFilter(), NoColor()
