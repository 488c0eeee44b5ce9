"""What is still outstanding on a board, as issues: missing reasons and overdue actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from kpitui import wording
from kpitui.commentary.commentary_file import UnwritableFile, parse_commentary_file
from kpitui.model.board import Board, Entry, TableSource
from kpitui.model.issues import Issue, create_message
from kpitui.model.periods import parse_period_or_none
from kpitui.regular_files import read_regular_file
from kpitui.text import clean_text

COMMENTARY_TABLE = "commentary"
NoteKey = tuple[str, str, str]
"""The indicator as the file names it, the period and the text."""


def list_outstanding_issues(board: Board) -> tuple[Issue, ...]:
    """Return an issue for each red without a reason and each overdue action.

    The issue of an action has the action's line in its file; a missing reason has no line.
    """
    sources = [source for source in board.sources if source.table == COMMENTARY_TABLE]
    locations = {key: location for source in sources for key, location in _locate_notes(source).items()}
    file_name = sources[-1].file if sources else f"{COMMENTARY_TABLE}.csv"
    return tuple(issue for entry in board.entries for issue in _list_entry_issues(entry, file_name, locations))


def _list_entry_issues(
    entry: Entry, file_name: str, note_locations: Mapping[NoteKey, tuple[str, int]]
) -> Iterator[Issue]:
    indicator = entry.indicator
    if entry.reason_missing:
        message = create_message("reason-missing", indicator=indicator.code, period=entry.point.period.label)
        yield Issue(message, file_name, None, COMMENTARY_TABLE)
    for action in entry.overdue_actions:
        note_keys = [(name, str(action.period), action.text) for name in (indicator.id, indicator.code)]
        issue_file, issue_line = next(
            (note_locations[key] for key in note_keys if key in note_locations), (file_name, None)
        )
        message = create_message(
            "action-overdue",
            indicator=indicator.code,
            due=wording.format_date(action.due_on),
            owner=action.owner,
            text=action.text,
        )
        yield Issue(message, issue_file, issue_line, COMMENTARY_TABLE)


def _locate_notes(source: TableSource) -> dict[NoteKey, tuple[str, int]]:
    """Return the file and line of each note of a source, if it is a text file."""
    # Databases, workbooks and Parquet files have no lines: their issues name the file alone.
    with suppress(OSError, UnwritableFile):
        commentary = parse_commentary_file(read_regular_file(Path(source.file)))
        rows = ((commentary.read_row(record), record.line_number) for record in commentary.records if record.cells)
        return {
            (row.get("indicator", ""), str(parse_period_or_none(row.get("period"))), clean_text(note_text)): (
                source.file,
                number,
            )
            for row, number in rows
            if (note_text := row.get("text"))
        }
    return {}
