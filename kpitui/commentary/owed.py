"""What is still owed on a board, as issues: reds without a reason, and overdue actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from kpitui import words
from kpitui.commentary.table import Unwritable, read_table
from kpitui.model import Board, Entry, Issue, Note, Source
from kpitui.text import clean

TABLE = "commentary"


def owed(board: Board) -> tuple[Issue, ...]:
    """An issue for each, at the line of the action; a reason that is lacking has no line."""
    sources = [source for source in board.sources if source.table == TABLE]
    lines = {text: place for source in sources for text, place in _lines(source).items()}
    file = sources[-1].file if sources else f"{TABLE}.csv"
    return tuple(issue for entry in board.entries for issue in _of(entry, file, lines))


def _of(entry: Entry, file: str, lines: Mapping[str, tuple[str, int]]) -> Iterator[Issue]:
    told = iter(words.owed(entry))
    if entry.reason_missing:
        yield Issue(file, f"{entry.indicator.code}: {next(told)}", None, TABLE)
    for note, said in zip(entry.overdue, told, strict=True):
        place, line = lines.get(_key(note), (file, None))
        yield Issue(place, f"{entry.indicator.code}: {said}", line, TABLE)


def _key(note: Note) -> str:
    return f"{note.period} {note.text}"


def _lines(source: Source) -> dict[str, tuple[str, int]]:
    """The file and line of each note of a source, where it is a file of text."""
    with suppress(OSError, Unwritable):
        table = read_table(Path(source.file).read_bytes())
        rows = ((table.row(record), record.line) for record in table.records if record.cells)
        return {
            f"{row.get('period')} {clean(row.get('text', ''))}": (source.file, line)
            for row, line in rows
        }
    return {}
