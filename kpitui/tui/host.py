"""Protocols of the program: what a screen may ask of it, and a part of a screen of its screen.

Screens and their parts depend on these alone, so that none of them imports the program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from kpitui.model.areas import Area
    from kpitui.model.board import Entry
    from kpitui.model.drilldown import Subject
    from kpitui.model.periods import Period
    from kpitui.tui.address import Address
    from kpitui.tui.commands import Command
    from kpitui.tui.draft_file import DraftFile
    from kpitui.tui.requests import DeskRequest
    from kpitui.tui.save_rows import RowExport
    from kpitui.tui.state import AppState
    from kpitui.tui.view_options import ViewOptions
    from kpitui.tui.widgets.input_line import InputLine
    from kpitui.tui.widgets.row_grid import RowGrid
    from kpitui.tui.widgets.scrolling_text import ScrollingText


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case that was opened: its subject, in which definition, and which of the subject's rows."""

    subject_id: str
    variant_id: str | None = None
    row_number: int = 0


class BoardAccess(Protocol):
    """Asking for another board."""

    def request_board(self, as_at: date | None, period: Period | None) -> None: ...

    def reread_board(self, outcome_notice: str = "") -> None: ...


class PendingAccess(Protocol):
    """What has to wait for the tables or a board."""

    def run_when_read(self, pending_action: Callable[[], None]) -> None: ...

    def cancel_action(self) -> None: ...


class Navigation(Protocol):
    """Opening views, and the stack of screens that are open."""

    def open_indicator(self, entry: Entry) -> None: ...

    def open_cases(self, entry: Entry) -> None: ...

    def open_doubts(self, entry: Entry) -> None: ...

    def open_case(self, indicator_id: str, opened_case: OpenedCase) -> None: ...

    def open_address(self, address: Address) -> None: ...

    def open_address_text(self, address_text: str) -> None: ...

    def try_address_text(self, address_text: str) -> str: ...

    def open_area(self, area: Area) -> None: ...

    def open_subject_case(self, subject: Subject) -> None: ...

    def move_to_neighbour(self, indicator_id: str, step: int) -> str | None: ...

    def list_recent_addresses(self) -> tuple[str, ...]: ...

    def remember_choice(self, destination_name: str) -> None: ...

    def list_choices(self) -> tuple[str, ...]: ...

    def record_visit(self, visited_screen: HostedScreen) -> None: ...

    def leave_screen(self) -> None: ...

    @property
    def screen_below(self) -> HostedScreen | None: ...


class Host(Protocol):
    """What a screen, or a part of one, may ask of the program."""

    unwritten_drafts: dict[tuple[str, str], DraftFile]

    @property
    def state(self) -> AppState: ...

    @property
    def ascii_only(self) -> bool: ...

    @property
    def config_path(self) -> Path | None: ...

    @property
    def command_table(self) -> Sequence[Command]: ...

    @property
    def boards(self) -> BoardAccess: ...

    @property
    def pending(self) -> PendingAccess: ...

    @property
    def navigator(self) -> Navigation: ...

    def get_key_label(self, command_id: str) -> str: ...

    def show_notice(self, notice_text: str) -> None: ...

    def run_command(self, command_id: str) -> None: ...

    def start_request(self, request: DeskRequest) -> None: ...

    def copy_to_clipboard(self, text: str) -> None: ...

    def suspend(self) -> AbstractContextManager[None]: ...


class HostedScreen(Protocol):
    """What a part of a screen may ask of its screen."""

    prompt: InputLine

    @property
    def screen_name(self) -> str: ...

    @property
    def host(self) -> Host: ...

    @property
    def state(self) -> AppState: ...

    @property
    def line_width(self) -> int: ...

    @property
    def screen_height(self) -> int: ...

    @property
    def body_widget(self) -> RowGrid | ScrollingText | None: ...

    @property
    def current_entry(self) -> Entry | None: ...

    def build_address(self) -> Address: ...

    def build_breadcrumbs(self) -> tuple[str, ...]: ...

    def describe_place(self) -> str: ...

    def restore_options(self, options: ViewOptions) -> None: ...

    def count_filtered(self) -> tuple[int, int] | None: ...

    def build_sheet(self) -> RowExport | None: ...

    def move_to_case(self, step: int) -> OpenedCase | None: ...

    def run_command(self, command_id: str) -> None: ...

    def show_message(self, message_text: str) -> None: ...

    def redraw(self) -> None: ...

    def go_back(self) -> None: ...
