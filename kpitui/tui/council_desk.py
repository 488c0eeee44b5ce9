"""The desk over a council's config and tables: makes boards and finds what is behind their figures."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui import snapshot
from kpitui.file_stamps import FileStamps
from kpitui.locations import find_config
from kpitui.model.board import Board, Entry, ReadingProgress
from kpitui.model.periods import Period, find_latest_complete
from kpitui.tui.council_reader import CouncilReader
from kpitui.tui.desk_protocol import RecalledBoard

if TYPE_CHECKING:
    from kpitui.commentary.note_store import CommentaryDraft, WriteOutcome
    from kpitui.model.areas import AreaTable
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
    from kpitui.report.briefing.composer import Briefing
    from kpitui.tui.board_process import BoardProcess


class CouncilDesk:
    """The desk over a council's config and tables; polars is first imported here, when needed.

    With a `board_process` a second process makes the usual board, and the tables are read when they
    are first needed. A thread waits for the first board from the beginning, so that Textual, which
    takes longer to import, can be imported meanwhile.
    """

    def __init__(
        self, config_path: Path | None, board_process: BoardProcess | None = None, area_name: str = ""
    ) -> None:
        self._config_path = config_path
        self._reader = CouncilReader(config_path, area_name)
        self._table_lock = threading.Lock()
        self._recall_future: Future[RecalledBoard | None] = Future()
        self._board_process = board_process
        threading.Thread(target=self._complete_recall, name="kpitui recall", daemon=True).start()

    def set_progress_reporter(self, report_progress: Callable[[ReadingProgress], object]) -> None:
        """Set what is called with how far the reading is, by the thread that reads."""
        self._reader.report_progress = report_progress

    def build_board(self, as_at: date | None, period: Period | None, *, reread: bool, public: bool = False) -> Board:
        """Return a board for a date and period, None for the config's own; see `board.build_board`.

        The usual board comes from the second process if that made one.
        """
        with self._table_lock:
            # The second process makes only the internal board, on the config's date and period.
            is_usual_board = as_at is None and period is None and not (reread or public or self._reader.area_code)
            if is_usual_board and (ready_board := self._receive_ready_board()) is not None:
                return ready_board
            if reread:
                self._reader.open_council(reread=True)
            return self._build_chosen_board(as_at, period, public)

    def build_area_table(self, as_at: date, period: Period, place: str) -> AreaTable:
        """Return the councils whose counts the config names, side by side."""
        from kpitui.areas.area_table import build_area_table, make_area_request, open_area_counts
        from kpitui.config.settings import load_settings

        settings = load_settings(find_config(self._config_path))
        request = make_area_request(settings, as_at, period, place=place)
        return build_area_table(settings, open_area_counts(settings, as_at), request)

    def build_area_board(self, la_code: str, as_at: date | None, period: Period | None) -> Board:
        """Return the board of another council from here on; with the config's own number, of that again."""
        with self._table_lock:
            self._reader.choose_area(la_code)
            return self._build_chosen_board(as_at, period, False)

    def _build_chosen_board(self, as_at: date | None, period: Period | None, public: bool) -> Board:
        from kpitui.areas.area_board import build_area_board, uses_counts
        from kpitui.board import build_board

        council = self._reader.open_council()
        if uses_counts(council):
            return build_area_board(council, as_at, period)
        return build_board(council, as_at, period, public_view=public)

    def read_tables(self) -> None:
        """Read the tables before they are needed."""
        with self._table_lock:
            self._reader.open_council()

    def find_cases(self, board: Board, entry: Entry, variant_id: str | None, period: Period | None) -> IndicatorCases:
        """Return the cases behind a figure; `variant_id` None means the main definition."""
        with self._table_lock:
            from kpitui.drilldown.reader_columns import list_reader_cases

            return list_reader_cases(self._reader.open_council(), board, entry, variant_id, period)

    def build_timeline(self, board: Board, id_column: str, subject_id: str) -> tuple[TimelineEvent, ...]:
        """Return all events of a subject, found by the id in `id_column`."""
        with self._table_lock:
            from kpitui.drilldown.timeline import build_timeline

            return build_timeline(self._reader.open_council(), board, id_column, subject_id)

    def compare_periods(self, board: Board, earlier_period: Period, later_period: Period) -> PeriodChanges:
        """Return what moved between two periods."""
        with self._table_lock:
            from kpitui.changes import compare_periods

            return compare_periods(self._reader.open_council(), board, earlier_period, later_period)

    def compose_briefing(
        self, board: Board, profile_name: str, *, internal: bool, with_cases: bool
    ) -> tuple[Briefing, tuple[str, ...]]:
        """Return a briefing for a board's date and period, and the names of all profiles."""
        with self._table_lock:
            from kpitui.config.profiles import BriefingProfile
            from kpitui.report.briefing_request import request_briefing

            council = self._reader.open_council()
            profiles = council.settings.profiles
            profile, date_and_period = (profiles.get(profile_name, BriefingProfile()), (board.as_at, board.period))
            briefing = request_briefing(council, profile, *date_and_period, internal=internal, with_cases=with_cases)
            return briefing, tuple(profiles)

    def search_subjects(self, board: Board, search_text: str) -> tuple[Subject, ...]:
        """Return the schools, children and workers whose id or name has the text in it."""
        with self._table_lock:
            from kpitui.drilldown.search import search_subjects

            return search_subjects(self._reader.open_council(), board, search_text)

    def find_first_entry(self, board: Board, subject: Subject) -> Entry | None:
        """Return the first entry among whose cases the subject is, or None."""
        with self._table_lock:
            from kpitui.drilldown.search import find_home_entry

            return find_home_entry(self._reader.open_council(), board, subject)

    def find_restated_cases(self, board: Board, entry: Entry) -> tuple[tuple[CaseRestatement, ...], ...]:
        """Return the cases that explain each restated period, in the order of `entry.restated`."""
        with self._table_lock:
            from kpitui.restatements import find_restated_cases

            council = self._reader.open_council()
            return tuple(find_restated_cases(council, board, entry, restatement) for restatement in entry.restatements)

    def list_due_lists(self, board: Board) -> tuple[DueCases, ...]:
        """Return every list of who is due, as known on the board's date."""
        with self._table_lock:
            from kpitui.drilldown.due_lists import list_due_cases

            council = self._reader.open_council()
            return tuple(list_due_cases(council, board.as_at, due_list) for due_list in council.settings.due_lists)

    def list_due_cases(self, board: Board, list_name: str) -> DueCases:
        """Return one list, named as `find_due_list` does. Raises ListNotFound."""
        with self._table_lock:
            from kpitui.drilldown.due_lists import list_due_cases, require_due_list

            council = self._reader.open_council()
            return list_due_cases(council, board.as_at, require_due_list(council.settings.due_lists, list_name))

    def trace_flow(self, board: Board) -> CaseFlow:
        """Return the flow from referral to care in the board's period."""
        with self._table_lock:
            from kpitui.drilldown.flow import trace_flow

            return trace_flow(self._reader.open_council(), board.as_at, board.period)

    def split_indicator(self, board: Board, entry: Entry, column_name: str) -> tuple[IndicatorSplit, tuple[str, ...]]:
        """Return an indicator split by a column, the first usual one for "", and the columns to split by."""
        with self._table_lock:
            from kpitui.drilldown.splits import list_split_columns, split_indicator

            council = self._reader.open_council()
            column_names = list_split_columns(council, board, entry)
            return split_indicator(council, board, entry, column_name or column_names[0]), column_names

    def draft_commentary(self, board: Board, entry: Entry) -> CommentaryDraft:
        """Return a commentary draft for an indicator, read from the commentary file."""
        with self._table_lock:
            from kpitui.commentary.note_store import draft_commentary

            return draft_commentary(self._reader.open_council().settings, board, entry)

    def write_commentary(self, draft: CommentaryDraft, edited_text: str) -> WriteOutcome:
        """Write an edited draft; what somebody else wrote meanwhile stays."""
        from kpitui.commentary.note_store import write_commentary

        # No lock: the draft has all that is needed, so this does not wait for a reading.
        return write_commentary(draft, edited_text)

    def recall_board(self) -> Future[RecalledBoard | None]:
        """Return the future of the usual board before the tables are read; it needs no polars."""
        return self._recall_future

    def _complete_recall(self) -> None:
        """Recall the board of the last run, or have the second process make one."""
        try:
            # The snapshot is of the config's own council.
            board = None if self._reader.area_code else snapshot.recall_board(find_config(self._config_path))
            just_made = False
            if board is None and self._board_process is not None:
                board, just_made = self._board_process.receive_first_board(), True
            self._recall_future.set_result(RecalledBoard(board, just_made) if board else None)
        except BaseException as error:  # a panic in polars is not an Exception
            self._recall_future.set_exception(error)

    def _receive_ready_board(self) -> Board | None:
        """Return the board of the second process, once, or None.

        If the tables have already been read, only a board made of the same files counts.
        """
        # The process sends its boards in order: wait until the first one has been taken.
        self._recall_future.exception()
        process, self._board_process = self._board_process, None
        board_and_basis = process.receive_full_board() if process is not None else None
        if board_and_basis is None or (self._reader.basis is not None and self._reader.basis != board_and_basis[1]):
            return None
        self._reader.accept_board(*board_and_basis)
        return board_and_basis[0]

    def save_snapshot(self, board: Board) -> None:
        """Save a board for the next start if it is the one that a start without options opens.

        A board for which a database gave nothing is not saved: nothing would show that the data are
        back. Nor is a public one, which lacks figures.
        """
        council = self._reader.council
        if self._reader.area_code or council is None:  # the second process has saved its own board
            return
        if board.is_public or self._reader.basis is None or board.as_at != council.settings.get_meeting_date():
            return
        has_silent_source = any(source.problem and not source.is_watched for source in board.sources)
        if board.period == find_latest_complete(board.as_at) and not has_silent_source:
            snapshot.save_snapshot(board, self._reader.basis)

    def get_board_stamp(self) -> FileStamps | None:
        """Return the stamp of the config and tables just before the usual board was made."""
        basis = self._reader.basis
        return basis.file_stamps if basis is not None else None

    def stamp_files(self) -> FileStamps:
        """Return the present stamp of the config and tables."""
        return self._reader.stamp_files()
