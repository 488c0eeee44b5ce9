"""Briefing screen: a preview of what a briefing will hold, and in which format it is saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from kpitui.model import Board
from kpitui.report.writers import FORMATS, format_of, write
from kpitui.terminal import commands
from kpitui.terminal.saving import plain_name, put
from kpitui.terminal.screens.bodies import OnPaper
from kpitui.terminal.views import failure
from kpitui.terminal.views.briefing import Choice, briefing_page, choices_alone
from kpitui.terminal.views.frame import READING
from kpitui.terminal.views.page import Page
from kpitui.terminal.work import Failure, Request

if TYPE_CHECKING:
    from kpitui.report.briefing import Briefing
    from kpitui.terminal.desk import Desk

Asked = tuple[Board, str, bool]
"""Identity of a preview: the board, the profile, and whether it is internal."""


class BriefingScreen(OnPaper):
    """Preview of a briefing. Keys choose its format, audience and profile, and save it."""

    place: ClassVar[str] = "briefing"
    BINDINGS = commands.bindings("briefing")

    def __init__(self) -> None:
        super().__init__()
        self.choice = Choice()
        self._of: Asked | None = None
        self._told: Briefing | None = None
        self._profiles: tuple[str, ...] = ()
        self._failed = ""

    def crumbs(self) -> tuple[str, ...]:
        return ("Briefing",)

    def draw(self) -> None:
        board, choice = self.state.board, self.choice
        if board is None:
            return
        asked = (board, choice.profile, choice.internal)
        # The format is not part of the key: all of them hold the same briefing. A board
        # is compared as an object: by value, every entry of it would be compared.
        if self._of is None or self._of[0] is not board or self._of[1:] != asked[1:]:
            self._of, self._told, self._failed = asked, None, ""
            self.ask(Request("briefing", lambda desk: _asked(desk, board, choice)))
        if self._told is None:
            self.show(Page(choices_alone(choice, self._failed or READING, self.cells), ()))
        else:
            self.show(briefing_page(self._told, choice, self.cells))

    def take(self, result: Any) -> None:
        if isinstance(result, Failure):
            self._failed = failure.in_short(result)
        else:
            self._told, self._profiles = result
        self.redraw()

    # --- choosing -----------------------------------------------------------------------------

    def action_form(self) -> None:
        self._choose(form=_next(tuple(FORMATS), self.choice.form))

    def action_view(self) -> None:
        self._choose(internal=not self.choice.internal)

    def action_profile(self) -> None:
        if not self._profiles:
            self.say("The config has no profiles: [profiles.NAME] makes one")
            return
        self._choose(profile=_next(("", *self._profiles), self.choice.profile))

    def _choose(self, **chosen: Any) -> None:
        self.choice = replace(self.choice, **chosen)
        self.redraw()

    # --- saving -------------------------------------------------------------------------------

    def action_save_briefing(self) -> None:
        """Ask for a path, and write the briefing there on a thread."""
        board, choice = self.state.board, self.choice
        if board is None or self._told is None:
            self.say(self._failed or "There is nothing to save yet")
            return
        view = "internal" if choice.internal else "public"
        name = f"{plain_name(f'briefing {choice.profile} {board.period} {view}')}.{choice.form}"

        def save(desk: Desk, path: Path, over: bool) -> str:
            # The ending of the path decides, whatever format was chosen before it was typed.
            form = format_of(path)
            told, _ = _asked(desk, board, replace(choice, form=form))
            done, private = f"Saved the {view} briefing", choice.internal
            return put(write(told, form), path, done, over=over, private=private)

        self.ask_where(f"save the {view} briefing: a path", name, save)


def _asked(desk: Desk, board: Board, choice: Choice) -> tuple[Briefing, tuple[str, ...]]:
    # Only a workbook has a sheet for cases, and only internal briefings hold rows.
    """Return the briefing and the names of all profiles. Runs on the thread of the desk."""
    rows = choice.internal and choice.form == "xlsx"
    return desk.briefing(board, choice.profile, internal=choice.internal, with_cases=rows)


def _next(names: tuple[str, ...], name: str) -> str:
    """Return the name after the current one, the first after the last."""
    return names[(names.index(name) + 1) % len(names)]
