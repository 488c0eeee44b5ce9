"""The desk over a council's config and tables: makes boards and finds what is behind their figures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui import snapshot
from kpitui.file_stamps import FileStamps, stamp_files
from kpitui.issue_wording import format_issue
from kpitui.locations import find_config
from kpitui.model.board import Board, Entry, ReadingProgress
from kpitui.model.issues import Issue
from kpitui.model.periods import Period, find_latest_complete
from kpitui.tui.desk_protocol import RecalledBoard

if TYPE_CHECKING:
    from kpitui.commentary.note_store import CommentaryDraft, WriteOutcome
    from kpitui.council import Council
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


class FilesStillWritten(ValueError):
    """Files that may not be complete yet; the board stays until they are."""

    def __init__(self, file_names: Sequence[str]) -> None:
        more_text = f" and {len(file_names) - 1:,} more" if len(file_names) > 1 else ""
        super().__init__(
            f"{file_names[0]}{more_text} may still be being written, so the board has not changed. "
            "The tables will be read again in a moment"
        )


class QueriesNotAnswered(ValueError):
    """Queries that were answered before and now are not; the board stays."""

    def __init__(self, reasons: Sequence[Issue]) -> None:
        more_text = f", and {len(reasons) - 1:,} more" if len(reasons) > 1 else ""
        super().__init__(f"The board has not changed; press R to try again. {format_issue(reasons[0])}{more_text}")


class TablesLost(ValueError):
    """Tables that could be used before and now cannot; the board stays until asked for again."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__(format_issue(issues[0]))
        self.issues = tuple(issues)


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
        self._council: Council | None = None
        self._area_code = area_name  # another council than the config's own, whose board is on screen
        self._board_basis: snapshot.SnapshotBasis | None = None  # the files just before they were read
        self._table_lock = threading.Lock()
        self._usable_tables: frozenset[str] = frozenset()  # tables that the board is made of
        self._queried_tables: frozenset[str] = frozenset()  # those of them that come from queries
        self._reported_losses: tuple[Issue, ...] = ()  # issues already reported about lost tables
        self._unsettled_reads = 0  # readings refused because files were incomplete
        self.report_progress: Callable[[ReadingProgress], object] = lambda progress: None
        """Called with how far the reading is, by the thread that reads."""
        self._recall_future: Future[RecalledBoard | None] = Future()
        self._board_process = board_process
        threading.Thread(target=self._complete_recall, name="kpitui recall", daemon=True).start()

    def build_board(self, as_at: date | None, period: Period | None, *, reread: bool, public: bool = False) -> Board:
        """Return a board for a date and period, None for the config's own; see `board.build_board`.

        The usual board comes from the second process if that made one.
        """
        with self._table_lock:
            # The second process makes only the internal board, on the config's date and period.
            is_usual_board = as_at is None and period is None and not (reread or public or self._area_code)
            if is_usual_board and (ready_board := self._receive_ready_board()) is not None:
                return ready_board
            if reread:
                self._open_council(True)
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
            if la_code != self._area_code:
                self._area_code, self._council = la_code, None
            return self._build_chosen_board(as_at, period, False)

    def _build_chosen_board(self, as_at: date | None, period: Period | None, public: bool) -> Board:
        from kpitui.areas.area_board import build_area_board, uses_counts
        from kpitui.board import build_board

        council = self._open_council(False)
        if uses_counts(council):
            return build_area_board(council, as_at, period)
        return build_board(council, as_at, period, public_view=public)

    def read_tables(self) -> None:
        """Read the tables before they are needed."""
        with self._table_lock:
            self._open_council(False)

    def find_cases(self, board: Board, entry: Entry, variant_id: str | None, period: Period | None) -> IndicatorCases:
        """Return the cases behind a figure; `variant_id` None means the main definition."""
        with self._table_lock:
            from kpitui.drilldown.reader_columns import list_reader_cases

            return list_reader_cases(self._open_council(False), board, entry, variant_id, period)

    def build_timeline(self, board: Board, id_column: str, subject_id: str) -> tuple[TimelineEvent, ...]:
        """Return all events of a subject, found by the id in `id_column`."""
        with self._table_lock:
            from kpitui.drilldown.timeline import build_timeline

            return build_timeline(self._open_council(False), board, id_column, subject_id)

    def compare_periods(self, board: Board, earlier_period: Period, later_period: Period) -> PeriodChanges:
        """Return what moved between two periods."""
        with self._table_lock:
            from kpitui.changes import compare_periods

            return compare_periods(self._open_council(False), board, earlier_period, later_period)

    def compose_briefing(
        self, board: Board, profile_name: str, *, internal: bool, with_cases: bool
    ) -> tuple[Briefing, tuple[str, ...]]:
        """Return a briefing for a board's date and period, and the names of all profiles."""
        with self._table_lock:
            from kpitui.config.profiles import BriefingProfile
            from kpitui.report.briefing_request import request_briefing

            council = self._open_council(False)
            profiles = council.settings.profiles
            profile, date_and_period = (profiles.get(profile_name, BriefingProfile()), (board.as_at, board.period))
            briefing = request_briefing(council, profile, *date_and_period, internal=internal, with_cases=with_cases)
            return briefing, tuple(profiles)

    def search_subjects(self, board: Board, search_text: str) -> tuple[Subject, ...]:
        """Return the schools, children and workers whose id or name has the text in it."""
        with self._table_lock:
            from kpitui.drilldown.search import search_subjects

            return search_subjects(self._open_council(False), board, search_text)

    def find_first_entry(self, board: Board, subject: Subject) -> Entry | None:
        """Return the first entry among whose cases the subject is, or None."""
        with self._table_lock:
            from kpitui.drilldown.search import find_home_entry

            return find_home_entry(self._open_council(False), board, subject)

    def find_restated_cases(self, board: Board, entry: Entry) -> tuple[tuple[CaseRestatement, ...], ...]:
        """Return the cases that explain each restated period, in the order of `entry.restated`."""
        with self._table_lock:
            from kpitui.restatements import find_restated_cases

            council = self._open_council(False)
            return tuple(find_restated_cases(council, board, entry, restatement) for restatement in entry.restatements)

    def list_due_lists(self, board: Board) -> tuple[DueCases, ...]:
        """Return every list of who is due, as known on the board's date."""
        with self._table_lock:
            from kpitui.drilldown.due_lists import list_due_cases

            council = self._open_council(False)
            return tuple(list_due_cases(council, board.as_at, due_list) for due_list in council.settings.due_lists)

    def list_due_cases(self, board: Board, list_name: str) -> DueCases:
        """Return one list, named as `find_due_list` does. Raises ListNotFound."""
        with self._table_lock:
            from kpitui.drilldown.due_lists import list_due_cases, require_due_list

            council = self._open_council(False)
            return list_due_cases(council, board.as_at, require_due_list(council.settings.due_lists, list_name))

    def trace_flow(self, board: Board) -> CaseFlow:
        """Return the flow from referral to care in the board's period."""
        with self._table_lock:
            from kpitui.drilldown.flow import trace_flow

            return trace_flow(self._open_council(False), board.as_at, board.period)

    def split_indicator(self, board: Board, entry: Entry, column_name: str) -> tuple[IndicatorSplit, tuple[str, ...]]:
        """Return an indicator split by a column, the first usual one for "", and the columns to split by."""
        with self._table_lock:
            from kpitui.drilldown.splits import list_split_columns, split_indicator

            council = self._open_council(False)
            column_names = list_split_columns(council, board, entry)
            return split_indicator(council, board, entry, column_name or column_names[0]), column_names

    def draft_commentary(self, board: Board, entry: Entry) -> CommentaryDraft:
        """Return a commentary draft for an indicator, read from the commentary file."""
        with self._table_lock:
            from kpitui.commentary.note_store import draft_commentary

            return draft_commentary(self._open_council(False).settings, board, entry)

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
            board = None if self._area_code else snapshot.recall_board(find_config(self._config_path))
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
        if board_and_basis is None or (self._board_basis is not None and self._board_basis != board_and_basis[1]):
            return None
        board, self._board_basis = board_and_basis
        tables = {source.table for source in board.sources if source.problem}
        self._usable_tables = frozenset(source.table for source in board.sources) - tables
        return board

    def save_snapshot(self, board: Board) -> None:
        """Save a board for the next start if it is the one that a start without options opens.

        A board for which a database gave nothing is not saved: nothing would show that the data are
        back. Nor is a public one, which lacks figures.
        """
        council = self._council
        if self._area_code or council is None:  # the second process has saved its own board
            return
        if board.is_public or self._board_basis is None or board.as_at != council.settings.get_meeting_date():
            return
        has_silent_source = any(source.problem and not source.is_watched for source in board.sources)
        if board.period == find_latest_complete(board.as_at) and not has_silent_source:
            snapshot.save_snapshot(board, self._board_basis)

    def get_board_stamp(self) -> FileStamps | None:
        """Return the stamp of the config and tables just before the usual board was made."""
        return self._board_basis.file_stamps if self._board_basis is not None else None

    def stamp_files(self) -> FileStamps:
        """Return the present stamp of the config and tables: name, size and time of each file."""
        board_basis = self._board_basis
        if board_basis is None:
            return stamp_files([find_config(self._config_path).absolute()])
        # Incomplete files are read again even if they never change any more: the count makes
        # this stamp differ from the one before.
        retry_stamp = (("read again", self._unsettled_reads, 0),) if self._unsettled_reads else ()
        return retry_stamp + board_basis.stamp_current_files()

    def _open_council(self, reread: bool) -> Council:
        if self._council is None or reread:
            from kpitui.config.settings import choose_area, load_settings
            from kpitui.council import read_council

            settings = choose_area(load_settings(find_config(self._config_path)), self._area_code)
            # The stamp is taken before reading: a file that changes meanwhile is then read again.
            source_paths = (settings.tables_folder, settings.saved_figures_folder)
            board_basis = snapshot.record_basis(settings.config_path, source_paths, settings.as_at)
            council = read_council(settings, lambda progress: self.report_progress(progress))
            if self._board_basis is not None:
                self._check_nothing_lost(council, reread)
            self._council, self._board_basis = council, board_basis
            self._usable_tables = council.tables.usable_tables
            self._queried_tables = council.tables.answered_tables
        return self._council

    def _check_nothing_lost(self, council: Council, reread: bool) -> None:
        """Check that no table that the board is made of has gone.

        Raises FilesStillWritten, QueriesNotAnswered or TablesLost. A second `reread` with the same
        tables lost accepts the loss: the user has seen it and asks again.
        """
        clean_tables = council.tables
        if clean_tables.unsettled_files:
            self._unsettled_reads += 1
            raise FilesStillWritten(clean_tables.unsettled_files)
        reasons = [reason for name, reason in clean_tables.unanswered_tables.items() if name in self._queried_tables]
        if reasons:
            raise QueriesNotAnswered([*dict.fromkeys(reasons)])
        lost_issues, issues = (clean_tables.explain_lost_tables(self._usable_tables), self._reported_losses)
        if reread:
            self._reported_losses = lost_issues
        if lost_issues and not (reread and lost_issues == issues):
            raise TablesLost(lost_issues)
