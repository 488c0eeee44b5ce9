"""What is wrong with the config, the tables and the commentary of a council."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kpitui.board import build_board, check_council
from kpitui.commentary.outstanding import list_outstanding_issues
from kpitui.config.settings import ConfigError, Settings
from kpitui.council import open_council
from kpitui.disclosure.public_context import HeldBackNote, list_held_back_notes
from kpitui.file_mapping import format_stanza, suggest_file
from kpitui.model.board import Board, ReadingProgress, TableSource
from kpitui.model.issues import CodedMessage, Issue
from kpitui.restatements import read_saved_issue_keys

MAX_STANZAS = 5  # files for which the part of the config is suggested
_EMPTY_TABLE_CODE = "table-without-rows"
_UNKNOWN_FILE_CODES = ("file-not-recognised", "file-nearly-recognised")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Every issue, the sources read, the tables without a file, and notes that are not public.

    `published_keys` are those of the issues that were there at the last `publish`. A config with
    mistakes has issues alone: `settings` is None, and no table is read. `stanzas` would map the files
    that are not known, for the config.
    """

    issues: tuple[Issue, ...]
    sources: tuple[TableSource, ...] = ()
    missing_tables: tuple[str, ...] = ()
    held_back_notes: tuple[HeldBackNote, ...] = ()
    published_keys: frozenset[str] = frozenset()
    settings: Settings | None = None
    stanzas: tuple[str, ...] = ()


def check_files(config_path: Path | None, report_progress: Callable[[ReadingProgress], None]) -> CheckResult:
    """Check the council of a config, or of the first config found."""
    try:
        council = open_council(config_path, report_progress)
    except ConfigError as error:
        return CheckResult(error.issues)
    data_issues, board = check_council(council)
    has_notes = any(entry.commentary_notes for entry in board.entries)
    public_board = build_board(council, board.as_at, board.period, public_view=True) if has_notes else board
    tables_read = {source.table for source in board.sources}
    return CheckResult(
        issues=(*data_issues, *_list_empty_tables(board), *list_outstanding_issues(board)),
        sources=board.sources,
        missing_tables=tuple(name for name in council.tables.problems if name not in tables_read),
        held_back_notes=list_held_back_notes(board, public_board),
        published_keys=read_saved_issue_keys(council.settings.saved_figures_folder),
        settings=council.settings,
        stanzas=tuple(_suggest_stanzas(council.settings, data_issues)),
    )


def _list_empty_tables(board: Board) -> Iterator[Issue]:
    """List each table that an indicator of the board needs, and that has a file without a row."""
    problems = (entry.problem for entry in board.entries)
    yield from dict.fromkeys(problem for problem in problems if problem and problem.code == _EMPTY_TABLE_CODE)


def _suggest_stanzas(settings: Settings, issues: Iterable[Issue]) -> Iterator[str]:
    """Suggest the part of the config for each file that is not known."""
    paths = dict.fromkeys(settings.tables_folder / Path(issue.file).name for issue in issues if _is_unknown_file(issue))
    for path in (*paths,)[:MAX_STANZAS]:
        if suggestion := suggest_file(settings, path):
            yield format_stanza(suggestion)


def _is_unknown_file(issue: Issue) -> bool:
    reason = issue.values.get("reason")
    codes = {issue.code, *((reason.code,) if isinstance(reason, CodedMessage) else ())}
    return not codes.isdisjoint(_UNKNOWN_FILE_CODES)
