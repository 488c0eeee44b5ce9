"""What is still outstanding on a board, as issues: missing reasons and overdue actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from kpitui import words
from kpitui.commentary.table import Unwritable, read_table
from kpitui.model import Board, Entry, Issue, Source
from kpitui.periods import parse_or_none
from kpitui.text import clean

TABLE = "commentary"
Key = tuple[str, str, str]
"""The indicator as the file names it, the period and the text."""


def owed(board: Board) -> tuple[Issue, ...]:
    """Return an issue for each red without a reason and each overdue action.

    The issue of an action has the action's line in its file; a missing reason has no line.
    """
    sources = [source for source in board.sources if source.table == TABLE]
    lines = {key: place for source in sources for key, place in _lines(source).items()}
    file = sources[-1].file if sources else f"{TABLE}.csv"
    return tuple(issue for entry in board.entries for issue in _of(entry, file, lines))


def _of(entry: Entry, file: str, lines: Mapping[Key, tuple[str, int]]) -> Iterator[Issue]:
    about = entry.indicator
    # `wording.describe_outstanding` puts the missing reason first, then the actions in their order.
    told = iter(words.owed(entry))
    if entry.reason_missing:
        yield Issue(file, f"{about.code}: {next(told)}", None, TABLE)
    for note, said in zip(entry.overdue, told, strict=True):
        keys = [(name, str(note.period), note.text) for name in (about.id, about.code)]
        place, line = next((lines[key] for key in keys if key in lines), (file, None))
        yield Issue(place, f"{about.code}: {said}", line, TABLE)


def _lines(source: Source) -> dict[Key, tuple[str, int]]:
    """Return the file and line of each note of a source, if it is a text file."""
    # Databases, workbooks and Parquet files have no lines: their issues name the file alone.
    with suppress(OSError, Unwritable):
        table = read_table(Path(source.file).read_bytes())
        rows = ((table.row(record), record.line) for record in table.records if record.cells)
        return {
            (row.get("indicator", ""), str(parse_or_none(row.get("period"))), clean(text)): (
                source.file,
                line,
            )
            for row, line in rows
            if (text := row.get("text"))
        }
    return {}
