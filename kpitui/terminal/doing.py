"""The commands that the program answers, whatever screen is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from kpitui.terminal import saved, times, travel
from kpitui.terminal.address import Address
from kpitui.terminal.commands import key_of, on, sign
from kpitui.terminal.theme import THEMES

if TYPE_CHECKING:
    from kpitui.terminal.app import Kpitui

INTERRUPTED: Final = 130
FOR_A_BOARD: Final = ("open", "cases", "edit", "earlier", "later", "latest", "between", "public")
"""Commands that need a board: pressed before the first one, they wait for it."""
HELD: Final = "{} as soon as there is a board; {}: not at all"
OPENS_LATER: Final = "Opens as soon as the tables have been read; {}: not at all"
CANNOT_OPEN: Final = "The tables could not be read: put them right, then press {}"
NO_VIEWS: Final = "No view is saved yet: {} saves the one you are on under a name"


class Doing:
    """The actions of the program's own commands."""

    @property
    def host(self) -> Kpitui:
        """Return the program that this is a part of."""
        return cast("Kpitui", self)

    def key_of(self, command: str) -> str:
        """Return the key that gives a command, as it is printed on a keyboard."""
        return key_of(command, self.host.keyboard)

    def when_read(self, then: Callable[[], None]) -> None:
        """Run what needs the tables: at once, or as soon as they have been read.

        A second call replaces the first. Where the tables could not be read, a notice says so.
        """
        if not self.host.state.remembered:
            then()
        elif self.host.state.reading:
            self.host.then = then
            self.host.tell(OPENS_LATER.format(self.key_of("back")))
        else:
            self.host.tell(CANNOT_OPEN.format(self.key_of("reread")))

    def wait_no_longer(self) -> None:
        """Cancel what was to open when the tables have been read, and the held key."""
        self.host.then = self.host.held = None

    def holds(self, key: str) -> bool:
        """Keep a key for later if it needs the first board; return whether it was kept.

        Only the last such key is answered: it is what the reader wants now.
        """
        state, place = self.host.state, self.host.views[-1].place
        if state.board is not None or not state.reading or place != "board":
            return False
        # Enter typed before Textual took the terminal arrives as LF, which is Ctrl+J.
        key = "enter" if key == "ctrl+j" else key
        here = on(place, self.host.keyboard)
        if not any(key in one.keys and one.id in FOR_A_BOARD for one in here):
            return False
        self.host.held = key
        self.host.tell(HELD.format(sign(key), self.key_of("back")))
        return True

    def action_board(self) -> None:
        travel.to_board(self.host)

    def action_data(self) -> None:
        self.host.open(Address("data"))

    def action_changes(self) -> None:
        self.host.open(Address("changes"))

    def action_briefing(self) -> None:
        self.when_read(lambda: travel.open_briefing(self.host))

    def action_goto(self) -> None:
        from kpitui.terminal.screens.goto import GotoScreen

        self.host.push_screen(GotoScreen())

    def action_views(self) -> None:
        from kpitui.terminal.screens.goto import GotoScreen

        board = self.host.state.board
        if saved.known(board.views if board else {}):
            self.host.push_screen(GotoScreen(views_only=True))
        else:
            self.host.tell(NO_VIEWS.format(self.key_of("save_view")))

    def action_previous_view(self) -> None:
        self._revisit(-1, "Nothing was looked at before this")

    def action_next_view(self) -> None:
        self._revisit(1, "Nothing was looked at after this")

    def _revisit(self, by: int, otherwise: str) -> None:
        """Open the address before or after the present one in the history, or say there is none."""
        address = self.host.history.step(by)
        if address is None:
            self.host.tell(otherwise)
        else:
            self.host.open_text(address)

    def action_help(self) -> None:
        from kpitui.terminal.screens.help import HelpScreen

        self.host.push_screen(HelpScreen())

    def action_earlier(self) -> None:
        times.earlier(self.host)

    def action_later(self) -> None:
        times.later(self.host)

    def action_latest(self) -> None:
        times.latest(self.host)

    def action_public(self) -> None:
        """Ask for the same board in the other view; the heading says when it is there."""
        board = self.host.state.board
        if board is not None:
            self.host.public = not self.host.public
            self.host.want_board(board.as_at, board.period)

    def action_theme(self) -> None:
        # Under NO_COLOR only themes without colours of their own may be chosen.
        names = [name for name in THEMES if not self.host.colourless or THEMES[name].ansi]
        self.host.theme = names[(names.index(self.host.theme) + 1) % len(names)]
        for view in self.host.views:
            # Tones become colours only as a line is drawn, so every widget draws again.
            view.refresh(layout=False)
            for widget in view.walk_children():
                widget.refresh()
        self.host.tell(f"Theme: {self.host.theme}")

    def action_reread(self) -> None:
        # R is also how to repair a screen that another program has written over.
        self.host.shown.forget()
        board = self.host.state.board
        day, period = (board.as_at, board.period) if board else (None, None)
        self.host.want_board(
            day or self.host.asked_as_at, period or self.host.asked_period, reread=True
        )

    async def action_quit(self) -> None:
        self.host.exit(0)

    def action_interrupt(self) -> None:
        self.host.exit(INTERRUPTED, return_code=INTERRUPTED)
