"""Briefing screen: a preview of what a briefing will hold, and in which format it is saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from kpitui.model.board import Board
from kpitui.report.formats import BRIEFING_FORMATS, choose_format, render_briefing
from kpitui.tui import commands
from kpitui.tui.save_rows import to_file_name, write_and_report
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screens.screen_bodies import ScrollingScreen
from kpitui.tui.views.briefing_preview import BriefingChoice, build_briefing_page, draw_unavailable_briefing
from kpitui.tui.views.page_layout import Page
from kpitui.tui.views.screen_frame import READING_MESSAGE

if TYPE_CHECKING:
    from kpitui.report.briefing.composer import Briefing
    from kpitui.tui.desk_protocol import Desk

BriefingPreview: TypeAlias = "tuple[Briefing, tuple[str, ...]]"
"""A briefing, and the names of all profiles."""


class BriefingScreen(ScrollingScreen):
    """Preview of a briefing. Keys choose its format, audience and profile, and save it."""

    screen_name: ClassVar[str] = "briefing"
    BINDINGS = commands.build_bindings("briefing")

    def __init__(self) -> None:
        super().__init__()
        self.choice = BriefingChoice()
        self._profile_names: tuple[str, ...] = ()
        self._preview = DeskResult[BriefingPreview](self, self._show_preview)
        self.answer_takers.append(self._preview.accept_answer)
        self.command_handlers |= {
            "form": self._choose_next_format,
            "view": lambda: self._change_choice(internal=not self.choice.internal),
            "profile": self._choose_next_profile,
            "save_briefing": self._save_briefing,
        }

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("Briefing",)

    def draw_body(self) -> None:
        board, choice = self.state.board, self.choice
        if board is None:
            return
        # The format is not part of the subject: all of them hold the same briefing.
        subject_key = (board, choice.profile, choice.internal)
        if not self._preview.is_about(*subject_key):
            self._preview.clear()
            self._preview.request_once(subject_key, "briefing", lambda desk: _fetch_briefing(desk, board, choice))
        if self._preview.value is None:
            status_text = self._preview.failure_text or READING_MESSAGE
            self.show_page(Page(draw_unavailable_briefing(choice, status_text, self.line_width), ()))
        else:
            self.show_page(build_briefing_page(self._preview.value[0], choice, self.line_width))

    def _show_preview(self) -> None:
        if self._preview.value is not None:
            _, self._profile_names = self._preview.value
        self.redraw()

    # --- choosing -----------------------------------------------------------------------------

    def _choose_next_format(self) -> None:
        self._change_choice(file_format=_cycle_name(tuple(BRIEFING_FORMATS), self.choice.file_format))

    def _choose_next_profile(self) -> None:
        if not self._profile_names:
            self.show_message("The config has no profiles: add one under [profiles.NAME]")
            return
        self._change_choice(profile=_cycle_name(("", *self._profile_names), self.choice.profile))

    def _change_choice(self, **choice_changes: Any) -> None:
        self.choice = replace(self.choice, **choice_changes)
        self.redraw()

    # --- saving -------------------------------------------------------------------------------

    def _save_briefing(self) -> None:
        """Ask for a path, and write the briefing there on a thread."""
        board, choice = self.state.board, self.choice
        if board is None or self._preview.value is None:
            self.show_message(self._preview.failure_text or "There is nothing to save yet")
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

        self.save_dialogue.ask_save_path(f"save the {audience} briefing: a path", file_name, save_briefing)


def _fetch_briefing(desk: Desk, board: Board, choice: BriefingChoice) -> BriefingPreview:
    """Return the briefing and the names of all profiles. Runs on the thread of the desk."""
    # Only a workbook has a sheet for cases, and only internal briefings hold rows.
    case_rows = choice.internal and choice.file_format == "xlsx"
    return desk.compose_briefing(board, choice.profile, internal=choice.internal, with_cases=case_rows)


def _cycle_name(names: tuple[str, ...], current_name: str) -> str:
    """Return the name after the current one, the first after the last."""
    return names[(names.index(current_name) + 1) % len(names)]
