"""Opens a council for the terminal, again where its files changed, and keeps the last whole one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui import snapshot
from kpitui.file_stamps import FileStamps, stamp_files
from kpitui.issue_wording import format_issue
from kpitui.locations import find_config
from kpitui.model.board import Board, ReadingProgress
from kpitui.model.issues import Issue

if TYPE_CHECKING:
    from kpitui.council import Council


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


class CouncilReader:
    """Reads the config and the tables when they are first needed; polars is imported then.

    Nothing here is locked: whoever calls holds the lock of the tables.
    """

    def __init__(self, config_path: Path | None, area_code: str) -> None:
        self._config_path = config_path
        self.area_code = area_code
        """Another council than the config's own, whose board is on screen."""
        self.council: Council | None = None
        self.basis: snapshot.SnapshotBasis | None = None
        """The files just before they were read."""
        self._usable_tables: frozenset[str] = frozenset()  # tables that the board is made of
        self._queried_tables: frozenset[str] = frozenset()  # those of them that come from queries
        self._reported_losses: tuple[Issue, ...] = ()  # issues already reported about lost tables
        self._unsettled_reads = 0  # readings refused because files were incomplete
        self.report_progress: Callable[[ReadingProgress], object] = lambda progress: None
        """Called with how far the reading is, by the thread that reads."""

    def choose_area(self, la_code: str) -> None:
        """Choose the council to open from here on."""
        if la_code != self.area_code:
            self.area_code, self.council = la_code, None

    def accept_board(self, board: Board, basis: snapshot.SnapshotBasis) -> None:
        """Take a board made elsewhere of the same files for the one to compare later readings with."""
        self.basis = basis
        unusable_tables = {source.table for source in board.sources if source.problem}
        self._usable_tables = frozenset(source.table for source in board.sources) - unusable_tables

    def stamp_files(self) -> FileStamps:
        """Return the present stamp of the config and tables: name, size and time of each file."""
        if self.basis is None:
            return stamp_files([find_config(self._config_path).absolute()])
        # Incomplete files are read again even if they never change any more: the count makes
        # this stamp differ from the one before.
        retry_stamp = (("read again", self._unsettled_reads, 0),) if self._unsettled_reads else ()
        return retry_stamp + self.basis.stamp_current_files()

    def open_council(self, *, reread: bool = False) -> Council:
        """Return the council, read if it has not been or is to be read again.

        Raises FilesStillWritten, QueriesNotAnswered or TablesLost, and keeps the council from before.
        """
        if self.council is None or reread:
            from kpitui.config.settings import choose_area, load_settings
            from kpitui.council import read_council

            settings = choose_area(load_settings(find_config(self._config_path)), self.area_code)
            # The stamp is taken before reading: a file that changes meanwhile is then read again.
            source_paths = (settings.tables_folder, settings.saved_figures_folder)
            board_basis = snapshot.record_basis(settings.config_path, source_paths, settings.as_at)
            council = read_council(settings, lambda progress: self.report_progress(progress))
            if self.basis is not None:
                self._check_nothing_lost(council, reread)
            self.council, self.basis = council, board_basis
            self._usable_tables = council.tables.usable_tables
            self._queried_tables = council.tables.answered_tables
        return self.council

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
