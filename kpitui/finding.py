"""Search for a school, setting, child or worker by part of a name or number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from kpitui.behind import Subject
from kpitui.cases import cases
from kpitui.cohorts import COHORTS
from kpitui.council import Council
from kpitui.model import Board, Entry
from kpitui.tables.known import Frame

MOST: Final = 20
"""Matches taken from one table: readers type another letter rather than read a longer list."""
NAMED: Final = (
    ("schools", "urn"),
    ("early_years_settings", "urn"),
    ("children", "child"),
    ("social_workers", "worker"),
)
"""The tables with a row for each subject, and the column that holds its number."""

PEOPLE: Final = frozenset({"children", "social_workers"})


def find(council: Council, board: Board, text: str) -> tuple[Subject, ...]:
    """Find the subjects whose name or number contains every word of a text.

    Only what was known on the board's date is searched. Schools and settings match by name or
    number, people by number. Returns at most MAX_MATCHES_PER_TABLE subjects of each table; a public
    board has no people to find.
    """
    frames = council.known(board.as_at)
    words = text.lower().split()
    if not words:
        return ()
    return tuple(
        one
        for table, column in NAMED
        if not (board.public and table in PEOPLE)
        for one in _of(frames[table], table, column, words)
    )


def _of(frame: Frame, table: str, column: str, words: list[str]) -> Iterator[Subject]:
    """Yield the matching rows of one table as subjects, sorted by name, then by number."""
    columns = [column] + (["name"] if "name" in frame.collect_schema().names() else [])
    for word in words:
        # The text is no pattern: dots and brackets in a name mean themselves. A missing name must
        # not hide a match by number, hence `ignore_nulls`.
        parts = [nw.col(one).str.to_lowercase().str.contains(word, literal=True) for one in columns]
        frame = frame.filter(nw.any_horizontal(*parts, ignore_nulls=True))
    found = frame.select(columns).unique().sort(*reversed(columns)).head(MOST).collect()
    for number, *name in found.iter_rows():
        yield Subject(table, column, str(number), str(name[0] or "") if name else "")


def home(council: Council, board: Board, subject: Subject) -> Entry | None:
    """Return the first indicator on the board that has a case of the subject, or None."""
    for entry in board.entries:
        if COHORTS[entry.indicator.rule.cohort.name].subject != subject.column:
            continue
        frame = cases(council, board, entry).frame
        if subject.column in frame.columns and subject.id in frame[subject.column]:
            return entry
    return None
