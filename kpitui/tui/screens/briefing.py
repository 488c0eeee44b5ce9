"""Briefing screen: a preview of what a briefing will hold, and in which format it is saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from kpitui.model.board import Board
from kpitui.report.formats import BRIEFING_FORMATS, choose_format, render_briefing
from kpitui.tui import commands
from kpitui.tui.requests import DeskRequest, RequestFailure
from kpitui.tui.save_rows import to_file_name, write_and_report
from kpitui.tui.screens.screen_bodies import ScrollingScreen
from kpitui.tui.views import failure_lines
from kpitui.tui.views.briefing_preview import BriefingChoice, build_briefing_page, draw_unavailable_briefing
from kpitui.tui.views.page_layout import Page
from kpitui.tui.views.screen_frame import READING_MESSAGE

if TYPE_CHECKING:
    from kpitui.report.briefing.composer import Briefing
    from kpitui.tui.desk_protocol import Desk

PreviewKey = tuple[Board, str, bool]
"""Identity of a preview: the board, the profile, and whether it is internal."""


class BriefingScreen(ScrollingScreen):
    """Preview of a briefing. Keys choose its format, audience and profile, and save it."""

    screen_name: ClassVar[str] = "briefing"
    BINDINGS = commands.build_bindings("briefing")

    def __init__(self) -> None:
        super().__init__()
        self.choice = BriefingChoice()
        self._preview_key: PreviewKey | None = None
        self._previewed_briefing: Briefing | None = None
        self._profile_names: tuple[str, ...] = ()
        self._failure_text = ""

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("Briefing",)

    def draw_body(self) -> None:
        board, choice = self.state.board, self.choice
        if board is None:
            return
        preview_key = (board, choice.profile, choice.internal)
        # The format is not part of the key: all of them hold the same briefing. A board
        # is compared as an object: by value, every entry of it would be compared.
        if self._preview_key is None or self._preview_key[0] is not board or self._preview_key[1:] != preview_key[1:]:
            self._preview_key, self._previewed_briefing, self._failure_text = preview_key, None, ""
            self.request_work(DeskRequest("briefing", lambda desk: _fetch_briefing(desk, board, choice)))
        if self._previewed_briefing is None:
            self.show_page(
                Page(draw_unavailable_briefing(choice, self._failure_text or READING_MESSAGE, self.line_width), ())
            )
        else:
            self.show_page(build_briefing_page(self._previewed_briefing, choice, self.line_width))

    def receive_result(self, result: Any) -> None:
        if isinstance(result, RequestFailure):
            self._failure_text = failure_lines.summarise_failure(result)
        else:
            self._previewed_briefing, self._profile_names = result
        self.redraw()

    # --- choosing -----------------------------------------------------------------------------

    def action_form(self) -> None:
        self._change_choice(file_format=_cycle_name(tuple(BRIEFING_FORMATS), self.choice.file_format))

    def action_view(self) -> None:
        self._change_choice(internal=not self.choice.internal)

    def action_profile(self) -> None:
        if not self._profile_names:
            self.show_message("The config has no profiles: [profiles.NAME] makes one")
            return
        self._change_choice(profile=_cycle_name(("", *self._profile_names), self.choice.profile))

    def _change_choice(self, **choice_changes: Any) -> None:
        self.choice = replace(self.choice, **choice_changes)
        self.redraw()

    # --- saving -------------------------------------------------------------------------------

    def action_save_briefing(self) -> None:
        """Ask for a path, and write the briefing there on a thread."""
        board, choice = self.state.board, self.choice
        if board is None or self._previewed_briefing is None:
            self.show_message(self._failure_text or "There is nothing to save yet")
            return
        audience = "internal" if choice.internal else "public"
        file_name = f"{to_file_name(f'briefing {choice.profile} {board.period} {audience}')}.{choice.file_format}"

        def save_briefing(desk: Desk, target_path: Path, overwrite: bool) -> str:
            # The ending of the path decides, whatever format was chosen before it was typed.
            file_format = choose_format(target_path)
            briefing, _ = _fetch_briefing(desk, board, replace(choice, file_format=file_format))
            message, is_private = f"Saved the {audience} briefing", choice.internal
            return write_and_report(
                render_briefing(briefing, file_format), target_path, message, overwrite=overwrite, private=is_private
            )

        self.ask_save_path(f"save the {audience} briefing: a path", file_name, save_briefing)


def _fetch_briefing(desk: Desk, board: Board, choice: BriefingChoice) -> tuple[Briefing, tuple[str, ...]]:
    # Only a workbook has a sheet for cases, and only internal briefings hold rows.
    """Return the briefing and the names of all profiles. Runs on the thread of the desk."""
    case_rows = choice.internal and choice.file_format == "xlsx"
    return desk.compose_briefing(board, choice.profile, internal=choice.internal, with_cases=case_rows)


def _cycle_name(names: tuple[str, ...], current_name: str) -> str:
    """Return the name after the current one, the first after the last."""
    return names[(names.index(current_name) + 1) % len(names)]
