"""The protocol of a desk: what the screens may ask of the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kpitui.model.board import Board

if TYPE_CHECKING:
    from concurrent.futures import Future
    from datetime import date

    from kpitui.commentary.note_store import CommentaryDraft, WriteOutcome
    from kpitui.file_stamps import FileStamps
    from kpitui.model.areas import AreaTable
    from kpitui.model.board import Entry
    from kpitui.model.drilldown import (
        CaseRestatement,
        IndicatorCases,
        IndicatorSplit,
        PeriodChanges,
        Subject,
        TimelineEvent,
    )
    from kpitui.model.due_lists import DueCases
    from kpitui.model.flow import CaseFlow
    from kpitui.model.periods import Period
    from kpitui.report.briefing.composer import Briefing


@dataclass(frozen=True, slots=True)
class RecalledBoard:
    """A board to show until the tables are read, and whether it was made in this run."""

    board: Board
    just_made: bool


class Desk(Protocol):
    """What answers the screens' requests for boards, cases, time lines and commentary.

    All methods are called from worker threads, never from the one that draws. They raise ValueError
    or OSError for what the user can put right; `run_request` turns those into a failure.
    """

    def build_board(
        self, as_at: date | None, period: Period | None, *, reread: bool, public: bool = False
    ) -> Board: ...

    def build_area_table(self, as_at: date, period: Period, place: str) -> AreaTable: ...

    def build_area_board(self, la_code: str, as_at: date | None, period: Period | None) -> Board: ...

    def read_tables(self) -> None: ...

    def find_cases(
        self, board: Board, entry: Entry, variant_id: str | None, period: Period | None
    ) -> IndicatorCases: ...

    def build_timeline(self, board: Board, id_column: str, subject_id: str) -> tuple[TimelineEvent, ...]: ...

    def compare_periods(self, board: Board, earlier_period: Period, later_period: Period) -> PeriodChanges: ...

    def compose_briefing(
        self, board: Board, profile_name: str, *, internal: bool, with_cases: bool
    ) -> tuple[Briefing, tuple[str, ...]]: ...

    def search_subjects(self, board: Board, search_text: str) -> tuple[Subject, ...]: ...

    def find_first_entry(self, board: Board, subject: Subject) -> Entry | None: ...

    def find_restated_cases(self, board: Board, entry: Entry) -> tuple[tuple[CaseRestatement, ...], ...]: ...

    def list_due_lists(self, board: Board) -> tuple[DueCases, ...]: ...

    def list_due_cases(self, board: Board, list_name: str) -> DueCases: ...

    def trace_flow(self, board: Board) -> CaseFlow: ...

    def split_indicator(
        self, board: Board, entry: Entry, column_name: str
    ) -> tuple[IndicatorSplit, tuple[str, ...]]: ...

    def draft_commentary(self, board: Board, entry: Entry) -> CommentaryDraft: ...

    def write_commentary(self, draft: CommentaryDraft, edited_text: str) -> WriteOutcome: ...

    def stamp_files(self) -> FileStamps: ...

    def get_board_stamp(self) -> FileStamps | None: ...

    def recall_board(self) -> Future[RecalledBoard | None]: ...

    def save_snapshot(self, board: Board) -> None: ...
