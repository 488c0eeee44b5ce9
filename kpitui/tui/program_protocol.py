"""Protocol of the program for its own parts: the navigator, the board loader and the commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from kpitui.tui.host import BoardAccess, Host, PendingAccess

if TYPE_CHECKING:
    from datetime import date

    from textual.screen import Screen

    from kpitui.model.periods import Period
    from kpitui.tui.desk_protocol import Desk
    from kpitui.tui.frame_keeper import FrameKeeper
    from kpitui.tui.screens.base_screen import BaseScreen
    from kpitui.tui.state import AppState


class BoardQueue(BoardAccess, Protocol):
    """Asking for another board, and what is on its way."""

    @property
    def is_settled(self) -> bool: ...

    def add_next_notice(self, notice_text: str) -> None: ...

    def request_area(self, la_code: str) -> None: ...

    def request_view(self, as_at: date, period: Period | None, *, is_public: bool) -> None: ...


class PendingQueue(PendingAccess, Protocol):
    """What has to wait for the tables or a board."""

    def run_with_next_board(self, pending_action: Callable[[], None]) -> None: ...


class Program(Host, Protocol):
    """What a part of the program may ask of it, beyond what a screen may."""

    desk: Desk
    state: AppState
    frame_keeper: FrameKeeper

    @property
    def boards(self) -> BoardQueue: ...

    @property
    def pending(self) -> PendingQueue: ...

    @property
    def screen(self) -> Screen[Any]: ...

    @property
    def stacked_screens(self) -> tuple[BaseScreen, ...]: ...

    def push_screen(self, screen: Screen[None]) -> object: ...

    def pop_screen(self) -> object: ...

    def redraw_screens(self) -> None: ...

    def call_later(self, callback: Callable[..., Any], *args: Any) -> bool: ...

    def set_timer(self, delay: float, callback: Callable[[], object]) -> object: ...

    async def run_key_bindings(self, key_name: str) -> None: ...
